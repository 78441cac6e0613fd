"""Two servers beside each other over TLS, ours and the Community Solid Server from npm: the people of
each work at the other, signed in at their own. The client is @inrupt/solid-client-authn-node.

The certificates come from an authority made for this run; ours trusts it by `outbound_ca_file`, and
reaches another server on this machine by `outbound_loopback`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from pod import control, server
from pod.config import Settings
from tests.apps import hidden
from tests.servers import NAME, PASSWORD, free_port, serving

HERE = Path(__file__).resolve().parent
CLIENTS = HERE.parent / "clients"
CSS = HERE / "node_modules/@solid/community-server/bin/server.js"
pytestmark = [
    pytest.mark.skipif(
        shutil.which("node") is None
        or not CSS.is_file()
        or not (CLIENTS / "node_modules").is_dir(),
        reason="node and `npm ci` in tests/clients and tests/federation are wanted",
    ),
]
RULES = """@prefix acl: <http://www.w3.org/ns/auth/acl#>.
<#owner> a acl:Authorization; acl:agent <{owner}>; acl:accessTo <{target}>;
    acl:mode acl:Read, acl:Write, acl:Control.
<#guest> a acl:Authorization; {guest}; acl:accessTo <{target}>; acl:mode acl:Read, acl:Write.
"""
SAID = '<> <https://ex.example/says> "{}".'


@dataclass(frozen=True)
class Authority:
    """The authority's own certificate, a certificate for localhost, and that one's key."""

    ca: Path
    certificate: Path
    key: Path


@dataclass(frozen=True)
class Peer:
    """A server with one person: who that is, where their storage is, and how they sign in."""

    base: str
    storage: str
    webid: str
    session: dict[str, str]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder = tmp_path_factory.mktemp("authority")
    found = Authority(folder / "ca.pem", folder / "certificate.pem", folder / "key.pem")
    made = trustme.CA()
    issued = made.issue_cert("localhost", "127.0.0.1")
    made.cert_pem.write_to_path(found.ca)
    issued.private_key_pem.write_to_path(found.key)
    for pem in issued.cert_chain_pems:
        pem.write_to_path(found.certificate, append=True)
    return found


@contextmanager
def domicile(folder: Path, authority: Authority, **changed: object) -> Iterator[Peer]:
    port = free_port()
    base = f"https://localhost:{port}/"
    settings = replace(
        Settings(), data=folder / "data", base_url=base, vault_key_file=str(folder / "vault.key")
    )
    server.initialise(settings)
    services = server.build(settings)
    services.accounts.create_owner(NAME, PASSWORD)
    services.close()
    tls = {"tls_certificate_file": authority.certificate, "tls_key_file": authority.key}
    with serving(settings.data, port, **tls, **changed):
        facts = {"name": "federation", "ceiling": "control"}
        made = dict(control.ask(settings.data, "create_credentials", None, facts))
        time.sleep(1.1)  # proofs from before the start are refused
        yield Peer(base, base, base + "profile/card#me", made)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Peer]:
    folder = tmp_path_factory.mktemp("ours")
    trust = {"outbound_ca_file": authority.ca, "outbound_loopback": True}
    with domicile(folder, authority, **trust) as peer:
        yield peer


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Peer]:
    folder, port = tmp_path_factory.mktemp("theirs"), free_port()
    base = f"https://localhost:{port}/"
    words = ["node", str(CSS), "-c", "@css:config/https-file-cli.json", "-l", "warn"]
    words += ["-f", str(folder / "data"), "-p", str(port), "-b", base]
    words += ["--httpsKey", str(authority.key), "--httpsCert", str(authority.certificate)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            words, cwd=folder, env=_environ(authority), stdout=log, stderr=log
        )
    try:
        trust = ssl.create_default_context(cafile=str(authority.ca))
        with httpx.Client(verify=trust, timeout=30) as client:
            _wait(process, client, base, folder / "log")
            yield _account(client, base)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


def _environ(authority: Authority) -> dict[str, str]:
    return {**os.environ, "NODE_EXTRA_CA_CERTS": str(authority.ca)}


def _wait(process: subprocess.Popen[bytes], client: httpx.Client, base: str, log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            if client.get(base + ".account/").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("it does not answer: " + log.read_text())


def _account(client: httpx.Client, base: str) -> Peer:
    """Its account API: an account, a password, a pod, client credentials."""

    def ask(address: str, token: str = "", **facts: str) -> Any:
        headers = {"accept": "application/json"}
        if token:
            headers["authorization"] = f"CSS-Account-Token {token}"
        method = "POST" if facts or address.endswith("/account/") else "GET"
        content = {"json": facts} if method == "POST" else {}
        answer = client.request(method, address, headers=headers, **content)
        assert answer.is_success, answer.text
        return answer.json()

    start = ask(base + ".account/")["controls"]
    token = ask(start["account"]["create"])["authorization"]
    may = ask(base + ".account/", token)["controls"]
    ask(may["password"]["create"], token, email="bob@example.org", password=PASSWORD)
    pod = ask(may["account"]["pod"], token, name="bob")
    made = ask(may["account"]["clientCredentials"], token, name="tests", webId=pod["webId"])
    session = {"issuer": base, "id": made["id"], "secret": made["secret"]}
    return Peer(base, pod["pod"], pod["webId"], session)


Visit = Callable[..., list[list[Any]]]


@pytest.fixture(scope="module")
def visit(authority: Authority) -> Visit:
    def visit(who: Peer, *asked: tuple[str, str] | tuple[str, str, str]) -> list[list[Any]]:
        """(status, text if all is well) of each request (method, address, body) by `who`."""
        names = ("method", "url", "body")
        facts = {**who.session, "asked": [dict(zip(names, a, strict=False)) for a in asked]}
        found = _node("visit.mjs", facts, _environ(authority))
        assert found["webid"] == who.webid
        return list(found["answers"])

    return visit


def _node(script: str, facts: Any, environ: dict[str, str]) -> Any:
    done = subprocess.run(
        ["node", script, json.dumps(facts)],
        cwd=CLIENTS,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def share(visit: Visit, owner: Peer, target: str, guest: str) -> None:
    """`target`, made by its owner, is also for `guest`: (predicate and object of a rule)."""
    rules = RULES.format(owner=owner.webid, target=target, guest=guest)
    made = visit(owner, ("PUT", target, SAID.format("mine")), ("PUT", target + ".acl", rules))
    assert [status for status, _ in made] == [201, 201]


def _goes_both_ways(visit: Visit, owner: Peer, guest: Peer) -> None:
    shared, private = owner.storage + "shared", owner.storage + "private"
    share(visit, owner, shared, f"acl:agent <{guest.webid}>")
    assert visit(owner, ("PUT", private, SAID.format("secret")))[0][0] == 201
    found = visit(
        guest,
        ("GET", shared),
        ("PUT", shared, SAID.format("theirs")),
        ("GET", private),
        ("PUT", private, SAID.format("theirs")),
        ("GET", shared + ".acl"),
        ("GET", private + ".acl"),
    )
    assert [status for status, _ in found] in (
        [200, 204, 403, 403, 403, 403],
        [200, 205] + [403] * 4,
    )
    assert "mine" in found[0][1]
    found = visit(owner, ("GET", shared), ("GET", private))
    assert "theirs" in found[0][1]
    assert "secret" in found[1][1]


def test_their_person_in_our_pod(ours: Peer, theirs: Peer, visit: Visit) -> None:
    _goes_both_ways(visit, owner=ours, guest=theirs)


def test_our_person_in_their_pod(ours: Peer, theirs: Peer, visit: Visit) -> None:
    _goes_both_ways(visit, owner=theirs, guest=ours)


def test_a_group_that_they_keep_opens_our_pod(ours: Peer, theirs: Peer, visit: Visit) -> None:
    group, target = theirs.storage + "group", ours.storage + "grouped"
    anyone = "acl:agentClass <http://xmlns.com/foaf/0.1/Agent>"
    share(visit, theirs, group, anyone)
    share(visit, ours, target, f"acl:agentGroup <{group}#friends>")
    assert visit(theirs, ("GET", target))[0][0] == 403
    other = ours.storage + "grouped-2"
    members = f"<#all> <http://www.w3.org/2006/vcard/ns#hasMember> <{theirs.webid}>."
    document = theirs.storage + "members"
    share(visit, theirs, document, anyone)
    assert visit(theirs, ("PUT", document, members))[0][0] in (204, 205)
    share(visit, ours, other, f"acl:agentGroup <{document}#all>")
    assert visit(theirs, ("GET", other))[0][0] == 200


@pytest.mark.parametrize("lacking", ["outbound_ca_file", "outbound_loopback"])
def test_nobody_is_believed_whom_we_may_not_ask(
    theirs: Peer, authority: Authority, visit: Visit, tmp_path: Path, lacking: str
) -> None:
    trust = {"outbound_ca_file": authority.ca, "outbound_loopback": True}
    del trust[lacking]
    with domicile(tmp_path, authority, **trust) as closed:
        target = closed.storage + "shared"
        share(visit, closed, target, f"acl:agent <{theirs.webid}>")
        assert visit(theirs, ("GET", target))[0][0] == 401
        assert visit(closed, ("GET", target))[0][0] == 200


def test_openid_client_discovers_us(ours: Peer, authority: Authority) -> None:
    found = _node("discover.mjs", {"issuer": ours.base}, _environ(authority))
    assert found == {"issuer": ours.base, "keys": 200, "tokens": ours.base + ".oidc/token"}
    without = {k: v for k, v in os.environ.items() if k != "NODE_EXTRA_CA_CERTS"}
    assert "error" in _node("discover.mjs", {"issuer": ours.base}, without)


def test_tls_alone_is_answered(ours: Peer, authority: Authority) -> None:
    port = int(ours.base.rstrip("/").rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as peer:
        peer.sendall(b"GET /.pod/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with suppress(ConnectionError):  # it hung up: as good
            assert not peer.recv(1 << 12).startswith(b"HTTP/")
    trust = ssl.create_default_context(cafile=str(authority.ca))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        trust.minimum_version = trust.maximum_version = version
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as peer,
            trust.wrap_socket(peer, server_hostname="localhost") as sealed,
        ):
            sealed.sendall(b"GET /profile/card HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert sealed.recv(1 << 12).startswith(b"HTTP/1.1 ")


def test_people_sign_in_over_tls(ours: Peer, authority: Authority) -> None:
    trust = ssl.create_default_context(cafile=str(authority.ca))
    with httpx.Client(base_url=ours.base, verify=trust) as browser:
        csrf = hidden(browser.get(".pod/sign-in"))
        facts = {"name": NAME, "password": PASSWORD, "csrf": csrf}
        origin = {"origin": ours.base.rstrip("/")}
        answer = browser.post(".pod/sign-in", data=facts, headers=origin)
        assert answer.status_code == 303, answer.text
        cookies = answer.headers.get_list("set-cookie")
        assert any(one.startswith("__Host-domicile=") for one in cookies)
        assert all("; Secure" in one and "; HttpOnly" in one for one in cookies)
        assert browser.get(".pod/").status_code == 200


def test_a_certificate_that_cannot_be_used_is_said(authority: Authority, tmp_path: Path) -> None:
    other = trustme.CA().issue_cert("localhost")
    key = tmp_path / "other.pem"
    other.private_key_pem.write_to_path(key)
    with (
        pytest.raises(RuntimeError, match="ended with 1"),
        domicile(tmp_path, replace(authority, key=key)),
    ):
        pass


def test_the_activity_streams_context_is_theirs() -> None:
    """Both servers know W3C's context by name; terms that differed would be other statements."""
    copy = CSS.parent.parent / "templates/contexts/activitystreams.jsonld"
    known = server.CONTEXTS["https://www.w3.org/ns/activitystreams"]
    assert json.loads(known.read_text("utf-8")) == json.loads(copy.read_text("utf-8"))
