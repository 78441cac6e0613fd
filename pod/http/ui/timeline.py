"""The timeline: energy, money, CO2, trips and allowances on one axis, a period beside the one before.

One choice of months drives every card. Two periods are compared over the months wholly known
in both.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import Response

from pod.http import views
from pod.http.ui.months import month_after, months_between
from pod.http.ui.quantities import Quantity, known, quantities
from pod.http.ui.visit import Owner, Visit
from pod.http.views import Lane
from pod.model import Json

router = APIRouter()
YEAR = 12
MOST = 120  # months of a period
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@router.get("/timeline")
def timeline(visit: Owner, since: str = "", until: str = "") -> Response:
    span = known(visit)
    if span is None:
        return visit.page("timeline", place="home", cards=[], lanes=None, span=None)
    months = period(span, this_month(visit), since, until)
    first, last = months[0], months[-1]
    found = compared(visit, months)
    names = months_between(*span)
    return visit.page(
        "timeline",
        place="home",
        said=_months_said(visit, first, last),
        before=_months_said(visit, month_after(first, -len(months)), month_after(first, -1)),
        cards=[_card(visit, one, months) for one, _ in found],
        lanes=views.lanes(
            visit.texts("timeline-question"), months, [lane for _, lane in found], visit.texts
        ),
        span=[(name, visit.texts.month(name)) for name in reversed(names)],
        since=first,
        until=last,
        shortcuts=_shortcuts(visit, span, months),
    )


def compared(visit: Visit, months: list[str]) -> list[tuple[Quantity, Lane]]:
    """What is known of a period, each with its lane beside the period before."""
    count = len(months)
    found = []
    for one in quantities(visit, month_after(months[0], -count), months[-1]):
        lane = Lane(
            visit.texts(f"quantity-{one.key}"),
            one.unit,
            tuple(one.months.get(m) for m in months),
            tuple(one.months.get(month_after(m, -count)) for m in months),
            frozenset(place for place, m in enumerate(months) if m in one.partial),
        )
        if any(v is not None for v in lane.values):
            found.append((one, lane))
    return found


def this_month(visit: Visit) -> str:
    return f"{visit.texts.local(datetime.now(UTC)):%Y-%m}"


def period(span: tuple[str, str], now: str, since: str = "", until: str = "") -> list[str]:
    """The months asked for, turned round if need be and cut to what is known; without any, the last
    year up to the last month that is over."""
    first, last = span
    ended = min(last, month_after(now, -1))
    last_asked = until if _MONTH.fullmatch(until) else max(first, ended)
    asked = since if _MONTH.fullmatch(since) else month_after(last_asked, 1 - YEAR)
    start, end = sorted((asked, last_asked))
    end = min(max(end, first), last)
    start = max(min(start, end), first, month_after(end, 1 - MOST))
    return months_between(start, end)


def _shortcuts(visit: Visit, span: tuple[str, str], shown: list[str]) -> list[Json]:
    """Periods that are asked for most: {"name", "link", "current"}."""
    end = period(span, this_month(visit))[-1]
    found = []
    for key, count in (("quarter", 3), ("year", YEAR), ("all", MOST)):
        start = max(span[0], month_after(end, 1 - count))
        last = span[1] if key == "all" else end
        found.append(
            {
                "name": visit.texts(f"timeline-{key}"),
                "link": f"/.pod/timeline?since={start}&until={last}",
                "current": (shown[0], shown[-1]) == (start, last),
            }
        )
    return found


def _card(visit: Visit, one: Quantity, months: list[str]) -> Json:
    """{"name", "value", "unit", "said", "doubt", "more", "link"}: how much, and against before."""
    texts, count = visit.texts, len(months)
    now = [m for m in months if m in one.months]
    total = sum(one.months[m] for m in now)
    both = [m for m in now if not {m, month_after(m, -count)} & one.partial]
    both = [m for m in both if month_after(m, -count) in one.months]
    return {
        "name": texts(f"quantity-{one.key}"),
        "value": texts.amount(total, one.unit, 0 if total >= 100 or not one.unit else None),
        "said": _against(visit, one, both, count),
        "doubt": texts("timeline-known", known=len(now), count=count) if len(now) < count else "",
        "more": " ".join(texts(f"quantity-{key}") for key in one.more),
        "link": one.link,
    }


def _against(visit: Visit, one: Quantity, both: list[str], count: int) -> str:
    """In words: how much more or less than in the same months of the period before."""
    texts = visit.texts
    before = sum(one.months[month_after(m, -count)] for m in both)
    if not both or not before:
        return texts("timeline-no-before")
    now = sum(one.months[m] for m in both)
    share = now / before - 1
    way = "same" if abs(share) < 0.005 else "more-before" if share > 0 else "less"
    return texts(
        f"timeline-{way}",
        share=texts.percent(abs(share)),
        before=texts.amount(before, one.unit, 0 if before >= 100 or not one.unit else None),
        months=len(both) if len(both) < count else 0,
    )


def _months_said(visit: Visit, first: str, last: str) -> str:
    texts = visit.texts
    if first == last:
        return texts.month(first)
    return texts("timeline-months", since=texts.month(first), until=texts.month(last))
