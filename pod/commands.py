"""The commands as functions: called in the process that owns the data, whoever asked.

The command line calls them here when no server runs on the data folder, and through the server's
local socket (`control`) when one does; the answers are the same JSON.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from pod import archive
from pod.backup import backup as make_backup
from pod.errors import BadInput, NotFound, PodError, TooLarge
from pod.host import Host, root_of
from pod.model import Activity, Body, Json, Verb
from pod.programs import fictitious as drawn
from pod.programs.bundles import ZIP, is_bundle
from pod.programs.manifest import Program
from pod.programs.packages import PACKAGE_BYTES
from pod.services import Services


def import_files(services: Services, files: list[str]) -> list[Json]:
    """[{"file","connector","format","documents","records","from","to","problems","error"?}]: one a
    file, those in folders and archives by their own path."""
    return [told for file in files for told in _import(services, Path(file))]


def _import(services: Services, given: Path) -> list[Json]:
    """What became of it: what is wrong with one file never hides what became of the others."""
    above = given.parent
    try:
        found = [(os.fspath(f.relative_to(above)), _staged(services, f)) for f in _files(given)]
        if not given.is_dir() and not is_bundle(found[0][1]):
            job = services.imports.run(services.owner, found[0][1], given.name)
            return [_told(os.fspath(given), job)]
    except PodError as error:
        return [_wrong(os.fspath(given), _fault(error))]
    drop = services.drops.run(services.owner, found)
    told = [
        _told(os.fspath(above / f["name"]), f["job"])
        if "job" in f
        else _wrong(os.fspath(above / f["name"]), f["error"])
        for f in drop["files"]
    ]
    return [*told, _wrong(os.fspath(given), drop["error"])] if drop["error"] else told


def _files(given: Path) -> Iterator[Path]:
    """The file, or those in the folder and below, in order; links are not followed."""
    if not given.is_dir():
        yield given
        return
    for folder, inner, names in os.walk(given):
        inner.sort()
        for name in sorted(names):
            if (path := Path(folder) / name).is_file() and not path.is_symlink():
                yield path


def _told(file: str, job: Json) -> Json:
    told = {"file": file, **{key: job[key] for key in _TOLD}}
    return {**told, "error": job["error"]} if job["error"] else told


def _wrong(file: str, error: Json) -> Json:
    return {"file": file, **_TOLD, "error": error}


def _fault(error: PodError) -> Json:
    return {"code": error.code, "detail": error.detail, "facts": error.facts}


_TOLD: Json = {
    "connector": None, "format": None, "documents": 0, "records": 0, "from": None, "to": None,
    "problems": [],
}  # fmt: skip


def _staged(services: Services, path: Path) -> Body:
    settings = services.settings
    try:
        with path.open("rb") as file:
            zipped = file.read(4) == ZIP
            limit = settings.drop_bytes if zipped else settings.max_import_bytes
            if path.stat().st_size > limit:
                detail = f"{path.name}: larger than {limit >> 20} MB, the limit of an import"
                raise TooLarge(f"{detail}; it is not kept", file=path.name, limit=limit >> 20)
            file.seek(0)
            return services.space.stage(iter(lambda: file.read(1 << 16), b""), limit)
    except OSError as error:
        said = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror
        raise NotFound(f"{path.name}: {said}", file=path.name) from None


def run_app(services: Services, app: str, agree: bool, params: Json | None = None) -> Json:
    """The result document of an app. `agree` accepts what it needs where no consent is in force."""
    if agree and app in services.programs and not services.consents.active(services.owner, app):
        services.consents.accept(services.owner, app)
    return services.runs.run(services.owner, app, params)


def fictitious(
    services: Services, folder: str, days: int, seed: int, until: str | None = None
) -> Json:
    """{"folder","said","seed","from","to","drawn_from","measured","files",…}: files of a household drawn
    from the statistics of this pod's own data."""
    last = date.fromisoformat(until) if until else None
    about = drawn.write(
        services.space, services.owner, Path(folder), days=days, seed=seed, until=last
    )
    return {"folder": folder, **about}


def needs(services: Services, app: str) -> Json:
    """What an app reads, why, and what comes out."""
    return services.consents.needs(services.owner, app)


def install_app(services: Services, source: str) -> Json:
    """{"app","version","digest","key","agreed"}: an app of a folder or a signed package here, or of a
    package at an https address. It reads nothing until its owner agrees to what it needs."""
    programs, path = services.programs, Path(source)
    if "://" in source:
        program = programs.install_address(services.owner, source)
    elif path.is_dir():
        program = programs.install_folder(services.owner, path)
    else:
        try:
            with path.open("rb") as file:
                data = file.read(PACKAGE_BYTES + 1)
        except OSError as error:
            raise NotFound(f"{path.name}: {error.strerror}", file=path.name) from None
        program = programs.install_zip(services.owner, data, path.name)
    return _app(services, program)


def list_apps(services: Services) -> list[Json]:
    """[{"app","version","digest","key","agreed","runs"}]: `key` is the publisher's, null for what comes
    with Domicile or was not signed; `runs` is when it runs by itself."""
    return [
        {
            **_app(services, program),
            "runs": services.schedules.get(services.owner, program.manifest.name)["when"],
        }
        for program in services.programs.values()
        if program.manifest.kind == "app"
    ]


def remove_app(services: Services, app: str, erase: bool = False) -> Json:
    """{"app"}: uninstalls an app and takes its access back; `erase` deletes its results too."""
    if services.programs.installed(services.owner, app) is not None:
        consent = services.consents.recent(services.owner, app)
        if consent is not None and not consent["revoked"]:
            services.consents.revoke(services.owner, app)
        if erase:
            services.consents.erase(services.owner, app)
        services.schedules.drop(services.owner, app)
    services.programs.remove(services.owner, app)
    return {"app": app}


def _app(services: Services, program: Program) -> Json:
    name = program.manifest.name
    return {
        "app": name,
        "version": program.manifest.version,
        "digest": program.digest,
        "key": program.key,
        "agreed": services.consents.active(services.owner, name) is not None,
    }


def query(services: Services, sparql: str) -> Json:
    """SPARQL results JSON over everything that the owner may read."""
    return services.space.query(services.owner, sparql).to_json()


def connect(services: Services, connector: str, service: str, facts: Json, secrets: Json) -> Json:
    """A new connection to a holder, without its secrets."""
    return services.connections.add(services.owner, connector, service, facts, secrets)


def list_connections(services: Services) -> list[Json]:
    """Connections, how far they are and what is wrong with them."""
    return services.connections.all(services.owner)


def sync(services: Services, connection: str) -> Json:
    """{"connection","state","answers","records","documents","error"?}: one run of a connection."""
    return services.connections.sync(services.owner, connection)


def reindex(services: Services) -> Json:
    """Builds the RDF store anew from the documents."""
    return {"documents": services.space.reindex(services.owner)}


def fill_trial(services: Services) -> Json:
    """Fills an empty pod with the sample household."""
    jobs = services.trial.fill(services.owner)
    return {"files": [job["name"] for job in jobs], "result": "my_smart_home"}


def export(services: Services, file: str) -> Json:
    """{"file","bytes"}: the whole pod as one zip file, which must not be there yet; readable by its
    owner's user alone."""
    target = Path(file)
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            for piece in archive.export(services.space, services.owner):
                out.write(piece)
            out.flush()
            os.fsync(out.fileno())
    except OSError as error:
        raise BadInput(f"{target.name}: {error.strerror}", file=target.name) from None
    services.space.journal.record(services.owner, Activity(Verb.EXPORT, services.owner), {})
    return {"file": file, "bytes": target.stat().st_size}


def restore(services: Services, file: str) -> Json:
    """{"documents","rules","problems"}: an exported pod's documents in a new, empty pod. Whom they
    were shared with, apps and scripts get nothing back."""
    return archive.restore(services.space, services.owner, Path(file))


def create_token(services: Services, name: str, webid: str | None) -> Json:
    """{"webid","token"}: a token for scripts, shown once."""
    owner = str(services.owner.webid)
    return {"webid": webid or owner, "token": services.accounts.create_token(name, webid or owner)}


def create_credentials(services: Services, name: str, ceiling: str) -> Json:
    """{"webid","pod","issuer","token_endpoint","id","secret"}: client credentials, shown once.

    `ceiling` is the most that they may do: `read`, `write`, or `control` (which scripts that set
    access rules need). They act for the owner, never as the owner: the rules of the storage hold.
    """
    webid = str(services.owner.webid)
    found = services.issuer.create_credential(webid, name, ceiling)
    agreed = {"credential": found["id"], "name": name, "ceiling": ceiling}
    services.space.journal.record(
        services.owner, Activity(Verb.ACCEPT, services.owner, summary=agreed), {}
    )
    issuer = services.issuer.discovery()
    return {
        "webid": webid,
        "pod": str(services.space.root),
        "issuer": issuer["issuer"],
        "token_endpoint": issuer["token_endpoint"],
        **found,
    }


def list_credentials(services: Services) -> list[Json]:
    """[{"id","name","modes","created"}]"""
    return [
        {**one, "modes": sorted(one["modes"]), "created": one["created"].isoformat()}
        for one in services.issuer.credentials(str(services.owner.webid))
    ]


def drop_credentials(services: Services, identifier: str) -> Json:
    """{"id","name"} of credentials that are refused from now on."""
    found = services.issuer.drop_credential(str(services.owner.webid), identifier)
    gone = {"credential": found["id"], "name": found["name"]}
    services.space.journal.record(
        services.owner, Activity(Verb.UNDO, services.owner, summary=gone), {}
    )
    return found


def rotate_keys(host: Host) -> Json:
    """The identity provider signs with new keys; the old ones are published for two days more."""
    host.issuer.keys.rotate()
    return {"keys": len(host.issuer.keys.published()["keys"])}


def doctor(services: Services) -> Json:
    """What works on this machine, and whether the data are whole."""
    guest = services.sandbox.ready()
    return {
        "sandbox": {
            "built": guest.built,
            "layers": list(guest.layers),
            "missing": list(guest.missing),
        },
        **services.space.check(services.owner),
    }


def backup(host: Host, folder: str) -> Json:
    """{"folder","pods","files","bytes"}: a copy of the data folder, in a folder that is new."""
    return make_backup(host, Path(folder))


def create_pod(host: Host, name: str, email: str | None, password: str | None) -> Json:
    """{"pod","webid","storage"}: a new pod at a provider. Without a password nobody signs in to its
    pages until one is set."""
    webid = host.create(name, password, email=email).webid
    return {"pod": name, "webid": webid, "storage": str(root_of(host.settings, name))}


def list_pods(host: Host) -> list[Json]:
    """[{"pod","storage"}]"""
    return [{"pod": n, "storage": str(root_of(host.settings, n))} for n in host.names()]


HOST_COMMANDS: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (backup, create_pod, list_pods, rotate_keys)
}
COMMANDS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        *(
            import_files,
            run_app,
            fictitious,
            needs,
            query,
            reindex,
            fill_trial,
            create_token,
            doctor,
        ),
        *(export, restore),
        *(install_app, list_apps, remove_app),
        *(connect, list_connections, sync),
        *(create_credentials, list_credentials, drop_credentials),
    )
}
