"""Who can see what, and why: access rules and consents in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pod.http.ui.names import Names, link
from pod.http.ui.visit import Visit
from pod.model import AccessMode, Grant, Iri, Who

MOST = 3000  # resources that one look over the pod visits
_KINDS = {
    Who.AUTHENTICATED: ("who-authenticated", "person"),
    Who.EVERYONE: ("who-everyone", "globe"),
    Who.ORIGIN: ("who-origin", "globe"),
}


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who may do something: `can` what, `why` by which rule, `stop` the page that ends it."""

    name: str
    icon: str
    can: str
    why: str
    link: str
    until: str = ""
    stop: str | None = None
    local: bool = False  # a program that computes here: nothing leaves
    owner: bool = False
    public: bool = False  # no account is needed


def seers(visit: Visit, iri: Iri, *, below: bool = False) -> list[Seer]:
    """Everybody who may do something with `iri` (`below`: with what would inherit from it), the
    owner first."""
    rights = visit.space.rights(visit.agent, iri)
    inherited = rights.inherited or below
    whole = rights.acl.subject if inherited else iri.subject
    return of_grants(visit, whole, rights.grants, inherited=inherited)


def of_grants(visit: Visit, whole: Iri, grants: Iterable[Grant], *, inherited: bool) -> list[Seer]:
    """Everybody to whom `grants` on `whole` give something."""
    by_subject: dict[tuple[Who, str | None], set[AccessMode]] = {}
    for grant in grants:
        if grant.inherit is inherited and grant.target == whole:
            by_subject.setdefault((grant.who, grant.iri), set()).update(grant.modes)
    found = [
        _seer(visit, who, subject, modes, whole, own=not inherited)
        for (who, subject), modes in by_subject.items()
    ]
    return sorted(found, key=lambda s: (not s.owner, s.name))


def _seer(
    visit: Visit, who: Who, subject: str | None, modes: set[AccessMode], whole: Iri, *, own: bool
) -> Seer:
    texts = visit.texts
    names = Names(texts, visit.services.programs)
    path = visit.space.path_of(whole)
    rule = texts("why-own" if own else "why-above", place=names.of(path))
    facts: dict[str, Any] = {"can": _can(visit, modes), "why": rule, "link": link(path)}
    if who is Who.AGENT and subject == visit.services.owner.webid:
        facts["can"] = _can(visit, modes, "you-can")
        return Seer(texts("who-you"), "person", owner=True, **facts)
    program = _program(visit, subject)
    if who is Who.AGENT and program is not None:
        return _program_seer(visit, program, facts)
    if who in _KINDS:
        key, icon = _KINDS[who]
        return Seer(texts(key), icon, public=who is Who.EVERYONE, **facts)
    return Seer(short(subject or "?"), "person", **facts)


def _program(visit: Visit, subject: str | None) -> str | None:
    prefix = f"{visit.space.root}.pod/programs/"
    return subject.removeprefix(prefix) if subject and subject.startswith(prefix) else None


def _program_seer(visit: Visit, name: str, facts: dict[str, Any]) -> Seer:
    texts = visit.texts
    consent = (
        visit.services.consents.active(visit.agent, name)
        if (name in visit.services.programs)
        else None
    )
    if consent is None:
        until = texts("who-program-stopped")
    else:
        until = texts("who-program-agreed", day=texts.day(texts.local(consent["accepted"]).date()))
    title = Names(texts, visit.services.programs).program(name)
    stop = f"/.pod/apps/{name}/revoke" if consent else None
    return Seer(title, "apps", until=until, stop=stop, local=True, **facts)


def _can(visit: Visit, modes: set[AccessMode], words: str = "can") -> str:
    order = (AccessMode.READ, AccessMode.WRITE, AccessMode.APPEND, AccessMode.CONTROL)
    if AccessMode.WRITE in modes:
        modes = modes - {AccessMode.APPEND}
    said = [visit.texts(f"{words}-{mode.value}") for mode in order if mode in modes]
    return ", ".join(said)


def short(subject: str) -> str:
    """A WebID as its host and last name; the whole of it is one click deeper."""
    parts = urlsplit(subject)
    return f"{parts.netloc}{parts.path}".rstrip("/") or subject


def own_rules(visit: Visit) -> Iterator[tuple[Iri, tuple[Grant, ...]]]:
    """Every thing that has rules of its own, from the root down, with those rules."""
    waiting, seen = [visit.space.root], 0
    while waiting and seen < MOST:
        iri = waiting.pop(0)
        seen += 1
        if visit.space.exists(visit.agent, iri.acl):
            yield iri, visit.space.rights(visit.agent, iri).grants
        if iri.is_container:
            waiting += [member.iri for member in visit.space.list(visit.agent, iri)]


def shared(visit: Visit) -> list[tuple[str, str, Seer]]:
    """(name, page, who) for everything that somebody else than the owner may reach."""
    names = Names(visit.texts, visit.services.programs)
    found = []
    for iri, _ in own_rules(visit):
        path = visit.space.path_of(iri)
        found += [(names.of(path), link(path), s) for s in seers(visit, iri) if not s.owner]
    return found
