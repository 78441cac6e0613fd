"""What a fetcher is given: the hosts that its manifest declares, and nothing to read of the pod."""

import json

from .inputs import Denied


class HolderError(Exception):
    """The data holder answered no. Raise one of its two kinds; `reason` is shown to the owner."""

    kind = "later"

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = str(reason)


class ActionNeeded(HolderError):
    """Only the owner can help: an expired agreement, a changed password. Stops retries."""

    kind = "action"


class TryLater(HolderError):
    """The holder is busy or broken: the pod asks again later."""


class Answer:
    """`status`, `headers` (lower-case names) and `body` (bytes) of what a host said."""

    def __init__(self, number, status, headers, body, keep):
        self.number = number
        self.status = status
        self.headers = headers
        self.body = body
        self._keep = keep

    def json(self):
        return json.loads(self.body)

    def text(self, encoding="utf-8"):
        return self.body.decode(encoding)

    def keep(self, name):
        """Has the pod import this answer, byte for byte as it came, as a file called `name`."""
        ok, why = self._keep(self.number, str(name))
        if not ok:
            raise Denied(why)


class Web:
    """`get` and `post` to declared https hosts; the pod adds the credentials outside the box.

    Redirects are answers like any other: ask for the `location` yourself, if its host is declared.
    Raises Denied for any other host.
    """

    def __init__(self, ask, keep, write):
        self._ask = ask
        self._keep = keep
        self._write = write

    def get(self, url, headers=None):
        return self._fetch({"method": "GET", "url": url, "headers": headers or {}})

    def post(self, url, body="", headers=None):
        """`body`: text."""
        request = {"method": "POST", "url": url, "headers": headers or {}, "body": body}
        return self._fetch(request)

    def log(self, message):
        """A line for the author, kept with the run; at most 500 characters."""
        self._write(str(message)[:500])

    def _fetch(self, request):
        ok, text = self._ask(json.dumps(request))
        if not ok:
            raise Denied(text)
        head, _, body = text.partition("\n")
        said = json.loads(head)
        return Answer(
            said["answer"], said["status"], said["headers"], body.encode("latin-1"), self._keep
        )
