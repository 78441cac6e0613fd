"""The owner's pages, under /.pod/: server-rendered, usable without scripts, in French and English."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pod.host import Host
from pod.http import api, deps
from pod.http.ui import (
    account,
    accounts,
    activity,
    apps,
    arrange,
    authorize,
    by_hand,
    connected,
    connections,
    consenting,
    data,
    drops,
    edit,
    entrance,
    export,
    faults,
    files,
    history,
    home,
    identity,
    imports,
    installing,
    references,
    runs,
    safety,
    search,
    settings,
    share,
    sharing,
    sources,
    timeline,
    trips,
    upload,
    welcome,
)
from pod.http.ui.render import POLICY, STATIC

HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
    b"cache-control": b"no-store",
}


def pages(host: Host) -> ASGIApp:
    """An ASGI application for everything under /.pod/ (paths come with that prefix)."""
    app = FastAPI(title="Domicile", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.host = host
    app.mount("/.pod/static", StaticFiles(directory=STATIC), name="static")
    parts = (welcome, home, imports, drops, by_hand, connections, data, sources, sharing)
    programs = (apps, consenting, installing, runs)
    things = (arrange, connected, edit, export, files, history, search, share, upload)
    told = (references, timeline, trips)
    person = (account, accounts, activity, entrance, identity, safety, settings)
    for part in (*parts, *programs, *things, *told, *person):
        app.include_router(part.router, prefix="/.pod")
    for part in (authorize, entrance):
        app.include_router(part.router, prefix="/.oidc")
    app.include_router(api.router, prefix="/.pod/api")
    faults.handle(app)
    return Shielded(app)


class Shielded:
    """Adds the security headers to every answer; what a page has set itself stays. The pod that a
    page is about stays open until the page is sent."""

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

        if scope["type"] != "http":
            return await self.app(scope, receive, shielded)
        async with deps.open_pod(Request({**scope, "app": self.app})) as pod:
            scope.setdefault("state", {})["pod"] = pod
            await self.app(scope, receive, shielded)
