"""Whether documents fit `vocab/shapes.ttl` (SHACL, https://www.w3.org/TR/shacl/), where pySHACL is
installed: it is among the tools of who builds, not among what a server needs.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SHAPES = Path(__file__).resolve().parents[2] / "vocab" / "shapes.ttl"
ABSENT = "not checked against the shapes: pySHACL is not installed (pip install pyshacl)"
_ORIGIN = "https://pod.example"
MOST = 5  # faults of a document that are told


def available() -> bool:
    return importlib.util.find_spec("pyshacl") is not None


def faults(documents: Mapping[str, bytes]) -> list[str]:
    """What does not fit, one sentence each: "/finance/x/2026-03.ttl#…: an amount is a decimal"."""
    validate = importlib.import_module("pyshacl").validate
    rdflib = importlib.import_module("rdflib")
    told = []
    for path, body in sorted(documents.items()):
        graph = rdflib.Graph().parse(data=body, format="turtle", publicID=_ORIGIN + path)
        conforms, report, _ = validate(graph, shacl_graph=_shapes())
        if not conforms:
            told += _sentences(report, rdflib.SH, rdflib.RDF)[:MOST]
    return told


@cache
def _shapes() -> Any:
    return importlib.import_module("rdflib").Graph().parse(SHAPES)


def _sentences(report: Any, sh: Any, rdf: Any) -> list[str]:
    found = []
    for result in report.subjects(rdf.type, sh.ValidationResult):
        node = str(report.value(result, sh.focusNode)).removeprefix(_ORIGIN)
        said = sorted(report.objects(result, sh.resultMessage), key=lambda m: m.language != "en")
        where = str(report.value(result, sh.resultPath) or "").rpartition("/")[2].rpartition("#")[2]
        found.append(f"{node}: {where}: {said[0] if said else 'does not fit'}")
    return sorted(found)
