"""A pod with years of several sources, written by the real merges without a box: its calendars are
tested and measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from pod.model import Activity, Json, Verb
from pod.programs.merge import Source, merge_documents
from pod.services import Services
from pod.space import Write

ZONE = ZoneInfo("Europe/Paris")
METER = "19876543210987"
Days = Iterable[date]


def each(first: date, last: date, *without: date) -> list[date]:
    """The days from `first` to `last`, both included, but for some."""
    number = (last - first).days + 1
    every = [first + timedelta(days=n) for n in range(number)]
    return [day for day in every if day not in without]


def midnight(day: date) -> str:
    moment = datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def curve(days: Days, meter: str = METER, lost: int = 0) -> Iterator[Json]:
    """Half hours; of each day the last `lost` are missing."""
    for day in days:
        begin, end = (
            datetime.fromisoformat(midnight(one)) for one in (day, day + timedelta(days=1))
        )
        count = int((end - begin).total_seconds()) // 1800
        values: list[int | None] = [300 + 10 * (n % 7) for n in range(count)]
        values[count - lost :] = [None] * lost
        yield {
            **{"type": "LoadCurve", "meter": meter, "flow": "consumption", "unit": "W"},
            **{"step": 1800, "start": midnight(day), "values": values},
        }


def transactions(days: Days, account: str = "FR7630006000011234567890189") -> Iterator[Json]:
    for day in days:
        yield {
            **{"type": "Transaction", "account": account, "date": day.isoformat()},
            **{"amount": "-12.50", "currency": "EUR", "description": f"BOULANGERIE {day.day}"},
            **{"scheme": "ofx", "reference": f"R{day}"},
        }


def registers(days: Days, meter: str = METER) -> Iterator[Json]:
    for number, day in enumerate(days):
        known = {"EAS F1": 1000 * number, "EAS F2": 700 * number}
        yield {
            **{"type": "DailyIndex", "meter": meter, "day": day.isoformat()},
            **{"registers": known, "total": 1700 * number},
        }


def positions(days: Days, device: str = "phone", count: int = 200) -> Iterator[Json]:
    for day in days:
        noon = int(datetime(day.year, day.month, day.day, 9, tzinfo=UTC).timestamp())
        words = [f"{noon} 45760000 4850000 10"] + ["60 100 100 10"] * (count - 1)
        yield {"type": "Positions", "packs": {device: " ".join(words)}}


def trips(days: Days, device: str = "phone", hours: tuple[int, ...] = (7, 17)) -> Iterator[Json]:
    for day in days:
        for hour in hours:
            yield {
                **{"type": "Trip", "start": f"{day}T{hour:02}:00:00Z", "device": device},
                **{"end": f"{day}T{hour:02}:30:00Z", "mode": "Tram", "distanceM": 5200},
            }


def bring(services: Services, name: str, records: Iterable[Json], exported: str = "") -> None:
    """Merges records into the pod as an import of a file called `name` would."""
    space, agent = services.space, services.owner

    def existing(path: str) -> bytes | None:
        iri = space.iri_of(path)
        return space.get(agent, iri).body.read(1 << 24) if space.exists(agent, iri) else None

    source = Source(raw=f"/imports/{name}", sha256=name, exported=exported)
    merged = merge_documents(list(records), source, existing)
    writes = [Write(space.iri_of(p), b, "text/turtle") for p, b in merged.writes.items()]
    space.put_all(agent, writes, Activity(Verb.IMPORT, agent, None, "test", {}), {})


def three_years(services: Services, until: date) -> None:
    """Five sources of three years, each with a hole."""
    first = until - timedelta(days=3 * 365)
    hole = {until - timedelta(days=n) for n in (40, 41, 42, 200)}
    days = each(first, until, *hole)
    bring(services, "curve.csv", curve(days))
    bring(services, "index.csv", registers(days))
    for _ in ("a", "b"):
        bring(services, "bank.ofx", transactions(days))
    bring(services, "points.json", positions(days))
    bring(services, "timeline.json", trips(days))
