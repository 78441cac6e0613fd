"""One certificate of ADEME's open register, by its number (data-fair, `/lines`)."""

import re

from domicile import ActionNeeded, TryLater
from mapping import FIELDS

LINES = "https://data.ademe.fr/data-fair/api/v1/datasets/dpe03existant/lines"
NUMBER = re.compile(r"[0-9A-Z]{13}")


def fetch(web, cursor):
    number = re.sub(r"[\s.-]", "", cursor["facts"]["dpe_number"]).upper()
    if not NUMBER.fullmatch(number):
        raise ActionNeeded("dpe-number")
    answer = web.get(f"{LINES}?size=1&numero_dpe_in={number}&select={','.join(FIELDS)}")
    if answer.status == 429:
        raise TryLater("quota")
    if answer.status != 200:
        raise TryLater("refused")
    try:
        results = answer.json()["results"]
        found = [one for one in results if one["numero_dpe"] == number]
    except (ValueError, KeyError, TypeError):
        raise TryLater("malformed") from None
    if not found:
        raise ActionNeeded("dpe-unknown")
    answer.keep("dpe.json")
    return {"number": number}
