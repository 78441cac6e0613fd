"""The data browser without scripts: every form does what it says, and can be taken back."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from tests.pages.browsing import Browser, fields
from tests.servers import Served, running

NOTE = """@prefix schema: <https://schema.org/>.
# a comment that stays
<#it> schema:name "Cake"@en; schema:yield 8; schema:url <https://ex.example/cake>;
  schema:dateCreated "2026-07-14"^^<http://www.w3.org/2001/XMLSchema#date>.
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("pages")
    with running(folder, version_gap_seconds=0, inline_bytes=2000) as served:
        yield served


@pytest.fixture(scope="module")
def browser(served: Served) -> Iterator[Browser]:
    found = Browser(served)
    yield found
    found.close()


@pytest.fixture
def here(request: pytest.FixtureRequest) -> str:
    return "/t/" + "".join(c if c.isalnum() else "-" for c in request.node.name) + "/"


# -------------------------------------------------------------------- text


def test_a_text_is_edited_and_taken_back(browser: Browser, here: str) -> None:
    browser.put(here + "note", NOTE)
    page = browser.get(f"/edit{here}note")
    form = fields(page.text)
    assert form["text"] == NOTE
    changed = NOTE.replace("8", "6")
    # A browser sends lines that end in CR LF; what is stored keeps its own.
    after = browser.edit(here + "note", etag=form["etag"], text=changed.replace("\n", "\r\n"))
    assert after.status_code == 200 and "Saved" in after.text
    assert browser.stored(here + "note") == changed.encode()
    assert "Undone" in browser.undo(after).text
    assert browser.stored(here + "note") == NOTE.encode()


def test_what_is_refused_names_the_line_and_keeps_the_text(browser: Browser, here: str) -> None:
    browser.put(here + "note", NOTE)
    form = fields(browser.get(f"/edit{here}note").text)
    page = browser.edit(
        here + "note", etag=form["etag"], text="<#a> <#b> <#c>.\n<#a> <#b> .\n</textarea>"
    )
    assert page.status_code == 400 and "line 2" in page.text
    assert fields(page.text)["text"] == "<#a> <#b> <#c>.\n<#a> <#b> .\n</textarea>"
    assert browser.stored(here + "note") == NOTE.encode()


def test_nobodys_change_is_lost(browser: Browser, here: str) -> None:
    browser.put(here + "note", "first", "text/plain")
    form = fields(browser.get(f"/edit{here}note").text)
    browser.put(here + "note", "theirs", "text/plain")
    page = browser.edit(here + "note", etag=form["etag"], text="mine")
    assert page.status_code == 412
    assert "theirs" in page.text and "mine" in page.text
    assert browser.stored(here + "note") == b"theirs"
    for etag in ("", "*", '"x"'):
        if etag != "*":
            assert browser.edit(here + "note", etag=etag, text="mine").status_code == 412
    # The page offers to save mine on what is there now.
    again = fields(page.text)
    assert browser.edit(here + "note", etag=again["etag"], text=again["text"]).status_code == 200
    assert browser.stored(here + "note") == b"mine"


# -------------------------------------------------------------------- form


def rows(page: str) -> dict[str, str]:
    """Property → number of its field."""
    found = re.findall(r'<label for="v(\d+)" title="([^"]+)"', page)
    return {iri.rsplit("/", 1)[-1]: number for number, iri in found}


def test_a_form_changes_what_was_changed_and_nothing_else(browser: Browser, here: str) -> None:
    browser.put(here + "note", NOTE)
    page = browser.get(f"/edit{here}note?way=form").text
    form, at = fields(page), rows(page)
    form |= {f"value-{at['name']}": 'Cake "of" summer \\ } ; DROP ALL'}
    form |= {f"value-{at['yield']}": "6,5", f"drop-{at['url']}": "1"}
    form |= {
        "property-new": "foaf:nick",
        "value-new": "Gâteau",
        "kind-new": "text",
        "language-new": "fr",
    }
    form["subject-new"] = browser.served.base + here[1:] + "note#it"
    after = browser.edit(here + "note", **form)
    assert after.status_code == 200, after.text
    stored = browser.stored(here + "note").decode()
    assert "# a comment that stays" in stored
    assert r'"Cake \"of\" summer \\ } ; DROP ALL"@en' in stored
    assert "6.5" in stored and "ex.example/cake" not in stored and '"Gâteau"@fr' in stored
    assert "2026-07-14" in stored
    browser.undo(after)
    assert browser.stored(here + "note").decode() == NOTE


def test_a_form_that_changes_nothing_writes_nothing(browser: Browser, here: str) -> None:
    browser.put(
        here + "note",
        NOTE
        + '<#x> <#odd> 1.50, "01"^^<http://www.w3.org/2001/XMLSchema#integer>, true, "a\\nb", _:b.\n',
    )
    before = browser.served.owner.head(here + "note").headers["etag"]
    form = fields(browser.get(f"/edit{here}note?way=form").text)
    assert browser.edit(here + "note", **form).status_code == 200
    assert browser.served.owner.head(here + "note").headers["etag"] == before


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "many"),
        ("number", "NaN"),
        ("date", "14/07/2026"),
        ("moment", "now"),
        ("yesno", "perhaps"),
        ("link", "a b"),
        ("link", "http://x/> <y>"),
    ],
)
def test_a_form_says_what_is_wrong_with_a_value(
    browser: Browser, here: str, kind: str, value: str
) -> None:
    browser.put(here + "note", NOTE)
    form = fields(browser.get(f"/edit{here}note?way=form").text)
    form |= {"property-new": "schema:about", "value-new": value, "kind-new": kind}
    page = browser.edit(here + "note", **form)
    assert page.status_code == 400 and 'role="alert"' in page.text
    assert browser.stored(here + "note").decode() == NOTE


def test_injected_turtle_is_a_value(browser: Browser, here: str) -> None:
    """A form edits one statement: nothing in its fields is read as more."""
    browser.put(here + "note", NOTE)
    page = browser.get(f"/edit{here}note?way=form").text
    form, at = fields(page), rows(page)
    evil = '" . <#evil> <#p> "x'
    form[f"value-{at['name']}"] = evil
    form["value-" + "999999"] = "x"
    assert browser.edit(here + "note", **form).status_code == 200
    query = f"ASK {{ <{browser.served.base}{here[1:]}note#evil> ?p ?o }}"
    assert (
        browser.served.owner.get("/.pod/sparql", params={"query": query}).json()["boolean"] is False
    )
    for field, text in (
        ("property-new", "https://e.example/p> <https://e.example/q"),
        ("subject-new", "https://e.example/s> a <https://e.example/C> . <x"),
        ("language-new", 'en . <#evil> <#p> "x"@en'),
    ):
        form = fields(browser.get(f"/edit{here}note?way=form").text)
        form |= {"property-new": "schema:about", "value-new": "x", "kind-new": "text", field: text}
        assert browser.edit(here + "note", **form).status_code == 400
    assert (
        browser.served.owner.get("/.pod/sparql", params={"query": query}).json()["boolean"] is False
    )


def test_the_identity_provider_is_no_field(browser: Browser) -> None:
    page = browser.get("/edit/profile/card?way=form").text
    assert "oidcIssuer" in page
    form, at = fields(page), rows(page)
    number = at["terms#oidcIssuer"]
    assert f"value-{number}" not in form
    form |= {f"value-{number}": "https://evil.example/", f"kind-{number}": "link"}
    browser.edit("/profile/card", **form)
    assert b"evil.example" not in browser.stored("/profile/card")
    form |= {
        "property-new": "solid:oidcIssuer",
        "value-new": "https://evil.example/",
        "kind-new": "link",
    }
    assert browser.edit("/profile/card", **form).status_code == 400
    assert b"evil.example" not in browser.stored("/profile/card")


# -------------------------------------------------------------------- folders and files


def test_folders_files_and_whole_folders_come_in(browser: Browser, here: str) -> None:
    browser.put(here + "x", "x", "text/plain")
    made = browser.post(f"/folder{here}", name="Été / 2026")
    assert made.status_code == 200
    inside = here + "%C3%89t%C3%A9%20-%202026/"
    assert browser.exists(inside)
    page = browser.upload(
        inside,
        ("photos/a/one.png", b"\x89PNG", "image/png"),
        ("photos/b.txt", b"b" * 5000, "text/plain"),
        ("note.ttl", b"<#a> <#b> <#c> .", ""),
        ("broken.ttl", b"this is no turtle", ""),
        ("../../../evil.txt", b"up", "text/plain"),
        ("rules.acl", b"x", "text/plain"),
    )
    assert page.status_code == 200, page.text
    assert browser.stored(inside + "photos/a/one.png") == b"\x89PNG"
    assert browser.stored(inside + "photos/b.txt") == b"b" * 5000
    assert browser.served.owner.head(inside + "note.ttl").headers["content-type"] == "text/turtle"
    assert browser.served.owner.head(inside + "broken.ttl").headers["content-type"] == "text/plain"
    assert browser.stored(inside + "evil.txt") == b"up"
    assert not browser.exists(inside + ".acl")
    # Nothing is replaced.
    browser.upload(inside, ("note.ttl", b"<#new> <#b> <#c> .", ""))
    assert browser.stored(inside + "note.ttl") == b"<#a> <#b> <#c> ."
    assert browser.stored(inside + "note%202.ttl") == b"<#new> <#b> <#c> ."
    twice = browser.post(f"/folder{here}", name="Été / 2026")
    assert twice.status_code == 409
    for bad in ("", "..", "/", "   "):
        assert browser.post(f"/folder{here}", name=bad).status_code == 400
    assert browser.post("/folder/", name=".pod").status_code == 400
    assert browser.undo(browser.upload(here, ("once.txt", b"1", "text/plain"))).status_code == 200
    assert not browser.exists(here + "once.txt")


def test_a_folder_leaves_as_a_zip_file(browser: Browser, here: str) -> None:
    browser.put(here + "a.txt", "a", "text/plain")
    browser.put(here + "deep/big.bin", b"x" * 3_000_000, "application/octet-stream")
    browser.put(here + "deep/%C3%A9t%C3%A9.ttl", "<#a> <#b> <#c> .")
    for evil in ("%2e.%5Cevil", "C%3Aevil", "...", "a%3Cb%3E", "A.TXT"):
        browser.served.owner.put(here + evil, content=b"e", headers={"content-type": "text/plain"})
    answer = browser.get(f"/zip{here}")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert archive.read("deep/big.bin") == b"x" * 3_000_000
        assert archive.read("deep/été.ttl") == b"<#a> <#b> <#c> ."
    assert len({name.lower() for name in names}) == len(names)
    for name in names:
        assert not name.startswith(("/", "\\")) and ".." not in name.split("/")
        assert not set(name) & set('\\:<>"|?*') and not re.search(r"[\x00-\x1f]", name)
    assert browser.get(f"/zip{here}a.txt").status_code == 404
    assert browser.get(f"/download{here}").status_code == 404


def test_moving_copying_renaming_and_back(browser: Browser, here: str) -> None:
    browser.put(here + "x/note", NOTE)
    page = browser.get(f"/move{here}x/")
    assert fields(page.text)["into"] == here
    moved = browser.post(f"/move{here}x/", name="y z", into=here + "new", act="move")
    assert moved.status_code == 200 and browser.exists(here + "new/y%20z/note")
    assert not browser.exists(here + "x/note")
    browser.undo(moved)
    assert browser.exists(here + "x/note") and not browser.exists(here + "new/y%20z/")
    copied = browser.post(f"/move{here}x/note", name="other", into=here + "x/", act="copy")
    assert browser.stored(here + "x/other") == browser.stored(here + "x/note")
    browser.undo(copied)
    assert not browser.exists(here + "x/other")
    for name, into, status in (
        ("x", here + "x/", 409),
        ("note", here + "x/note", 409),
        (".pod", "/", 400),
        ("..", here, 400),
        ("x.acl", "/", 200),  # a name is cleaned as a Slug is
        ("a", "/.pod/", 400),
        ("a", "/../..", 400),
        ("", here, 400),
    ):
        answer = browser.post(f"/move{here}x/", name=name, into=into, act="copy")
        assert answer.status_code == status, (name, into)
    assert browser.post("/move/profile/", name="p", into="/", act="move").status_code == 409


def test_deleting_a_folder_and_back(browser: Browser, here: str) -> None:
    browser.put(here + "x/note", NOTE)
    browser.put(here + "x/deep/big", b"1" * 9000, "application/octet-stream")
    page = browser.get(f"/remove{here}x/")
    assert "You can undo it" in page.text
    gone = browser.post(f"/remove{here}x/")
    assert not browser.exists(here + "x/")
    browser.undo(gone)
    assert browser.stored(here + "x/note") == NOTE.encode()
    assert browser.stored(here + "x/deep/big") == b"1" * 9000
    gone = browser.post(f"/remove{here}x/", forever="1")
    assert 'name="seq"' not in gone.text
    assert here + "x/" not in browser.get("/trash").text
    assert browser.post("/remove/").status_code in (404, 405)


def test_the_bin_gives_back_and_can_be_emptied(browser: Browser, here: str) -> None:
    browser.put(here + "one", "1", "text/plain")
    browser.put(here + "two", "2", "text/plain")
    for name in ("one", "two"):
        browser.post(f"/remove{here}{name}")
    page = browser.get("/trash").text
    found = re.search(rf'value="{here}one"><input type="hidden" name="version" value="(\d+)"', page)
    assert found
    browser.post("/trash", path=here + "one", version=found[1])
    assert browser.stored(here + "one") == b"1"
    assert browser.post("/trash", path="/profile/card", version=found[1]).status_code == 404
    browser.post("/trash", act="erase")
    assert here + "two" not in browser.get("/trash").text


def test_versions_are_shown_compared_and_restored(browser: Browser, here: str) -> None:
    for number in range(3):
        browser.put(here + "note", f"line\nnumber {number} <b>\n", "text/plain")
    page = browser.get(f"/versions{here}note").text
    numbers = re.findall(r'href="\?version=(\d+)"', page)
    assert len(numbers) == 2
    compared = browser.get(f"/versions{here}note?version={numbers[1]}").text
    assert "+ number 2 &lt;b&gt;" in compared and "− number 0" in compared
    download = browser.get(f"/download{here}note?version={numbers[1]}")
    assert (
        download.content == b"line\nnumber 0 <b>\n"
        and "attachment" in download.headers["content-disposition"]
    )
    restored = browser.post(f"/versions{here}note", version=numbers[1])
    assert browser.stored(here + "note") == b"line\nnumber 0 <b>\n"
    browser.undo(restored)
    assert browser.stored(here + "note") == b"line\nnumber 2 <b>\n"
    browser.post(f"/versions{here}note", act="erase")
    assert "No version" in browser.get(f"/versions{here}note").text


def test_large_folders_come_in_pages(browser: Browser, here: str) -> None:
    for number in range(105):
        browser.put(f"{here}f{number:03}", "x", "text/plain")
    first = browser.get(f"/data{here}").text
    assert first.count('class="name"') == 100
    following = re.search(r'href="\?after=([^"]+)"', first)
    assert following
    second = browser.get(f"/data{here}?after={following[1]}").text
    assert second.count('class="name"') == 5
    jumped = browser.get(f"/data{here}?start=f10").text
    assert jumped.count('class="name"') == 5 and ">f100<" in jumped
    assert ">f104<" in browser.get(f"/data{here}?start=f104").text
    assert "Nothing from there on" in browser.get(f"/data{here}?start=z").text


def test_a_picture_a_video_and_a_pdf_are_shown_and_run_nothing(browser: Browser, here: str) -> None:
    data = bytes(range(256)) * 40
    for name, kind in (
        ("p.png", "image/png"),
        ("v.mp4", "video/mp4"),
        ("a.mp3", "audio/mpeg"),
        ("d.pdf", "application/pdf"),
        ("s.svg", "image/svg+xml"),
    ):
        browser.put(here + name, data, kind)
        assert f"/.pod/view{here}{name}" in browser.get(f"/data{here}{name}").text
        part = browser.get(f"/view{here}{name}", headers={"range": "bytes=100-199"})
        assert part.status_code == 206 and part.content == data[100:200]
        assert part.headers["content-range"] == f"bytes 100-199/{len(data)}"
        assert part.headers["x-content-type-options"] == "nosniff"
        policy = part.headers["content-security-policy"]
        assert (
            "default-src 'none'" in policy
            and "script-src" not in policy
            and "unsafe-eval" not in policy
        )
        assert ("sandbox" in policy) == (kind != "application/pdf")
    assert browser.get(f"/view{here}p.png", headers={"range": "bytes=999999-"}).status_code == 416
    for name, kind in (
        ("h.html", "text/html"),
        ("x.xml", "application/xhtml+xml"),
        ("j.js", "text/javascript"),
        ("i.png", "image/png+html"),
    ):
        browser.put(here + name, b"<script>alert(1)</script>", kind)
        assert browser.get(f"/view{here}{name}").status_code == 404
        down = browser.get(f"/download{here}{name}")
        assert (
            down.headers["content-disposition"].startswith("attachment")
            and "sandbox" in down.headers["content-security-policy"]
        )


def test_search_finds_names_and_texts(browser: Browser, here: str) -> None:
    browser.put(here + "caf%C3%A9.ttl", '<#x> <#p> "Rendez-vous à l\'Élysée <script>" .')
    for words in ("elysee", "ÉLYSÉE rendez", "cafe"):
        assert f"/.pod/data{here}caf%C3%A9.ttl" in browser.get("/search", params={"q": words}).text
    assert "<script>" not in browser.get("/search", params={"q": "script"}).text.replace(
        "<script src", ""
    )
    assert "Nothing found" in browser.get("/search", params={"q": "qqqqzz"}).text
    assert browser.get("/search", params={"q": '" OR x:'}).status_code == 200
