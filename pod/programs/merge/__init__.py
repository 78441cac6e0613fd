"""Records become documents: a pure function of what was read and of what is stored."""

from pod.programs.merge.model import Change, Found, Merged, Source
from pod.programs.merge.registry import HOMES, METERED, UNKNOWN, merge_documents

__all__ = ["HOMES", "METERED", "UNKNOWN", "Change", "Found", "Merged", "Source", "merge_documents"]
