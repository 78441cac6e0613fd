"""The owner's account: set-up, sign-in, guessing, sessions, tokens; and the guards of the pages."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from pod.config import Settings
from pod.errors import (
    BadInput,
    Conflict,
    Forbidden,
    Misdirected,
    PodError,
    TooManyRequests,
    Unauthenticated,
)
from pod.http import deps
from pod.http.hosts import check_host
from pod.identity import passwords, sessions, throttle
from pod.identity.accounts import SETUP_TRIES, Accounts
from pod.identity.agents import Credentials
from pod.model import PUBLIC, Agent, AgentKind
from pod.storage.accounts import ServerStore

ME = "http://localhost:8080/profile/card#me"
OWNER = Agent(AgentKind.OWNER, ME)
HOME, AWAY = "192.0.2.1", "198.51.100.7"
PASSWORD = "correct horse battery"
DEFAULTS = Settings()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ServerStore]:
    store = ServerStore(tmp_path / "server.db")
    yield store
    store.close()


@pytest.fixture
def accounts(store: ServerStore) -> Accounts:
    return Accounts(store, Settings(), ME)


@pytest.fixture
def owned(accounts: Accounts) -> Accounts:
    accounts.create_owner("Ada Lovelace", PASSWORD)
    return accounts


def error_of(accounts: Accounts, name: str, password: str, peer: str = AWAY) -> PodError:
    with pytest.raises(PodError) as caught:
        accounts.sign_in(name, password, peer=peer)
    return caught.value


# -------------------------------------------------------------------- set-up


def test_the_first_visitor_is_the_owner_and_the_only_one(accounts: Accounts) -> None:
    assert accounts.owner() is None
    made = accounts.create_owner("  Ada   Lovelace ", PASSWORD, email="ada@example.org")
    assert (made.name, made.webid, made.has_password) == ("Ada Lovelace", ME, True)
    with pytest.raises(Conflict):
        accounts.create_owner("Eve", PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "x" * 300])
def test_passwords_have_a_length(accounts: Accounts, password: str) -> None:
    with pytest.raises(BadInput):
        accounts.create_owner("Ada", password)
    assert accounts.owner() is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\x00b"])
def test_names_have_a_form(accounts: Accounts, name: str) -> None:
    with pytest.raises(BadInput):
        accounts.create_owner(name, PASSWORD)


def test_the_setup_code_is_asked_away_from_this_machine(accounts: Accounts) -> None:
    code = accounts.setup_code()
    assert code is not None
    accounts.check_setup_code("", local=True)
    accounts.check_setup_code(code.lower().replace("-", " "), local=False)
    with pytest.raises(Forbidden):
        accounts.check_setup_code("AAAAA-AAAAA", local=False)


def test_the_setup_code_cannot_be_guessed(accounts: Accounts) -> None:
    for _ in range(SETUP_TRIES):
        with pytest.raises(Forbidden):
            accounts.check_setup_code("é", local=False)
    with pytest.raises(TooManyRequests):
        accounts.check_setup_code(accounts.setup_code() or "", local=False)
    accounts.check_setup_code("", local=True)


def test_no_setup_code_once_there_is_an_owner(owned: Accounts) -> None:
    assert owned.setup_code() is None


# -------------------------------------------------------------------- signing in


def test_sign_in_by_any_case_of_the_name(owned: Accounts) -> None:
    token = owned.sign_in("ada lovelace", PASSWORD, peer=HOME, label="Firefox")
    session = owned.session(token)
    assert session is not None
    assert (session.account.webid, session.label) == (ME, "Firefox")


def test_the_same_words_for_a_wrong_name_and_a_wrong_password(owned: Accounts) -> None:
    wrong, nobody = error_of(owned, "Ada Lovelace", "wrong"), error_of(owned, "Eve", "wrong")
    assert type(wrong) is type(nobody) is Unauthenticated
    assert (wrong.detail, wrong.facts) == (nobody.detail, nobody.facts)


def spent(owned: Accounts, *names: str) -> list[float]:
    """The median of the processor time of wrong guesses at each name, taken in turns: what else the
    machine does meanwhile is not in it."""
    times: dict[str, list[float]] = {name: [] for name in names}
    for n in range(9):
        for name in names:
            start = time.process_time()
            error_of(owned, name, "wrong", peer=f"203.0.113.{n}")
            times[name].append(time.process_time() - start)
    return [statistics.median(found) for found in times.values()]


def test_the_same_time_for_a_wrong_name_and_a_wrong_password(
    owned: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "FREE", 1000)
    known, unknown = spent(owned, "Ada Lovelace", "Eve")
    assert known / 1.5 < unknown < known * 1.5, "nobody's name must be hashed too"
    monkeypatch.setattr(passwords, "_DUMMY", "")  # the control: a difference would be seen
    known, unknown = spent(owned, "Ada Lovelace", "Mallory")
    assert unknown < known / 1.5


def test_the_account_of_a_sample_household_has_no_password(accounts: Accounts) -> None:
    made = accounts.create_owner("Sample", None)
    assert not made.has_password
    for guess in ("", "None", "Sample"):
        assert isinstance(error_of(accounts, "Sample", guess), Unauthenticated)
    assert accounts.session(accounts.start_session(made)) is not None


def test_an_address_that_guesses_has_to_wait(
    owned: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "FREE", 1000)
    limit = Settings().sign_in_attempts
    for n in range(limit):
        assert isinstance(error_of(owned, f"name {n}", "wrong"), Unauthenticated)
    refused = error_of(owned, "Ada Lovelace", PASSWORD)
    assert isinstance(refused, TooManyRequests)
    assert refused.facts["retry_after"] > 0
    assert owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME)


def test_one_network_of_ipv6_is_one_address() -> None:
    key = throttle.address_key
    assert key("2001:db8::1") == key("2001:db8::ffff:1") != key("2001:db8:0:1::1")
    assert key("::ffff:192.0.2.1") == key("192.0.2.1")
    assert key("fe80::1%eth0") == key("fe80::2")


def test_an_account_that_is_guessed_at_slows_down_and_never_shuts(owned: Accounts) -> None:
    owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME)
    seen = {type(error_of(owned, "Ada Lovelace", "wrong", f"203.0.113.{n}")) for n in range(9)}
    assert seen == {Unauthenticated, TooManyRequests}
    slowed = error_of(owned, "Ada Lovelace", PASSWORD, "203.0.113.99")
    assert isinstance(slowed, TooManyRequests)
    assert slowed.facts["retry_after"] <= throttle.LONGEST_WAIT
    assert owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME), "from where she is known"


def test_a_browser_that_is_known_is_let_through_where_all_come_from_one_address(
    owned: Accounts,
) -> None:
    """As behind a proxy. The control is a browser that nobody signed in with."""
    device = owned.remember(owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME))
    for n in range(Settings().sign_in_attempts + 1):
        error_of(owned, f"name {n}", "wrong")
    for known in (None, "", "a guess", device[:-1]):
        with pytest.raises(TooManyRequests):
            owned.sign_in("Ada Lovelace", PASSWORD, peer=AWAY, device=known)
    with pytest.raises(TooManyRequests):
        owned.sign_in("Eve", "wrong", peer=AWAY, device=device)  # it is known for one name
    assert owned.sign_in("Ada Lovelace", PASSWORD, peer=AWAY, device=device)
    for _ in range(Settings().sign_in_attempts):  # whoever has stolen it gets no more than others
        with pytest.raises(Unauthenticated):
            owned.sign_in("Ada Lovelace", "wrong", peer=AWAY, device=device)
    with pytest.raises(TooManyRequests):
        owned.sign_in("Ada Lovelace", PASSWORD, peer=AWAY, device=device)


def test_an_account_is_guessed_at_under_all_its_spellings(owned: Accounts) -> None:
    spellings = ("Ada Lovelace", " ada lovelace", "ADA LOVELACE\t", "  Ada Lovelace  ")
    seen = [
        type(error_of(owned, spelling, "wrong", f"203.0.113.{n}"))
        for n, spelling in enumerate(spellings * 3)
    ]
    assert TooManyRequests in seen
    assert error_of(owned, " ADA Lovelace", "wrong", "203.0.113.99").status == 429


def test_names_that_do_not_exist_slow_down_the_same(owned: Accounts) -> None:
    seen = [type(error_of(owned, "Eve", "wrong", f"203.0.113.{n}")) for n in range(9)]
    assert set(seen) == {Unauthenticated, TooManyRequests}


def test_a_password_is_kept_as_argon2id_alone(owned: Accounts, store: ServerStore) -> None:
    row = store.account()
    assert row is not None
    assert row["password"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert not passwords.is_outdated(row["password"])
    assert not passwords.is_outdated(passwords._DUMMY), "a guess for nobody costs the same"


def test_accents_are_typed_in_more_than_one_way(accounts: Accounts) -> None:
    accounts.create_owner("Zoé", "mot de passe e\u0301te\u0301")
    assert accounts.sign_in("Zoé", "mot de passe \u00e9t\u00e9", peer=HOME)


# -------------------------------------------------------------------- sessions


def test_a_session_is_new_at_every_sign_in(owned: Accounts) -> None:
    planted = "A" * 43
    first = owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME, replaces=planted)
    assert first != planted
    assert owned.session(planted) is None
    second = owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME, replaces=first)
    assert owned.session(first) is None
    assert owned.session(second) is not None


def test_a_session_is_kept_by_its_digest(owned: Accounts, tmp_path: Path) -> None:
    token = owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME)
    kept = b"".join(f.read_bytes() for f in tmp_path.iterdir())
    assert token.encode() not in kept
    assert PASSWORD.encode() not in kept


def test_signing_out_here_there_and_everywhere_else(owned: Accounts) -> None:
    here, there, third = (owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME) for _ in range(3))
    session, other = owned.session(here), owned.session(there)
    assert session and other
    assert len(owned.sessions.of(session.account)) == 3
    owned.sessions.end_one(session.account, other.id)
    assert owned.session(there) is None
    owned.sessions.end_others(session)
    assert owned.session(third) is None
    owned.sign_out(here)
    assert owned.session(here) is None


@pytest.mark.parametrize(("days", "used"), [(15, False), (31, True)])
def test_sessions_end(
    owned: Accounts, monkeypatch: pytest.MonkeyPatch, days: int, used: bool
) -> None:
    token = owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME)

    class Later(datetime):
        ahead = timedelta()

        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + cls.ahead

    monkeypatch.setattr(sessions, "datetime", Later)
    for day in range(1, days) if used else ():
        Later.ahead = timedelta(days=day)
        assert (owned.session(token) is not None) is (day < Settings().session_days)
    Later.ahead = timedelta(days=days)
    assert owned.session(token) is None


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43, "A" * 5000, "é" * 43, "A" * 42 + "\n"])
def test_no_session_for_what_is_none(owned: Accounts, token: str | None) -> None:
    assert owned.session(token) is None


def test_a_new_password_signs_the_others_out(owned: Accounts) -> None:
    here, there = (owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME) for _ in range(2))
    session = owned.session(here)
    assert session
    with pytest.raises(Unauthenticated):
        owned.set_password(session, "wrong", "another long one", peer=HOME)
    owned.set_password(session, PASSWORD, "another long one", peer=HOME)
    assert owned.session(here) and owned.session(there) is None
    assert isinstance(error_of(owned, "Ada Lovelace", PASSWORD), Unauthenticated)
    assert owned.sign_in("Ada Lovelace", "another long one", peer=HOME)


def test_what_an_account_may_change(owned: Accounts) -> None:
    account = owned.owner()
    assert account
    owned.change(account, language="en", theme="dark", name="Ada L")
    changed = owned.owner()
    assert changed and (changed.language, changed.theme, changed.name) == ("en", "dark", "Ada L")
    with pytest.raises(BadInput):
        owned.change(account, webid="https://eve.example/#me")
    with pytest.raises(BadInput):
        owned.change(account, password="$argon2id$")


# -------------------------------------------------------------------- tokens


def agent_of(accounts: Accounts, header: str | None) -> object:
    return accounts.tokens.authenticate(Credentials("GET", ME, header), OWNER)


def test_tokens_stand_for_their_webid_until_dropped(owned: Accounts) -> None:
    mine = owned.create_token("script")
    hers = owned.create_token("alice", "https://alice.example/#me")
    assert agent_of(owned, None) is PUBLIC
    for _ in range(2):
        me, her = agent_of(owned, f"Bearer {mine}"), agent_of(owned, f"bearer  {hers}")
        assert getattr(me, "kind", None) is AgentKind.OWNER
        assert getattr(her, "kind", None) is AgentKind.PERSON
        assert getattr(her, "webid", None) == "https://alice.example/#me"
    listed = {t["name"]: t for t in owned.tokens.tokens()}
    assert set(listed) == {"script", "alice"}
    assert mine not in str(listed)
    owned.tokens.drop_token(listed["script"]["id"])
    with pytest.raises(Unauthenticated):
        agent_of(owned, f"Bearer {mine}")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic QTpC", "DPoP abc", "Bearer a, Bearer b", "Bearer \0"]
)
def test_credentials_that_are_none(owned: Accounts, header: str) -> None:
    with pytest.raises(Unauthenticated):
        agent_of(owned, header)


@pytest.mark.parametrize(
    ("name", "webid"), [("", None), ("x" * 101, None), ("x", "alice"), ("x", "https://a b/")]
)
def test_tokens_have_a_form(owned: Accounts, name: str, webid: str | None) -> None:
    with pytest.raises(BadInput):
        owned.create_token(name, webid)


def test_a_session_is_no_access_token(owned: Accounts) -> None:
    token = owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME)
    with pytest.raises(Unauthenticated):
        agent_of(owned, f"Bearer {token}")


# -------------------------------------------------------------------- guards of the pages


class _Host:
    def __init__(self, accounts: Accounts, settings: Settings) -> None:
        self.accounts = accounts
        self.settings = settings


def asked(accounts: Accounts, settings: Settings = DEFAULTS, **headers: str) -> Request:
    app = Starlette()
    app.state.host = _Host(accounts, settings)
    pairs = [
        (k.replace("_", "-").encode(), v.encode())
        for k, v in ({"host": "localhost:8080"} | headers).items()
    ]
    scope = {"type": "http", "app": app, "headers": pairs, "client": ("127.0.0.1", 9)}
    return Request(scope)


FROM_HERE = {"sec_fetch_site": "same-origin", "origin": "http://localhost:8080"}


@pytest.mark.parametrize(
    ("headers", "fine"),
    [
        (FROM_HERE, True),
        ({"sec_fetch_site": "same-origin"}, True),
        ({"sec_fetch_site": "none"}, True),
        ({"origin": "http://localhost:8080"}, True),
        ({}, False),
        ({"origin": "null"}, False),
        ({"origin": "null", "sec_fetch_site": "same-origin"}, False),
        ({"origin": "http://localhost:8081"}, False),
        ({"origin": "https://localhost:8080"}, False),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "http://evil.example", "sec_fetch_site": "same-origin"}, False),
        ({"origin": "http://localhost:8080", "sec_fetch_site": "cross-site"}, False),
        ({"origin": "http://localhost:8080", "sec_fetch_site": "same-site"}, False),
    ],
)
def test_a_write_comes_from_these_pages(
    owned: Accounts, headers: dict[str, str], fine: bool
) -> None:
    token = owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME)
    session = owned.session(token)
    assert session
    for cookie in ({}, {"cookie": f"domicile={token}"}):
        request = asked(owned, **headers, **cookie)
        form = {"csrf": session.csrf}
        if fine:
            deps.check_write(request, form)
        else:
            with pytest.raises(Forbidden):
                deps.check_write(request, form)


def test_a_write_names_its_sessions_csrf_token(owned: Accounts) -> None:
    one, two = (owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME) for _ in range(2))
    mine, other = owned.session(one), owned.session(two)
    assert mine and other and mine.csrf != other.csrf
    cookie = {"cookie": f"domicile={one}"}
    deps.check_write(asked(owned, **FROM_HERE, **cookie), {"csrf": mine.csrf})
    deps.check_write(asked(owned, **FROM_HERE, **cookie, x_csrf_token=mine.csrf))
    for form in (None, {}, {"csrf": ""}, {"csrf": other.csrf}, {"csrf": 1}, {"csrf": "é\udc80"}):
        with pytest.raises(Forbidden):
            deps.check_write(asked(owned, **FROM_HERE, **cookie), form)


def test_who_is_asked_and_who_is_signed_in(owned: Accounts) -> None:
    token = owned.sign_in("Ada Lovelace", PASSWORD, peer=HOME)
    with pytest.raises(Unauthenticated):
        deps.require(asked(owned))
    assert deps.require(asked(owned, cookie=f"domicile={token}")).account.webid == ME
    # A cookie without the prefix could have been set by a neighbour.
    https = replace(Settings(), base_url="https://pod.example/")
    assert deps.current(asked(owned, https, cookie=f"domicile={token}")) is None
    assert deps.current(asked(owned, https, cookie=f"__Host-domicile={token}")) is not None


def test_who_sits_at_this_machine(owned: Accounts) -> None:
    assert deps.is_local(asked(owned))
    assert deps.is_local(asked(owned, host="127.0.0.1:8080"))
    assert not deps.is_local(asked(owned, host="pod.example"))
    assert not deps.is_local(asked(owned, x_forwarded_for="203.0.113.1"))
    assert not deps.is_local(asked(owned, via="1.1 proxy"))


@pytest.mark.parametrize(
    ("host", "fine"),
    [
        ("localhost:8080", True), ("LOCALHOST", True), ("127.0.0.1", True), ("[::1]:8080", True),
        ("192.168.1.5:8080", True), ("pod.example", True), ("box.lan:80", True),
        ("evil.example", False), ("localhost.evil.example", False), ("pod.example.evil", False),
        ("", False), ("localhost@evil", False), ("localhost/evil", False), ("[::1", False),
        ("127.0.0.1.evil.example", False), ("2130706433.example", False),
    ],
)  # fmt: skip
def test_names_that_the_pages_answer_to(host: str, fine: bool) -> None:
    settings = replace(Settings(), base_url="https://pod.example/", hosts="box.lan, other")
    if fine:
        check_host(host, settings)
    else:
        with pytest.raises(Misdirected):
            check_host(host, settings)
