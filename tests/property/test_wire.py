"""What a worker writes is hostile: whatever the bytes, an answer that can be stored or one error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pod.errors import BadOutput, PodError
from pod.programs.wire import read_fault, read_message, sound_json

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None))
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner)
)


def storable(value: Any) -> bool:
    return bool(json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8"))


@given(st.binary() | values.map(lambda value: json.dumps(value).encode() + b"\n"))
@example(b'{"m":"result","n":-1}\n')
@example(b'{"m":"result","n":true}\n')
@example(b'{"m":"result","n":1e99}\n')
@example(b'{"m":{"a":1},"layers":"seccomp"}\n')
@example(b"[" * 4000 + b"\n")
@example(b'{"m":"result"}')
def test_a_line_is_a_message_or_refused(line: bytes) -> None:
    try:
        message = read_message(line)
    except BadOutput:
        return
    assert message.size >= 0
    assert storable([message.kind, message.name, *message.layers])


@given(st.binary() | values.map(lambda value: json.dumps(value).encode()))
@example(b"1" * 400)
@example(b"1e400")
@example(b'"\\ud800"')
@example(b"NaN")
@example(b"[" * 65 + b"]" * 65)
def test_json_is_sound_or_refused(payload: bytes) -> None:
    try:
        value = sound_json(payload, "test")
    except BadOutput:
        return
    assert storable(value)


def test_sound_json_is_what_was_said() -> None:
    said = {"a": [1, -2.5, "é", None, True, {"b": "😀"}], "big": (1 << 63) - 1}
    assert sound_json(json.dumps(said).encode(), "test") == said
    assert sound_json(b"[" * 64 + b"]" * 64, "test")
    for refused in (b"[" * 65 + b"]" * 65, str(1 << 64).encode()):
        with pytest.raises(BadOutput):
            sound_json(refused, "test")


@given(
    st.binary()
    | st.dictionaries(
        st.sampled_from(["bad_file", "holder", "error", "message", "file", "line", "trace"]),
        values,
    ).map(lambda value: json.dumps(value).encode())
)
@example(b'{"bad_file":{"reason":"x","line":1e9,"facts":{"file":"/etc","audit":1,"n":NaN}}}')
@example(b'{"error":"MemoryError"}')
def test_a_fault_is_an_error_that_can_be_kept(payload: bytes) -> None:
    error = read_fault(payload)
    assert isinstance(error, PodError)
    assert storable([error.detail, error.facts])
