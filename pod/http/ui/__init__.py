"""The owner's pages, under /.pod/: server-rendered, usable without scripts, in French and English."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pod.http import api
from pod.http.ui import (
    activity,
    apps,
    authorize,
    connected,
    data,
    faults,
    home,
    imports,
    runs,
    settings,
    sharing,
    sources,
    welcome,
)
from pod.http.ui.render import POLICY, STATIC
from pod.services import Services

HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cache-control": b"no-store",
}


def pages(services: Services) -> ASGIApp:
    """An ASGI application for everything under /.pod/ (paths come with that prefix)."""
    app = FastAPI(title="Domicile", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.mount("/.pod/static", StaticFiles(directory=STATIC), name="static")
    for part in (welcome, home, imports, apps, runs, data, sources, sharing, activity, settings):
        app.include_router(part.router, prefix="/.pod")
    app.include_router(connected.router, prefix="/.pod")
    app.include_router(authorize.router, prefix="/.oidc")
    app.include_router(api.router, prefix="/.pod/api")
    faults.handle(app)
    return Shielded(app)


class Shielded:
    """Adds the security headers to every answer; what a page has set itself stays."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        static = scope.get("path", "").startswith("/.pod/static/")

        async def shielded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                present = {name.lower() for name, _ in headers}
                for name, value in HEADERS.items():
                    if name not in present:
                        if static and name == b"cache-control":
                            value = b"no-cache"
                        headers.append((name, value))
                message["headers"] = headers
            await send(message)

        await self.app(scope, receive, shielded)
