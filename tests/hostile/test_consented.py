"""The hostile programs whose attack is on the pod behind the box: what an app reads, keeps and sends is within
what the owner agrees to at that very moment. Numbers are those of the sandbox's threat model."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pod import server
from pod.commands import run_app
from pod.errors import BadInput, BadOutput, NotAllowed, NotFound, PodError
from pod.model import Activity, Json, Verb
from pod.programs.manifest import load_program
from pod.rdf.graph import TURTLE
from pod.services import Services
from pod.space import Write
from tests.strangers import ANYTHING, METER, pod_with, write_app

# It tries each query that its manifest has, and says what came of it.
TRIES = """
def run(pod, params):
    found = {}
    for name, given in (
        ("load_curve", {}), ("load_curve", {"graph": "*"}), ("load_curve", {"from": "yesterday"}),
        ("everything", {}), ("../../etc/passwd", {}), ("SELECT * WHERE { ?s ?p ?o }", {}),
        ("of_meter", {"meter": METER}), ("of_meter", {"meter": INJECTED}),
        ("elsewhere", {}),
    ):
        key = name + str(given or "")
        try:
            found[key] = len(pod.query(name, **given))
        except Exception as error:
            found[key] = f"refused: {type(error).__name__}"
    return {"found": found, "views": []}
""".replace("METER", repr(METER))
INJECTED = '" } UNION { GRAPH ?g { ?day ?step ?values } } #'
QUERY = """
[[queries]]
name = "{name}"
classes = ["LoadCurveDay"]
what = {{ fr = "Rien", en = "Nothing" }}
why = {{ fr = "Rien", en = "Nothing" }}
columns = ["s"]
params = {{ {params} }}
sparql = '''
{sparql}
'''
"""
SECRET = "notes/secret.ttl"
BODY = b"<#a> <#is> 'secret'."
KEPT = '{"kept": "for its eyes only"}'


def query(name: str, sparql: str, params: str = "") -> str:
    return QUERY.format(name=name, sparql=sparql, params=params)


def nosy(home: Path) -> None:
    more = query(
        "of_meter",
        "SELECT ?s ?meter WHERE { ?s a <https://w3id.org/domicile/ns#LoadCurveDay> "
        "FILTER(CONTAINS(STR(?s), ?meter)) }",
        'meter = "string"',
    )
    root = "http://localhost:8080/"
    more += query(
        "elsewhere",
        f"SELECT ?s WHERE {{ GRAPH ?g {{ ?s ?p ?o }} "
        f'FILTER(?g = <{root}{SECRET}> || CONTAINS(STR(?g), "/apps/")) }}',
    )
    write_app(home, "nosy", TRIES.replace("INJECTED", repr(INJECTED)), schema=ANYTHING, more=more)


PLAIN = 'def run(pod, params):\n    return {"kept": "for its eyes only"}\n'
TWICE = """
def run(pod, params):
    first = len(pod.query("load_curve"))
    try:
        second = len(pod.query("load_curve"))
    except Exception as error:
        second = f"refused: {type(error).__name__}"
    pod.log(f"{first} {second}")
    return {"first": first, "second": second}
"""
SPILLS = 'def run(pod, params):\n    return {"days": -1, "spilt": len(pod.query("load_curve")), "views": []}\n'


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("consented")
    (folder / "apps").mkdir()
    nosy(folder / "apps")
    write_app(folder / "apps", "spills", SPILLS)
    with pod_with(folder, {"plain": PLAIN, "twice": TWICE}) as services:
        secret = services.space.iri_of("/" + SECRET)
        noted = Activity(Verb.UPDATE, services.owner)
        services.space.put_all(services.owner, [Write(secret, BODY, TURTLE)], noted, {})
        yield services


def last(services: Services, name: str) -> Json:
    return services.runs.all(services.owner, name)[0]


def logged(services: Services, name: str, verb: Verb = Verb.RUN) -> list[Json]:
    found = services.space.journal.activities(services.owner, limit=100)
    return [dict(a.summary or {}) for a in found if a.verb is verb and a.instrument == name]


def test_12_13_only_what_is_declared_and_granted_is_answered(services: Services) -> None:
    run_app(services, "plain", agree=True)
    found = run_app(services, "nosy", agree=True)["found"]
    assert found["load_curve"] == 3, "the control"
    assert found[f"of_meter{ {'meter': METER} }"] == 3, "the control of the parameter"
    assert found[f"of_meter{ {'meter': INJECTED} }"] == 0, "a parameter is a value, never SPARQL"
    assert found["elsewhere"] == 0, "no other app's results, nothing that was not granted"
    refused = [name for name, said in found.items() if str(said).startswith("refused")]
    assert len(refused) == 5, found
    # The same question by the owner finds both: nothing above is empty because there is nothing.
    graphs = services.space.query(
        services.owner, "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
    )
    told = " ".join(str(row[0]) for row in graphs.rows)
    assert SECRET in told and "/apps/plain/result.ttl" in told
    (summary,) = logged(services, "nosy")
    assert len(summary["refused"]) == 5
    calls = last(services, "nosy")["audit"]["calls"]
    assert all(call["why"] for call in calls if call.get("refused"))


def test_13_an_apps_agent_reads_no_other_apps_result(services: Services) -> None:
    run_app(services, "plain", agree=True)
    run_app(services, "nosy", agree=True)
    result = services.space.iri_of("/apps/plain/result.json")
    assert services.space.get(services.space.program("plain"), result).body.size
    for iri in (result, services.space.iri_of("/" + SECRET), services.space.root):
        with pytest.raises(PodError) as refused:
            services.space.get(services.space.program("nosy"), iri)
        assert refused.value.status == 403
    with pytest.raises(PodError) as refused:
        nosy = services.space.program("nosy")
        forged = Write(result, b"{}", "application/json")
        services.space.put_all(nosy, [forged], Activity(Verb.RUN, nosy), {})
    assert refused.value.status == 403
    assert services.runs.result(services.owner, "plain") == json.loads(KEPT)


@pytest.mark.parametrize("change", ["byte", "query"])
def test_16_what_changes_asks_again(tmp_path: Path, change: str) -> None:
    """A byte of source, a query more, another purpose, another output: until the owner agrees anew, it
    neither runs nor reads with what was granted to the one before."""
    with pod_with(tmp_path, {"twice": TWICE}) as services:
        assert run_app(services, "twice", agree=True)["second"] == 3, "the control"
        settings = services.settings
        folder = services.programs["twice"].folder
        before = services.programs["twice"].digest
        file = folder / {"byte": "main.py", "output": "result.schema.json"}.get(
            change, "manifest.toml"
        )
        text = file.read_text("utf-8")
        changed = {
            "byte": text + "\n",
            "query": text.replace(
                "[result]", query("more", "SELECT ?s WHERE { ?s ?p ?o }") + "\n[result]"
            ),
            "purpose": text.replace("Montrer comment", "Montrer pourquoi"),
            "output": text.replace('"object"', '["object", "null"]'),
        }[change]
        assert changed != text
        file.write_text(changed, "utf-8")
        services.close()
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(server, "BUNDLED", (folder.parent,))
            again = server.build(settings)
        try:
            assert again.programs["twice"].digest != before
            with pytest.raises(NotAllowed):
                run_app(again, "twice", agree=False)
            assert logged(again, "twice", Verb.REFUSE)[0]["reason"] == "no-consent"
            assert run_app(again, "twice", agree=True)["second"] == 3, "agreed to anew"
        finally:
            again.close()


class Revoking:
    """Takes the agreement back while the app's first answer is on its way."""

    def __init__(self, services: Services, name: str, then: Callable[[], Any] | None = None):
        self.services, self.name, self.then = services, name, then
        self.query = services.space.query

    def __call__(self, agent: Any, *given: Any, **words: Any) -> Any:
        found = self.query(agent, *given, **words)
        if self.services.consents.active(self.services.owner, self.name):
            self.services.consents.revoke(self.services.owner, self.name)
            if self.then:
                self.then()
        return found


def test_18_19_what_is_taken_back_in_mid_run(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next query is refused, and what the app makes of the first one is not kept."""
    assert run_app(services, "twice", agree=True) == {"first": 3, "second": 3}
    before = services.space.get(services.owner, result := services.consents.results("twice"))
    kept = services.runs.result(services.owner, "twice")
    with monkeypatch.context() as patched:
        patched.setattr(services.space, "query", Revoking(services, "twice"))
        with pytest.raises(PodError) as stopped:
            run_app(services, "twice", agree=False)
    assert stopped.value.status == 403
    failed = last(services, "twice")
    assert failed["state"] == "failed"
    assert [c.get("refused", False) for c in failed["audit"]["calls"]] == [False, True]
    assert services.runs.result(services.owner, "twice") == kept
    assert services.space.get(services.owner, result).etag == before.etag
    assert logged(services, "twice")[0]["refused"] == ["load_curve"]


def test_19_agreeing_anew_in_mid_run_does_not_revive_the_run(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run began under another agreement, perhaps a wider one."""
    services.consents.accept(services.owner, "twice")
    once: list[int] = []

    def agree() -> None:
        if not once:
            once.append(1)
            services.consents.accept(services.owner, "twice")

    taken = Revoking(services, "twice", agree)

    def query(agent: Any, *given: Any, **words: Any) -> Any:
        return taken.query(agent, *given, **words) if once else taken(agent, *given, **words)

    monkeypatch.setattr(services.space, "query", query)
    with pytest.raises(PodError) as stopped:
        run_app(services, "twice", agree=False)
    assert stopped.value.status == 403
    assert [c.get("refused", False) for c in last(services, "twice")["audit"]["calls"]] == [
        False,
        True,
    ]


def test_18_nothing_is_kept_or_sent_without_consent_or_of_another_schema(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box has no way out; here nothing connects while an app tries to yield what it may not."""
    asked: list[Any] = []
    monkeypatch.setattr(
        socket.socket, "connect", lambda *given: asked.append(given) or None, raising=True
    )
    with socket.socket() as control:
        control.connect(("127.0.0.1", 9))
    assert asked, "the control: a connection would be seen"
    asked.clear()
    with pytest.raises(NotAllowed):
        run_app(services, "spills", agree=False)
    assert logged(services, "spills", Verb.REFUSE)[0]["reason"] == "no-consent"
    with pytest.raises(BadOutput) as refused:
        run_app(services, "spills", agree=True)
    assert refused.value.facts["where"].startswith("$")
    with pytest.raises(NotFound):
        services.runs.result(services.owner, "spills")
    assert logged(services, "spills")[0]["error"] == "program-bad-output"
    services.consents.revoke(services.owner, "spills")
    with pytest.raises(NotAllowed):
        run_app(services, "spills", agree=False)
    assert asked == []


@pytest.mark.parametrize(
    ("honest", "wrong", "said"),
    [
        ('["LoadCurveDay"]', '["Everything"]', "Everything"),
        ("WHERE {", "FROM <http://localhost:8080/notes/secret.ttl> WHERE {", "FROM"),
        (
            "?readings a dom",
            "SERVICE <https://example.org/> { ?readings ?p ?o } ?readings a dom",
            "SERVICE",
        ),
        ("SELECT ?day", "DELETE WHERE { ?s ?p ?o }; SELECT ?day", "query"),
    ],
)
def test_12_a_manifest_that_would_reach_elsewhere_is_refused(
    tmp_path: Path, honest: str, wrong: str, said: str
) -> None:
    """Before anybody is asked to agree to it."""
    folder = write_app(tmp_path, "odd", PLAIN, schema=ANYTHING)
    assert load_program(folder), "the control"
    manifest = folder / "manifest.toml"
    text = manifest.read_text("utf-8")
    assert honest in text
    manifest.write_text(text.replace(honest, wrong, 1), "utf-8")
    with pytest.raises(BadInput, match=said):
        load_program(folder)
