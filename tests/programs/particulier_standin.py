"""A stand-in for API Particulier and FranceConnect's tokens, on loopback: every official mock under its path.

It answers as the staging API does: the mock whose parameters the question names, else the provider's
404. Asked without its token 401; over its quota 429 with `Retry-After`.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.programs.particulier import Mock

TOKEN = "staging-token"
ERRORS = {
    401: ("00101", "Non autorisé", "Votre jeton est absent, inconnu ou a expiré"),
    403: ("00100", "Privilèges insuffisants", "Votre token est valide mais ses privilèges non"),
    404: ("37003", "Entité non trouvée", "Dossier allocataire inexistant."),
    422: ("00366", "Entité non traitable", "Un ou plusieurs paramètres ne sont pas corrects"),
    429: ("00429", "Trop de requêtes", "Vous avez effectué trop de requêtes"),
    502: ("37999", "Erreur inconnue du fournisseur de données", "Réponse invalide"),
    504: ("37002", "Intermédiaire hors-délai", "Temps d’attente écoulé."),
}


class Particulier:
    """Listens from `start` to `close`. `faults`: statuses, or `malformed`, of the next requests."""

    def __init__(self, mocks: Iterable[Mock]) -> None:
        self.mocks = list(mocks)
        self.faults: deque[str] = deque()
        self.asked: list[str] = []
        self.left = 10**6  # requests within the quota
        self._people: dict[str, dict[str, list[str]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> Particulier:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def france_connect(self, params: dict[str, Any]) -> str:
        """An access token that stands for this identity."""
        token = f"fc-{len(self._people)}"
        self._people[token] = words(params)
        return token

    def answer(self, path: str, query: dict[str, list[str]], bearer: str) -> tuple[int, str]:
        if path.endswith("/france_connect"):
            if bearer not in self._people:
                return _error(401)
            query = {**self._people[bearer], **query}
        elif bearer != TOKEN:
            return _error(401)
        if self.left <= 0:
            return _error(429)
        self.left -= 1
        # `prenoms[]` on the wire is `prenoms` in the mocks.
        given = {name.removesuffix("[]"): values for name, values in query.items()}
        fits = [m for m in self.mocks if m.path == path and _fits(words(m.params), given)]
        if not fits:
            return _error(404)
        found = max(fits, key=lambda mock: len(mock.params))
        return found.status, found.payload


def words(params: dict[str, Any]) -> dict[str, list[str]]:
    """Parameters as a question writes them; those without a value are not there."""
    return {
        name: [str(v) for v in (value if isinstance(value, list) else [value])]
        for name, value in params.items()
        if value is not None
    }


def _fits(wanted: dict[str, list[str]], given: dict[str, list[str]]) -> bool:
    return all(given.get(name) == values for name, values in wanted.items())


def _error(status: int) -> tuple[int, str]:
    code, title, detail = ERRORS[status]
    error = {"code": code, "title": title, "detail": detail, "source": None, "meta": {}}
    return status, json.dumps({"errors": [error]})


def _handler(holder: Particulier) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            holder.asked.append(self.path)
            fault = holder.faults.popleft() if holder.faults else ""
            if fault.isdecimal():
                status, body = _error(int(fault))
            elif fault == "malformed":
                status, body = 200, '{"data": {"est_benefi'
            else:
                bearer = (self.headers.get("authorization") or "").removeprefix("Bearer ")
                status, body = holder.answer(parts.path, parse_qs(parts.query), bearer)
            data = body.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(data)))
            if status == 429:
                self.send_header("retry-after", "60")
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Tests say themselves what was asked."""

    return Handler
