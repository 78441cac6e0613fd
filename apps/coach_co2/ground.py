"""Distances on the ground. Places are millionths of a degree (north, east)."""

import math

DEGREE = 0.1111949  # metres in a millionth of a degree, on a sphere of 6,371,009 m
FAR = 20_000  # metres from which the earth is round


def metres(north, east, other_north, other_east):
    """The distance of two places."""
    up = (other_north - north) * DEGREE
    across = (other_east - east) * DEGREE * math.cos(math.radians(north / 1e6))
    flat = math.sqrt(up * up + across * across)
    return flat if flat < FAR else _round(north, east, other_north, other_east)


def _round(north, east, other_north, other_east):
    p, q = math.radians(north / 1e6), math.radians(other_north / 1e6)
    half = math.sin((q - p) / 2) ** 2
    half += math.cos(p) * math.cos(q) * math.sin(math.radians((other_east - east) / 2e6)) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(min(1.0, half)))
