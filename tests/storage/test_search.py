"""Search by words: names and texts, accents folded, in step with the log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pod.index import Follower, Search
from pod.storage.base import Store
from tests.storage.pods import iri, parse, remove, write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = Store(tmp_path)
    yield found
    found.close()


def searching(folder: Path, store: Store) -> Search:
    return Search(folder, store, Follower(store, iri, parse))


@pytest.fixture
def search(tmp_path: Path, store: Store) -> Iterator[Search]:
    found = searching(tmp_path, store)
    found._follower.start()
    yield found
    found._follower.close()


def paths(search: Search, text: str) -> list[str]:
    return [hit.path for hit in search.find(text, 20)]


def test_names_and_texts_whatever_the_accents(store: Store, search: Search) -> None:
    write(
        store,
        "/a/note",
        b'<#x> <#p> "Le caf\xc3\xa9 de l\'\xc3\xa9t\xc3\xa9"@fr, "Z\xc3\xbcrich", 12.5 .',
    )
    write(store, "/photos/%C3%89t%C3%A9_2024-plage.jpg", b"\xff\xd8", "image/jpeg")
    write(store, "/b.txt", "Rendez-vous à l'Élysée".encode(), "text/plain")
    assert paths(search, "cafe") == ["/a/note"]
    assert paths(search, "CAFÉ") == ["/a/note"]
    assert sorted(paths(search, "ete")) == ["/a/note", "/photos/%C3%89t%C3%A9_2024-plage.jpg"]
    assert paths(search, "plage 2024") == ["/photos/%C3%89t%C3%A9_2024-plage.jpg"]
    assert paths(search, "elys") == ["/b.txt"]
    assert paths(search, "zurich cafe") == ["/a/note"]
    assert paths(search, "photos") == ["/photos/%C3%89t%C3%A9_2024-plage.jpg"]
    assert paths(search, "cafe absent") == []
    found = search.find("elysee", 5)[0].excerpt
    assert ("Élysée", True) in found


def test_changes_and_deletions_are_seen_at_once(store: Store, search: Search) -> None:
    for number in range(20):
        write(store, "/n", f'<#x> <#p> "mot{number}" .'.encode())
        assert paths(search, f"mot{number}") == ["/n"]
    assert paths(search, "mot3") == []
    remove(store, "/n")
    assert paths(search, "mot19") == []
    write(store, "/rules.acl", b'<#x> <#p> "secretrule" .')
    write(store, "/broken", b'<#x> <#p> "never closed', "text/turtle")
    assert paths(search, "secretrule") == []
    assert paths(search, "broken") == ["/broken"]


@pytest.mark.parametrize(
    "text",
    [
        '"',
        "a AND",
        "NEAR(",
        "name:x",
        "*",
        "x OR y)",
        "-",
        "",
        "'; DROP TABLE words",
        "a" * 5000,
        "\0",
        "{a}: b",
    ],
)
def test_no_text_is_a_command(store: Store, search: Search, text: str) -> None:
    write(store, "/a", b'<#x> <#p> "one" .')
    assert isinstance(search.find(text, 5), list)
    assert paths(search, "one") == ["/a"]


def test_it_goes_on_after_a_restart_and_starts_anew_when_broken(
    tmp_path: Path, store: Store
) -> None:
    write(store, "/a", b'<#x> <#p> "one" .')
    first = searching(tmp_path, store)
    assert paths(first, "one") == ["/a"]
    first.close()
    write(store, "/b", b'<#x> <#p> "two" .')
    second = searching(tmp_path, store)
    assert (paths(second, "one"), paths(second, "two")) == (["/a"], ["/b"])
    second.close()
    (tmp_path / "search" / "words.db").write_bytes(b"not a database" * 1000)
    third = searching(tmp_path, store)
    assert (paths(third, "one"), paths(third, "two")) == (["/a"], ["/b"])
    third.close()
