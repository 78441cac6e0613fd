"""Any RDF document as a table of properties that people can read."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from pod.http.texts import Texts
from pod.http.ui.names import link
from pod.http.ui.people import short
from pod.http.ui.visit import Visit
from pod.model import Iri, Json
from pod.rdf.graph import TURTLE, Graph, parse
from pod.rdf.terms import DOM, RDF, RDFS, Blank, Literal, Named, Term

MOST = 400  # statements on a page
VOCABULARY = Path(__file__).resolve().parents[3] / "vocab" / "domicile.ttl"


def properties(visit: Visit, graph: Graph, document: str) -> tuple[list[Json], int]:
    """One group a subject: its name, kind and rows of (property, values); and what was left out."""
    groups: list[Json] = []
    left = MOST
    for subject in graph.subjects:
        rows: dict[str, list[Json]] = {}
        for _, predicate, value in graph.match(subject):
            left -= 1
            if left >= 0:
                key = "" if predicate == RDF.type else label(str(predicate), visit.texts)
                rows.setdefault(key, []).append(_shown(visit, value))
        kinds = [one["text"] for one in rows.pop("", [])]
        if rows or kinds:
            groups.append(
                {
                    "name": subject_name(visit, subject, document),
                    "kinds": kinds,
                    "rows": list(rows.items()),
                }
            )
    return groups, max(0, -left)


def subject_name(visit: Visit, subject: Term, document: str) -> str:
    if isinstance(subject, Blank):
        return visit.texts("thing-unnamed")
    text = str(subject)
    if text == document:
        return visit.texts("thing-document")
    if text == visit.services.owner.webid:
        return visit.texts("who-you")
    return text.removeprefix(document).lstrip("#") or short(text)


def _shown(visit: Visit, value: Term) -> Json:
    """A value: its text, and a page or an address to follow."""
    if isinstance(value, Literal):
        return {"text": _literal(value, visit.texts), "link": None}
    if not isinstance(value, Named):
        return {"text": visit.texts("thing-unnamed"), "link": None}
    iri = str(value)
    if iri == visit.services.owner.webid:
        return {"text": visit.texts("who-you"), "link": None}
    if iri.startswith(visit.space.root):
        path = visit.space.path_of(Iri(iri.split("#")[0]))
        return {"text": iri.removeprefix(visit.space.root) or "/", "link": link(path)}
    return {"text": label(iri, visit.texts), "link": None}


def _literal(value: Literal, texts: Texts) -> str:
    found = value.value
    if isinstance(found, bool):
        return texts("yes" if found else "no")
    if isinstance(found, datetime):
        return texts.moment(found) if found.tzinfo else str(value)
    if isinstance(found, date):
        return texts.day(found)
    if isinstance(found, int | float | Decimal):
        return texts.number(float(found))
    return str(value)[:2000]


def label(iri: str, texts: Texts) -> str:
    """What a term is called: by our vocabulary, else its last part with spaces."""
    known = _labels().get(iri, {})
    if texts.language in known:
        return known[texts.language]
    last = iri.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
    spaced = "".join(f" {c.lower()}" if c.isupper() else c for c in last).strip()
    return spaced.replace("_", " ").replace("-", " ") or iri


@cache
def _labels() -> dict[str, dict[str, str]]:
    graph = parse(VOCABULARY.read_bytes(), TURTLE, str(DOM)[:-1])
    found: dict[str, dict[str, str]] = {}
    for subject, _, said in graph.match(None, RDFS.label):
        if isinstance(said, Literal) and said.language:
            found.setdefault(str(subject), {})[said.language] = str(said)
    return found


def registers(graph: Graph, texts: Texts) -> Json | None:
    """A year of daily registers as a declared table, None for another document."""
    days: list[tuple[str, dict[str, float], float | None]] = []
    for subject, _, _ in graph.match(None, RDF.type, DOM.DailyIndex):
        pairs = [
            p.partition("=") for p in str(graph.value(str(subject), DOM.registers) or "").split(";")
        ]
        total = graph.value(str(subject), DOM.totalWh)
        try:
            values = {name: float(number) for name, _, number in pairs if number}
            days.append(
                (
                    date.fromisoformat(str(graph.value(str(subject), DOM.day))).isoformat(),
                    values,
                    float(total) if total else None,
                )
            )
        except ValueError:
            continue
    if not days:
        return None
    names = sorted({name for _, values, _ in days for name in values})[:12]
    called = _register_names(graph)
    columns: list[Json] = [{"title": texts("registers-day"), "kind": "date"}]
    columns += [{"title": called.get(n, n), "kind": "kwh", "decimals": 3} for n in names]
    columns.append({"title": texts("registers-total"), "kind": "kwh", "decimals": 3})
    rows: list[list[Any]] = [
        [
            day,
            *(values[n] / 1000 if n in values else None for n in names),
            None if total is None else total / 1000,
        ]
        for day, values, total in sorted(days, key=lambda d: d[0])
    ]
    return {
        "type": "table",
        "id": "registers",
        "question": texts("registers-title"),
        "columns": columns,
        "rows": rows,
        "sentence": texts("registers-said", count=len(rows)),
    }


def _register_names(graph: Graph) -> dict[str, str]:
    """What the holder calls each register, by the latest calendar of the document."""
    found: dict[str, str] = {}
    calendars = sorted(
        (
            str(graph.value(str(s), DOM["from"]) or ""),
            str(graph.value(str(s), DOM.registerNames) or ""),
        )
        for s, _, _ in graph.match(None, RDF.type, DOM.TariffCalendar)
    )
    for _, names in calendars:
        for pair in names.split(";"):
            register, _, name = pair.partition("=")
            if name:
                found[register] = name
    return found
