"""API Particulier through its stand-in: every mock comes, and a connection's whole life."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from pod import server
from pod.config import Settings
from pod.model import Json
from pod.programs.guest.build import build
from pod.programs.sandbox import enveloped
from pod.sdk import testing
from pod.services import Services
from tests.programs.make_recorded import CONNECTORS
from tests.programs.particulier import mocks
from tests.programs.particulier_standin import TOKEN, Particulier, words

HOST = "https://particulier.api.gouv.fr"
FACTS = {  # the invented person whom the staging data give a couple with two children
    "family_name": "ROUX", "given_names": "JEANNE STEPHANIE", "birth_date": "1987-06-27",
    "sex": "F", "birth_country": "99100", "birth_municipality": "08480", "recipient": "10000001700010",
}  # fmt: skip


@pytest.fixture(scope="module")
def holder(shared_data: Path) -> Iterator[Particulier]:
    found = Particulier(mocks(shared_data)).start()
    yield found
    found.close()


@pytest.fixture(autouse=True)
def quiet(holder: Particulier) -> None:
    holder.faults.clear()
    holder.left = 10**6


def test_every_mock_comes_through_the_stand_in(holder: Particulier) -> None:
    folder = CONNECTORS / "api_particulier"
    bad = testing.sdk().BadFile
    came: dict[str, int] = {}
    with httpx.Client(base_url=holder.origin) as client:
        for mock in holder.mocks:
            query = urlencode(words(mock.params), doseq=True)
            bearer = TOKEN
            if mock.path.endswith("/france_connect"):
                bearer, query = holder.france_connect(mock.params), ""
            url = f"{mock.path}?{query}" if query else mock.path
            said = client.get(url, headers={"authorization": f"Bearer {bearer}"})
            # Two mocks of one path may ask for the same person: either is an official answer.
            same = [m for m in holder.mocks if m.path == mock.path and m.params == mock.params]
            assert (said.status_code, said.text) in {(m.status, m.payload) for m in same}, mock.name
            kept = enveloped(f"{HOST}{url}", said.content)
            try:
                assert testing.import_file(folder, "x.answer.json", kept)[0] == "api-particulier"
            except bad as refused:
                assert refused.reason == "refused" and said.status_code != 200
            came[str(said.status_code)] = came.get(str(said.status_code), 0) + 1
    assert sum(came.values()) == 359
    assert set(came) == {"200", "403", "404", "422", "429", "502", "504"}


def test_without_its_token_it_says_nothing(holder: Particulier) -> None:
    for path in ("/v3/dss/quotient_familial/identite", "/v3/dss/prime_activite/france_connect"):
        assert httpx.get(holder.origin + path).status_code == 401


class Household:
    def __init__(self, folder: Path, holder: Particulier) -> None:
        build()
        self.settings = replace(
            Settings(), data=folder / "data", vault_key_file=str(folder / "key"),
            outbound_loopback=True, holder_hosts=f"{HOST}={holder.origin}",
        )  # fmt: skip
        server.initialise(self.settings)
        self.services: Services = server.build(self.settings)

    def connect(self, **changed: str) -> str:
        facts = {**FACTS, **changed}
        add = self.services.connections.add
        found = add(self.services.owner, "api_particulier", "identity", facts, {"token": TOKEN})
        return str(found["id"])

    def sync(self, connection: str) -> Json:
        return self.services.connections.sync(self.services.owner, connection)

    def documents(self) -> dict[str, str]:
        space, found = self.services.space, {}
        for home in ("/benefits/", "/household/"):
            iri = space.iri_of(home)
            if space.exists(self.services.owner, iri):
                for member in space.list(self.services.owner, iri):
                    body = space.get(self.services.owner, member.iri).body.read(1 << 22)
                    found[space.relative(member.iri)] = body.decode()
        return found


@pytest.fixture
def house(tmp_path: Path, holder: Particulier) -> Iterator[Household]:
    found = Household(tmp_path, holder)
    yield found
    found.services.close()


def serve(holder: Particulier, name: str, data: Any) -> None:
    """One more answer for whoever asks about this right."""
    mock = next(m for m in holder.mocks if m.path == f"/v3/dss/{name}/identite" and m.status == 200)
    payload = json.dumps({"data": data, "links": {}, "meta": {}})
    holder.mocks.append(replace(mock, params={"nomNaissance": "TESTE"}, payload=payload))


def test_what_a_person_is_entitled_to_comes_once(house: Household, holder: Particulier) -> None:
    serve(holder, "revenu_solidarite_active", {"est_beneficiaire": True, "avec_majoration": False})
    serve(holder, "prime_activite", {"est_beneficiaire": True, "avec_majoration": False})
    connection = house.connect(family_name="TESTE")
    told = house.sync(connection)
    assert (told["state"], told["answers"], told.get("error")) == ("active", 2, None)
    documents = house.documents()
    (body,) = documents.values()
    assert body.count("a dom:Entitlement") == 2
    assert 'dom:right "rsa"' in body and 'dom:right "activity-bonus"' in body
    house.sync(connection)
    (again,) = house.documents().values()
    assert again.count("a dom:Entitlement") == 2
    assert TOKEN not in "".join(holder.asked) and TOKEN not in body


@pytest.mark.parametrize(
    ("fault", "state", "reason"),
    [
        ("401", "action", "refused"),
        ("403", "action", "privileges"),
        ("422", "action", "identity"),
        ("429", "active", "quota"),
        ("502", "active", "status-502"),
        ("504", "active", "status-504"),
        ("malformed", "active", "malformed"),
    ],
)
def test_what_goes_wrong_is_the_owners_or_the_times(
    house: Household, holder: Particulier, fault: str, state: str, reason: str
) -> None:
    connection = house.connect()
    holder.faults.append(fault)
    told = house.sync(connection)
    assert (told["state"], told["error"]["reason"]) == (state, reason)
    holder.faults.clear()
    house.services.connections.resume(house.services.owner, connection)
    assert house.sync(connection)["state"] == "active"


def test_a_birth_date_that_makes_no_sense_asks_the_owner_and_nobody_else(
    house: Household, holder: Particulier
) -> None:
    before = len(holder.asked)
    told = house.sync(house.connect(birth_date="27 June"))
    assert (told["state"], told["error"]["reason"]) == ("action", "identity")
    assert len(holder.asked) == before


def test_one_broken_right_keeps_no_other_from_coming(house: Household, holder: Particulier) -> None:
    serve(holder, "revenu_solidarite_active", {"est_beneficiaire": True, "avec_majoration": False})
    serve(holder, "prime_activite", {"est_beneficiaire": True, "avec_majoration": False})
    connection = house.connect(family_name="TESTE")
    holder.faults.append("502")  # of the first question: the minimum income
    told = house.sync(connection)
    assert (told["answers"], told["error"]["reason"]) == (1, "status-502")
    assert 'dom:right "rsa"' not in "".join(house.documents().values())
    assert 'dom:right "activity-bonus"' in "".join(house.documents().values())
    house.services.connections.resume(house.services.owner, connection)
    house.sync(connection)
    assert 'dom:right "rsa"' in "".join(house.documents().values())


def test_over_the_quota_nothing_more_is_asked(house: Household, holder: Particulier) -> None:
    connection = house.connect()
    holder.left = 0
    before = len(holder.asked)
    assert house.sync(connection)["error"]["reason"] == "quota"
    assert len(holder.asked) == before + 1


def test_a_year_of_quotients_and_then_the_last_months(
    house: Household, holder: Particulier
) -> None:
    quotient = {"fournisseur": "CNAF", "valeur": 812, "annee": 2026, "mois": 10}
    serve(holder, "quotient_familial", {"quotient_familial": quotient, "allocataires": []})
    connection = house.connect(family_name="TESTE")

    def asked() -> list[str]:
        begun = len(holder.asked)
        assert house.sync(connection)["state"] == "active"
        return [path for path in holder.asked[begun:] if "quotient_familial" in path]

    assert [len(asked()), len(asked())] == [12, 3]
    (body,) = house.documents().values()
    assert body.count("a dom:FamilyQuotient") == 1
