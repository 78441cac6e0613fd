"""Data Connect v5, and the gateways with the same JSON: load curves, in windows of seven days.

The cursor says how far each curve is known; what was revised since is asked again for some days.
"""

import json
from datetime import date, timedelta

from domicile import ActionNeeded, Denied, TryLater

SERVICES = {
    "data-connect": "https://gw.ext.prod.api.enedis.fr/{path}?usage_point_id={meter}&start={start}&end={end}",
    "conso-api": "https://conso.boris.sh/api/{name}?prm={meter}&start={start}&end={end}",
}
CURVES = {
    "consumption_load_curve": "metering_data_clc/v5/consumption_load_curve",
    "production_load_curve": "metering_data_plc/v5/production_load_curve",
}
WINDOW = 7  # days: the most of one call
HISTORY = 24 * 30 + 15  # days: 24 months and 15 days, said a little short
LOOK_BACK = 5  # days that the holder may still revise
CALLS = 20  # windows of one run: the pod keeps what came, and lets the next one begin
ENDS = {  # what only the owner can settle
    "ADAM-DC-0008": "consent-gone",
    "ADAM-DC-0007": "moved-house",
}
SKIPPED = {"ADAM-DC-0009", "ADAM-DC-0016"}  # before the consent, or too old: nothing is there
GIVEN, SKIP, OVER = "given", "skip", "over"
OFF = "STM-ERR-0000014"  # the load curve is not activated


def fetch(web, cursor):
    """Keeps what came; the next cursor, with `more` where the past is not all there."""
    today = date.fromisoformat(cursor["today"])
    told = {"known": dict(cursor.get("known") or {}), "skipped": dict(cursor.get("skipped") or {})}
    left = CALLS
    try:
        for name in CURVES:
            left = _curve(web, cursor, name, today, told, left)
    except (ActionNeeded, TryLater) as stopped:
        # What came before is kept with its cursor; then the pod hears why no more came.
        return {**told, "stopped": [stopped.kind, stopped.reason]}
    return {**told, "more": left <= 0}


def _curve(web, cursor, name, today, told, left):
    """Asks for one curve up to today; how many windows are left to this run."""
    known, skipped = told["known"], told["skipped"]
    start = _begin(known.get(name), today)
    while start < today and left > 0:
        end = min(start + timedelta(days=WINDOW), today)
        left -= 1
        found = _window(web, cursor, name, start, end)
        if found is OVER:
            known.pop(name, None)
            break
        if found is SKIP:
            skipped[name] = start.isoformat()
        elif name in skipped:
            # The period begins inside the window that was refused before this one.
            first = date.fromisoformat(skipped[name])
            while start > first:
                start -= timedelta(days=1)
                if _window(web, cursor, name, start, start + timedelta(days=1)) is SKIP:
                    break
            del skipped[name]
        start = end
        known[name] = end.isoformat()
    return left


def _begin(known, today):
    first = today - timedelta(days=HISTORY)
    if known is None:
        return first
    done = date.fromisoformat(known)
    return max(
        first, done if done < today - timedelta(days=1) else today - timedelta(days=LOOK_BACK)
    )


def _window(web, cursor, name, start, end):
    """GIVEN; SKIP where the period begins later; OVER where there is no such curve."""
    url = SERVICES[cursor["service"]].format(
        path=CURVES[name], name=name, meter=cursor["facts"]["usage_point_id"], start=start, end=end
    )
    try:
        said = web.get(url, {"accept": "application/json"})
    except Denied as why:
        raise TryLater(str(why)) from None
    if said.status == 200:
        if _readings(said):
            said.keep(f"data_connect_{name}_{start}_{end}.json")
        return GIVEN
    code = _code(said)
    if code in ENDS:
        raise ActionNeeded(ENDS[code])
    if code == OFF or (name.startswith("production") and said.status in (403, 404)):
        return OVER
    if code in SKIPPED:
        return SKIP
    if said.status == 404:
        return GIVEN  # an empty one
    if said.status in (401, 403):
        raise ActionNeeded("refused")
    raise TryLater("quota" if said.status == 429 else f"status-{said.status}")


def _readings(said):
    try:
        body = json.loads(said.body)
        return bool(body.get("meter_reading", body)["interval_reading"])
    except (ValueError, KeyError, AttributeError, TypeError):
        raise TryLater("malformed") from None


def _code(said):
    try:
        return str(json.loads(said.body).get("error", ""))
    except (ValueError, AttributeError):
        return ""
