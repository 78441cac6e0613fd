"""What several test folders share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real and official sample files beside the project; tests on them skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("shared/data absent")
    return SHARED
