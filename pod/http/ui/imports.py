"""Dropping files, following an import, and what was found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.requests import Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import UploadFile

from pod.errors import BadInput, TooLarge
from pod.http import deps, failures
from pod.http.ui.accounts import accounts, title
from pod.http.ui.names import Names, link
from pod.http.ui.stated import sentences
from pod.http.ui.visit import Fields, Owner, Visit, bounded, drain, go
from pod.model import Body, Iri, Json
from pod.programs.bundles import is_bundle
from pod.programs.merge.finance import HOME, account_folder
from pod.programs.questions import COLUMNS, MUST, guess

router = APIRouter()
FORM_BYTES = 1 << 20  # what a form has besides its files
STATES = ("waiting", "recognising", "reading", "merging")
OVER = ("done", "failed", "asking")
SHOWN_PROBLEMS = 60
PLAIN = (*MUST, "amount")  # the columns that most files have, asked about first


async def files(request: Request) -> list[UploadFile]:
    """The files of the drop form, on the disk where they are large; a folder's carry their path.
    TooLarge before more than the limit is taken in."""
    settings = deps.host_of(request).settings
    limit = settings.drop_bytes
    most = limit + FORM_BYTES
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        await drain(request)
        raise TooLarge("larger than what is imported", limit=limit >> 20)
    taken = bounded(request, most, limit >> 20)
    form = await taken.form(max_files=settings.drop_files, max_fields=5)
    await run_in_threadpool(deps.check_write, request, form)
    found = [file for file in form.getlist("file") if isinstance(file, UploadFile)]
    return [file for file in found if file.filename]


@router.post("/imports")
def drop(visit: Owner, uploads: Annotated[list[UploadFile], Depends(files)]) -> Response:
    """One file leads to the page of its import; several, a folder or an archive to their drop's."""
    if not uploads:
        raise BadInput("no file was chosen", reason="no-file")
    given = [(upload.filename or "file", _staged(visit, upload)) for upload in uploads]
    (name, body), *more = given
    if more or is_bundle(body):
        return go(f"/.pod/drops/{visit.services.drops.start(visit.agent, given)}")
    limit = visit.services.settings.max_import_bytes
    if body.size > limit:
        raise TooLarge("larger than what is imported", limit=limit >> 20)
    return go(f"/.pod/imports/{visit.services.imports.start(visit.agent, body, name)}")


def _staged(visit: Visit, upload: UploadFile) -> Body:
    def chunks() -> Iterator[bytes]:
        while chunk := upload.file.read(1 << 16):
            yield chunk

    return visit.space.stage(chunks(), visit.services.settings.drop_bytes)


@router.get("/imports/{job}")
def progress(visit: Owner, job: str) -> Response:
    found = visit.services.imports.get(visit.agent, job)
    if found["state"] == "failed":
        return visit.page("import-failed", place="sources", job=found, **failure(visit, found))
    if found["state"] == "asking":
        return _asking(visit, found)
    if found["state"] == "done":
        return visit.page("import-done", place="sources", job=found, **outcome(visit, found))
    return visit.page(
        "import-running",
        place="sources",
        job=found,
        line=line(visit, found),
        states=STATES,
        at=STATES.index(found["state"]) if found["state"] in STATES else 0,
    )


@router.post("/imports/{job}/answer")
def answer(visit: Owner, job: str, fields: Fields) -> Response:
    """Which column is what, or which account it is: kept, and the import goes on with it."""
    try:
        return go(f"/.pod/imports/{visit.services.imports.answer(visit.agent, job, fields)}")
    except BadInput as fault:
        found = visit.services.imports.get(visit.agent, job)
        return _asking(visit, found, str(fault.facts.get("reason")), fields)


def _asking(
    visit: Visit, job: Json, fault: str = "", fields: Mapping[str, str] | None = None
) -> Response:
    facts = asking(visit, job, fault, fields)
    return visit.page(
        "import-asks", place="sources", status=422 if fault else 200, job=job, ask=facts
    )


def asking(
    visit: Visit, job: Json, fault: str = "", fields: Mapping[str, str] | None = None
) -> Json:
    """What the form of a question shows; `fields`: what was answered, with what was wrong."""
    asked = job["question"]
    columns = [name or str(n + 1) for n, name in enumerate(asked["columns"])]
    given = fields or {role: str(at) for role, at in guess(asked).items()}
    others = [role for role in COLUMNS if role not in PLAIN]
    return {
        "asked": asked,
        "said": visit.texts(f"ask-{asked['about']}-said", name=job["name"]),
        "columns": columns,
        "plain": PLAIN,
        "others": others,
        "unfolded": any(given.get(role) for role in others),
        "must": MUST,
        "known": [(a.own.number, title(visit, a.own)) for a in accounts(visit) if a.own.number],
        "kinds": _kinds(visit, asked) if asked["about"] == "kind" else [],
        "given": given,
        "fault": visit.texts(f"ask-fault-{fault}") if fault else "",
    }


def _kinds(visit: Visit, asked: Json) -> list[tuple[str, str]]:
    """(connector, what it is called) of those that a table may be for."""
    names = Names(visit.texts, visit.services.programs)
    return [(name, names.program(name)) for name in asked["columns"]]


@router.post("/imports/{job}/again")
def again(visit: Owner, job: str, fields: Fields) -> Response:
    """Imports the kept file once more: after the server ended in the middle, say."""
    return go(f"/.pod/imports/{visit.services.imports.again(visit.agent, job)}")


@router.get("/imports/{job}/state")
def state(visit: Owner, job: str) -> Response:
    """For the script that follows: {"state","read","total","line","over"}."""
    found = visit.services.imports.get(visit.agent, job)
    told = {key: found[key] for key in ("state", "read", "total")}
    return JSONResponse(
        {**told, "line": line(visit, found), "over": found["state"] in OVER},
        headers={"cache-control": "no-store"},
    )


def line(visit: Visit, job: Json) -> str:
    """What is being done just now."""
    key = f"import-now-{job['state']}"
    read, total = (visit.texts.size(job.get(name) or 0) for name in ("read", "total"))
    return visit.texts(key, read=read, total=total) if visit.texts.has(key) else ""


def outcome(visit: Visit, job: Json) -> dict[str, Any]:
    """What was found, in plain facts and sentences."""
    found = job.get("found") or {}
    ready = [
        {"title": visit.texts.own(p.manifest.title), "link": f"/.pod/apps/{name}", "name": name}
        for name, p in visit.services.programs.items()
        if p.manifest.kind == "app"
    ]
    agreed = {r["name"] for r in ready if visit.services.consents.active(visit.agent, r["name"])}
    names = Names(visit.texts, visit.services.programs)
    documents = [
        {"name": names.of(path), "link": link(path)} for path in found.get("documents") or []
    ]
    return {
        "found": found,
        "repeated": bool(job.get("repeated")),
        "format_title": format_title(visit, job),
        "accounts": [{**one, "page": _page(visit, one)} for one in found.get("accounts") or []],
        "meters": [m for m in found.get("meters") or [] if m],
        "meter_unknown": None in (found.get("meters") or []),
        "gas": [
            {**one, "kwh": float(one["kwh"]), "m3": float(one["m3"])}
            for one in found.get("gas") or []
        ],
        "told": [_told(visit, one) for one in found.get("told") or []],
        "stated": sentences(visit.texts, found),
        "odd": oddities(visit, job["problems"]),
        "gaps": [_gap(visit, gap) for gap in (found.get("gaps") or [])[:10]],
        "raw": _raw(visit, job),
        "ready": ready,
        "agreed": agreed,
        "documents": documents,
    }


def _page(visit: Visit, account: Json) -> str | None:
    """The page of an account's last month in the file, None once it is removed."""
    folder = account_folder(account["account"] or "")
    month = str(account["to"])[:7]
    if not visit.space.exists(visit.agent, visit.iri(f"{folder}{month}.ttl")):
        return None
    return f"/.pod/accounts{folder.removeprefix(HOME.rstrip('/'))}{month}"


def format_title(visit: Visit, job: Json) -> str:
    """What kind of file it was, in the reader's words."""
    program = visit.services.programs.get(job["connector"] or "")
    formats = program.manifest.formats if program else ()
    found = (visit.texts.own(f.title) for f in formats if f.id == job["format"])
    return next(found, str(job["format"] or ""))


def _told(visit: Visit, one: Mapping[str, Any]) -> Json:
    """When a meter spoke, in the reader's words."""
    since, until = (visit.texts.moment(visit.texts.local(str(one[k]))) for k in ("from", "to"))
    return {"count": one["readings"], "since": since, "until": until}


def _gap(visit: Visit, gap: Mapping[str, Any]) -> str:
    texts = visit.texts
    try:
        since, until = (texts.local(str(gap[key])) for key in ("from", "to"))
    except (KeyError, ValueError):
        return ""
    return texts("import-gap", since=texts.moment(since), until=texts.moment(until))


def oddities(visit: Visit, problems: list[Json]) -> list[Json]:
    """Sentences, those of a kind together: {"said", "lines", "count"}."""
    kinds: dict[str, list[Json]] = {}
    more: dict[str, int] = {}
    for problem in problems[: SHOWN_PROBLEMS * 20]:
        kind = str(problem.get("problem"))
        if kind == "more":
            more[str(problem.get("of"))] = int(problem.get("count") or 0)
        else:
            kinds.setdefault(kind, []).append(problem)
    return [_oddity(visit, kind, some, more.get(kind, 0)) for kind, some in kinds.items()]


def _oddity(visit: Visit, kind: str, some: list[Json], more: int) -> Json:
    texts = visit.texts
    count = len(some) + more
    key = f"odd-{kind}" if texts.has(f"odd-{kind}") else "odd-other"
    lines = [str(p["line"]) for p in some if isinstance(p.get("line"), int)]
    facts: Json = {"count": count, "kind": kind, "example": _example(some[0])}
    return {
        "said": texts(key, **facts),
        "lines": texts("odd-lines", lines=", ".join(lines[:6]), more=max(0, count - 6))
        if lines
        else "",
    }


def _example(problem: Json) -> str:
    return next((str(problem[k])[:60] for k in ("at", "found", "text") if problem.get(k)), "–")


def failure(visit: Visit, job: Json) -> dict[str, Any]:
    """What happened, what was kept, what to do; the file and the line."""
    error = job.get("error") or {}
    told = failures.failure(visit.texts, error)
    return {
        "said": told.said,
        "todo": told.todo,
        "line": told.line,
        "raw": _raw(visit, job),
        "detail": error.get("detail", ""),
        "worth_another_try": error.get("code") != "bad-file",
    }


def _raw(visit: Visit, job: Json) -> str | None:
    """The page of the kept file, None if it has been removed since."""
    raw = job.get("raw")
    if not raw or not visit.space.exists(visit.agent, Iri(raw)):
        return None
    return link(visit.space.path_of(Iri(raw)))
