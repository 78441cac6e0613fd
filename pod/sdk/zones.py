"""Time zones without files: what the box was built with is kept in memory."""

import zoneinfo
from functools import lru_cache


@lru_cache(64)
def zone(name):
    """A `zoneinfo.ZoneInfo`; KeyError-like ZoneInfoNotFoundError for names that the box has not."""
    return zoneinfo.ZoneInfo(name)
