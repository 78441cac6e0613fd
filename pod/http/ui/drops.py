"""What became of each file of a drop, and what is known of each source from them."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from pod.errors import BadInput
from pod.http import failures
from pod.http.ui import imports
from pod.http.ui.imports import OVER, format_title, line
from pod.http.ui.visit import Fields, Owner, Visit, go
from pod.model import Json
from pod.programs.questions import alike

router = APIRouter()
SHOWN = 500  # files on one page


@router.get("/drops/{drop}")
def shown(visit: Owner, drop: str) -> Response:
    return _page(visit, drop)


@router.post("/drops/{drop}/answer")
def answer(visit: Owner, drop: str, fields: Fields) -> Response:
    """The answer to one file's question, on `rest` also to those that ask alike."""
    job = fields.get("job", "")
    try:
        visit.services.drops.answer(visit.agent, drop, job, fields, "rest" in fields)
    except BadInput as fault:
        return _page(visit, drop, str(fault.facts.get("reason")), fields)
    return go(f"/.pod/drops/{drop}")


def _page(
    visit: Visit, drop: str, fault: str = "", fields: Mapping[str, str] | None = None
) -> Response:
    found = visit.services.drops.get(visit.agent, drop)
    over = found["state"] == "done"
    return visit.page(
        "drop",
        place="sources",
        status=422 if fault else 200,
        drop=found,
        over=over,
        line=_line(visit, found),
        done=_done(found),
        files=[_file(visit, file) for file in found["files"][:SHOWN]],
        hidden=max(0, len(found["files"]) - SHOWN),
        question=_question(visit, found, fault, fields),
        sources=_sources(visit, found),
        error=_said(visit, found["error"]) if found["error"] else "",
        title=visit.texts("drop-done-title" if over else "drop-now-title"),
    )


def _question(
    visit: Visit, found: Json, fault: str, fields: Mapping[str, str] | None
) -> Json | None:
    """The first of what the files ask, one answered after the other; None once nothing is asked."""
    asking = [f["job"] for f in found["files"] if "job" in f and f["job"]["state"] == "asking"]
    if not asking:
        return None
    wanted = fields.get("job") if fields else None
    job = next((one for one in asking if one["id"] == wanted), asking[0])
    others = [one for one in asking if one["id"] != job["id"]]
    same = [one for one in others if one["question"]["signature"] == job["question"]["signature"]]
    like = [one for one in others if one not in same and alike(job["question"], one["question"])]
    left = len({one["question"]["signature"] for one in asking})
    return {
        "job": job["id"],
        "left": visit.texts("drop-asks", count=left),
        "same": visit.texts("drop-asks-same", count=len(same)) if same else "",
        "rest": visit.texts("drop-asks-rest", count=len(like)) if like else "",
        **imports.asking(visit, job, fault, fields),
    }


@router.get("/drops/{drop}/state")
def state(visit: Owner, drop: str) -> Response:
    """For the script that follows: {"state","read","total","line","over"}."""
    found = visit.services.drops.get(visit.agent, drop)
    told = {"state": found["state"], "read": _done(found), "total": len(found["files"])}
    return JSONResponse(
        {**told, "line": _line(visit, found), "over": found["state"] == "done"},
        headers={"cache-control": "no-store"},
    )


def _done(found: Json) -> int:
    """Files that nothing more will happen to."""
    return sum("error" in f or f["job"]["state"] in OVER for f in found["files"])


def _line(visit: Visit, found: Json) -> str:
    if found["state"] == "unpacking":
        return visit.texts("drop-now-unpacking", count=len(found["files"]))
    for file in found["files"]:
        if "job" in file and file["job"]["state"] not in ("waiting", *OVER):
            done, total = _done(found) + 1, len(found["files"])
            name, now = file["name"], line(visit, file["job"])
            return visit.texts("drop-now-at", number=done, count=total, name=name) + " " + now
    return visit.texts("import-now-waiting")


def _file(visit: Visit, file: Json) -> Json:
    """One line: {"name","said","tag","kind","link"}."""
    if "error" in file:
        said = _said(visit, file["error"])
        return {"name": file["name"], "said": said, "tag": "failed", "kind": "warn", "link": None}
    job = file["job"]
    told: Json = {"name": file["name"], "tag": job["state"], "link": f"/.pod/imports/{job['id']}"}
    if job["state"] == "failed":
        kept = visit.texts("drop-kept" if job["raw"] else "drop-not-kept")
        return {**told, "said": f"{_said(visit, job['error'])} {kept}", "kind": "warn"}
    if job["state"] == "done":
        return {**told, "said": _explained(visit, job), "kind": ""}
    return {**told, "said": line(visit, job), "kind": "info"}


def _explained(visit: Visit, job: Json) -> str:
    texts = visit.texts
    parts = [format_title(visit, job)]
    if job["from"] and job["to"]:
        parts.append(texts.period(job["from"], job["to"]))
    parts.append(texts("drop-records", count=job["records"]))
    if job["repeated"]:
        parts.append(texts("drop-repeated"))
    if job["problems"]:
        parts.append(texts("drop-odd", count=len(job["problems"])))
    return " · ".join(parts)


def _said(visit: Visit, error: Json) -> str:
    return failures.failure(visit.texts, error).said


def _sources(visit: Visit, found: Json) -> list[Json]:
    """What the drop told by source: {"title","files","records","period","gaps"}."""
    jobs = [f["job"] for f in found["files"] if "job" in f and f["job"]["state"] == "done"]
    by_source: dict[str, list[Json]] = {}
    for job in jobs:
        by_source.setdefault(str(job["connector"]), []).append(job)
    return [_source(visit, name, mine) for name, mine in sorted(by_source.items())]


def _source(visit: Visit, name: str, jobs: list[Json]) -> Json:
    texts = visit.texts
    program = visit.services.programs.get(name)
    first = min((job["from"] for job in jobs if job["from"]), default=None)
    last = max((job["to"] for job in jobs if job["to"]), default=None)
    missing = sum(int((job["found"] or {}).get("gap_count") or 0) for job in jobs)
    return {
        "title": texts.own(program.manifest.title) if program else name,
        "files": texts("drop-files", count=len(jobs)),
        "records": texts("drop-records", count=sum(job["records"] for job in jobs)),
        "period": texts.period(first, last) if first and last else "–",
        "gaps": texts("drop-gaps", count=missing),
    }
