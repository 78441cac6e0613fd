# The one generic guest, built once. Programs are source text that is handed in at run time.
#
# There are no files at run time: whatever a program may import is imported here, before the
# snapshot that the build takes.
import abc, array, base64, binascii, bisect, calendar, cmath, codecs, collections, collections.abc  # noqa: E401, F401, I001
import contextlib, copy, csv, dataclasses, datetime, decimal, difflib, enum, errno, fractions  # noqa: E401, F401
import functools, hashlib, heapq, hmac, html, html.parser, io, itertools, json, keyword, linecache  # noqa: E401, F401
import locale, math, numbers, operator, random, re, reprlib, statistics, string, struct, textwrap  # noqa: E401, F401
import time, traceback, types, typing, unicodedata, urllib.parse, uuid, warnings, weakref, zipfile  # noqa: E401, F401
import zlib, zoneinfo, _strptime, importlib.machinery, sys  # noqa: E401, F401
import encodings.utf_8, encodings.utf_8_sig, encodings.ascii, encodings.latin_1, encodings.cp1252  # noqa: E401
import encodings.cp437, encodings.idna, encodings.utf_16, encodings.iso8859_15, encodings.cp850  # noqa: E401, F401
import xml.etree.ElementTree, xml.sax.saxutils  # noqa: E401, F401

import domicile
import domicile.files
import domicile.inputs
import domicile.zones
import wit_world
import zonedata
from componentize_py_types import Err
from wit_world.imports import app, fetcher, importer, journal

BATCH = 1 << 16


def _load_tzdata(key):
    if key not in zonedata.ZONES:
        raise zoneinfo.ZoneInfoNotFoundError(f"No time zone found with key {key}")
    return io.BytesIO(base64.b64decode(zonedata.ZONES[key]))


import zoneinfo._common

zoneinfo._common.load_tzdata = _load_tzdata
zoneinfo.ZoneInfo("Europe/Paris")
datetime.datetime.strptime("2024-01-01", "%Y-%m-%d")
json.loads("[1.5]")
decimal.getcontext()


class _Loader:
    """Modules of the program's own package, from its source text."""

    def __init__(self, files):
        self.files = files

    def find_spec(self, name, path=None, target=None):
        base = name.replace(".", "/")
        for file, package in ((base + ".py", False), (base + "/__init__.py", True)):
            if file in self.files:
                spec = importlib.machinery.ModuleSpec(name, self, origin=file, is_package=package)
                spec.has_location = False
                return spec
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
    def write(self, text):
        if text.strip():
            journal.log(text[:500])
        return len(text)


def _ask(name, params):
    try:
        return True, app.query(name, params)
    except Err as refused:
        return False, str(refused.value)


def _run_app(module, job):
    inputs = domicile.Inputs(_ask, journal.log)
    return module.run(inputs, job["params"])


def _run_importer(module, job):
    file = domicile.File(job["name"], job["size"], importer.read_chunk)
    found = job["format"] or module.recognise(file)
    if found is None:
        return {"format": None}
    lines = _Lines()
    for record in module.read(file, found):
        lines.add(record)
    lines.flush()
    return {"format": found}


def _fetch(request):
    try:
        return json.loads(fetcher.fetch(json.dumps(request)))
    except Err as refused:
        raise domicile.Denied(str(refused.value)) from None


def _run_fetcher(module, job):
    return module.fetch(_fetch, job["params"])


_WORLDS = {"app": _run_app, "importer": _run_importer, "fetcher": _run_fetcher}


def _fault(error, files):
    """What the author needs: the error, and the last line of their own code."""
    place = {}
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename in files:
            place = {"file": trace.tb_frame.f_code.co_filename, "line": trace.tb_lineno}
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename in files:
        place = {"file": error.filename, "line": error.lineno}
    return {"error": type(error).__name__, "message": str(error)[:500], **place}


class WitWorld(wit_world.WitWorld):
    def run(self, job: str) -> str:
        files = {}
        try:
            random.seed()
            job = json.loads(job)
            files = job["files"]
            sys.stdout = sys.stderr = _Printed()
            sys.meta_path.append(_Loader(files))
            module = __import__(job["entry"].removesuffix(".py"))
            result = _WORLDS[job["world"]](module, job)
            return json.dumps(result, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        except domicile.BadFile as bad:
            fault = {"reason": bad.reason, "line": bad.line, "facts": bad.facts}
            raise Err(json.dumps({"bad_file": fault}, default=str)) from None
        except BaseException as error:
            try:
                fault = _fault(error, files)
                fault["trace"] = traceback.format_exc(limit=-6)[-2000:]
            except BaseException:
                fault = {"error": type(error).__name__, "message": ""}
            raise Err(json.dumps(fault, default=str)) from None
