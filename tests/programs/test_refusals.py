"""A bundled app that asks for more than its manifest, end to end: refused, and in the log; and the stored
month over HTTP: the same bytes, the same graph, and nobody else's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pod import server
from pod.commands import import_files, run_app
from pod.config import Settings
from pod.model import Iri, Verb
from pod.programs.guest.build import build
from pod.rdf.graph import isomorphic, parse
from pod.services import Services
from tests.programs import linky_files as write
from tests.servers import ALICE, TURTLE, running
from tests.visiting import visiting

GREEDY = '''

def greedy(pod, params):
    """The app as it is, that first tries for more."""
    from wit_world.imports import app

    for name, text in (
        ("everything", "{}"),
        ("SELECT * WHERE { ?s ?p ?o }", "{}"),
        ("load_curve", '{"graph": "http://localhost:8080/private/"}'),
    ):
        try:
            app.query(name, text)
        except Exception:
            continue
        raise SystemExit("it was given")
    return honest(pod, params)


honest, run = run, greedy
'''
DAY = write.hourly(write.readings(date(2024, 5, 14), 3)).encode()


@pytest.fixture
def greedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """A pod whose bundled app asks for more than its manifest, with data and without consent."""
    build()
    apps = tmp_path / "apps"
    shutil.copytree(server.HERE / "apps", apps)
    main = apps / "my_smart_home" / "main.py"
    main.write_text(main.read_text("utf-8") + GREEDY, "utf-8")
    monkeypatch.setattr(server, "BUNDLED", (server.HERE / "connectors", apps))
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    (tmp_path / "day.csv").write_bytes(DAY)
    assert import_files(services, [str(tmp_path / "day.csv")])[0]["records"] == 144
    yield services
    services.close()


def test_what_is_not_in_the_manifest_is_refused_and_logged(greedy: Services) -> None:
    result = run_app(greedy, "my_smart_home", agree=True)
    assert result["days"] == 3, "the control: what is declared was answered in the same run"
    (run,) = greedy.runs.all(greedy.owner, "my_smart_home")
    calls = [(c["name"], c.get("refused", False)) for c in run["audit"]["calls"]]
    assert calls[:3] == [
        ("everything", True),
        ("SELECT * WHERE { ?s ?p ?o }", True),
        ("load_curve", True),
    ]
    assert ("load_curve", False) in calls
    activities = greedy.space.journal.activities(greedy.owner, limit=50)
    (logged,) = [a for a in activities if a.verb is Verb.RUN]
    assert logged.instrument == "my_smart_home"
    assert logged.agent == greedy.space.program("my_smart_home")
    assert logged.summary["refused"] == [name for name, refused in calls if refused]
    assert greedy.space.check(greedy.owner)["log"] == []


def test_a_changed_app_has_no_consent(greedy: Services, tmp_path: Path) -> None:
    """16: a byte of source more is another program: what was agreed to the bundled one does not count."""
    greedy.consents.accept(greedy.owner, "my_smart_home")
    assert greedy.consents.active(greedy.owner, "my_smart_home")
    settings = greedy.settings
    greedy.close()
    main = tmp_path / "apps" / "my_smart_home" / "main.py"
    main.write_text(main.read_text("utf-8") + "\n", "utf-8")
    again = server.build(settings)
    try:
        assert again.consents.active(again.owner, "my_smart_home") is None
    finally:
        again.close()


MONTH = "energy/electricity/14298765432109/2024-05.ttl"


def test_the_stored_month_over_http(tmp_path: Path) -> None:
    build()
    with running(tmp_path) as served, visiting(served.base) as pages:
        assert "what was found" in pages.drop("day.csv", DAY).text
        got = served.owner.get(MONTH)
        assert (got.status_code, got.headers["content-type"]) == (200, TURTLE)
        body = got.content
        assert (
            served.owner.put(MONTH, content=body, headers={"content-type": TURTLE}).status_code
            == 204
        )
        assert served.owner.get(MONTH).content == body, "byte for byte"
        linked = served.owner.get(MONTH, headers={"accept": "application/ld+json"})
        iri = served.base + MONTH
        graph = parse(body, TURTLE, iri)
        assert len(graph.quads) > 10
        assert isomorphic(graph, parse(linked.content, "application/ld+json", iri))

        assert served.public.get(MONTH).status_code == 401
        assert served.alice.get(MONTH).status_code == 403
        share = f"""@prefix acl: <http://www.w3.org/ns/auth/acl#>.
        <#owner> a acl:Authorization; acl:accessTo <./x.ttl>; acl:mode acl:Read, acl:Write, acl:Control;
          acl:agent <{served.base}profile/card#me>.
        <#alice> a acl:Authorization; acl:accessTo <./x.ttl>; acl:mode acl:Read; acl:agent <{ALICE}>."""
        served.owner.put("other/x.ttl", content=b"<#a> <#b> 1 .", headers={"content-type": TURTLE})
        rules = served.owner.put("other/x.ttl.acl", content=share, headers={"content-type": TURTLE})
        assert rules.status_code == 201, rules.text
        assert served.alice.get("other/x.ttl").status_code == 200, "she has rights, elsewhere"
        assert served.alice.get(MONTH).status_code == 403
        assert served.alice.get(MONTH + ".acl").status_code == 403

        activity = pages.get("/.pod/activity?kind=refused").text
        assert "alice.example" in activity
        served.process.terminate()
        served.process.wait(20)
        services = server.build(replace(Settings(), data=served.data, base_url=served.base))
        try:
            looks = services.space.journal.looks(services.owner, limit=50)
            refused = {(str(a.agent.webid), a.object) for a in looks if a.refused}
            assert (ALICE, Iri(iri)) in refused
            assert ("None", Iri(iri)) in refused
            decision = services.space.decide(services.owner, Iri(iri))
            assert decision.modes
        finally:
            services.close()


def test_a_folder_that_is_no_program(tmp_path: Path) -> None:
    """`domicile check` of a folder that is no program: a sentence, no trace."""
    (tmp_path / "x").mkdir()
    words = [sys.executable, "-m", "pod", "check", str(tmp_path / "x"), "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
