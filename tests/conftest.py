"""What several test folders share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# `make fuzz`: an HTTP request costs a fiftieth of what a law of the merge does.
if fuzz := os.environ.get("FUZZ_EXAMPLES"):
    settings.register_profile(
        "fuzz",
        max_examples=max(100, int(fuzz) // 50),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("fuzz")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
COMPLETE = bool(os.environ.get("TESTS_COMPLETE"))
LONG = bool(
    os.environ.get("LONG")
)  # `make long`: whole sizes, where `make test` takes a share of them


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
