"""A source's calendar in words: its years, its gaps, and what to do about each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from pod.http.texts import Texts
from pod.http.ui import accounts
from pod.http.ui.names import link
from pod.http.ui.visit import Visit
from pod.http.views import days
from pod.model import Json
from pod.programs.coverage import QUIET, Gap, Series
from pod.programs.covered import FULL, PART

SHOWN = 2  # gaps on the page of all sources
MOST = 100  # on a source's own
ASKED_AGAIN = timedelta(days=30)  # how far back a connection asks, at least
# Whose files and answers bring a kind of series.
CONNECTORS = {
    **{"electricity": "linky", "index": "linky", "gas": "grdf", "account": "bank"},
    **{"positions": "tracks", "trips": "google_timeline", "visits": "google_timeline"},
    **{"agenda": "calendar", "benefits": "api_particulier"},
}


class Told:
    """The series of a visit in words. What all of them need is read once."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._texts = visit.texts
        self._connections = visit.services.connections.all(visit.agent)
        self._accounts = {
            one.own.account: accounts.title(visit, one.own) for one in accounts.accounts(visit)
        }

    def card(self, one: Series) -> Json:
        """What the page of all sources shows: the last year, the latest gaps."""
        return {
            **self._head(one),
            "drawing": self._year(one, one.last.year),
            "year": one.last.year,
            "gaps": [self._gap(one, gap) for gap in one.gaps[::-1][:SHOWN]],
            "more": max(0, len(one.gaps) - SHOWN),
            "rows": self._months(one, one.last.year),
        }

    def row(self, one: Series) -> Json:
        """One line of the list of all that is known: {"title","link","period","gaps"}."""
        texts = self._texts
        since = next((gap for gap in one.gaps if gap.why == "since"), None)
        gaps = [texts("source-missing", count=one.missing)] if one.missing else []
        gaps += (
            [texts("gap-since", day=texts.day(since.first - timedelta(days=1)))] if since else []
        )
        return {
            "title": self.title(one),
            "link": f"/.pod/sources/{quote(one.key)}",
            "period": texts.period(one.first, one.last),
            "gaps": ", ".join(gaps) or texts("source-no-gap"),
        }

    def whole(self, one: Series) -> Json:
        """What a source's own page shows: every year, every gap."""
        years = range(one.last.year, one.first.year - 1, -1)
        return {
            **self._head(one),
            "years": [
                {"year": n, "drawing": self._year(one, n), "rows": self._months(one, n)}
                for n in years
            ],
            "gaps": [self._gap(one, gap) for gap in one.gaps[::-1][:MOST]],
            "more": max(0, len(one.gaps) - MOST),
        }

    def _head(self, one: Series) -> Json:
        return {
            "title": self.title(one),
            "link": f"/.pod/sources/{quote(one.key)}",
            "said": self._said(one),
            "key": [
                (days.key(sign), self._texts(f"days-{days.SIGNS[sign]}"))
                for sign in (FULL, PART, QUIET, "-")
                if one.count(sign) or (sign == "-" and one.gaps)
            ],
            "whole": not one.gaps,
        }

    def title(self, one: Series) -> str:
        if one.rule.kind == "account":
            return self._accounts.get(one.name) or self._texts("source-kind-account", name=one.name)
        key = f"source-kind-{one.rule.kind}"
        if one.name.startswith("unknown-") and self._texts.has(f"{key}-unknown"):
            return self._texts(f"{key}-unknown")
        if self._texts.has(key):
            return self._texts(key, name=one.name)
        return f"{one.rule.kind} {one.name}".strip()

    def _said(self, one: Series) -> str:
        texts = self._texts
        return texts(
            "source-days",
            period=texts.period(one.first, one.last),
            known=one.count(FULL, PART, QUIET),
            part=one.count(PART),
            missing=one.missing,
        )

    # ---------------------------------------------------------------- a year

    def _year(self, one: Series, number: int) -> str:
        names = [self._texts.month(f"2026-{n:02}", "MMM") for n in range(1, 13)]
        months = self._months(one, number)
        known, missing = (sum(month[k] for month in months) for k in ("known", "missing"))
        said = self._texts("source-year", year=str(number), known=known, missing=missing)
        return days.year(number, _signs(one), names, said)

    def _months(self, one: Series, number: int) -> list[Json]:
        """A row a month that has a day of the series: how many are known, not whole, missing."""
        sign, found = _signs(one), []
        for month in range(1, 13):
            first = date(number, month, 1)
            signs = [sign(first + timedelta(days=n)) for n in range(31)]
            signs = signs[: ((first + timedelta(days=31)).replace(day=1) - first).days]
            if any(signs):
                name = f"{first:%Y-%m}"
                path = one.documents.get(name)
                found.append(
                    {
                        "month": self._texts.month(name),
                        "known": sum(s in (FULL, PART, QUIET) for s in signs),
                        "part": signs.count(PART),
                        "missing": signs.count("-"),
                        "link": link(path) if path else None,
                    }
                )
        return found

    # ---------------------------------------------------------------- gaps

    def _gap(self, one: Series, gap: Gap) -> Json:
        """{"said","days","todo","link"}: when, for how long, and what to do about it."""
        texts = self._texts
        if gap.why == "since":
            said = texts("gap-since", day=texts.day(gap.first - timedelta(days=1)))
        elif gap.days == 1:
            said = texts("gap-day", day=texts.day(gap.first))
        else:
            said = texts.period(gap.first, gap.last)
        todo, target = self._todo(one, gap)
        return {
            "said": said[:1].upper() + said[1:],
            "days": texts("gap-days", count=gap.days),
            "todo": todo,
            "link": target,
        }

    def _todo(self, one: Series, gap: Gap) -> tuple[str, str | None]:
        texts, kind = self._texts, one.rule.kind
        connection = self._connection(one)
        if connection is not None:
            if connection["state"] == "action":
                return texts("gap-do-action"), "/.pod/connections"
            recent = gap.last >= datetime.now(UTC).date() - ASKED_AGAIN
            if recent and connection["next"]:
                return texts("gap-do-connection", when=when(texts, connection["next"])), None
        if gap.why == "within":
            return texts(_known(texts, "gap-within", kind)), None
        return texts(_known(texts, "gap-do", kind), period=self._period(gap)), None

    def _connection(self, one: Series) -> Json | None:
        """The connection that brings a series: one that names it, else one that names none of its
        kind."""
        wanted = CONNECTORS.get(one.rule.kind)
        mine = [c for c in self._connections if c["connector"] == wanted]
        named = [c for c in mine if one.name in _names(c["facts"])]
        return next(iter(named or [c for c in mine if not _names(c["facts"])]), None)

    def _period(self, gap: Gap) -> str:
        """A month by its name, else from day to day."""
        texts = self._texts
        if f"{gap.first:%Y-%m}" == f"{gap.last:%Y-%m}":
            return texts.month(gap.first)
        return texts("gap-period", period=texts.period(gap.first, gap.last))


def when(texts: Texts, moment: str) -> str:
    """A moment ahead: the next hours in words, else the day and the time."""
    at, now = texts.local(moment), texts.local(datetime.now(UTC))
    if at <= now + timedelta(minutes=5):
        return texts("gap-when-now")
    morning = (now + timedelta(days=now.hour >= 8)).date()
    if at.date() <= morning and (at.hour < 8 or at.hour >= 22):
        return texts("gap-when-tonight")
    return texts("gap-when-at", moment=texts.moment(at))


def _names(facts: Mapping[str, str]) -> list[str]:
    """What of a connection's facts may be the name of a series: a meter's number."""
    return [value for name, value in facts.items() if name in ("usage_point_id", "pce")]


def _known(texts: Texts, key: str, kind: str) -> str:
    return f"{key}-{kind}" if texts.has(f"{key}-{kind}") else f"{key}-other"


def _signs(one: Series) -> Callable[[date], str]:
    """The sign of each day of a series: `-` within a gap, nothing outside of it all."""
    signs = dict(one.signs)
    for gap in one.gaps:
        missing = range(gap.first.toordinal(), gap.last.toordinal() + 1)
        signs.update(dict.fromkeys(missing, "-"))
    return lambda day: signs.get(day.toordinal(), "")
