"""Coach CO2: where I went, how, what it weighed and cost, and what other ways would change.

`run(pod, params)`: params may hold `from` and `to` (ISO local days, both included), `vehicle` (a kind of
the factors: "voiture-citadine-essence"…), `car_g_per_km` (its own use), `occupants`, `telework_days`.
"""

from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise

from domicile import unpack_positions, zone
from footprint import CENT, Costs, Factors
from places import Places
from trips import DENSE, from_holder, from_positions, joined, learn
from views import MODES, views
from whatif import what_if
from words import Said, text

MOST_TRIPS = 400  # listed in the result; sums are of all


def run(pod, params):
    """The result that `result.schema.json` describes."""
    bounds = {key: params[key] for key in ("from", "to") if params.get(key)}
    first = date.fromisoformat(params.get("from") or "0001-01-01")
    last = date.fromisoformat(params.get("to") or "9999-12-31")
    paris = zone("Europe/Paris")

    def local(seconds):
        return datetime.fromtimestamp(seconds, UTC).astimezone(paris)

    timeline = joined(_candidates(pod, bounds))
    timeline = [t for t in timeline if first <= local(t.start).date() <= last]
    if not timeline:
        return _nothing()
    places = _places(pod, bounds, timeline, local)
    home, work = places.name()
    for trip in timeline:
        trip.purpose = _purpose(trip, home, work)
    learn(timeline, _corrections(pod))
    return _result(pod, params, timeline, places, local)


def _candidates(pod, bounds):
    """Lists of trips, those that tell most first: dense positions, holders' words, sparse positions."""
    points = defaultdict(list)
    for row in pod.query("positions", **bounds):
        points[row["device"]] += unpack_positions(_seconds(row["startsAt"]), row["positions"])
    dense, sparse = [], []
    for device, some in sorted(points.items()):
        some.sort()
        usual, found = from_positions(device, some)
        (dense if usual <= DENSE else sparse).append((usual, device, found))
    stated = defaultdict(list)
    for row in pod.query("trips", **bounds):
        row |= {key: _seconds(row[key]) for key in ("start", "end")}
        trip = from_holder(row)
        if trip:
            stated[row["device"]].append(trip)
    return [
        *(found for *_, found in sorted(dense, key=lambda d: d[:2])),
        *(stated[device] for device in sorted(stated)),
        *(found for *_, found in sorted(sparse, key=lambda d: d[:2])),
    ]


def _places(pod, bounds, timeline, local):
    """Places of the trips' ends, with the stays between them and the holders' words for them."""
    places = Places()
    for trip in timeline:
        if trip.ends:
            trip.origin, trip.target = places.at(trip.ends[0]), places.at(trip.ends[1])
    for one, other in pairwise(timeline):
        stayed = other.start - one.end
        if one.target and one.target is other.origin and 300 <= stayed <= 4 * 86_400:
            places.stayed(one.target, local(one.end), local(other.start))
    for row in pod.query("visits", **bounds):
        place = places.at(_spot(row))
        place.labels.append(str(row["label"] or "").upper())
        place.title = row["name"] or place.title
    for row in pod.query("named"):
        place = places.at(_spot(row))
        place.title, place.said = row["name"] or place.title, row["kind"]
    return places


def _spot(row):
    return round(float(row["north"]) * 1e6), round(float(row["east"]) * 1e6)


def _purpose(trip, home, work):
    ends = {trip.origin, trip.target}
    if home and work and ends == {home, work}:
        return "commute"
    if home and trip.target is home:
        return "home"
    if work and trip.target is work:
        return "work"
    return "frequent" if trip.target and trip.target.name == "frequent" else "other"


def _corrections(pod):
    """{trip id: {"mode", "purpose"}} as the owner's document has them; the last one said counts."""
    found = {}
    for row in sorted(pod.query("corrections"), key=lambda r: str(r["said"])):
        mode = str(row["mode"] or "").rpartition("#")[2]
        found.setdefault(row["trip"], {}).update(
            {k: v for k, v in (("mode", mode), ("purpose", row["purpose"])) if v}
        )
    return found


def _result(pod, params, timeline, places, local):
    days = (local(timeline[-1].start).date() - local(timeline[0].start).date()).days + 1
    car_km = sum(t.km for t in timeline if t.mode == "Car")
    occupants = params.get("occupants") or 1
    vehicle = params.get("vehicle")
    factors = Factors(pod.query("factors"), vehicle, occupants, params.get("car_g_per_km"))
    year = car_km * 365 / days if days >= 28 else car_km * 13
    electric = "electrique" in factors.vehicle
    costs = Costs(pod.query("costs"), year, electric, occupants)
    listed, missing = [], {}
    for trip in timeline:
        grams, factor = factors.of(trip.mode, trip.km)
        trip.kg = None if grams is None else grams * Decimal(str(trip.km)) / 1000
        trip.factor, trip.eur = factor, costs.of(trip.mode, trip.km)
        listed.append(_told(trip, local))
    by_mode = [{"mode": m, **_sums([t for t in timeline if t.mode == m])} for m in _modes(timeline)]
    months = sorted({local(t.start).strftime("%Y-%m") for t in timeline})
    unpriced = sorted({t.mode for t in timeline if t.eur is None})
    if unpriced:
        missing["eur"] = text(
            "Le prix n'est pas connu pour : {}. Les totaux ne comptent que la marche et la voiture.",
            "No price is known for: {}. Totals only count walking and the car.",
            Said(*(", ".join(MODES.get(m, (m, m))[n] for m in unpriced) for n in (0, 1))),
        )
    if any(t.kg is None for t in timeline):
        missing["co2_kg"] = text(
            "Des trajets dont le mode n'est pas connu ne sont pas comptés.",
            "Trips in an unknown mode are not counted.",
        )
    found = {
        "from": local(timeline[0].start).date().isoformat(),
        "to": local(timeline[-1].start).date().isoformat(),
        "days": days,
        **_sums(timeline),
        "by_mode": by_mode,
        "by_month": [
            {"month": m, **_sums([t for t in timeline if local(t.start).strftime("%Y-%m") == m])}
            for m in months
        ],
        "by_purpose": [
            {"purpose": p, **_sums([t for t in timeline if t.purpose == p])}
            for p in sorted({t.purpose for t in timeline})
        ],
        "places": [
            {
                "name": p.name,
                "title": p.title[:140],
                "visits": p.visits,
                "at": [round(p.north / 1e6, 4), round(p.east / 1e6, 4)],
            }
            for p in sorted(places.all, key=lambda p: (-p.visits, p.number))[:20]
            if p.name != "other" or p.said
        ],
        "vehicle": {"kind": factors.vehicle, "source": "params" if vehicle else "default"},
        "occupants": occupants,
        "list": listed[-MOST_TRIPS:],
        "listed": min(len(listed), MOST_TRIPS),
        "missing": missing,
    }
    found["what_if"] = what_if(timeline, factors, days, params.get("telework_days") or 2)
    found["year"] = _year(pod, found)
    found["factors"] = sorted(factors.used.values(), key=lambda f: f["id"])
    found["cost"] = {"id": costs.id, "source": costs.source} if costs.id else None
    found["views"] = views(found)
    return found


def _year(pod, found):
    """What a year would weigh, and what it is compared with; None under four weeks."""
    rows = [
        {"id": r["id"], "kind": r["kind"], "kg": float(r["kg"]), "source": r["source"]}
        for r in pod.query("footprints")
    ]
    if found["days"] < 28:
        said = text(
            "Il faut au moins quatre semaines de trajets pour parler d'une année.",
            "It takes at least four weeks of trips to speak of a year.",
        )
        found["missing"]["year"] = said
        return {"kg": None, "references": rows}
    return {"kg": round(found["co2_kg"] * 365 / found["days"], 1), "references": rows}


def _sums(some):
    eur = [t.eur for t in some if t.eur is not None]
    return {
        "trips": len(some),
        "km": round(sum(t.km for t in some), 2),
        "co2_kg": float(round(sum((t.kg for t in some if t.kg is not None), Decimal(0)), 3)),
        "eur": float(sum(eur, Decimal(0)).quantize(CENT)) if eur else None,
    }


def _modes(timeline):
    weight = defaultdict(float)
    for trip in timeline:
        weight[trip.mode] += trip.km
    return sorted(weight, key=lambda m: (-weight[m], m))


def _told(trip, local):
    return {
        "id": trip.id,
        "start": local(trip.start).isoformat(timespec="minutes"),
        "end": local(trip.end).isoformat(timespec="minutes"),
        "km": round(trip.km, 2),
        "mode": trip.mode,
        "confidence": trip.confidence,
        "known_by": trip.known_by,
        "purpose": trip.purpose,
        "sources": trip.sources[:5],
        "co2_kg": None if trip.kg is None else float(round(trip.kg, 3)),
        "eur": None if trip.eur is None else float(trip.eur.quantize(CENT)),
        "factor": trip.factor,
    }


def _seconds(value):
    return int(datetime.fromisoformat(str(value)).timestamp())


def _nothing():
    said = text(
        "Aucun trajet dans votre pod pour cette période.", "No trips in your pod for this period."
    )
    empty = {"from": None, "to": None, "days": 0, "trips": 0, "km": 0, "co2_kg": None, "eur": None}
    lists = ("by_mode", "by_month", "by_purpose", "places", "list", "what_if", "factors")
    question = text("Comment je me déplace ?", "How do I get around?")
    view = {"type": "text", "id": "nothing", "question": question, "paragraphs": [said]}
    return {**empty, **{k: [] for k in lists}, "missing": {"trips": said}, "views": [view]}
