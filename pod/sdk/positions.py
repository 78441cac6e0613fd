"""Positions in packs: integers as text, so that a million of them fit into memory.

A pack is "dt dlat dlon accuracy" for each position, differences from the one before: seconds,
millionths of a degree, metres (-1 where it is not known). The first differs from zero.
"""

PACK = 4000


class Positions:
    """Collects positions, one pack a device."""

    def __init__(self, device):
        self._device, self._packs, self.held, self.last = device, {}, 0, 0

    def add(self, at, latitude, longitude, accuracy=None, device=None):
        pack = self._packs.get(device or self._device)
        if pack is None:
            pack = self._packs[device or self._device] = ([], [0, 0, 0])
        words, before = pack
        north, east = round(latitude * 1e6), round(longitude * 1e6)
        metres = -1 if accuracy is None else min(max(int(accuracy), 0), 100_000)
        words.append(f"{at - before[0]} {north - before[1]} {east - before[2]} {metres}")
        before[:] = at, north, east
        self.held += 1
        self.last = max(self.last, at)

    @property
    def full(self):
        return self.held >= PACK

    def take(self):
        """One record of everything held."""
        packs = {device: " ".join(words) for device, (words, _) in self._packs.items()}
        self._packs, self.held = {}, 0
        return {"type": "Positions", "packs": packs}


def unpack_positions(start, text):
    """(seconds since 1970, latitude, longitude, metres or -1) of a pack or of a stored literal,
    whose first position lies `start` seconds after 1970. Places in millionths of a degree."""
    at, north, east = start, 0, 0
    words = map(int, text.split())
    for seconds, norths, easts, metres in zip(words, words, words, words, strict=False):
        at, north, east = at + seconds, north + norths, east + easts
        yield at, north, east, metres
