"""Photographs and PDFs of strangers: codes are found, bombs and broken files end in one word."""

from __future__ import annotations

import io
import json
import random
import struct
import time
import zlib
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from pod.errors import BadFile, LimitHit
from pod.model import Body
from pod.programs import pictures
from pod.programs.seal import LAYERS
from tests.programs.test_public_papers import code


def picture(text: str, angle: float = 0.0) -> Any:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    drawn = Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=4))
    page = Image.new("L", (900, 900), 255)
    page.paste(drawn, (200, 150))
    return page.rotate(angle, fillcolor=255)


def saved(image: Any, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def found(data: bytes, seconds: int = 20) -> list[str]:
    return pictures.codes(Body.of(data), most_bytes=32 << 20, seconds=seconds)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "PDF"])
def test_a_code_is_found_in_a_picture(kind: str) -> None:
    data = saved(picture(code(), 7.0), kind)
    assert pictures.is_picture(Body.of(data))
    assert found(data) == [code()]


def test_a_picture_without_a_code_has_none() -> None:
    assert found(saved(Image.new("L", (300, 300), 200), "PNG")) == []


def test_the_process_that_reads_is_sealed() -> None:
    answer, _ = pictures._read(saved(picture(code()), "PNG"), 20)
    assert json.loads(answer)["layers"] == list(LAYERS)


def png(width: int, height: int) -> bytes:
    """Says that it is this large; its rows are zeros, packed a thousandfold."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * min((width + 1) * height, 60_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


PDF_BOMB = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99999999 99999999]>>endobj\ntrailer<</Root 1 0 R>>\n"
)


@pytest.mark.parametrize(
    "data",
    [
        png(50_000, 50_000),
        png(2**31 - 1, 2**31 - 1),
        png(7_000, 9_000),
        saved(picture(code()), "PNG")[:400],
        b"\x89PNG\r\n\x1a\n" + b"\0" * 1000,
        b"\xff\xd8\xff" + b"\xd8" * 1000,
        b"%PDF-1.7\n" + b"1 0 obj<<" * 50_000,
        PDF_BOMB,
    ],
    ids=["huge", "endless", "wide", "cut", "zeros", "jpeg", "nested-pdf", "vast-page"],
)
def test_bombs_and_broken_pictures_end_in_one_word(data: bytes) -> None:
    began = time.monotonic()
    with pytest.raises((BadFile, LimitHit)) as caught:
        found(data)
    assert str(caught.value.facts.get("reason", "picture-")).startswith("picture-")
    assert time.monotonic() - began < 20


def test_mutated_pictures_never_hurt_the_pod() -> None:
    chance = random.Random(3)
    seeds = [saved(picture(code()), kind) for kind in ("PNG", "JPEG", "PDF")]
    for _ in range(12):
        data = bytearray(chance.choice(seeds))
        for _ in range(30):
            data[chance.randrange(8, len(data))] = chance.randrange(256)
        try:
            assert all(isinstance(text, str) for text in found(bytes(data)))
        except (BadFile, LimitHit):
            continue
