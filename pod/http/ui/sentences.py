"""The log in plain sentences: what happened, by whom, to what."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from pod.http.ui.names import Names, link
from pod.http.ui.people import short
from pod.http.ui.visit import Visit
from pod.model import AccessMode, Activity, AgentKind, Look, Verb

ICONS = {
    Verb.IMPORT: "drop",
    Verb.ACCEPT: "check",
    Verb.UNDO: "lock",
    Verb.RUN: "apps",
    Verb.REFUSE: "lock",
    Verb.SIGN_IN: "person",
    Verb.EXPORT: "drop",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `said` is safe HTML; `more` a second, quieter sentence."""

    at: datetime
    icon: str
    said: Markup
    more: str = ""
    link: str | None = None
    refused: bool = False


class Teller:
    """Tells activities and looks to one reader."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._texts = visit.texts
        self._names = Names(visit.texts, visit.services.programs)
        self._apps: dict[str, str] | None = None
        self._tellers: dict[Verb, Callable[[Activity], Line]] = {
            Verb.IMPORT: self._import,
            Verb.ACCEPT: self._accept,
            Verb.UNDO: self._undo,
            Verb.RUN: self._run,
            Verb.REFUSE: self._refuse,
            Verb.EXPORT: lambda one: self._line(one, self._texts.rich("did-export")),
        }

    def all(self, activities: Sequence[Activity]) -> list[Line]:
        return [self.tell(activity) for activity in activities]

    def tell(self, activity: Activity) -> Line:
        if "asked" in activity.summary:
            return self._asked(activity)
        return self._tellers.get(activity.verb, self._change)(activity)

    def _line(
        self,
        activity: Activity,
        said: Markup,
        more: str = "",
        target: str | None = None,
        *,
        refused: bool = False,
        icon: str | None = None,
    ) -> Line:
        assert activity.at is not None  # noqa: S101  (what is in the log has a moment)
        shown = icon or ICONS.get(activity.verb, "file")
        return Line(activity.at, shown, said, more, target, refused)

    def _asked(self, activity: Activity) -> Line:
        """Public data: agreed to, ended, or refreshed."""
        verb = activity.verb
        key = f"did-asked-{verb.value.lower()}" if verb in (Verb.ACCEPT, Verb.UNDO) else "did-asked"
        said = self._texts.rich(key, host=str(activity.summary["asked"]))
        return self._line(activity, said, target="/.pod/references", icon="drop")

    def _import(self, activity: Activity) -> Line:
        facts, texts = activity.summary, self._texts
        name = str(facts.get("name") or "?")
        target = f"/.pod/imports/{facts['id']}" if facts.get("id") else None
        if facts.get("error"):
            said = texts.rich("did-import-failed", name=name)
            return self._line(activity, said, target=target, icon="warn")
        if facts.get("repeated"):
            return self._line(activity, texts.rich("did-import-again", name=name), target=target)
        more = ""
        if facts.get("from") and facts.get("to"):
            more = texts(
                "did-import-more",
                count=int(facts.get("records") or 0),
                period=texts.period(facts["from"], facts["to"]),
                problems=int(facts.get("problems") or 0),
                changed=int(facts.get("changed") or 0),
            )
        return self._line(activity, texts.rich("did-import", name=name), more, target)

    def _agreed(self, activity: Activity) -> Line | None:
        """An app from elsewhere, or a credential: agreed to, or ended."""
        facts = activity.summary
        kind = next((kind for kind in ("app", "credential") if kind in facts), None)
        if kind is None:
            return None
        said = self._texts.rich(
            f"did-{kind}-{activity.verb.value.lower()}", name=str(facts.get("name"))
        )
        more = self._texts(f"ceiling-{facts['ceiling']}") if facts.get("ceiling") else ""
        return self._line(activity, said, more, "/.pod/connected")

    def _accept(self, activity: Activity) -> Line:
        if (line := self._agreed(activity)) is not None:
            return line
        program = self._names.program(activity.instrument or "?")
        period = self._texts.period(activity.summary.get("since"), activity.summary.get("until"))
        return self._line(
            activity,
            self._texts.rich("did-accept", program=program),
            self._texts("did-accept-more", period=period) + self._less(activity),
            f"/.pod/apps/{activity.instrument}",
        )

    def _less(self, activity: Activity) -> str:
        facts = activity.summary
        narrowed = facts.get("months") or facts.get("refused")
        narrowed = narrowed or any(
            facts.get(key, "exact") != "exact" for key in ("time", "place", "money")
        )
        return ". " + self._texts("did-accept-less") if narrowed else ""

    def _installed(self, activity: Activity) -> Line | None:
        """What happened to an app itself, or to when it runs."""
        facts = activity.summary
        program = self._names.program(activity.instrument or "?")
        if activity.object is None and (when := facts.get("schedule")):
            said = self._texts.rich(f"did-schedule-{when}", program=program)
        elif activity.object is None and (state := facts.get("app")):
            key = "updated" if activity.verb is Verb.UPDATE else state
            version = str(facts.get("version") or "")
            said = self._texts.rich(f"did-app-{key}", program=program, version=version)
        else:
            return None
        return self._line(activity, said, target="/.pod/apps", icon="apps")

    def _undo(self, activity: Activity) -> Line:
        if (line := self._agreed(activity)) is not None:
            return line
        if activity.summary.get("trial"):
            return self._line(activity, self._texts.rich("did-trial-cleared"))
        if activity.instrument is None:
            return self._change(activity)
        program = self._names.program(activity.instrument or "?")
        return self._line(activity, self._texts.rich("did-undo", program=program))

    def _run(self, activity: Activity) -> Line:
        facts, texts = activity.summary, self._texts
        program = self._names.program(activity.instrument or "?")
        target = f"/.pod/runs/{facts['run']}" if facts.get("run") else None
        refused = [str(name) for name in facts.get("refused") or ()]
        if refused:
            said = texts.rich("did-run-refused", program=program)
            more = texts("did-run-refused-more", names=", ".join(refused)[:200])
            return self._line(activity, said, more, target, refused=True, icon="lock")
        if facts.get("error"):
            said = texts.rich("did-run-failed", program=program)
            return self._line(activity, said, target=target, icon="warn")
        queries = list(dict.fromkeys(facts.get("queries") or ()))
        more = texts(
            "did-run-more", documents=int(facts.get("documents") or 0), queries=len(queries)
        )
        return self._line(activity, texts.rich("did-run", program=program), more, target)

    def _refuse(self, activity: Activity) -> Line:
        program = self._names.program(str(activity.summary.get("program") or activity.instrument))
        key = (
            "did-refuse-consent" if activity.summary.get("reason") == "no-consent" else "did-refuse"
        )
        return self._line(activity, self._texts.rich(key, program=program), refused=True)

    def _change(self, activity: Activity) -> Line:
        """A document made, changed or deleted; access rules are told apart."""
        texts = self._texts
        if (line := self._installed(activity)) is not None:
            return line
        if activity.summary.get("pod") == "started":
            return self._line(activity, texts.rich("did-start"), icon="home")
        verb = "erase" if activity.summary.get("versions") else activity.verb.value.lower()
        verb = "restore" if activity.verb is Verb.UNDO else verb
        iri = activity.object
        if iri is None and verb == "erase":
            return self._line(activity, texts.rich("did-erase-all"), icon="bin")
        if iri is None or not texts.has(f"did-{verb}"):
            return self._line(activity, texts.rich("did-other", what=activity.verb.value))
        path = self._visit.space.path_of(iri.subject)
        key = "did-rules" if iri.is_acl else f"did-{verb}"
        if key == "did-create" and path.startswith("/imports/") and not iri.is_container:
            said = texts.rich("did-keep", what=self._names.of(path))
            return self._line(activity, said, target=link(path))
        if activity.agent.kind is AgentKind.OWNER:
            key += "-you"
        said = texts.rich(key, who=self.who(activity), what=self._names.of(path))
        gone = activity.verb is Verb.DELETE and not iri.is_acl
        return self._line(
            activity,
            said,
            target=None if gone else link(path),
            icon="lock" if iri.is_acl else "folder" if iri.is_container else "file",
        )

    def who(self, event: Activity | Look) -> str:
        agent = event.agent
        if agent.kind is AgentKind.OWNER:
            return self._texts("actor-you")
        if agent.kind is AgentKind.PROGRAM:
            return self._names.program(str(agent.webid).rsplit("/", 1)[-1])
        if agent.kind is AgentKind.PUBLIC:
            return self._texts("actor-public")
        if agent.client and agent.webid == self._visit.services.owner.webid:
            return self._texts("actor-for-you", app=self._app(agent.client))
        return short(agent.webid or "?")

    def _app(self, client: str) -> str:
        """The name under which an app or a credential was agreed to."""
        if self._apps is None:
            issuer, webid = self._visit.services.issuer, str(self._visit.services.owner.webid)
            self._apps = {one["client"]: one["name"] for one in issuer.agreements(webid)}
            self._apps |= {one["id"]: one["name"] for one in issuer.credentials(webid)}
        return self._apps.get(client) or short(client)

    def look(self, look: Look) -> Line:
        """Counted reads and refusals of one hour."""
        path = self._visit.space.path_of(look.object)
        key = "did-look-refused" if look.refused else "did-look"
        writes = look.mode is not AccessMode.READ
        said = self._texts.rich(
            f"{key}-write" if writes and look.refused else key,
            who=self.who(look),
            what=self._names.of(path.removesuffix(".acl")),
            count=look.count,
        )
        icon = "lock" if look.refused else "file"
        target = link(path.removesuffix(".acl"))
        return Line(look.hour, icon, said, "", target, look.refused)
