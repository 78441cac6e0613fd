"""2D-Doc: the public specimens to the letter, the three headers, and signatures checked or said unchecked."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.x509.oid import NameOID

from pod.errors import BadFile
from pod.programs.authorities import Authorities
from pod.programs.merge import Source, merge_documents
from pod.sdk import testing
from tests.programs.make_recorded import CONNECTORS

FOLDER = CONNECTORS / "public_papers"
GS, RS, US = "\x1d", "\x1e", "\x1f"
NOTICE = f"2801FR432{GS}442378012345678452023410{GS}46DOE JANE{GS}4A31072024"
PROOF = f"0001FR247500010MME/DOE/JANE{GS}22145 RUE X{GS}25PARIS{GS}"
SIGNATURE = base64.b32encode(bytes(range(64))).decode().rstrip("=")


def read(text: str, name: str = "code.txt") -> list[dict[str, Any]]:
    found, records = testing.import_file(FOLDER, name, text.encode())
    assert found == "2d-doc"
    return records


def refused(text: str) -> Any:
    with pytest.raises(testing.sdk().BadFile) as caught:
        read(text)
    return caught.value


def code(message: str = NOTICE, head: str = "DC04FR000001125E125C") -> str:
    return f"{head}{message}{US}{SIGNATURE}"


def test_the_specimens_say_what_is_printed_on_them(shared_data: Path) -> None:
    text = (shared_data / "2ddoc" / "specimens.json").read_text("utf-8")
    specific, invoice, notice, file = read(text, "specimens.json")
    assert {k: v for k, v in specific.items() if k != "seal"} == {
        "type": "ProofOfAddress",
        "paper": "specific",
        "name": "MLLE SAMPLE ANGELA",
        "address": "BAT 2 ETG 3, 7 PLACE DES SPECIMENS",
        "postalCode": "57000",
        "locality": "METZ",
        "country": "FR",
        "issuedOn": "2012-11-15",
        "signedOn": "2012-11-13",
    }
    assert (invoice["paper"], invoice["postalCode"]) == ("invoice", "75000")
    assert (invoice["name"], invoice["signedOn"]) == ("MME SPECIMEN NATACHA", "2012-11-12")
    assert {k: v for k, v in notice.items() if k != "seal"} == {
        "type": "TaxNotice",
        "number": "2278012345678",
        "incomeYear": 2021,
        "referenceIncome": "63198",
        "parts": "2.75",
        "assessedOn": "2022-07-31",
        "netTax": "3542",
        "due": "182",
        "withheld": "3724",
        "address": "145 RUE JULLIARD ZASPECIMEN 78320 LEVIS STNOM",
        "declarants": [
            {"name": "RETI PATRICK", "taxNumber": "3001123456789"},
            {"name": "RETISOPHIE", "taxNumber": "0701987765432"},
        ],
        "signedOn": "2025-02-18",
    }
    assert notice["seal"]["certificate"] == "FR000001"
    assert len(notice["seal"]["signature"]) == 128
    assert file["exported"] == "2025-02-18T00:00:00Z"
    # Each alone, as a reader of codes gives it, also with what cannot be printed written out.
    for one, expected in zip(json.loads(text), (specific, invoice, notice), strict=True):
        for written in (
            one["raw"],
            one["raw"].replace(GS, "<GS>").replace(US, "<US>"),
            one["raw"].replace(GS, "␝").replace(US, "␟") + "\r\n",
        ):
            assert read(written)[0] == expected


def test_each_version_has_its_own_header() -> None:
    fields = NOTICE[6:]
    four = read(code())[0]
    three = read(code(f"2801{fields}", "DC03FR000001125E125C"))[0]
    two = read(code(f"28{fields}", "DC02FR000001125E125C"))[0]
    for found in (two, three):
        assert {**found, "seal": 0} == {**four, "seal": 0}
    assert four["issuedOn"] == "2012-11-15"


def test_a_field_cut_short_is_told() -> None:
    records = read(code(PROOF.replace(f"JANE{GS}", f"JANE{RS}")))
    assert {"problem": "2ddoc-shortened", "line": 1, "field": "10"} in records


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (code().partition(US)[0], "2ddoc-cut"),
        (code()[:-4], "2ddoc-signature"),
        (code() + "A", "2ddoc-signature"),
        (code().replace("DC04", "DC09"), "2ddoc-version"),
        (code().replace("125E", "12ZE"), "2ddoc-header"),
        (code(NOTICE.replace("2801", "9901", 1)), "2ddoc-kind"),
        (code(NOTICE.replace(f"410{GS}", f"41x{GS}")), "2ddoc-value"),
        (code(NOTICE.replace(f"410{GS}", "")), "2ddoc-missing"),
        (code(NOTICE.replace("31072024", "31022024")), "2ddoc-value"),
        (code(NOTICE[:-2]), "2ddoc-field"),
        (code(NOTICE + f"43{GS}"), "2ddoc-field"),
        (code(NOTICE + "4Y" + "A" * 9000), "2ddoc-long"),
    ],
)
def test_what_is_not_whole_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert refused(text).reason == reason


def signed(key: ec.EllipticCurvePrivateKey, message: str = NOTICE) -> str:
    """A 2D-Doc of our own, signed as the specification says."""
    text = "DC04FR999901125E125C" + message
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return f"{text}{US}{base64.b32encode(raw).decode().rstrip('=')}"


def certificate(key: ec.EllipticCurvePrivateKey, since: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "9901")])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=1000))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )


def test_a_signature_is_checked_where_the_certificate_is_known(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    authorities = Authorities(tmp_path)
    records = read(signed(key))
    records[0]["seal"]["state"] = "verified"  # what a connector says of it counts for nothing
    assert authorities.checked(records)[0]["seal"]["state"] == "not-verified"
    (tmp_path / "FR999901.der").write_bytes(certificate(key, datetime(2012, 1, 1, tzinfo=UTC)))
    assert authorities.checked(records)[0]["seal"]["state"] == "verified"
    source = Source("/imports/x.txt", "0" * 64)
    merged = merge_documents(authorities.checked(records), source, lambda path: None)
    assert b'dom:signatureState "verified"' in merged.writes["/papers/2023.ttl"]
    assert merged.found.as_json()["stated"][0]["seal"] == "verified"

    forged = read(signed(key).replace("DOE JANE", "DOE JOHN"))
    with pytest.raises(BadFile) as caught:
        authorities.checked(forged)
    assert caught.value.facts["reason"] == "forged"


def test_a_certificate_that_was_not_valid_that_day_verifies_nothing(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    (tmp_path / "FR999901.der").write_bytes(certificate(key, datetime(2020, 1, 1, tzinfo=UTC)))
    found = Authorities(tmp_path).checked(read(signed(key)))
    assert found[0]["seal"]["state"] == "not-verified"


@pytest.mark.parametrize("name", ["../etc/p", "FR9999/1", "FR99990", ""])
def test_a_certificate_is_named_by_eight_letters_and_never_a_path(
    tmp_path: Path, name: str
) -> None:
    record = {"type": "TaxNotice", "seal": {"certificate": name, "signed": "", "signature": ""}}
    found = Authorities(tmp_path / "authorities").checked([record])
    assert found[0]["seal"]["state"] == "not-verified"
