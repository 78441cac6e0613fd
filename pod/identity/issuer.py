"""The identity provider: what an app gets for a code, a refresh token or a credential.

https://solidproject.org/TR/oidc#solid-identity-provider · Its name is the server's base URL, slash
included, in every place: discovery, tokens, answers, and the owner's profile.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from pod.config import Settings
from pod.errors import BadInput, Forbidden, NotFound, Unauthenticated
from pod.identity import dpop, jws
from pod.identity.authorization import CEILINGS, VERIFIER, Asked, answer
from pod.identity.clients import METHODS, Client, Clients, digest, new_credential
from pod.identity.documents import Documents
from pod.identity.dpop import Proof, Seen, read_proof
from pod.identity.keys import Keys
from pod.identity.tokens import ACCESS_TYPE, AUDIENCE, Tokens
from pod.model import AccessMode, Agent, Json
from pod.storage.grants import GrantStore

FAR = timedelta(days=36_500)


class Issuer:
    """Issues and takes back. Thread-safe; it blocks (a signature, a database)."""

    def __init__(
        self,
        settings: Settings,
        keys: Keys,
        grants: GrantStore,
        clients: Clients,
        tokens: Tokens,
        seen: Seen,
        documents: Documents,
    ) -> None:
        self.name = settings.base_url
        self.keys = keys
        self.clients = clients
        self.documents = documents
        self._settings = settings
        self._grants = grants
        self._tokens = tokens
        self._seen = seen
        # Told of each (WebID, app) whose access ends: what it still hears has to end with it.
        self.ended: Callable[[str, str], None] = lambda _webid, _client: None
        self._flows: dict[str, Callable[[Client, Mapping[str, str], Proof], Json]] = {
            "authorization_code": self._by_code,
            "refresh_token": self._by_refresh,
            "client_credentials": self._by_credential,
        }

    def discovery(self) -> Json:
        """https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata"""
        own = self.name + ".oidc/"
        return {
            "issuer": self.name,
            "authorization_endpoint": own + "authorize",
            "token_endpoint": own + "token",
            "userinfo_endpoint": own + "userinfo",
            "jwks_uri": own + "jwks",
            "registration_endpoint": own + "register",
            "revocation_endpoint": own + "revoke",
            "end_session_endpoint": own + "sign-out",
            "scopes_supported": ["openid", "webid", "offline_access", "profile"],
            "claims_supported": [
                *("sub", "webid", "iss", "aud", "azp", "iat", "exp"),
                *("nonce", "auth_time", "at_hash", "cnf"),
            ],
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": list(self._flows),
            "subject_types_supported": ["public"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": list(METHODS),
            "revocation_endpoint_auth_methods_supported": list(METHODS),
            "id_token_signing_alg_values_supported": list(jws.ALGORITHMS),
            "dpop_signing_alg_values_supported": list(jws.ALGORITHMS),
            "authorization_response_iss_parameter_supported": True,
            "claims_parameter_supported": False,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "prompt_values_supported": ["none", "login", "consent"],
            "solid_oidc_supported": "https://solidproject.org/TR/solid-oidc",
        }

    # ---------------------------------------------------------------- agreeing

    def agreed(self, webid: str, client: Client) -> frozenset[AccessMode] | None:
        """The most that an app may do for `webid`, None before it was asked."""
        row = self._grants.agreement(webid, client.id)
        return None if row is None else _modes(row["modes"])

    def stands(self, agent: Agent) -> bool:
        """Whether what `agent` was agreed to, where it acts through an app of ours, still holds."""
        webid, client = agent.webid, agent.client
        if webid is None or client is None or agent.issuer != self.name:
            return True
        if self._grants.agreement(webid, client) is not None:
            return True
        found = self._grants.credential(client)
        return found is not None and found["webid"] == webid

    def agree(self, webid: str, client: Client, ceiling: str) -> frozenset[AccessMode]:
        """Remembers the answer of the consent page: `read`, `write` or `control`. An app that had
        more than that loses it at once. Raises BadInput."""
        if ceiling not in CEILINGS:
            raise BadInput("there is no such choice")
        before, modes = self.agreed(webid, client), CEILINGS[ceiling]
        if before is not None and not before <= modes:
            self.withdraw(webid, client.id)
        self._grants.agree(webid, client.id, client.name, _text(modes), datetime.now(UTC))
        self.clients.keep(client)
        return modes

    def agreements(self, webid: str) -> list[Json]:
        """[{"client","name","modes","created","seen"}], the newest first."""
        return [self._shown(row) for row in self._grants.agreements(webid)]

    def withdraw(self, webid: str, client: str) -> Json:
        """Ends an app's access with its next request. Raises NotFound."""
        row = self._grants.agreement(webid, client)
        if row is None:
            raise NotFound("there is no such agreement")
        self._grants.drop_agreement(webid, client)
        self._tokens.forget()
        self.ended(webid, client)
        return self._shown(row)

    def forget(self, webid: str) -> None:
        """Ends every app's access and every credential of who is gone."""
        for one in self._grants.agreements(webid):
            self.withdraw(webid, str(one["client"]))
        for one in self._grants.credentials(webid):
            self.drop_credential(webid, str(one["id"]))

    def _shown(self, row: Json) -> Json:
        return {**row, "modes": _modes(row["modes"])}

    def code(self, webid: str, asked: Asked, signed_in: datetime) -> str:
        """The address that the browser goes to with a new code. Raises Forbidden where nobody
        agreed."""
        modes = self.agreed(webid, asked.client)
        if modes is None:
            raise Forbidden("nobody agreed to this app")
        now, code = datetime.now(UTC), secrets.token_urlsafe(32)
        self._grants.touch_agreement(webid, asked.client.id, now)
        request = {
            "webid": webid,
            "client": asked.client.id,
            "redirect": asked.redirect,
            "challenge": asked.challenge,
            "key": asked.key,
            "nonce": asked.nonce,
            "scope": " ".join(sorted(asked.scope)),
            "modes": _text(modes),
            "auth_time": int(signed_in.timestamp()),
        }
        ends = now + timedelta(seconds=self._settings.authorization_seconds)
        self._grants.add_code(digest(code), request, ends)
        return answer(asked, self.name, code=code)

    # ---------------------------------------------------------------- the token endpoint

    def token(
        self, params: Mapping[str, str], authorization: str | None, proof: str | None
    ) -> Json:
        """The answer of the token endpoint. Raises BadInput and Unauthenticated whose fact `error`
        is that of https://www.rfc-editor.org/rfc/rfc6749#section-5.2."""
        client = self.clients.recognise(authorization, params)
        flow = self._flows.get(params.get("grant_type", ""))
        if flow is None:
            raise BadInput("this is not offered here", error="unsupported_grant_type")
        if client.is_credential is not (params["grant_type"] == "client_credentials"):
            raise BadInput("this app may not do so", error="unauthorized_client")
        try:
            found = read_proof(proof, "POST", self.name + ".oidc/token")
            self._seen.take(found)
        except Unauthenticated as error:
            raise BadInput(error.detail, error="invalid_dpop_proof") from None
        return flow(client, params, found)

    def _by_code(self, client: Client, params: Mapping[str, str], proof: Proof) -> Json:
        code, now = digest(params.get("code", "")), datetime.now(UTC)
        row = self._grants.code(code)
        if row is None:
            raise _invalid("the code is not valid")
        if row["sign_in"] is not None:
            # "If an authorization code is used more than once, the authorization server MUST deny
            # the request and SHOULD revoke [...] all access tokens [...] issued based on that".
            self._end(row["sign_in"])
            raise _invalid("the code was used before")
        asked = row["request"]
        if row["expires"] <= now:
            raise _invalid("the code has expired")
        if asked["client"] != client.id or asked["redirect"] != params.get("redirect_uri"):
            raise _invalid("the code is for another app or address")
        if asked["key"] is not None and asked["key"] != proof.key:
            raise _invalid("the code is bound to another key")
        if not _fits(params.get("code_verifier", ""), asked["challenge"]):
            raise _invalid("the code_verifier does not fit")
        if self._grants.agreement(asked["webid"], client.id) is None:
            raise _invalid("the agreement was withdrawn")
        sign_in = {
            "id": secrets.token_urlsafe(16),
            "webid": asked["webid"],
            "client": client.id,
            "modes": asked["modes"],
            "scope": asked["scope"],
            # "refresh tokens [of] public clients MUST be bound to the [...] public key".
            "key": proof.key if client.secret is None else None,
            "created": now,
            "expires": now + timedelta(seconds=self._settings.access_token_seconds + 60),
        }
        self._grants.add_sign_in(sign_in)
        if not self._grants.use_code(code, sign_in["id"]):
            self._end(sign_in["id"])
            raise _invalid("the code was used before")
        found = self._answer(client, sign_in, proof, asked["nonce"], asked["auth_time"])
        if "offline_access" in asked["scope"].split():
            found["refresh_token"] = self._refresh_token(sign_in["id"], now)
        return found

    def _by_refresh(self, client: Client, params: Mapping[str, str], proof: Proof) -> Json:
        given, now = digest(params.get("refresh_token", "")), datetime.now(UTC)
        row = self._grants.refresh(given)
        sign_in = None if row is None else self._grants.sign_in(row["sign_in"], now)
        if row is None or sign_in is None or sign_in["client"] != client.id:
            raise _invalid("the refresh token is not valid")
        if sign_in["key"] is not None and sign_in["key"] != proof.key:
            raise _invalid("the refresh token is bound to another key")
        if not self._grants.use_refresh(given):
            # Two have it: the app and somebody else. Neither keeps it.
            self._end(sign_in["id"])
            raise _invalid("the refresh token was used before; sign in again")
        found = self._answer(client, sign_in, proof)
        found["refresh_token"] = self._refresh_token(sign_in["id"], now)
        self._grants.touch_agreement(sign_in["webid"], client.id, now)
        return found

    def _by_credential(self, client: Client, params: Mapping[str, str], proof: Proof) -> Json:
        sign_in = self._grants.sign_in(client.id, datetime.now(UTC))
        if sign_in is None:
            raise _invalid("the credential was withdrawn")
        found = self._answer(client, sign_in, proof)
        found.pop("id_token", None)
        return found

    def _refresh_token(self, sign_in: str, now: datetime) -> str:
        token = secrets.token_urlsafe(32)
        until = now + timedelta(days=self._settings.app_sign_in_days)
        self._grants.add_refresh(digest(token), sign_in, now, until)
        return token

    def _answer(
        self,
        client: Client,
        sign_in: Json,
        proof: Proof,
        nonce: str | None = None,
        auth_time: int | None = None,
    ) -> Json:
        now, webid = int(time.time()), sign_in["webid"]
        common = {
            "webid": webid,
            "sub": webid,
            "iss": self.name,
            "iat": now,
            "exp": now + self._settings.access_token_seconds,
            "cnf": {"jkt": proof.key},
        }
        access = self.keys.sign(
            "ES256",
            {"typ": ACCESS_TYPE},
            {
                **common,
                "aud": AUDIENCE,
                "client_id": client.id,
                "jti": secrets.token_urlsafe(16),
                "sid": sign_in["id"],
                "scope": sign_in["scope"],
            },
        )
        about: Json = {"aud": [client.id, AUDIENCE], "azp": client.id, "at_hash": _at_hash(access)}
        if nonce is not None:
            about["nonce"] = nonce
        if auth_time is not None:
            about["auth_time"] = auth_time
        return {
            "access_token": access,
            "token_type": "DPoP",
            "expires_in": self._settings.access_token_seconds,
            "scope": sign_in["scope"],
            "id_token": self.keys.sign(client.alg, {"typ": "JWT"}, {**common, **about}),
        }

    # ---------------------------------------------------------------- taking back

    def revoke(self, params: Mapping[str, str], authorization: str | None) -> None:
        """Ends the sign-in of a token (https://www.rfc-editor.org/rfc/rfc7009). Nothing happens for
        a token that is not one, or another app's. Raises Unauthenticated, BadInput."""
        client = self.clients.recognise(authorization, params)
        token = params.get("token")
        if not token:
            raise BadInput("which token?", error="invalid_request")
        row = self._grants.refresh(digest(token))
        identifier = None if row is None else row["sign_in"]
        if row is None and token.count(".") == 2:
            try:
                known = self._tokens.known(token)
            except Unauthenticated:
                return
            identifier = None if known is None else known.sign_in
        sign_in = self._grants.sign_in(str(identifier), datetime.now(UTC))
        if sign_in is not None and sign_in["client"] == client.id and not client.is_credential:
            self._end(sign_in["id"])

    def _end(self, sign_in: str) -> None:
        self._grants.drop_sign_in(sign_in)
        self._tokens.forget(sign_in)

    def read_hint(self, token: str) -> Json | None:
        """The claims of an ID token that was issued here, however old; None for anything else."""
        try:
            found = jws.read(token)
        except BadInput:
            return None
        key = self.keys.find(found.header.get("kid"))
        return found.claims if key is not None and found.check(key) else None

    # ---------------------------------------------------------------- credentials

    def create_credential(self, webid: str, name: str, ceiling: str) -> Json:
        """{"id","secret"}: for a script that acts for `webid`; the secret is shown this once."""
        if ceiling not in CEILINGS or not 0 < len(name.strip()) <= 100:
            raise BadInput("a credential has a name of at most 100 characters, and a ceiling")
        now, (identifier, secret) = datetime.now(UTC), new_credential()
        common = {"id": identifier, "webid": webid, "created": now}
        sign_in = {
            **common,
            "client": identifier,
            "modes": _text(CEILINGS[ceiling]),
            "scope": "webid",
            "key": None,
            "expires": now + FAR,
        }
        row = {**common, "secret": digest(secret), "name": name.strip()}
        self._grants.add_credential(row, sign_in)
        return {"id": identifier, "secret": secret}

    def credentials(self, webid: str) -> list[Json]:
        """[{"id","name","modes","created"}], the newest first."""
        return [
            {k: v for k, v in self._shown(row).items() if k != "secret"}
            for row in self._grants.credentials(webid)
        ]

    def drop_credential(self, webid: str, identifier: str) -> Json:
        """Refuses the credential, and what it got, from the next request on. Raises NotFound."""
        row = self._grants.credential(identifier)
        if row is None or row["webid"] != webid:
            raise NotFound("there is no such credential")
        self._grants.drop_credential(identifier)
        self._tokens.forget(identifier)
        self.ended(webid, identifier)
        return {"id": identifier, "name": row["name"]}


def _fits(verifier: str, challenge: str) -> bool:
    """https://www.rfc-editor.org/rfc/rfc7636#section-4.6"""
    found = dpop.hash_of(verifier) if VERIFIER.fullmatch(verifier) else ""
    return hmac.compare_digest(found.encode(), challenge.encode())


def _at_hash(access: str) -> str:
    return jws.encode(digest(access)[:16])


def _modes(text: str) -> frozenset[AccessMode]:
    return frozenset(AccessMode(mode) for mode in text.split())


def _text(modes: frozenset[AccessMode]) -> str:
    return " ".join(sorted(mode.value for mode in modes))


def _invalid(text: str) -> BadInput:
    return BadInput(text, error="invalid_grant")
