"""Apps from strangers before they run: archives that lie, signatures that do not fit, other people's keys."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pod import server
from pod.config import Settings
from pod.errors import Conflict, Forbidden, NotAllowed, NotFound, PeerError, PodError
from pod.outbound import Answer
from pod.programs.author import new
from pod.programs.manifest import load_program
from pod.programs.packages import PACKAGE_BYTES, SIGNATURE, pack, publisher_key, read_package
from pod.services import Services

KEY, OTHER = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return new("app", "my_total", tmp_path)


def packed(folder: Path, key: Ed25519PrivateKey | None = KEY) -> bytes:
    return pack(folder, load_program(folder), key)


def bent(data: bytes, name: str, body: bytes, **entry: int) -> bytes:
    """The archive with one more member, or with another body of the one that it has."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as made:
        for one in old.infolist():
            if one.filename != name:
                made.writestr(one, old.read(one))
        info = zipfile.ZipInfo(name)
        info.external_attr = entry.get("mode", 0) << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        made.writestr(info, body)
    return out.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(PodError) as error:
        read_package(data)
    return str(error.value.facts["reason"])


def test_a_package_is_what_was_packed(folder: Path, tmp_path: Path) -> None:
    """The control: same digest, the key of who packed it, the same bytes each time."""
    key = publisher_key(tmp_path / "key.pem")
    assert stat.S_IMODE((tmp_path / "key.pem").stat().st_mode) == 0o600
    data = packed(folder, publisher_key(tmp_path / "key.pem"))
    program, files = read_package(data)
    assert program.digest == load_program(folder).digest
    assert program.key and "main.py" in files and SIGNATURE not in files
    assert data == packed(folder, key)
    assert read_package(packed(folder, None))[0].key is None


@pytest.mark.parametrize(
    "name",
    [
        *("../main.py", "my_total/../../x.py", "/etc/x.py", "my_total\\..\\x.py", "C:/x.py"),
        *("my_total//x.py", "my_total/./x.py", "my_total/x\n.py", "a/" * 120 + "x.py"),
    ],
)
def test_17_paths_that_lead_elsewhere_are_refused(folder: Path, name: str) -> None:
    assert refused(bent(packed(folder), name, b"pass")) == "package-path"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_17_links_and_devices_are_refused(folder: Path, kind: int) -> None:
    name = "my_total/more.py"
    assert refused(bent(packed(folder), name, b"/etc/passwd", mode=kind | 0o777)) == "package-path"


@pytest.mark.parametrize("ending", [".wasm", ".cwasm", ".so", ".pyc", ".WASM"])
def test_17_compiled_code_is_refused(folder: Path, ending: str) -> None:
    assert refused(bent(packed(folder), f"my_total/guest{ending}", b"\0")) == "package-compiled"


def test_17_bombs_are_bounded_while_they_come_out(folder: Path) -> None:
    bomb = bent(packed(folder), "my_total/README.md", bytes(64 << 20))
    assert len(bomb) < 1 << 20
    assert refused(bomb) == "package-large"
    # An archive that says that it is small: what comes out counts.
    directory = bomb.rfind(b"PK\x01\x02")
    lying = bomb[: directory + 24] + (10).to_bytes(4, "little") + bomb[directory + 28 :]
    assert refused(lying) in ("package-large", "package-damaged", "package-signature")
    assert refused(bytes(PACKAGE_BYTES + 1)) == "package-large"


def test_17_many_members_twice_the_same_and_damage(folder: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for number in range(1000):
            made.writestr(f"a/{number}.py", b"")
    assert refused(out.getvalue()) == "package-large"
    data = packed(folder)
    out = io.BytesIO(data)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(out, "a") as made:
        made.writestr("my_total/main.py", b"def run(pod, params): pass")
    assert refused(out.getvalue()) == "package-path"
    assert refused(data[:-30]) == refused(b"PK\x03\x04") == refused(b"") == "package-damaged"


def test_16_a_changed_byte_or_another_signature_is_refused(folder: Path) -> None:
    data = packed(folder)
    main = (folder / "main.py").read_bytes()
    assert refused(bent(data, "my_total/main.py", main + b"\n")) == "package-signature"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        said = json.loads(archive.read(f"my_total/{SIGNATURE}"))
    forged = {"key": read_package(packed(folder, OTHER))[0].key, "signature": said["signature"]}
    for wrong in (forged, {"key": said["key"]}, [], {"key": 1, "signature": 2}, "x" * 5000):
        body = json.dumps(wrong).encode()
        assert refused(bent(data, f"my_total/{SIGNATURE}", body)) == "package-signature"
    # A signature of somebody else over another app of the same publisher's fits that one alone.
    (folder / "main.py").write_bytes(main + b"\n# more\n")
    with zipfile.ZipFile(io.BytesIO(packed(folder))) as archive:
        other = archive.read(f"my_total/{SIGNATURE}")
    assert refused(bent(data, f"my_total/{SIGNATURE}", other)) == "package-signature"


@pytest.mark.parametrize(
    "said", ["Ma\u202e nosiam", "Mon\u200b appli", "A\nB", "x" * 61, "Mon <b>appli</b>"]
)
def test_titles_are_short_and_say_what_is_seen(folder: Path, said: str) -> None:
    manifest = folder / "manifest.toml"
    text = manifest.read_text("utf-8")
    manifest.write_text(text.replace('"Mon application"', json.dumps(said)), "utf-8")
    if "<" in said:  # the control: words are words, and pages escape them
        assert read_package(packed(folder))[0].manifest.title["fr"] == said
    else:
        assert refused(packed(folder)) == "package-manifest"


# -------------------------------------------------------------------- installed


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def test_what_is_installed_stays_and_goes(services: Services, folder: Path) -> None:
    me, programs = services.owner, services.programs
    programs.install_zip(me, packed(folder), "my_total.zip")
    programs.install_zip(me, packed(folder), "my_total.zip")
    services.consents.accept(me, "my_total")
    settings = services.settings
    services.close()
    again = server.build(settings)
    try:
        assert again.programs["my_total"].key == read_package(packed(folder))[0].key
        assert again.consents.active(me, "my_total")
        again.consents.revoke(me, "my_total")
        again.programs.remove(me, "my_total")
        assert "my_total" not in again.programs
        said = [a.summary.get("app") for a in again.space.journal.activities(me)]
        assert (said.count("installed"), said.count("removed")) == (1, 1)
        with pytest.raises(NotFound):
            again.programs.remove(me, "my_total")
        with pytest.raises(Conflict):
            again.programs.remove(me, "my_smart_home")
    finally:
        again.close()


def test_no_more_apps_than_are_kept(services: Services, folder: Path) -> None:
    object.__setattr__(services.settings, "installed_apps", 1)
    services.programs.install_folder(services.owner, folder)
    services.programs.install_folder(services.owner, folder)
    with pytest.raises(Conflict) as full:
        services.programs.install_folder(services.owner, new("app", "other", folder.parent))
    assert full.value.facts["reason"] == "package-many"


def test_an_unsigned_app_comes_as_a_folder_only(services: Services, folder: Path) -> None:
    with pytest.raises(PodError) as unsigned:
        services.programs.install_zip(services.owner, packed(folder, None), "x.zip")
    assert unsigned.value.facts["reason"] == "package-unsigned"
    assert services.programs.install_folder(services.owner, folder).key is None
    (folder / "link.py").symlink_to("/etc/passwd")
    with pytest.raises(PodError) as link:
        services.programs.install_folder(services.owner, folder)
    assert link.value.facts["reason"] == "package-path"


def test_16_another_key_and_a_shipped_name_are_refused(services: Services, folder: Path) -> None:
    me, programs = services.owner, services.programs
    with pytest.raises(Forbidden):
        programs.install_zip(services.space.program("my_total"), packed(folder), "x.zip")
    programs.install_zip(me, packed(folder), "x.zip")
    for data in (packed(folder, OTHER), None):
        with pytest.raises(Conflict) as refused:
            if data is None:
                programs.install_folder(me, folder)
            else:
                programs.install_zip(me, data, "x.zip")
        assert refused.value.facts["reason"] == "package-key"
    mine = folder.with_name("my_smart_home")
    folder.rename(mine)
    manifest = (mine / "manifest.toml").read_text("utf-8")
    (mine / "manifest.toml").write_text(manifest.replace("my_total", "my_smart_home"), "utf-8")
    with pytest.raises(Conflict) as refused:
        programs.install_folder(me, mine)
    assert refused.value.facts["reason"] == "package-shipped"


def test_updates_ask_again_when_their_needs_change(services: Services, folder: Path) -> None:
    """Of the same key: another line of source runs on, another need does not; nor does anything of a
    folder that nobody signed."""
    me, programs, consents = services.owner, services.programs, services.consents
    programs.install_zip(me, packed(folder), "x.zip")
    given = consents.accept(me, "my_total", limits={"time": "month"})
    (folder / "main.py").write_text((folder / "main.py").read_text("utf-8") + "\n# better\n")
    programs.install_zip(me, packed(folder), "x.zip")
    assert (consents.active(me, "my_total") or {})["id"] == given["id"]
    manifest = folder / "manifest.toml"
    manifest.write_text(
        manifest.read_text("utf-8").replace("Pour en faire", "Pour vendre"), "utf-8"
    )
    programs.install_zip(me, packed(folder), "x.zip")
    assert consents.active(me, "my_total") is None
    with pytest.raises(NotAllowed):
        services.runs.start(me, "my_total")
    consents.accept(me, "my_total")
    programs.remove(me, "my_total")
    programs.install_folder(me, folder)
    consents.accept(me, "my_total")
    (folder / "main.py").write_text((folder / "main.py").read_text("utf-8") + "\n# more\n")
    programs.install_folder(me, folder)
    assert consents.active(me, "my_total") is None


def test_an_address_is_asked_through_the_one_guarded_door(
    services: Services, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    me, programs = services.owner, services.programs
    for url in ("http://example.org/x.zip", "https://127.0.0.1/x.zip", "file:///etc/passwd", "x"):
        with pytest.raises(PeerError):
            programs.install_address(me, url)
    asked: list[object] = []

    def request(method: str, url: str, **more: object) -> Answer:
        asked.append((method, url, more))
        return answer

    monkeypatch.setattr(services.outbound, "request", request)
    answer = Answer(404, {}, b"")
    with pytest.raises(PodError) as gone:
        programs.install_address(me, "https://example.org/x.zip")
    assert gone.value.facts["reason"] == "package-address"
    answer = Answer(200, {}, packed(folder))
    assert programs.install_address(me, "https://example.org/x.zip").manifest.name == "my_total"
    assert asked[1] == ("GET", "https://example.org/x.zip", {"most_bytes": PACKAGE_BYTES})
    record = programs.installed(me, "my_total")
    assert record and record["from"] == "https://example.org/x.zip"
