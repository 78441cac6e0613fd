"""SPARQL answers as the W3C's formats write them.

https://www.w3.org/TR/sparql11-results-json/ · https://www.w3.org/TR/rdf-sparql-XMLres/ ·
https://www.w3.org/TR/sparql11-results-csv-tsv/
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from xml.sax.saxutils import escape, quoteattr

from pod.index import Solutions
from pod.model import Json
from pod.rdf.graph import JSON_LD, N_TRIPLES, TURTLE, convert

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
GRAPHS = (TURTLE, JSON_LD, N_TRIPLES)
ROWS = (JSON, XML, CSV, TSV)
# The names of these formats at https://www.w3.org/ns/formats/
_FORMATS = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "JSON-LD", "N-Triples"),
)
# What everyday clients ask for, and what is meant.
ALIASES = {"application/json": JSON, "application/xml": XML, "text/xml": XML}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'
_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def description(endpoint: str) -> bytes:
    """What the endpoint can do, in Turtle (https://www.w3.org/TR/sparql11-service-description/)."""
    kinds = ", ".join(f"formats:{name}" for name in _FORMATS)
    return f"""@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix formats: <http://www.w3.org/ns/formats/> .

[] a sd:Service ;
    sd:endpoint <{endpoint}> ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:feature sd:UnionDefaultGraph ;
    sd:resultFormat {kinds} ;
    sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph ] ] .
""".encode()


def offers(kind: str) -> tuple[str, ...]:
    """The media types of an answer to a query of `kind`, the default first."""
    if kind in ("CONSTRUCT", "DESCRIBE"):
        return GRAPHS
    return ROWS if kind == "SELECT" else (JSON, XML)


def write(found: Solutions, kind: str, base: str) -> bytes:
    """`found` as media type `kind`, one of `offers`."""
    if kind in GRAPHS:
        return convert((found.triples or "").encode(), N_TRIPLES, kind, base)
    return _WRITERS[kind](found)


def _json(found: Solutions) -> bytes:
    return json.dumps(found.to_json(), ensure_ascii=False).encode()


def _xml(found: Solutions) -> bytes:
    if found.boolean is not None:
        text = f"<head/>\n<boolean>{str(found.boolean).lower()}</boolean>\n"
        return f"{_HEAD}{text}</sparql>\n".encode()
    names = "".join(f"<variable name={quoteattr(name)}/>" for name in found.columns)
    rows = [
        "<result>"
        + "".join(
            f"<binding name={quoteattr(name)}>{_xml_term(term)}</binding>"
            for name, term in zip(found.columns, row, strict=True)
            if term is not None
        )
        + "</result>\n"
        for row in found.terms
    ]
    return (
        f"{_HEAD}<head>{names}</head>\n<results>\n{''.join(rows)}</results>\n</sparql>\n".encode()
    )


def _xml_term(term: Json) -> str:
    # XML 1.0 cannot say every character of a literal; what it cannot becomes U+FFFD.
    text = escape(_NOT_IN_XML.sub("\ufffd", term["value"]), {"\r": "&#13;"})
    if term["type"] in ("uri", "bnode"):
        return f"<{term['type']}>{text}</{term['type']}>"
    more = ""
    if "xml:lang" in term:
        more = f" xml:lang={quoteattr(term['xml:lang'])}"
    elif "datatype" in term:
        more = f" datatype={quoteattr(term['datatype'])}"
    return f"<literal{more}>{text}</literal>"


def _csv(found: Solutions) -> bytes:
    """Values alone; "Use CSV for simple […] applications": kinds and languages are lost."""
    lines = [",".join(found.columns)]
    lines += [",".join(_csv_value(term) for term in row) for row in found.terms]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _csv_value(term: Json | None) -> str:
    if term is None:
        return ""
    text = f"_:{term['value']}" if term["type"] == "bnode" else str(term["value"])
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if re.search(r'[",\r\n]', text) else text


def _tsv(found: Solutions) -> bytes:
    lines = ["\t".join(f"?{name}" for name in found.columns)]
    lines += ["\t".join(_tsv_term(term) for term in row) for row in found.terms]
    return "".join(f"{line}\n" for line in lines).encode()


def _tsv_term(term: Json | None) -> str:
    if term is None:
        return ""
    if term["type"] == "uri":
        return f"<{term['value']}>"
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    text = f'"{term["value"].translate(_QUOTED)}"'
    if "xml:lang" in term:
        return f"{text}@{term['xml:lang']}"
    return f"{text}^^<{term['datatype']}>" if "datatype" in term else text


_WRITERS: dict[str, Callable[[Solutions], bytes]] = {JSON: _json, XML: _xml, CSV: _csv, TSV: _tsv}
