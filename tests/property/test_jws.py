"""Signed tokens: what this server signs and checks is what a library signs and checks."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk
from joserfc import jws as library
from joserfc.errors import JoseError

from pod.errors import BadInput
from pod.identity import jws

CLAIMS = st.dictionaries(
    st.text(max_size=10), st.one_of(st.text(max_size=20), st.integers(-9, 9), st.booleans())
)


@cache
def keys(alg: str) -> tuple[Any, Any]:
    """(ours, the library's) of one private key."""
    key: Any = ec.generate_private_key(ec.SECP256R1())
    if alg == "RS256":
        key = rsa.generate_private_key(65537, 2048)
    public = jws.public_jwk(key.public_key())
    return key, jwk.import_key(public)


@cache
def signer(alg: str) -> Any:
    kind = jwk.ECKey.generate_key("P-256") if alg == "ES256" else jwk.RSAKey.generate_key(2048)
    return kind


@pytest.mark.parametrize("alg", jws.ALGORITHMS)
@given(claims=CLAIMS)
@settings(max_examples=25, deadline=None)
def test_the_library_verifies_what_we_sign(alg: str, claims: dict[str, Any]) -> None:
    ours, theirs = keys(alg)
    found = library.deserialize_compact(jws.sign(ours, {}, claims), theirs, algorithms=[alg])
    assert json.loads(found.payload) == claims


@pytest.mark.parametrize("alg", jws.ALGORITHMS)
@given(claims=CLAIMS, at=st.integers(0, 10_000), flip=st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_we_verify_what_the_library_verifies(
    alg: str, claims: dict[str, Any], at: int, flip: int
) -> None:
    """One byte of a token changed (flip 0: none): both say the same of it."""
    key = signer(alg)
    token = library.serialize_compact(
        {"alg": alg}, json.dumps(claims).encode(), key, algorithms=[alg]
    )
    place = at % len(token)
    changed = token[:place] + chr((ord(token[place]) ^ flip) & 127) + token[place + 1 :]
    public = jws.read_jwk(key.as_dict(private=False))
    try:
        library.deserialize_compact(changed, key, algorithms=[alg])
        theirs = isinstance(json.loads(decoded(changed)), dict)
    except (JoseError, ValueError):
        theirs = False
    try:
        ours = jws.read(changed).check(public)
    except BadInput:
        ours = False
    assert not ours or theirs, changed
    if flip == 0:
        assert ours and theirs


def decoded(token: str) -> bytes:
    part = token.split(".")[1]
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@pytest.mark.parametrize("alg", jws.ALGORITHMS)
def test_thumbprints_are_the_librarys(alg: str) -> None:
    ours, theirs = keys(alg)
    assert jws.thumbprint(ours.public_key()) == theirs.thumbprint()


@pytest.mark.parametrize(
    "jwk",
    [
        None,
        {},
        {"kty": "oct", "k": "AAAA"},
        {"kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"},
        {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43},  # no point of the curve
        {"kty": "EC", "crv": "P-384", "x": "A" * 64, "y": "A" * 64},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},  # 17 bits
        {"kty": "RSA", "n": "_" * 1400, "e": "AQAB"},  # 8400 bits
        {"kty": "OKP", "crv": "Ed25519", "x": "A" * 43},
    ],
)
def test_other_keys_are_refused(jwk: Any) -> None:
    with pytest.raises(BadInput):
        jws.read_jwk(jwk)


def test_a_private_key_is_no_public_key() -> None:
    key = signer("ES256")
    assert jws.read_jwk(key.as_dict(private=False))
    with pytest.raises(BadInput):
        jws.read_jwk(key.as_dict(private=True))
