# The one generic guest, built once. Programs are source text that is handed in at run time.
import base64
import importlib
import importlib.machinery
import io
import json
import linecache
import random
import sys
import traceback
import zoneinfo._common

# There are no files at run time: whatever a program may import is imported here, before the
# snapshot that the build takes, and nothing else is there.
PROVIDED = """
abc array ast base64 binascii bisect calendar cmath codecs collections collections.abc colorsys
contextlib copy csv dataclasses datetime decimal difflib email.message email.parser email.policy
email.utils enum errno fractions functools graphlib gzip hashlib heapq hmac html html.entities
html.parser inspect io ipaddress itertools json keyword locale logging math numbers operator pathlib
pprint quopri random re reprlib secrets shlex statistics string struct textwrap time tomllib
traceback types typing unicodedata urllib.parse uuid warnings weakref xml.dom.minidom
xml.etree.ElementTree xml.sax.handler xml.sax.saxutils zipfile zlib zoneinfo _strptime
encodings.ascii encodings.cp1252 encodings.cp437 encodings.cp850 encodings.idna
encodings.iso8859_15 encodings.latin_1 encodings.punycode encodings.raw_unicode_escape
encodings.unicode_escape encodings.utf_16 encodings.utf_16_be encodings.utf_16_le encodings.utf_32
encodings.utf_8 encodings.utf_8_sig
"""
for name in PROVIDED.split():
    importlib.import_module(name)

import domicile
import wit_world
import zonedata
from componentize_py_types import Err
from wit_world.imports import app, fetcher, importer, journal

BATCH = 1 << 16
TRACE = 4000


def _load_tzdata(key):
    if key not in zonedata.ZONES:
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
    return io.BytesIO(base64.b64decode(zonedata.ZONES[key]))


zoneinfo._common.load_tzdata = _load_tzdata

# First uses that would look for files, or cost time in every run.
zoneinfo.ZoneInfo("Europe/Paris")
sys.modules["_strptime"]._strptime("2024-01-01", "%Y-%m-%d")
sys.modules["decimal"].getcontext()
for encoding in (
    "cp1252",
    "cp437",
    "cp850",
    "latin-1",
    "iso8859-15",
    "utf-8-sig",
    "utf-16",
    "idna",
):
    "x".encode(encoding)


class _Loader:
    """Modules of the program's own package, from its source text."""

    def __init__(self, files):
        self.files = files

    def find_spec(self, name, path=None, target=None):
        base = name.replace(".", "/")
        for file, package in ((base + ".py", False), (base + "/__init__.py", True)):
            if file in self.files:
                return importlib.machinery.ModuleSpec(name, self, origin=file, is_package=package)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        file = module.__spec__.origin
        exec(compile(self.files[file], file, "exec"), module.__dict__)


class _Lines:
    """Batches records: one call of the host for 64 KB of them."""

    def __init__(self):
        self.held, self.size = [], 0

    def add(self, record):
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        self.held.append(line)
        self.size += len(line)
        if self.size >= BATCH:
            self.flush()

    def flush(self):
        if self.held:
            importer.yield_records("\n".join(self.held))
            self.held, self.size = [], 0


class _Printed(io.TextIOBase):
    """`print` goes to the log."""

    def write(self, text):
        if text.strip():
            journal.log(text[:500])
        return len(text)


class _Trail:
    """Tells which line of the program's own runs: each when it is first reached, then the second, the
    fourth, the eighth … time; and the one at which `run` returns. The last one told is where an
    endless loop is, whatever it is a loop of."""

    MOST = 20_000

    def __init__(self, files):
        self.files, self.counts, self.told = files, {}, 0

    def __call__(self, frame, event, arg):
        return self.step if frame.f_code.co_filename in self.files else None

    def step(self, frame, event, arg):
        if event == "line":
            place = frame.f_code.co_filename, frame.f_lineno
            count = self.counts[place] = self.counts.get(place, 0) + 1
            if not count & (count - 1) and self.told < self.MOST:
                self.told += 1
                journal.at(f"{place[0]}:{place[1]}")
        elif event == "return" and frame.f_back.f_code in _ENTRIES:
            journal.at(f"{frame.f_code.co_filename}:{frame.f_lineno}")
        return self.step


def _told(function, *given):
    """(True, answer) or (False, why not)."""
    try:
        return True, function(*given)
    except Err as refused:
        return False, str(refused.value)


def _run_app(module, job):
    inputs = domicile.Inputs(lambda *asked: _told(app.query, *asked), journal.log)
    result = module.run(inputs, job["params"])
    return result.as_dict() if isinstance(result, domicile.Result) else result


def _run_importer(module, job):
    chunk = lambda: importer.read_chunk().encode("latin-1")  # noqa: E731
    file = domicile.File(job["name"], job["size"], chunk, job.get("answers"))
    found = job["format"] or module.recognise(file)
    if found is None:
        return None
    lines = _Lines()
    for record in module.read(file, found):
        lines.add(record)
    lines.flush()
    return {"format": found}


def _run_fetcher(module, job):
    web = domicile.Web(
        lambda request: _told(fetcher.fetch, request),
        lambda answer, name: _told(fetcher.keep, answer, name),
        journal.log,
    )
    return {"cursor": module.fetch(web, job["cursor"])}


_ENTRIES = (_run_app.__code__,)
_WORLDS = {"app": _run_app, "importer": _run_importer, "fetcher": _run_fetcher}


def _fault(error, files):
    """What the pod tells the author: the error, where in their own code, how it came there."""
    if isinstance(error, domicile.BadFile):
        return {"bad_file": {"reason": error.reason, "line": error.line, "facts": error.facts}}
    if isinstance(error, domicile.HolderError):
        return {"holder": {"kind": error.kind, "reason": error.reason}}
    fault = {"error": type(error).__name__, "message": str(error)[:500]}
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            fault |= {"file": trace.tb_frame.f_code.co_filename, "line": trace.tb_lineno}
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename in files:
        fault |= {"file": error.filename, "line": error.lineno}
    for name, text in files.items():
        linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    lines = traceback.format_exception(error, limit=-8)
    return {**fault, "trace": "".join(lines)[-TRACE:]}


def _too_large(result, size, most):
    """What the pod tells the author of a result that it would refuse: how large, and most of it where."""
    parts = result.items() if isinstance(result, dict) else ()
    sizes = {f"$.{key}": len(json.dumps(part, ensure_ascii=False)) for key, part in parts}
    where = max(sizes, key=sizes.get, default="$")
    return {"too_large": {"bytes": size, "most": most, "where": where}}


class WitWorld(wit_world.WitWorld):
    def run(self, job: str) -> str:
        files = {}
        try:
            random.seed()
            job = json.loads(job)
            files = job["files"]
            sys.stdout = sys.stderr = _Printed()
            sys.meta_path.append(_Loader(files))
            if job.get("traced"):
                sys.settrace(_Trail(files))
            module = importlib.import_module(job["entry"].removesuffix(".py"))
            result = _WORLDS[job["world"]](module, job)
            text = json.dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            most = job.get("most")
            if most is None or (size := len(text.encode("utf-8", "replace"))) <= most:
                return text
            fault = _too_large(result, size, most)
        except BaseException as error:
            try:
                fault = json.dumps(_fault(error, files), default=str)
            except BaseException:
                fault = json.dumps({"error": type(error).__name__})
            raise Err(fault) from None
        raise Err(json.dumps(fault))
