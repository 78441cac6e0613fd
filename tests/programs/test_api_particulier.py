"""API Particulier: every official mock answer becomes records of its own types, then documents."""

from __future__ import annotations

import hashlib
import json
import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from pod.errors import BadOutput
from pod.programs.merge import Source, merge_documents
from pod.sdk import testing
from tests.conftest import LONG
from tests.programs.make_recorded import CONNECTORS
from tests.programs.particulier import Mock, mocks

FOLDER = CONNECTORS / "api_particulier"
Records = list[dict[str, Any]]


def read(kept: bytes) -> Records:
    found, records = testing.import_file(FOLDER, "answer.json", kept)
    assert found == "api-particulier"
    return records


def envelope(path: str, data: Any, query: Any = None, asked: str = "2026-11-24T10:00:00Z") -> bytes:
    answer = {"data": data, "links": {}, "meta": {}}
    return json.dumps({"path": path, "query": query, "asked": asked, "answer": answer}).encode()


@pytest.fixture(scope="module")
def answers(shared_data: Path) -> list[Mock]:
    return list(mocks(shared_data))


def test_every_mock_is_read_or_refused_as_its_status_says(answers: list[Mock]) -> None:
    bad = testing.sdk().BadFile
    kinds: Counter[str] = Counter()
    refused = 0
    for mock in answers:
        if mock.status == 200:
            kinds.update(str(r.get("type")) for r in read(mock.envelope()))
        else:
            with pytest.raises(bad) as caught:
                read(mock.envelope())
            assert caught.value.reason == "refused"
            assert caught.value.facts["code"] == json.loads(mock.payload)["errors"][0]["code"]
            refused += 1
    assert (kinds.pop("File"), refused, kinds.pop("None")) == (286, 73, 4)
    assert kinds == {
        "StudentEnrolment": 81, "Entitlement": 62, "SchoolEnrolment": 49, "Household": 36,
        "FamilyQuotient": 32, "CivicService": 20, "StudentGrant": 18, "Vehicle": 14,
        "JobSeeker": 8, "NationalService": 6, "ChildcareShare": 4, "BenefitPayment": 2,
        "SportStatus": 2,
    }  # fmt: skip


def test_the_path_alone_tells_equal_answers_apart(answers: list[Mock]) -> None:
    by_payload: dict[str, set[str]] = {}
    for mock in answers:
        if mock.status == 200:
            same = json.dumps(json.loads(mock.payload), sort_keys=True)
            right = read(mock.envelope())[0].get("right")
            by_payload.setdefault(same, set()).add(str(right))
    assert any({"rsa", "activity-bonus"} <= rights for rights in by_payload.values())
    assert any({"disabled-adult", "family-support"} <= rights for rights in by_payload.values())


def stored(files: Sequence[tuple[str, Records]]) -> dict[str, bytes]:
    store: dict[str, bytes] = {}
    for name, records in files:
        sha = hashlib.sha256(name.encode()).hexdigest()
        source = Source(f"/imports/{sha[:8]}.json", sha, name)
        given = [r for r in records if "problem" not in r]
        store |= merge_documents(given, source, store.get).writes
    return store


def moments(answers: list[Mock]) -> list[tuple[str, Records]]:
    return [
        (mock.name, read(mock.envelope(f"2026-{1 + n % 9:02d}-24T10:00:00Z")))
        for n, mock in enumerate(answers)
        if mock.status == 200
    ]


def test_any_order_and_repetition_gives_the_same_documents(answers: list[Mock]) -> None:
    files = moments(answers)
    expected = stored(files)
    for seed in range(3 if LONG else 1):
        shuffled = [*files, *files[::7]]
        random.Random(seed).shuffle(shuffled)
        assert stored(shuffled) == expected
    assert stored([*files, *files]) == expected


def test_every_document_has_its_shape(answers: list[Mock]) -> None:
    pyshacl = pytest.importorskip("pyshacl")
    rdflib = pytest.importorskip("rdflib")
    graph = rdflib.Graph()
    for path, body in stored(moments(answers)).items():
        graph.parse(data=body, format="turtle", publicID=f"https://home.example{path}")
    shapes = rdflib.Graph().parse(CONNECTORS.parent / "vocab" / "shapes.ttl")
    conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, report
    graph.update(
        "PREFIX dom: <https://w3id.org/domicile/ns#> DELETE { ?s dom:entitled ?v } WHERE { ?s dom:entitled ?v }"
    )
    assert not pyshacl.validate(graph, shacl_graph=shapes)[0]


def test_amounts_stay_decimal_and_equal_payments_stay_two() -> None:
    paid = {"date_versement": "2024-03-01", "montant_total": 0.1}
    kept = envelope(
        "/v3/france_travail/indemnites/identifiant",
        {"identifiant": "x", "paiements": [paid, paid, {**paid, "montant_total": 1234.56}]},
    )
    first, second, third = [r for r in read(kept) if r["type"] == "BenefitPayment"]
    assert (first["amount"], first["nth"], second["nth"], third["amount"]) == (
        "0.1",
        1,
        2,
        "1234.56",
    )
    body = stored([("a", read(kept))])["/benefits/2024.ttl"].decode()
    assert body.count("a dom:BenefitPayment, schema:MoneyTransfer") == 3
    assert body.count("schema:amount 0.10") == 2


@pytest.mark.parametrize(
    ("written", "known"),
    [("2020-00-00", "2020"), ("2020-05-00", "2020-05"), ("2020-05-04", "2020-05-04")],
)
def test_a_birth_date_is_known_as_far_as_it_is_said(written: str, known: str) -> None:
    child = {"nom_naissance": "X", "prenoms": "Y", "date_naissance": written, "sexe": "F"}
    quotient = {"fournisseur": "CNAF", "valeur": 1, "annee": 2024, "mois": 2}
    data = {"quotient_familial": quotient, "allocataires": [child], "enfants": []}
    records = read(envelope("/v3/dss/quotient_familial/identite", data))
    assert records[1]["members"][0]["birthDate"] == known
    stored([("a", records)])


def test_an_impossible_date_is_left_out_and_told(answers: list[Mock]) -> None:
    odd = [r for m in answers if m.status == 200 for r in read(m.envelope()) if "problem" in r]
    assert {r["text"] for r in odd} == {"200&-04-23", "2021-06-31", "2024-06-31"}


def test_the_newer_answer_stands_and_the_older_is_counted() -> None:
    path, query = "/v3/dss/revenu_solidarite_active/identite", {"nomNaissance": "X"}
    new, old = (
        read(envelope(path, {"est_beneficiaire": b, "date_debut_droit": None}, query, moment))
        for b, moment in ((False, "2026-11-24T10:00:00Z"), (True, "2026-11-02T10:00:00Z"))
    )
    store = stored([("new", new)])
    (path,) = store
    late = merge_documents(old, Source("/imports/o.json", "0" * 64), store.get)
    assert (late.writes, late.found.kept) == ({}, 1)
    (first,) = stored([("old", old)]).values()
    early = merge_documents(new, Source("/imports/n.json", "1" * 64), {path: first}.get)
    assert len(early.changed) == 1
    assert b"dom:entitled false" in early.writes[path]
    assert b"dom:entitled true" not in early.writes[path]


@pytest.mark.parametrize(
    "record",
    [
        {"type": "Entitlement", "right": "rsa"},
        {"type": "Entitlement", "right": "gold", "entitled": True},
        {"type": "Entitlement", "right": "rsa", "entitled": "yes"},
        {"type": "Entitlement", "right": "rsa", "entitled": True, "x": 1},
        {"type": "Entitlement", "right": "rsa", "entitled": True, "about": {"x": "y"}},
        {"type": "Entitlement", "right": "rsa", "entitled": True, "about": [{}] * 41},
        {"type": "Entitlement", "right": "rsa", "entitled": True, "asOf": "2026-02-30"},
        {"type": "Vehicle", "plate": "../../profile/card"},
        {"type": "Vehicle", "plate": "A\n<#x> a <y> ."},
        {"type": "SchoolEnrolment", "year": "../../x", "enrolled": True},
    ],
)
def test_a_record_that_is_not_sound_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(BadOutput):
        merge_documents([record], Source("/imports/x.json", "0" * 64), lambda path: None)
