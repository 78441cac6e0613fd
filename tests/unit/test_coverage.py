"""Which days of a source are known, and which are missing, whatever came in when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pod import server
from pod.config import Settings
from pod.errors import Unauthenticated
from pod.model import PUBLIC
from pod.programs.coverage import Gap, Series
from pod.services import Services
from tests.calendars import METER, bring, curve, each, positions, transactions, trips

TODAY = date(2024, 6, 1)
Opened = Callable[[], Services]


@pytest.fixture
def pod(tmp_path: Path) -> Iterator[Services]:
    settings = replace(Settings(), data=tmp_path / "data", vault_key_file=str(tmp_path / "key"))
    server.initialise(settings)
    services = server.build(settings)
    yield services
    services.close()


def only(pod: Services, kind: str, today: date = TODAY) -> Series:
    found = [s for s in pod.coverage.series(pod.owner, today) if s.rule.kind == kind]
    assert len(found) == 1, [s.key for s in found]
    return found[0]


def test_a_day_that_a_meter_did_not_tell_is_missing(pod: Services) -> None:
    lost = date(2024, 3, 30), date(2024, 3, 31)  # clocks change on the second
    bring(pod, "a.csv", curve(each(date(2024, 3, 1), date(2024, 4, 30), *lost)))
    bring(pod, "b.csv", curve(each(date(2024, 5, 5), date(2024, 5, 28)), lost=3))
    found = only(pod, "electricity")
    assert found.key == f"electricity/{METER}"
    assert (found.first, found.last) == (date(2024, 3, 1), date(2024, 5, 28))
    assert found.gaps == (
        Gap(*lost, "within"),
        Gap(date(2024, 5, 1), date(2024, 5, 4), "between"),
        Gap(date(2024, 5, 29), date(2024, 5, 30), "since"),
    )
    assert (found.count("f"), found.count("p"), found.missing) == (59, 24, 6)
    assert found.documents["2024-03"] == f"/energy/electricity/{METER}/2024-03.ttl"


def test_two_files_of_one_day_leave_no_hole(pod: Services) -> None:
    bring(
        pod,
        "old.csv",
        curve(each(date(2024, 5, 1), date(2024, 5, 3)), lost=10),
        "2024-05-04T00:00:00Z",
    )
    bring(pod, "new.csv", curve([date(2024, 5, 2)]), "2024-05-09T00:00:00Z")
    found = only(pod, "electricity", date(2024, 5, 5))
    day = date(2024, 5, 2).toordinal()
    assert [found.signs[day + n] for n in (-1, 0, 1)] == ["p", "f", "p"]


def test_a_day_without_a_payment_is_no_hole_but_a_month_is(pod: Services) -> None:
    bring(pod, "march.ofx", transactions([date(2024, 3, 2), date(2024, 3, 29)]))
    bring(pod, "april.ofx", transactions([date(2024, 4, 3), date(2024, 4, 28)]))
    assert only(pod, "account", date(2024, 5, 2)).gaps == ()
    found = only(pod, "account")
    assert found.gaps == (Gap(date(2024, 4, 29), date(2024, 5, 31), "since"),)
    assert found.count("q") == 26 + 4 + 24
    bring(pod, "june.ofx", transactions([date(2024, 6, 1)]))
    assert only(pod, "account").gaps == (Gap(date(2024, 4, 29), date(2024, 5, 31), "between"),)


def test_devices_are_sources_of_their_own(pod: Services) -> None:
    days = each(date(2024, 5, 1), date(2024, 5, 31))
    bring(pod, "p.json", positions(days, count=3))
    bring(pod, "w.json", positions([d for d in days if d.day != 9], device="watch", count=3))
    bring(pod, "t.json", trips([days[0], days[20]]))
    found = {s.key: s for s in pod.coverage.series(pod.owner, TODAY)}
    assert list(found) == ["positions/phone", "positions/watch", "trips/phone"]
    assert found["positions/phone"].gaps == ()
    assert found["positions/watch"].gaps == (Gap(date(2024, 5, 9), date(2024, 5, 9), "within"),)
    assert found["trips/phone"].count("f", "q") == 21


def test_what_is_written_or_deleted_by_others_is_seen(pod: Services) -> None:
    bring(pod, "a.csv", curve(each(date(2024, 4, 1), date(2024, 5, 30))))
    assert only(pod, "electricity").gaps == ()
    before = dict(pod.space.journal.records(pod.owner, "covered"))
    pod.space.delete(pod.owner, pod.space.iri_of(f"/energy/electricity/{METER}/2024-04.ttl"))
    found = only(pod, "electricity")
    assert found.first == date(2024, 5, 1)
    after = dict(pod.space.journal.records(pod.owner, "covered"))
    assert sorted(before) == [f"/energy/electricity/{METER}/2024-0{n}.ttl" for n in (4, 5)]
    assert sorted(after) == [f"/energy/electricity/{METER}/2024-05.ttl"]
    path = pod.space.iri_of(f"/energy/electricity/{METER}/2024-06.ttl")
    dom = b"<https://w3id.org/domicile/ns#"
    text = b"<#x> a " + dom + b"LoadCurveDay> ; " + dom + b'day> "not a day" .'
    pod.space.put(pod.owner, path, pod.space.stage([text]), "text/turtle")
    assert only(pod, "electricity").last == date(2024, 5, 30)


def test_a_second_look_reads_no_document(pod: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(pod, "a.csv", curve(each(date(2024, 4, 1), date(2024, 5, 30))))
    first = pod.coverage.series(pod.owner, TODAY)

    def read(*_: object, **__: object) -> None:
        raise AssertionError("a document was read")

    monkeypatch.setattr(pod.space, "get", read)
    assert pod.coverage.series(pod.owner, TODAY) == first
    monkeypatch.undo()
    days = each(date(2024, 5, 1), TODAY - timedelta(days=1))
    bring(pod, "b.csv", curve(days, meter="19876543210988"))
    assert len(pod.coverage.series(pod.owner, TODAY)) == 2


def test_only_the_owner_may_look(pod: Services) -> None:
    bring(pod, "a.csv", curve([date(2024, 4, 1)]))
    with pytest.raises(Unauthenticated):
        pod.coverage.series(PUBLIC, TODAY)
