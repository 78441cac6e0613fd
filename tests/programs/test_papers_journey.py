"""A paper and an answer, from the drop to the sentence that says what they hold."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from pod import server
from pod.config import Settings
from pod.http.failures import failure
from pod.http.texts import Texts
from pod.http.ui.stated import sentences
from pod.model import Body, Iri, Json
from pod.programs.guest.build import build
from pod.services import Services
from tests.programs.particulier import mocks
from tests.programs.test_public_papers import certificate, code, signed


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def drop(services: Services, name: str, data: bytes) -> Json:
    return services.imports.run(services.owner, Body.of(data), name)


def photograph(text: str, kind: str) -> bytes:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    page = Image.new("L", (1000, 1300), 255)
    page.paste(Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=4)), (500, 90))
    out = io.BytesIO()
    page.rotate(3, fillcolor=255).save(out, kind)
    return out.getvalue()


def said(job: Json, language: str = "fr") -> list[str]:
    return [plain(text) for text in sentences(Texts(language), job["found"])]


def plain(text: str) -> str:
    """With the spaces and apostrophes of a keyboard."""
    return text.replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


@pytest.mark.parametrize(("name", "kind"), [("avis.png", "PNG"), ("avis.pdf", "PDF")])
def test_a_dropped_tax_notice_says_what_it_holds(services: Services, name: str, kind: str) -> None:
    data = photograph(code(), kind)
    job = drop(services, name, data)
    assert (job["error"], job["connector"], job["records"]) == (None, "public_papers", 1)
    assert (job["from"], job["to"]) == ("2023-01-01", "2023-12-31")
    (french,) = said(job)
    assert french.startswith(
        "Avis d'impôt sur les revenus de 2023 : revenu fiscal de référence 0 €, 2 parts"
    )
    assert french.endswith(
        "Signature non vérifiée : le certificat de l'autorité n'est pas connu ici."
    )
    assert said(job, "en")[0].startswith("Tax notice on the income of 2023: reference income €0")
    # The picture itself is what was kept.
    kept = services.space.get(services.owner, Iri(job["raw"]))
    assert kept.body.read(1 << 24) == data
    assert drop(services, name, data)["repeated"]


def test_the_three_specimens_are_three_records(services: Services, shared_data: Path) -> None:
    job = drop(services, "s.json", (shared_data / "2ddoc" / "specimens.json").read_bytes())
    assert (job["error"], job["records"], job["documents"]) == (None, 3, 2)
    first, _, notice = said(job)
    assert "57000 METZ" in first
    assert "63 198 €, 2,75 parts, impôt net 3 542 €" in notice


def test_a_forged_paper_is_kept_and_not_believed(services: Services) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    folder = services.space.settings.data / "authorities"
    folder.mkdir()
    (folder / "FR999901.der").write_bytes(certificate(key, datetime(2012, 1, 1, tzinfo=UTC)))
    true = drop(services, "true.txt", signed(key).encode())
    assert said(true)[0].endswith("Signature vérifiée avec le certificat de l'autorité.")
    forged = drop(services, "forged.txt", signed(key).replace("JANE", "JOHN").encode())
    assert forged["state"] == "failed"
    assert forged["error"]["facts"]["reason"] == "forged"
    assert "modifié, ou mal lu" in plain(failure(Texts("fr"), forged["error"]).said)
    assert services.space.exists(services.owner, Iri(forged["raw"]))


def test_a_picture_without_a_code_says_what_to_do(services: Services) -> None:
    out = io.BytesIO()
    Image.new("L", (200, 200), 255).save(out, "PNG")
    job = drop(services, "cat.png", out.getvalue())
    assert job["error"]["facts"]["reason"] == "picture-no-code"
    assert failure(Texts("en"), job["error"]).todo.startswith("Photograph the code")


def test_each_kind_of_answer_has_its_sentence(services: Services, shared_data: Path) -> None:
    """One answer of every endpoint through the box, the merge and the page's words, both languages."""
    seen: set[str] = set()
    for mock in mocks(shared_data):
        endpoint = mock.path.split("/")[3]
        if mock.status != 200 or endpoint in seen:
            continue
        seen.add(endpoint)
        job = drop(services, f"{endpoint}.answer.json", mock.envelope())
        assert job["error"] is None, (mock.name, job["error"])
        for language in ("fr", "en"):
            for sentence in said(job, language):
                assert "–" not in sentence or "–" in mock.payload or endpoint in OPEN, sentence
    assert len(seen) == 17


OPEN = (
    "scolarites",
    "statut_etudiant",
)  # an institution without a name, a date that does not exist
