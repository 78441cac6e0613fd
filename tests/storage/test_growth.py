"""The short form of `make growth`: a pod that is twenty times larger is not slower."""

from __future__ import annotations

from pathlib import Path

from bench.growth import grow, report


def test_a_larger_pod_is_as_fast(tmp_path: Path) -> None:
    small, large = grow(tmp_path, documents=4000, children=2000, triples=3)
    # Medians on a machine that others use as well: what grows with the pod would be ten times more.
    told = report(small, large)
    assert large.put < 5 * small.put + 2, told
    assert large.get < 5 * small.get + 1, told
    assert large.point < 5 * small.point + 1, told
    assert large.memory < small.memory + 200, told
