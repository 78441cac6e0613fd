"""The part of JSON Schema that a result is checked by: enough to say what an app may yield, small
enough to be read. https://json-schema.org/draft/2020-12/json-schema-validation
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pod.errors import BadInput, BadOutput
from pod.model import Json

KEYWORDS = frozenset(
    (
        *("$schema", "$defs", "$ref", "title", "description", "type", "enum", "const"),
        *("properties", "required", "additionalProperties", "items", "maxItems", "minItems"),
        *("maxLength", "minimum", "maximum", "anyOf"),
    )
)
DEPTH = 32
_TYPES: dict[str, Callable[[Any], bool]] = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "integer": lambda v: isinstance(v, int) and not isinstance(v, bool),
    "number": lambda v: isinstance(v, int | float) and not isinstance(v, bool),
}


def check_schema(schema: Any, where: str = "schema") -> None:
    """Raises BadInput for a schema with words that would not be checked."""
    if isinstance(schema, bool):
        return
    if not isinstance(schema, dict):
        raise BadInput(f"{where} is not a schema")
    for key in schema:
        if key not in KEYWORDS:
            raise BadInput(f"{where}: {key!r} is not among the words that the pod checks")
    for key in ("properties", "$defs"):
        for name, inner in schema.get(key, {}).items():
            check_schema(inner, f"{where}.{name}")
    for inner in schema.get("anyOf", ()):
        check_schema(inner, f"{where}.anyOf")
    for key in ("items", "additionalProperties"):
        if key in schema:
            check_schema(schema[key], f"{where}.{key}")


def check(
    value: Any, schema: Any, root: Json | None = None, where: str = "$", depth: int = 0
) -> None:
    """Raises BadOutput whose facts say `where` the value departs from the schema, and how."""
    if schema is True:
        return
    if schema is False:
        raise _fault(where, "is not expected here")
    if depth > DEPTH:
        raise _fault(where, "is nested too deep")
    root = root if root is not None else schema
    if "$ref" in schema:
        target = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        check(value, target, root, where, depth + 1)
        return
    _check_value(value, schema, where)
    if "anyOf" in schema:
        _check_any(value, schema["anyOf"], root, where, depth)
    if isinstance(value, dict):
        _check_object(value, schema, root, where, depth)
    elif isinstance(value, list):
        _check_array(value, schema, root, where, depth)


def _check_value(value: Any, schema: Json, where: str) -> None:
    kinds = schema.get("type")
    if kinds is not None:
        kinds = [kinds] if isinstance(kinds, str) else kinds
        if not any(_TYPES[kind](value) for kind in kinds):
            raise _fault(where, f"is not {' or '.join(kinds)}")
    if "enum" in schema and value not in schema["enum"]:
        raise _fault(where, "is not one of the declared values")
    if "const" in schema and value != schema["const"]:
        raise _fault(where, f"is not {schema['const']!r}")
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        raise _fault(where, f"is longer than {schema['maxLength']} characters")
    if _TYPES["number"](value):
        if value < schema.get("minimum", value):
            raise _fault(where, f"is under {schema['minimum']}")
        if value > schema.get("maximum", value):
            raise _fault(where, f"is over {schema['maximum']}")


def _check_any(value: Any, options: list[Any], root: Json, where: str, depth: int) -> None:
    first: BadOutput | None = None
    for option in options:
        try:
            check(value, option, root, where, depth + 1)
        except BadOutput as fault:
            first = first or fault
        else:
            return
    raise first or _fault(where, "fits nothing that is declared")


def _check_object(value: Json, schema: Json, root: Json, where: str, depth: int) -> None:
    known = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise _fault(where, f"has no {name!r}")
    rest = schema.get("additionalProperties", True)
    for name, inner in value.items():
        check(inner, known.get(name, rest), root, f"{where}.{name}"[:200], depth + 1)


def _check_array(value: list[Any], schema: Json, root: Json, where: str, depth: int) -> None:
    if len(value) > schema.get("maxItems", len(value)):
        raise _fault(where, f"has more than {schema['maxItems']} items")
    if len(value) < schema.get("minItems", 0):
        raise _fault(where, f"has fewer than {schema['minItems']} items")
    if "items" in schema:
        for number, inner in enumerate(value):
            check(inner, schema["items"], root, f"{where}[{number}]", depth + 1)


def _fault(where: str, reason: str) -> BadOutput:
    return BadOutput(f"{where} {reason}", where=where, reason=reason)
