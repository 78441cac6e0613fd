"""What was odd in a file, a bounded number of each kind."""

from .files import problem

MOST = 20


class Notes:
    """Problems in the order found; beyond `MOST` of a kind only their number is kept."""

    def __init__(self):
        self._found, self._counts = [], {}

    def add(self, reason, line=None, **facts):
        count = self._counts[reason] = self._counts.get(reason, 0) + 1
        if count <= MOST:
            self._found.append(problem(reason, line, **facts))

    def __iter__(self):
        yield from self._found
        for reason, count in self._counts.items():
            if count > MOST:
                yield problem("more", of=reason, count=count - MOST)
