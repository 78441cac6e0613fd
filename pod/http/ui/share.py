"""Who can see one thing, changed in plain words: a choice, a page that says what it would mean, and
only then the change.

Rules that these words cannot say (groups, origins, programs, "may add") are kept as they are. Going
back to what was is a choice like any other, shown before it is made: nothing is revived silently.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from pod.errors import BadInput, NotFound
from pod.gate import Rights
from pod.http import deps
from pod.http.ui import people
from pod.http.ui.names import Names, link
from pod.http.ui.place import about, shown
from pod.http.ui.visit import Fields, Owner, Visit
from pod.model import AccessMode, Grant, Iri, Who

router = APIRouter()
READ, WRITE, APPEND = AccessMode.READ, AccessMode.WRITE, AccessMode.APPEND
LEVELS = {"none": frozenset(), "read": frozenset({READ}), "write": frozenset({READ, WRITE})}
CHOICES = ("inherit", "alone", "own")
MOST_PEOPLE = 20
LONGEST_WAS = 1500  # characters of the choice before, in the address that leads back to it
_WEBID = re.compile(r"https?://[^\s<>\"{}|\\^`]{3,1000}")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the form says: `people` are (WebID, level); levels are those of `LEVELS`."""

    choice: str
    everyone: str = "none"
    signed: str = "none"
    people: tuple[tuple[str, str], ...] = ()


@router.get("/share/{path:path}")
def page(visit: Owner, path: str, was: str = "") -> Response:
    iri = deps.resource_of(visit.request, "/.pod/share")
    if was:
        return _preview(visit, iri, _read_was(was))
    return _page(visit, iri, _now(visit, iri))


def _page(visit: Visit, iri: Iri, choice: Choice, fault: str = "", new: str = "") -> Response:
    if not visit.space.exists(visit.agent, iri) or iri.is_auxiliary:
        raise NotFound("there is nothing here")
    rights = visit.space.rights(visit.agent, iri)
    above = _above(visit, iri)
    names = Names(visit.texts, visit.services.programs)
    return visit.page(
        "share",
        status=400 if fault else 200,
        place="data",
        choice=choice,
        can_inherit=iri != visit.space.root,
        above=names.of(visit.space.path_of(above)) if above else "",
        kept=len({(g.who, g.iri) for g in _kept(visit, iri, rights)}),
        fault=fault,
        new=new,
        folder=iri.is_container,
        **about(visit, iri, visit.texts("share-link")),
    )


def _above(visit: Visit, iri: Iri) -> Iri | None:
    """The container whose rules `iri` would inherit."""
    if iri == visit.space.root:
        return None
    return visit.space.rights(visit.agent, iri.parent).acl.subject


@router.post("/share/{path:path}")
def change(visit: Owner, path: str, fields: Fields) -> Response:
    """`step=preview` says what the choice means, `step=save` makes it so."""
    iri = deps.resource_of(visit.request, "/.pod/share")
    try:
        choice = _chosen(visit, fields)
    except BadInput as error:
        fault = visit.texts(f"share-bad-{error.facts['reason']}")
        return _page(visit, iri, _now(visit, iri), fault, fields.get("who-new", "")[:200])
    if fields.get("step") != "save":
        return _preview(visit, iri, choice)
    was = json.dumps(asdict(_now(visit, iri)), separators=(",", ":"))
    if choice.choice == "inherit":
        visit.space.drop_grants(visit.agent, iri)
    else:
        visit.space.set_grants(visit.agent, iri, grants_of(visit, iri, choice))
    more = {"was": was} if len(was) <= LONGEST_WAS else {}
    return shown(visit, iri, "shared", None, **more)


def _preview(visit: Visit, iri: Iri, choice: Choice) -> Response:
    if not visit.space.exists(visit.agent, iri) or iri.is_auxiliary:
        raise NotFound("there is nothing here")
    if choice.choice == "inherit":
        above = _above(visit, iri)
        after = people.seers(visit, above, below=True) if above else []
    else:
        grants = grants_of(visit, iri, choice)
        after = people.of_grants(visit, iri, grants, inherited=False)
    return visit.page(
        "share-preview",
        place="data",
        choice=choice,
        after=after,
        public=any(one.public for one in after),
        folder=iri.is_container,
        **about(visit, iri, visit.texts("share-link")),
    )


# -------------------------------------------------------------------- choices and grants


def _now(visit: Visit, iri: Iri) -> Choice:
    """The rules as they are, in the words of the form."""
    rights = visit.space.rights(visit.agent, iri)
    levels: dict[tuple[Who, str | None], str] = {}
    for grant in _applying(iri, rights):
        level = _level(grant)
        if level and not _is_kept(visit, grant):
            levels[grant.who, grant.iri] = max(level, levels.get((grant.who, grant.iri), ""))
    found = tuple(
        (str(who[1]), level)
        for who, level in levels.items()
        if who[0] is Who.AGENT and who[1] != visit.services.owner.webid
    )
    everyone = levels.get((Who.EVERYONE, None), "none")
    signed = levels.get((Who.AUTHENTICATED, None), "none")
    alone = not found and everyone == signed == "none"
    kind = "inherit" if rights.inherited else "alone" if alone else "own"
    return Choice(kind, everyone, signed, found)


def _applying(iri: Iri, rights: Rights) -> list[Grant]:
    """The grants that decide for `iri`, as grants on `iri` itself."""
    whole = rights.acl.subject if rights.inherited else iri
    return [
        replace(grant, target=iri, inherit=False)
        for grant in rights.grants
        if grant.inherit is rights.inherited and grant.target == whole
    ]


def _level(grant: Grant) -> str | None:
    if grant.modes == LEVELS["read"]:
        return "read"
    return "write" if grant.modes - {APPEND} == LEVELS["write"] else None


def _is_kept(visit: Visit, grant: Grant) -> bool:
    """What the form cannot say."""
    if grant.who is Who.AGENT and grant.iri == visit.services.owner.webid:
        return False
    program = str(grant.iri).startswith(f"{visit.space.root}.pod/programs/")
    plain = grant.who in (Who.AGENT, Who.EVERYONE, Who.AUTHENTICATED)
    return program or not plain or bool(grant.origins) or _level(grant) is None


def _kept(visit: Visit, iri: Iri, rights: Rights) -> list[Grant]:
    return [grant for grant in _applying(iri, rights) if _is_kept(visit, grant)]


def grants_of(visit: Visit, iri: Iri, choice: Choice) -> list[Grant]:
    """The rules of its own that `choice` gives `iri`: the owner everything, always."""
    owner = Grant(Who.AGENT, visit.services.owner.webid, iri, False, frozenset(AccessMode))
    found = [owner]
    if choice.choice == "own":
        found += _kept(visit, iri, visit.space.rights(visit.agent, iri))
        subjects: list[tuple[Who, str | None, str]] = [
            (Who.EVERYONE, None, choice.everyone),
            (Who.AUTHENTICATED, None, choice.signed),
            *((Who.AGENT, webid, level) for webid, level in choice.people),
        ]
        found += [Grant(who, name, iri, False, LEVELS[level]) for who, name, level in subjects]
    if iri.is_container:
        found += [replace(grant, inherit=True) for grant in found]
    return [grant for grant in found if grant.modes]


def _chosen(visit: Visit, fields: Mapping[str, str]) -> Choice:
    """Raises BadInput (reason: choice, webid, many)."""
    found: dict[str, str] = {}
    keys = [str(number) for number in range(MOST_PEOPLE)] + ["new"]
    for key in keys:
        webid, level = fields.get(f"who-{key}", "").strip(), fields.get(f"level-{key}", "none")
        if webid:
            found[webid] = level
    choice = Choice(
        fields.get("choice", ""),
        fields.get("everyone", "none"),
        fields.get("signed", "none"),
        tuple(found.items()),
    )
    return _checked(visit, choice)


def _checked(visit: Visit | None, choice: Choice) -> Choice:
    levels = [choice.everyone, choice.signed, *(level for _, level in choice.people)]
    if choice.choice not in CHOICES or any(level not in LEVELS for level in levels):
        raise BadInput("there is no such choice", reason="choice")
    if len(choice.people) > MOST_PEOPLE:
        raise BadInput("too many people", reason="many")
    for webid, _ in choice.people:
        if not _WEBID.fullmatch(webid):
            raise BadInput("a WebID is an address", reason="webid")
    own = visit.services.owner.webid if visit else None
    return replace(choice, people=tuple(p for p in choice.people if p[0] != own))


def _read_was(text: str) -> Choice:
    """The choice before, from an address: only shown, so anybody may have written it."""
    try:
        given: Any = json.loads(text[:LONGEST_WAS])
        people_given = tuple((str(webid), str(level)) for webid, level in given["people"])
        choice = Choice(
            str(given["choice"]), str(given["everyone"]), str(given["signed"]), people_given
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput("there is no such choice") from None
    return _checked(None, choice)


def back(visit: Visit, iri: Iri) -> str | None:
    """The page that shows the choice before the last change, where the address tells it."""
    was = visit.request.query_params.get("was", "")
    if not was or len(was) > LONGEST_WAS:
        return None
    return (
        "/.pod/share"
        + link(visit.space.path_of(iri)).removeprefix("/.pod/data")
        + "?was="
        + quote(was)
    )
