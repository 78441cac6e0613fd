"""Files, folders and archives dropped together: each file is an import, bounded, named, told."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pod import server
from pod.commands import import_files
from pod.config import Settings
from pod.errors import TooLarge
from pod.model import Body, Json
from pod.programs.bundles import Limits, Member, is_bundle, members
from pod.programs.guest.build import build
from pod.services import Services
from tests.programs import linky_files as write
from tests.programs.test_linky_xlsx import handmade, inline

GOOD = write.hourly(write.readings(date(2024, 5, 14), 3)).encode()
LATER = write.hourly(write.readings(date(2024, 6, 14), 3)).encode()
LIMITS = Limits(files=10, bytes=1 << 20, file_bytes=1 << 19, depth=2)


def packed(*files: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def stage(chunks: Iterator[bytes], limit: int) -> Body:
    data = b"".join(chunks)
    assert len(data) <= limit
    return Body.of(data)


def out_of(*given: tuple[str, bytes], limits: Limits = LIMITS) -> list[Member]:
    return list(members([(n, Body.of(d)) for n, d in given], limits, stage))  # type: ignore[arg-type]


def told(found: list[Member]) -> list[tuple[str, str]]:
    return [
        (
            m.name,
            m.refused.facts["reason"] if m.refused else (m.body or Body.of(b"")).read(99).decode(),
        )
        for m in found
    ]


def test_archives_within_archives_come_out_by_their_path() -> None:
    inner = packed(("c.txt", b"c"), ("__MACOSX/._c.txt", b"x"), (".DS_Store", b"x"))
    outer = packed(("a/", b""), ("a/b.txt", b"b"), ("a/inner.zip", inner))
    assert told(out_of(("out.zip", outer), ("d.txt", b"d"))) == [
        ("out.zip/a/b.txt", "b"),
        ("out.zip/a/inner.zip/c.txt", "c"),
        ("d.txt", "d"),
    ]
    deeper = packed(("deep.zip", packed(("deeper.zip", packed(("e.txt", b"e"))))))
    assert told(out_of(("out.zip", deeper))) == [("out.zip/deep.zip/deeper.zip", "zip-depth")]


def test_no_name_leads_out() -> None:
    names = ("../../etc/passwd", "/etc/shadow", "..\\..\\boot.ini", "a/../../b", "x\x1b[31m\ny")
    found = [m.name for m in out_of(("s.zip", packed(*((n, b"x") for n in names))))]
    assert found == [
        "s.zip/etc/passwd",
        "s.zip/etc/shadow",
        "s.zip/boot.ini",
        "s.zip/a/b",
        "s.zip/x�[31m�y",
    ]


def test_what_is_no_file_is_said() -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    data = bytearray(
        packed((link, b"/etc/passwd"), ("locked.txt", b"secret"), ("fine.txt", b"fine"))
    )
    at = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[at + 8] |= 1  # its entry in the directory says: encrypted
    assert told(out_of(("z.zip", bytes(data)))) == [
        ("z.zip/link", "zip-link"),
        ("z.zip/locked.txt", "zip-locked"),
        ("z.zip/fine.txt", "fine"),
    ]


def test_bombs_are_bounded_whatever_the_archive_says() -> None:
    large = packed(("large.txt", b"0" * (1 << 20)), ("fine.txt", b"fine"))
    found = out_of(("z.zip", large), limits=replace(LIMITS, bytes=1 << 30))
    assert told(found) == [("z.zip/large.txt", "file-large"), ("z.zip/fine.txt", "fine")]
    half = packed(*((f"{n}.txt", b"0" * (1 << 18)) for n in range(5)))
    with pytest.raises(TooLarge, match="unpacked"):
        out_of(("z.zip", half))
    many = packed(*((f"{n}.txt", b"") for n in range(11)))
    with pytest.raises(TooLarge, match="files"):
        out_of(("z.zip", many))
    began = time.monotonic()
    flood = b"PK\x03\x04" + b"PK\x01\x02" * 1_000_000
    assert not is_bundle(Body.of(flood))
    assert time.monotonic() - began < 2


def test_a_workbook_is_a_file() -> None:
    assert not is_bundle(Body.of(handmade(inline([["a", "1"]]))))
    assert not is_bundle(Body.of(GOOD))
    assert is_bundle(Body.of(packed(("a.csv", GOOD))))


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    build()
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def brief(done: list[Json]) -> list[tuple[str, str | None, int]]:
    return [
        (d["file"], d["error"]["facts"]["reason"] if "error" in d else None, d["records"])
        for d in done
    ]


def test_a_folder_with_an_archive_in_it(services: Services, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "may.csv").write_bytes(GOOD)
    (folder / "notes.txt").write_bytes(b"nothing that anybody knows")
    (folder / "link.csv").symlink_to("/etc/passwd")
    (folder / "all.zip").write_bytes(packed(("may.csv", GOOD), ("june.csv", LATER)))
    done = import_files(services, [str(folder)])
    assert brief(done) == [
        (f"{folder}/all.zip/may.csv", None, 144),
        (f"{folder}/all.zip/june.csv", None, 144),
        (f"{folder}/notes.txt", "unknown", 0),
        (f"{folder}/sub/may.csv", None, 144),
    ]
    kept = {m.iri.name.rpartition("-")[0] for m in services.space.list(
        services.owner, services.space.iri_of("/imports/"))}  # fmt: skip
    assert kept == {"may", "june", "notes"}  # each as it came, the same bytes once
    months = services.space.list(
        services.owner, services.space.iri_of("/energy/electricity/14298765432109/")
    )
    assert [m.iri.name for m in months] == ["2024-05.ttl", "2024-06.ttl"]


def test_what_is_too_much_does_not_take_away_what_came_before(tmp_path: Path) -> None:
    build()
    settings = replace(
        Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"), drop_files=2
    )
    server.initialise(settings)
    services = server.build(settings)
    try:
        file = tmp_path / "all.zip"
        file.write_bytes(packed(("may.csv", GOOD), ("june.csv", LATER), ("three.csv", b"3")))
        done = import_files(services, [str(file)])
        assert brief(done)[:2] == [(f"{file}/may.csv", None, 144), (f"{file}/june.csv", None, 144)]
        assert (done[2]["file"], done[2]["error"]["code"]) == (str(file), "too-large")
    finally:
        services.close()
