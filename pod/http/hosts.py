"""Names and addresses: under which the pages answer, and which of them are this machine's own."""

from __future__ import annotations

import ipaddress
import socket
from functools import lru_cache
from urllib.parse import urlsplit

from pod.config import Settings
from pod.errors import Misdirected


def check_host(host: str | None, settings: Settings) -> None:
    """Whether the pages answer under this `Host`: a name that somebody lets point here (DNS
    rebinding) would share a page's origin with theirs. Raises Misdirected."""
    name = name_of(host or "")
    if name not in _names(settings) and not _is_address(name):
        raise Misdirected("these pages do not answer under this name", host=name[:100])


@lru_cache(8)
def _names(settings: Settings) -> frozenset[str]:
    own = socket.gethostname().lower()
    given = (name.strip().lower() for name in settings.hosts.split(","))
    base = urlsplit(settings.base_url).hostname or ""
    return frozenset({"localhost", own, f"{own}.local", base, *given} - {""})


@lru_cache(256)
def name_of(host: str) -> str:
    """The host without its port; empty for what is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if "/" not in host and "@" not in host else ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    """A page cannot be given an address for a name: rebinding needs a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_loopback(name: str) -> bool:
    """Whether an address is one of this machine's own, IPv4 mapped into IPv6 included."""
    try:
        address = ipaddress.ip_address(name.split("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return address.is_loopback or (mapped is not None and mapped.is_loopback)
