"""The one deliberate way to change who vouches for the owner; every other write leaves it as it is.

https://solidproject.org/TR/oidc#webid-document
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pod.access.profile import check_places
from pod.errors import BadInput, NotFound
from pod.gate import Gate
from pod.journal import Journal
from pod.model import Agent, Body, Iri
from pod.rdf.patch import SPARQL_UPDATE, apply, read_patch
from pod.rdf.terms import SOLID
from pod.storage.base import Store, Transaction
from pod.writing import Writing, Written, parser

_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]{1,2000}")


class Profile:
    """The WebID document of a storage's owner."""

    def __init__(self, store: Store, gate: Gate, journal: Journal, writing: Writing) -> None:
        self._store = store
        self._gate = gate
        self._journal = journal
        self._writing = writing
        self._parse = parser(writing.settings)

    def issuers(self, agent: Agent) -> list[str]:
        """Who vouches for the owner, in the order of their addresses; for the owner in person."""
        self._journal.only_owner(agent)
        webid = str(agent.webid)
        iri = Iri(webid.partition("#")[0])
        with self._store.read() as snap:
            row = snap.row(self._gate.path_of(iri))
        if row is None:
            raise NotFound("there is no profile", iri=str(iri))
        body = row.body.read(self._writing.settings.max_rdf_bytes)
        profile = self._parse(body, row.type, iri)
        return sorted(str(one) for one in profile.values(webid, SOLID.oidcIssuer))

    def set_issuers(self, agent: Agent, issuers: Sequence[str]) -> Written:
        """Says who vouches for the owner (`solid:oidcIssuer`), for the owner in person.

        Raises BadInput for what is no address, NotFound where there is no profile any more.
        """
        self._journal.only_owner(agent)
        if not issuers or not all(_ADDRESS.fullmatch(i) for i in issuers):
            raise BadInput("an issuer is an http(s) address")
        webid = str(agent.webid)
        iri, named = Iri(webid.partition("#")[0]), f"<{webid}> <{SOLID.oidcIssuer}>"
        text = f"DELETE WHERE {{ {named} ?any }}; INSERT DATA {{ "
        text += " ".join(f"{named} <{issuer}> ." for issuer in issuers) + " }"
        change = read_patch(text.encode(), SPARQL_UPDATE, str(iri))

        def work(tx: Transaction) -> Written:
            row = tx.row(self._gate.path_of(iri))
            if row is None:
                raise NotFound("there is no profile", iri=str(iri))
            before = row.body.read(self._writing.settings.max_rdf_bytes)
            after = apply(change, before, row.type, str(iri))
            check_places(self._parse(after, row.type, iri), webid)
            return self._writing.save(tx, agent, iri, Body.of(after), row.type, row, identity=True)

        return self._store.write(work)
