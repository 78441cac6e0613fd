"""An edited consent, seen from inside the app: a program that asks for more in every way that it has, against
the same program without limits (the control)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pyoxigraph as ox
import pytest

from pod import server
from pod.commands import import_files, run_app
from pod.config import Settings
from pod.errors import BadInput
from pod.model import Json
from pod.programs import merge
from pod.programs.author import new
from pod.programs.guest.build import build
from pod.programs.merge.items import Shape
from pod.programs.narrow import WHEN, Limit, narrow
from pod.rdf.terms import XSD
from pod.sample import write_household, write_statements
from pod.services import Services

UNTIL = date(2026, 10, 31)
FIRST = "2026-10-20"
DOM = "https://w3id.org/domicile/ns#"
MAIN = """
ASKED = (
    ("load_curve", {}), ("load_curve", {"from": "2026-09-01", "to": "2026-10-02"}),
    ("everything", {}), ("graphs", {}), ("packed", {}), ("peak", {}), ("sums", {}), ("words", {}),
    ("on", {"at": "2026-10-02"}), ("on", {"at": "2026-10-21"}), ("optional", {}),
    ("secret", {}), ("load_curve", {"since": "2020-01-01"}), ("SELECT * {?s ?p ?o}", {}),
)


def run(pod, params):
    found = []
    for name, given in ASKED:
        try:
            table = pod.query(name, **given)
            said = {"columns": table.columns, "rows": list(table.rows), **table.facts}
        except Exception as error:
            said = {"refused": str(error)[:80]}
        found.append([name, given, said])
    return {"found": found}
"""
PLAIN = "SELECT {what} WHERE {{ {where} }}"
MOVE = f"?m a <{DOM}Transaction> ; <{DOM}bookingDate> ?d ; <https://schema.org/amount> ?a . "
MOVE += "?a <https://schema.org/value> ?v ."
QUERIES = {
    "everything": ("?s ?p ?o", "?s ?p ?o", ""),
    "graphs": ("DISTINCT ?g", "GRAPH ?g { ?s ?p ?o }", ""),
    "packed": (
        "?n ?values",
        f"?s <{DOM}values> ?values OPTIONAL {{ ?s <{DOM}maxW> ?n }}",
        "",
    ),
    "peak": (
        "(MAX(STRLEN(?values)) AS ?long) (COUNT(DISTINCT ?values) AS ?kinds)",
        f"?s <{DOM}values> ?values",
        "",
    ),
    "sums": ("(SUM(?v) AS ?sum) (COUNT(?m) AS ?n) (MIN(?d) AS ?first)", MOVE, ""),
    "words": ("(COUNT(?t) AS ?n)", f"{MOVE} ?m <https://schema.org/description> ?t", ""),
    "on": ("?at (COUNT(?m) AS ?n)", f"?m <{DOM}day>|<{DOM}bookingDate> ?at", 'at = "date"'),
    "optional": (
        "?v ?t",
        f"{MOVE} OPTIONAL {{ ?m <https://schema.org/description> ?t }}",
        "",
    ),
    "secret": ("?v", MOVE, ""),
}
QUERY = """
[[queries]]
name = "{name}"
classes = ["LoadCurveDay", "Transaction"]
what = {{ fr = "Tout", en = "All" }}
why = {{ fr = "Rien", en = "Nothing" }}
{without}
columns = ["s"]
params = {{ {params} }}
sparql = '''
{sparql}
'''
"""


def files_of(home: Path) -> dict[str, bytes]:
    """The template with the curious program in it."""
    folder = new("app", "curious", home)
    (folder / "main.py").write_text(MAIN, "utf-8")
    (folder / "result.schema.json").write_text('{"type": "object"}', "utf-8")
    more = ""
    for name, (what, where, params) in QUERIES.items():
        group = " GROUP BY ?at" if name == "on" else ""
        without = 'without = { fr = "Rien", en = "Nothing" }' if name == "secret" else ""
        sparql = PLAIN.format(what=what, where=where) + group
        more += QUERY.format(name=name, sparql=sparql, params=params, without=without)
    manifest = (
        (folder / "manifest.toml").read_text("utf-8").replace("[result]", more + "\n[result]")
    )
    (folder / "manifest.toml").write_text(manifest, "utf-8")
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.glob("*.*")}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    build()
    folder = tmp_path_factory.mktemp("limits")
    settings = replace(
        Settings(), data=folder / "data", vault_key_file=str(folder / "key"), run_calls=40
    )
    server.initialise(settings)
    services = server.build(settings)
    files = write_household(folder, until=UNTIL, days=40)[:1]
    files += write_statements(folder, until=UNTIL, days=90)[:1]
    import_files(services, [str(file) for file in files])
    services.programs.install_files(services.owner, files_of(folder), "curious")
    yield services
    services.close()


def seen(services: Services, since: str | None = None, **limits: Any) -> list[Json]:
    """What the program has seen, question by question."""
    begin = date.fromisoformat(since) if since else None
    services.consents.accept(services.owner, "curious", begin, limits=limits)
    found = run_app(services, "curious", agree=False)["found"]
    return [said for _, _, said in found]


@pytest.fixture(scope="module")
def control(services: Services) -> list[Json]:
    return seen(services)


def test_without_limits_all_that_is_declared_is_seen(control: list[Json]) -> None:
    whole, asked, everything, graphs, packed, peak, sums, words, *_ = control
    assert len(whole["rows"]) >= 40 and len(asked["rows"]) >= 5
    assert len(everything["rows"]) > 500 and len(graphs["rows"]) > 3
    assert peak["rows"][0][1] >= 40 and max(int(r[0] or 0) for r in packed["rows"]) > 2000
    assert sums["rows"][0][1] > 10 and words["rows"][0][0] == sums["rows"][0][1]
    assert [said["rows"][0][1] > 0 for said in control[8:10]] == [True, True]
    assert "precision" not in whole
    assert all("refused" in said for said in control[12:14]), "neither argument nor SPARQL"


def test_a_period_holds_whatever_the_question_says(services: Services, control: list[Json]) -> None:
    """A question without any bound finds nothing older: neither rows, sums nor counts."""
    whole, asked, everything, _, packed, peak, sums, words, before, within, *_ = seen(
        services, FIRST
    )
    assert len(whole["rows"]) == 12 and asked["rows"] == []
    # Local midnight of the first day lies on the day before, in UTC.
    said = json.dumps([row for row in everything["rows"] if row[2] != "2026-10-19T22:00:00Z"])
    assert "2026-10-21" in said and "2026-10-19" not in said and "2026-09" not in said
    assert len(packed["rows"]) <= 13 and peak["rows"][0][1] <= 13
    assert sums["rows"][0][2] >= FIRST and sums["rows"][0][1] < control[6]["rows"][0][1]
    assert words["rows"][0][0] == sums["rows"][0][1]
    assert before["rows"] == [] and within["rows"][0][1] > 0


@pytest.mark.parametrize("time", ["day", "month"])
def test_coarser_times_leave_no_finer_ones(
    services: Services, control: list[Json], time: str
) -> None:
    whole, _, everything, graphs, packed, peak, sums, words, before, _, _, *_ = seen(
        services, time=time
    )
    for row in packed["rows"]:
        assert len(set(row[1].split())) == 1 and row[0] is None, "one power, and no peak"
    if time == "month":
        curves = {row[1].split()[0] for row in packed["rows"]}
        assert len(curves) == 2, "one power a month"
        said = {row[2] for row in everything["rows"] if row[1].endswith("bookingDate")}
        assert said and all(day.endswith("-01") for day in said)
        assert before["rows"] == [["2026-10-02", 1]], "a day that the curve is spread over"
    for subject, _, value in everything["rows"]:
        assert "localhost" not in f"{subject}{value}", "addresses say days and meters"
        assert "T" not in str(value)[10:11] or str(value).endswith(("22:00:00Z", "23:00:00Z"))
    assert all(str(row[0]).startswith("urn:domicile:") for row in graphs["rows"])
    assert words["rows"][0][0] == 0 and sums["rows"][0][1] == control[6]["rows"][0][1]
    spread, course = (sum(map(energy, said["rows"])) for said in (whole, control[0]))
    assert spread == pytest.approx(course, rel=1e-4)
    assert peak["rows"][0][1] <= len(packed["rows"])
    assert whole["precision"] == {"time": time, "place": "exact", "money": "exact"}


def energy(row: list[Any]) -> float:
    """Wh of a row of the load curve."""
    hours = 0.5 if row[1] == "PT30M" else 1
    return sum(float(word) * hours for word in row[2].split() if word != "-")


def test_rounded_amounts_are_all_that_can_be_summed(
    services: Services, control: list[Json]
) -> None:
    *_, optional, secret, _, _ = seen(services, money="hundreds")
    assert all(row[0] % 100 == 0 and row[1] is None for row in optional["rows"])
    assert all(row[0] % 100 == 0 for row in secret["rows"])
    assert any(row[0] % 100 for row in control[10]["rows"])


def test_fields_and_questions_that_are_refused(services: Services, control: list[Json]) -> None:
    text = "https://schema.org/description"
    fields = {"optional": [text], "everything": [text], "words": [text]}
    found = seen(services, without=fields, refused=["secret"])
    assert {row[1] for row in found[10]["rows"]} == {None}
    assert len(found[10]["rows"]) == len(control[10]["rows"])
    assert found[7]["rows"][0][0] == 0 and control[7]["rows"][0][0] > 0
    assert text not in {row[1] for row in found[2]["rows"]}
    assert found[11]["rows"] == [] and found[11]["refused"] is True and control[11]["rows"]
    (run, *_) = services.runs.all(services.owner, "curious")
    rows = {call["name"]: call.get("rows") for call in run["audit"]["calls"]}
    assert (rows["secret"], rows["optional"]) == (0, len(found[10]["rows"]))


@pytest.mark.parametrize(
    "limits", [{"time": "hour"}, {"place": "street"}, {"money": "cents"}, {"refused": ["on"]}]
)
def test_limits_that_are_none_are_refused(services: Services, limits: Json) -> None:
    """Misspelt, they would limit nothing; and what an app cannot do without is not refused alone."""
    with pytest.raises(BadInput):
        services.consents.accept(services.owner, "curious", limits=limits)


READINGS = f"""
PREFIX dom: <{DOM}> PREFIX sosa: <http://www.w3.org/ns/sosa/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<#across> a dom:GasReading; dom:from "2026-09-01"^^xsd:date; dom:until "2026-10-21"^^xsd:date;
  dom:startsAt "2026-09-01T04:00:00Z"^^xsd:dateTime; dom:endsAt "2026-10-21T04:00:00Z"^^xsd:dateTime.
<#within> a dom:GasReading; dom:from "2026-10-20"^^xsd:date; dom:until "2026-11-01"^^xsd:date;
  dom:startsAt "2026-10-20T04:00:00Z"^^xsd:dateTime; dom:endsAt "2026-11-01T05:00:00Z"^^xsd:dateTime.
<#beyond> a dom:GasReading; dom:from "2026-10-20"^^xsd:date; dom:until "2026-11-02"^^xsd:date;
  dom:startsAt "2026-10-20T04:00:00Z"^^xsd:dateTime; dom:endsAt "2026-11-02T05:00:00Z"^^xsd:dateTime.
<#lastday> a dom:GasDay; dom:day "2026-10-31"^^xsd:date;
  dom:startsAt "2026-10-31T05:00:00Z"^^xsd:dateTime; dom:endsAt "2026-11-01T05:00:00Z"^^xsd:dateTime.
<#before> a dom:MeterReading; sosa:resultTime "2026-10-19T21:59:00Z"^^xsd:dateTime.
<#after> a dom:MeterReading; sosa:resultTime "2026-10-19T22:00:00Z"^^xsd:dateTime.
"""


def test_a_reading_that_tells_of_other_days_is_left_out() -> None:
    """What was used between two dates is within the period, or not told at all."""
    base = "https://me.example/it.ttl"
    graph = ox.NamedNode(base)
    triples = [q.triple for q in ox.parse(READINGS, ox.RdfFormat.TURTLE, base_iri=base)]
    quads = [ox.Quad(t.subject, t.predicate, t.object, graph) for t in triples]
    limit = Limit(since=date.fromisoformat(FIRST), until=UNTIL)
    left = {quad.subject.value.partition("#")[2] for quad in narrow(quads, limit)}
    assert left == {"within", "lastday", "after"}
    assert len(narrow(quads, Limit())) == len(quads)


def test_no_class_of_dated_things_is_forgotten_by_a_period() -> None:
    """Each shape that says a moment says it by a predicate that periods know of."""
    modules = [
        import_module(one.name) for one in iter_modules(merge.__path__, "pod.programs.merge.")
    ]
    shapes = {id(v): v for m in modules for v in vars(m).values() if isinstance(v, Shape)}
    dated = 0
    for shape in shapes.values():
        fields = [*shape.fields, *shape.derived]
        times = {f.predicate for f in fields if f.datatype in (XSD.date, XSD.dateTime)}
        dated += bool(times)
        assert not times or times & WHEN, shape.types
    assert dated >= 8
