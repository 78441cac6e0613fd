"""The project's own terms: defined, labelled in both languages, used as their shapes say."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, Graph, Namespace

from pod.programs.merge import finance, purchases, refuels
from pod.programs.merge.mobility import MODES
from pod.rdf.terms import QUDT

ROOT = Path(__file__).resolve().parents[2]
VOCAB = ROOT / "vocab"
DOM = Namespace("https://w3id.org/domicile/ns#")
TERMS = [
    "LoadCurveDay",
    "SupersededReadings",
    "DailyIndex",
    "TariffCalendar",
    "ElectricityContract",
    "ActivePowerImport",
    "ActivePowerExport",
    "day",
    "startsAt",
    "step",
    "count",
    "values",
    "energyWh",
    "maxW",
    "missing",
    "registers",
    "registerNames",
    "totalWh",
    "from",
    "subscribedKva",
    "offPeakHours",
    "recursive",
    "Account",
    "Transaction",
    "SupersededTransaction",
    "Balance",
    "CategoryRule",
    "account",
    "category",
    "pattern",
    "bookingDate",
    "valueDate",
    "referenceScheme",
    "status",
    "occurrence",
    "balanceKind",
    "bank",
    "holder",
    "UncategorisedMoney",
    "origin",
    "exported",
    "periodEnd",
    "sha256",
    "PositionDay",
    "positions",
    "Trip",
    "Visit",
    "CalendarEvent",
    "lastDay",
    "device",
    "distanceKm",
    "mode",
    "modeConfidence",
    "holderLabel",
    "level",
    *("Purchase", "PurchaseLine", "purchase", "matchedBy", "localTime"),
    *("Refuel", "vehicleName", "quantity", "odometerKm", "filledUp"),
    *("SituationChange", "EnergyCertificate", "change", "dpeNumber", "dpeClass", "gesClass"),
    *("primaryEnergyKwhM2", "emissionsKgM2", "floorAreaM2", "constructionYear", "heatingEnergy"),
    *("energyCostYear", "addressId"),
    "TripCorrection",
    "NamedPlace",
    "placeKind",
    "trip",
    "purpose",
    "Mode",
    *sorted(MODES),
    *(
        "GasDay",
        "GasReading",
        "until",
        "endsAt",
        "volumeM3",
        "energyKWh",
        "kWhPerM3",
        "indexStartM3",
    ),
    *(
        "indexEndM3",
        "quality",
        "Measured",
        "Estimated",
        "Corrected",
        "readingStatus",
        "Provisional",
    ),
    *("Final", "readingNature", "partial", "DayTemperature", "outsideCelsius", "Quality"),
    *("ReadingStatus", "MeterReading", "producedWh", "apparentVa", "tariffName", "tariffPeriod"),
]

_BANK = (finance.TRANSACTION, finance.BALANCE, finance.ACCOUNT)


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    return Graph().parse(VOCAB / "domicile.ttl")


@pytest.mark.parametrize("term", TERMS)
def test_every_term_is_defined_and_labelled_in_both_languages(vocabulary: Graph, term: str) -> None:
    assert (DOM[term], RDF.type, None) in vocabulary
    for predicate in (RDFS.label, RDFS.comment):
        said = {o.language for o in vocabulary.objects(DOM[term], predicate)}
        assert said == {"fr", "en"}


def test_nothing_uses_a_term_that_is_not_defined(vocabulary: Graph) -> None:
    defined = {str(s).removeprefix(str(DOM)) for s in vocabulary.subjects(RDF.type, None)}
    folders = (VOCAB, ROOT / "apps", ROOT / "connectors")
    for file in (
        f for folder in folders for f in folder.rglob("*") if f.suffix in (".ttl", ".toml")
    ):
        used = set(re.findall(r"\bdom:([A-Za-z0-9]+)", file.read_text("utf-8")))
        assert {u for u in used if not u.endswith("Shape")} <= defined, file


def test_the_context_says_the_same_as_the_vocabulary() -> None:
    context = json.loads((VOCAB / "context.jsonld").read_text("utf-8"))
    document = {
        "@context": context["@context"],
        "id": "https://home.example/x#2026-01-05-PT30M",
        "type": "LoadCurveDay",
        "day": "2026-01-05",
        "values": "1 - 2",
        "sensor": "https://home.example/x#meter",
    }
    triples = {
        (t.predicate.value, t.object.value)
        for t in ox.parse(json.dumps(document).encode(), format=ox.RdfFormat.JSON_LD)
    }
    assert (str(RDF.type), str(DOM.LoadCurveDay)) in triples
    assert (str(DOM["values"]), "1 - 2") in triples
    assert ("http://www.w3.org/ns/sosa/madeBySensor", document["sensor"]) in triples


def test_the_context_has_every_term_of_accounts_purchases_and_refuels() -> None:
    context = json.loads((VOCAB / "context.jsonld").read_text("utf-8"))["@context"]
    said = {
        value if isinstance(value, str) else value["@id"]
        for value in context.values()
        if isinstance(value, str | dict)
    }
    prefixes = {"dom:": str(DOM), "schema:": "https://schema.org/", "qudt:": str(QUDT)}
    known = {
        full + name.removeprefix(short)
        for name in said
        for short, full in prefixes.items()
        if name.startswith(short)
    }
    for shape in (*_BANK, purchases.PURCHASE, purchases.LINE, refuels.REFUEL):
        fields = (*shape.fields, *shape.derived)
        assert {str(kind) for kind in shape.types} <= known
        assert {str(field.predicate) for field in fields} <= known
        assert {str(field.part.predicate) for field in fields if field.part} <= known


def test_the_example_conforms_and_its_sums_are_right() -> None:
    pyshacl = pytest.importorskip("pyshacl")
    example = Graph().parse(VOCAB / "example.ttl", publicID="https://home.example/e/m/2026-01.ttl")
    shapes = Graph().parse(VOCAB / "shapes.ttl")
    conforms, _, report = pyshacl.validate(example, shacl_graph=shapes)
    assert conforms, report
    for day in example.subjects(RDF.type, DOM.LoadCurveDay):
        tokens = str(example.value(day, DOM["values"])).split()
        step = example.value(day, DOM.step).toPython()
        hours = (step if isinstance(step, timedelta) else step.tdelta) / timedelta(hours=1)
        known = [float(t) for t in tokens if t != "-"]
        assert len(tokens) == int(example.value(day, DOM["count"]))
        assert sum(known) * hours == float(example.value(day, DOM.energyWh))
        assert max(known) == float(example.value(day, DOM.maxW))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"210 208 -', '"210,5 208 -'),
        ("2026-01-04T23:00:00Z", "2026-01-05T00:00:00+01:00"),
        ("qudt:unit unit:W ;", ""),
        ('"EAS F1=4211804;', '"EAS F1 4211804;'),
        ("dom:count 24", 'dom:count "many"'),
        ("dom:ActivePowerImport", "dom:Steam"),
    ],
)
def test_the_shapes_refuse(old: str, new: str) -> None:
    pyshacl = pytest.importorskip("pyshacl")
    text = (VOCAB / "example.ttl").read_text("utf-8")
    assert old in text
    broken = Graph().parse(data=text.replace(old, new, 1), publicID="https://home.example/m.ttl")
    assert not pyshacl.validate(broken, shacl_graph=Graph().parse(VOCAB / "shapes.ttl"))[0]


# ---------------------------------------------------------------- reference data


@pytest.mark.parametrize("file", sorted((VOCAB / "reference").glob("*.json")), ids=lambda f: f.stem)
def test_reference_data_say_what_they_are(file: Path) -> None:
    data = json.loads(file.read_text("utf-8"))
    assert data["id"] == file.stem
    assert data["source"] and data["license"] and date.fromisoformat(data["from"])
    assert set(data["title"]) == set(data["note"]) == {"fr", "en"}
    assert all(len(row) == len(data["columns"]) for row in data["rows"])


def test_tempo_seasons_have_22_red_and_43_white_days() -> None:
    rows = json.loads((VOCAB / "reference/tempo-days.json").read_text("utf-8"))["rows"]
    for first, last, white, red in rows:
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        days = [*map(date.fromisoformat, white.split()), *map(date.fromisoformat, red.split())]
        assert len(set(days)) == len(days) and all(start <= d <= end for d in days)
        if (end.month, end.day) == (8, 31):
            expected = (47, 18) if start.year == 2019 else (43, 22)  # the spring of 2020
            assert (len(white.split()), len(red.split())) == expected
        assert all(
            d.weekday() < 5 and d.month in (11, 12, 1, 2, 3) for d in days[len(white.split()) :]
        )
    starts = [date.fromisoformat(row[0]) for row in rows]
    ends = [date.fromisoformat(row[1]) for row in rows]
    assert starts[1:] == [end + timedelta(days=1) for end in ends[:-1]]


def test_tempo_days_are_those_of_the_published_calendar(shared_data: Path) -> None:
    rows = json.loads((VOCAB / "reference/tempo-days.json").read_text("utf-8"))["rows"]
    colours = {}
    for _, _, white, red in rows:
        colours |= dict.fromkeys(white.split(), "WHITE") | dict.fromkeys(red.split(), "RED")
    published = (shared_data / "reference" / "tempo-days.csv").read_text("utf-8").split()[1:]
    assert len(published) == 4232
    assert all(colours.get(d, "BLUE") == colour for d, colour in (r.split(",") for r in published))


def test_tariffs_have_one_date_and_all_periods_for_each_power() -> None:
    data = json.loads((VOCAB / "reference/tariffs.json").read_text("utf-8"))
    assert data["from"] == "2026-02-01"
    periods: dict[tuple[str, int], set[str]] = {}
    for option, kva, _, period, _ in data["rows"]:
        periods.setdefault((option, kva), set()).add(period)
    for kva in (6, 9):
        assert [len(periods[option, kva]) for option in ("base", "off_peak", "tempo")] == [1, 2, 6]


def test_every_category_is_defined(vocabulary: Graph) -> None:
    from pod.programs.merge.categories import CATEGORIES

    for category in CATEGORIES:
        assert (DOM[category], RDF.type, DOM.MoneyCategory) in vocabulary
