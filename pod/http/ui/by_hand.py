"""Forms for what no holder gives: a purchase, a refuelling, a meter reading, a change of situation, a DPE.

A form makes a file of records in the shapes of the connectors, and the file comes in like a dropped one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from uuid import uuid4

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Body, Json
from pod.programs.merge.declared import CHANGES, CLASSES
from pod.programs.merge.purchases import UNITS as MEASURES
from pod.programs.merge.refuels import UNITS as FUELS

router = APIRouter()
LINES = 6  # of a receipt, on one form
_NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,4})?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_METER = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,30}")
_CERTIFICATE = re.compile(r"[0-9A-Z]{13}")


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form. `kind`: text, number, date, time, or one of `options` (their words are
    `by-hand-NAME-OPTION` where there are such, else themselves)."""

    name: str
    kind: str = "text"
    must: bool = False
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """`record` makes the record of what was typed. Raises BadInput with the field."""

    inputs: tuple[Input, ...]
    record: Callable[[Mapping[str, str]], Json]
    lines: bool = False


@router.get("/by-hand")
def listed(visit: Owner) -> Response:
    return visit.page("by-hand", place="sources", kinds=list(FORMS))


@router.get("/by-hand/{kind}")
def shown(visit: Owner, kind: str) -> Response:
    today = visit.texts.local(datetime.now(UTC)).date().isoformat()
    return _page(visit, kind, {"date": today, "number": uuid4().hex[:12]})


@router.post("/by-hand/{kind}")
def entered(visit: Owner, kind: str, fields: Fields) -> Response:
    """Kept as a file and imported; on to what was found."""
    try:
        record = _form(kind).record({k: v.strip() for k, v in fields.items()})
    except BadInput as fault:
        return _page(visit, kind, fields, str(fault.facts.get("field")))
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = {"by_hand": 1, "entered": now, "records": [record]}
    body = Body.of(json.dumps(said, ensure_ascii=False, indent=1).encode())
    job = visit.services.imports.run(visit.agent, body, f"by-hand-{kind}.json")
    return go(f"/.pod/imports/{job['id']}")


def _form(kind: str) -> Form:
    if kind not in FORMS:
        raise NotFound("there is no such form")
    return FORMS[kind]


def _page(visit: Visit, kind: str, given: Mapping[str, str], wrong: str = "") -> Response:
    form, texts = _form(kind), visit.texts
    return visit.page(
        "by-hand-form",
        place="sources",
        status=422 if wrong else 200,
        kind=kind,
        inputs=[
            {
                "name": one.name,
                "said": texts(f"by-hand-{one.name}"),
                "kind": one.kind,
                "must": one.must,
                "options": [(o, _option(visit, one.name, o)) for o in one.options],
            }
            for one in form.inputs
        ],
        lines=range(1, LINES + 1) if form.lines else (),
        measures=sorted(MEASURES),
        given=given,
        wrong=wrong,
        fault=texts("by-hand-wrong", field=texts(f"by-hand-{wrong.partition('-')[0]}"))
        if wrong
        else "",
    )


def _option(visit: Visit, name: str, option: str) -> str:
    key = f"by-hand-{name}-{option}"
    return visit.texts(key) if visit.texts.has(key) else option


# ---------------------------------------------------------------- records


def _purchase(given: Mapping[str, str]) -> Json:
    lines = []
    for n in range(1, LINES + 1):
        label = given.get(f"label-{n}", "")
        amount, quantity = (_number(given, f"{name}-{n}") for name in ("amount", "quantity"))
        if not label and (amount is not None or quantity is not None):
            raise BadInput("what was bought?", field=f"label-{n}")
        if label:
            unit = given.get(f"unit-{n}", "")
            line = {"label": label[:140], "amount": _money(amount), "quantity": _plain(quantity)}
            lines.append(_kept({**line, "unit": unit if unit in MEASURES else None}))
    total = _number(given, "total")
    if total is None and not lines:
        raise BadInput("what was bought?", field="label-1")
    return _kept(
        {
            **{"type": "Purchase", "date": _day(given), "time": _clock(given)},
            **{"shop": given.get("shop", "")[:140], "number": given.get("number", "")[:32]},
            **{"currency": "EUR", "total": _money(total), "lines": lines},
        }
    )


def _refuel(given: Mapping[str, str]) -> Json:
    unit = given.get("fuelunit", "")
    if unit not in FUELS:
        raise BadInput("in which unit?", field="fuelunit")
    odometer = _number(given, "odometer")
    return _kept(
        {
            **{"type": "Refuel", "date": _day(given), "time": _clock(given), "unit": unit},
            **{"quantity": _plain(_wanted(given, "quantity")), "currency": "EUR"},
            **{"total": _money(_number(given, "total")), "odometerKm": _plain(odometer)},
            **{"vehicle": given.get("vehicle", "")[:60], "place": given.get("place", "")[:140]},
        }
    )


def _reading(given: Mapping[str, str]) -> Json:
    meter = given.get("meter", "").replace(" ", "")
    if not _METER.fullmatch(meter):
        raise BadInput("which meter?", field="meter")
    total = int(_wanted(given, "kwh") * 1000)
    return {
        **{"type": "DailyIndex", "meter": meter, "day": _day(given)},
        **{"registers": {"Total": total}, "total": total},
    }


def _situation(given: Mapping[str, str]) -> Json:
    if given.get("change") not in CHANGES:
        raise BadInput("what changed?", field="change")
    made = {"type": "SituationChange", "day": _day(given), "change": given["change"]}
    return _kept({**made, "note": given.get("note", "")[:300]})


def _certificate(given: Mapping[str, str]) -> Json:
    number = re.sub(r"[\s.-]", "", given.get("certificate", "")).upper()
    if not _CERTIFICATE.fullmatch(number):
        raise BadInput("thirteen characters", field="certificate")
    if given.get("energyclass") not in CLASSES:
        raise BadInput("which class?", field="energyclass")
    climate = given.get("climateclass")
    return _kept(
        {
            **{"type": "EnergyCertificate", "number": number, "issuedOn": _day(given)},
            **{
                "energyClass": given["energyclass"],
                "climateClass": climate if climate in CLASSES else None,
            },
            **{
                "surface": _money(_number(given, "surface")),
                "energy": _money(_number(given, "energy")),
            },
            **{"heating": given.get("heating", "")[:140]},
        }
    )


def _day(given: Mapping[str, str]) -> str:
    try:
        found = date.fromisoformat(given.get("date", ""))
    except ValueError:
        raise BadInput("which day?", field="date") from None
    if not 2000 <= found.year < 2100:
        raise BadInput("which day?", field="date")
    return found.isoformat()


def _clock(given: Mapping[str, str]) -> str | None:
    said = given.get("time", "")[:5]
    if said and not _CLOCK.fullmatch(said):
        raise BadInput("at what time?", field="time")
    return said or None


def _number(given: Mapping[str, str], name: str) -> Decimal | None:
    said = re.sub(r"[\s\u00a0\u202f€]", "", given.get(name, ""))
    if not said:
        return None
    if not _NUMBER.fullmatch(said):
        raise BadInput("not a number", field=name)
    try:
        return Decimal(said.replace(",", "."))
    except InvalidOperation:  # pragma: no cover  (the pattern lets none through)
        raise BadInput("not a number", field=name) from None


def _wanted(given: Mapping[str, str], name: str) -> Decimal:
    found = _number(given, name)
    if not found:
        raise BadInput("how much?", field=name)
    return found


def _money(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _plain(value: Decimal | None) -> str | None:
    return None if not value else f"{value.normalize():f}"


def _kept(made: Json) -> Json:
    return {k: v for k, v in made.items() if v not in (None, "")}


DAY = Input("date", "date", must=True)
FORMS: Mapping[str, Form] = {
    "purchase": Form(
        (DAY, Input("time", "time"), Input("shop"), Input("total", "number")), _purchase, lines=True
    ),
    "refuel": Form(
        (
            *(DAY, Input("time", "time"), Input("vehicle"), Input("quantity", "number", must=True)),
            *(Input("fuelunit", must=True, options=tuple(FUELS)), Input("total", "number")),
            *(Input("odometer", "number"), Input("place")),
        ),
        _refuel,
    ),
    "reading": Form((DAY, Input("meter", must=True), Input("kwh", "number", must=True)), _reading),
    "situation": Form(
        (DAY, Input("change", must=True, options=CHANGES), Input("note")), _situation
    ),
    "certificate": Form(
        (
            *(
                Input("certificate", must=True),
                DAY,
                Input("energyclass", must=True, options=CLASSES),
            ),
            *(Input("climateclass", options=CLASSES), Input("surface", "number")),
            *(Input("energy", "number"), Input("heating")),
        ),
        _certificate,
    ),
}
