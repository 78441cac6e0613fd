"""What several test folders share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
COMPLETE = bool(os.environ.get("TESTS_COMPLETE"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real and official sample files beside the project; tests on them skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("shared/data absent")
    return SHARED


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):  # type: ignore[no-untyped-def]
    """Where nothing may be missing (`.ci/run`), a test that is skipped has failed."""
    report = yield
    if COMPLETE and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be missing: {call.excinfo}"
    return report
