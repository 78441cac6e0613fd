"""Every way the pod can say no. They leave as problem+json through `http/edge.py` alone.

`status` is the HTTP status; `code` is the stable name that the pages translate and programs match;
`detail` is one plain sentence in English, safe to show to whoever asked.
"""

from __future__ import annotations

from typing import Any, ClassVar


class PodError(Exception):
    """The root of the tree. `facts` are JSON values that go into the translated sentence."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"

    def __init__(self, detail: str = "", **facts: Any) -> None:
        super().__init__(detail or self.code)
        self.detail = detail or self.code
        self.facts = facts


class BadInput(PodError):
    status, code = 400, "bad-input"


class Unauthenticated(PodError):
    status, code = 401, "unauthenticated"


class Forbidden(PodError):
    status, code = 403, "forbidden"


class NotFound(PodError):
    status, code = 404, "not-found"


class MethodNotAllowed(PodError):
    status, code = 405, "method-not-allowed"


class NotAcceptable(PodError):
    status, code = 406, "not-acceptable"


class RequestTimeout(PodError):
    status, code = 408, "request-timeout"


class Conflict(PodError):
    status, code = 409, "conflict"


class PreconditionFailed(PodError):
    status, code = 412, "precondition-failed"


class TooLarge(PodError):
    status, code = 413, "too-large"


class UnsupportedType(PodError):
    status, code = 415, "unsupported-type"


class RangeNotSatisfiable(PodError):
    status, code = 416, "range-not-satisfiable"


class Misdirected(PodError):
    """The pages were asked for under a name that is not theirs. facts: host."""

    status, code = 421, "misdirected"


class Unprocessable(PodError):
    status, code = 422, "unprocessable"


class HeadTooLarge(PodError):
    """The line and the headers of a request, all together. facts: limit, in bytes."""

    status, code = 431, "head-too-large"


class TooManyRequests(PodError):
    status, code = 429, "too-many-requests"


class Unavailable(PodError):
    status, code = 503, "unavailable"


class QuotaExceeded(PodError):
    status, code = 507, "quota-exceeded"


class Interrupted(PodError):
    """The server ended in the middle of an import or a run. Nothing of it was half-written."""

    status, code = 503, "interrupted"


class HolderError(PodError):
    """A data holder answered no. `ActionNeeded` stops retries; `TryLater` waits."""

    status, code = 502, "holder"


class ActionNeeded(HolderError):
    code = "holder-action-needed"


class TryLater(HolderError):
    code = "holder-try-later"


class BadFile(BadInput):
    """A dropped file that cannot be imported. facts: file, line (int or absent), reason."""

    code = "bad-file"


class ProgramError(PodError):
    """A program in the box failed. facts: program, and what the subclass adds."""

    status, code = 422, "program"


class LimitHit(ProgramError):
    """facts: limit (`cpu`, `wall`, `memory`, `calls`, `read`, `output`, `log`)."""

    code = "program-limit"


class NotAllowed(ProgramError):
    """The program asked for something outside its manifest or the owner's consent."""

    status, code = 403, "program-not-allowed"


class BadOutput(ProgramError):
    """What the program yielded is not what it declared. facts: where, reason."""

    code = "program-bad-output"


class PeerError(PodError):
    status, code = 502, "peer"
