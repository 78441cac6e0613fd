"""The one place where what an app asks is answered: the manifest's questions, within what its owner
agreed to. A preview for the owner is answered here too, so that it shows what the app would read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from pod.errors import BadInput, LimitHit, NotAllowed, Unavailable
from pod.model import Agent, Iri, Json
from pod.programs.manifest import Program, Query
from pod.programs.narrow import Limit, narrow
from pod.programs.reference import Known
from pod.rdf.terms import DOM
from pod.space import Dataset, Space

SAMPLE = 5  # rows of each query that the owner is shown
_NOTHING: Json = {"before": 0, "after": 0, "columns": [], "rows": []}


class Answers:
    """Called with the name and the typed parameters of a query, by one run. `agreed` raises NotAllowed
    once `consent` is no longer what its owner agreed to. `used` are the documents asked, `rows` how
    many rows each query has had, each time."""

    def __init__(
        self,
        space: Space,
        references: Known,
        consent: Json,
        program: Program,
        agreed: Callable[[], None] = lambda: None,
        agent: Agent | None = None,
    ) -> None:
        self._space = space
        self._references = references
        self._consent = consent
        self._agreed = agreed
        self._agent = agent or space.program(program.manifest.name)
        self._queries = {query.name: query for query in program.manifest.queries}
        self.used: set[Iri] = set()
        self.rows: dict[str, list[int]] = {}

    def __call__(self, name: str, params: Mapping[str, Any]) -> Json:
        query = self._queries.get(name)
        if query is None:
            raise NotAllowed("this query is not in the manifest", query=name)
        self._agreed()
        if name in (self._consent.get("refused") or ()):
            # No attempt at more: it asks what it declared, and its owner has said no to that.
            self.rows.setdefault(name, []).append(0)
            return {"columns": list(query.columns), "rows": [], "refused": True}
        if query.reference:
            return self._references.get(query.reference)
        documents = {
            iri for kind in query.classes for iri in self._space.find(self._agent, str(DOM[kind]))
        }
        self.used |= documents
        # Only what holds the classes that the owner was shown: no more is read, nor joined over.
        over = tuple(sorted(documents))
        limit = limit_of(self._consent, name, self._space.settings.time_zone)
        found = self._space.query(
            self._agent,
            query.sparql,
            _clamped(query, params, limit),
            Dataset(over, over),
            (lambda quads: narrow(quads, limit)) if limit.narrows else None,
        )
        self.rows.setdefault(name, []).append(len(found.terms))
        answer: Json = {"columns": list(found.columns), "rows": found.rows}
        if limit.coarse:
            answer["precision"] = {
                "time": limit.time, "place": limit.place, "money": limit.money
            }  # fmt: skip
        return answer


def preview(space: Space, references: Known, consent: Json, program: Program, agent: Agent) -> Json:
    """What the app would read by `consent`, for the owner's eyes: {query: {"before": how many rows
    without limits, "after": with them, "columns", "rows": the first of them, "fault": why there are none}}."""
    whole = Answers(space, references, {"id": consent["id"]}, program, agent=agent)
    less = Answers(space, references, consent, program, agent=agent)
    found: Json = {}
    for query in program.manifest.queries:
        if query.reference:
            continue
        limit = limit_of(consent, query.name, space.settings.time_zone)
        narrowed = limit.narrows or query.name in consent["refused"]
        try:
            before = whole(query.name, {})
            after = less(query.name, {}) if narrowed else before
        except (BadInput, LimitHit, Unavailable) as error:  # one that fails hides no other
            found[query.name] = {**_NOTHING, "fault": error.detail}
            continue
        given = query.params or {}
        shown = [i for i, column in enumerate(after["columns"]) if column not in given]
        found[query.name] = {
            "before": len(before["rows"]),
            "after": len(after["rows"]),
            "columns": [after["columns"][i] for i in shown],
            "rows": [[row[i] for i in shown] for row in after["rows"][:SAMPLE]],
            "fault": None,
        }
    return found


def limit_of(consent: Json, query: str, zone: str) -> Limit:
    """What a consent leaves of the data for one of its queries, today."""
    since, until = consent.get("since"), consent.get("until")
    first = date.fromisoformat(since) if since else None
    if months := consent.get("months"):
        first = max(first or date.min, months_ago(datetime.now(UTC).date(), int(months)))
    return Limit(
        since=first,
        until=date.fromisoformat(until) if until else None,
        time=consent.get("time") or "exact",
        place=consent.get("place") or "exact",
        money=consent.get("money") or "exact",
        without=frozenset((consent.get("without") or {}).get(query, ())),
        secret=str(consent.get("id")).encode(),
        zone=zone,
    )


def months_ago(day: date, months: int) -> date:
    """The day after the same day of the month so many months before: 2026-11-24, 1: 2026-10-25."""
    at = day.year * 12 + day.month - 1 - months
    first = date(at // 12, at % 12 + 1, 1)
    last = (date(at // 12 + (at % 12 == 11), (at + 1) % 12 + 1, 1) - first).days
    return date.fromordinal(first.toordinal() + min(day.day, last))


def _clamped(query: Query, params: Mapping[str, Any], limit: Limit) -> dict[str, Any]:
    """`from` and `to` never reach outside the period that the owner agreed to."""
    bounds = dict(params)
    for key, agreed, first, pick in (
        ("from", limit.since, date.min, max),
        ("to", limit.until, date.max, min),
    ):
        if (query.params or {}).get(key) == "date":
            days = [day for day in (params.get(key), agreed) if day]
            bounds[key] = pick(days, default=first)
            bounds[key] = limit.first(bounds[key]) if key == "from" else bounds[key]
    return bounds
