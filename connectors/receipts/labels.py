"""Which product a label means, from labels whose barcode the same file gives.

Receipts cut words short ("YAOURT NAT BIO X4" beside "Yaourt nature bio x4"): two labels are of one product
where each word begins the other's, in order, and the numbers are the same. Where more than one product fits,
none is taken.
"""

from cells import plain

LEAST = 3  # letters of a word that stands for a longer one


class Labels:
    """What is known of labels: `learn` first, then ask."""

    def __init__(self):
        self._known = {}  # words → barcodes

    def learn(self, label, ean):
        self._known.setdefault(_words(label), set()).add(ean)

    def find(self, label):
        """The one barcode that fits, or None."""
        words = _words(label)
        if not words:
            return None
        found = self._known.get(words)
        if found is None:
            found = set().union(*(e for known, e in self._known.items() if _alike(words, known)))
        return next(iter(found)) if len(found) == 1 else None


def _words(label):
    return tuple(plain(label).split())


def _alike(one, other):
    if len(one) != len(other) or len(one) < 2:
        return False
    return all(map(_same, one, other))


def _same(one, other):
    if one == other:
        return True
    if any(c.isdigit() for c in one + other):
        return False  # 1l is not 1kg, 33cl not 3cl
    short, long = sorted((one, other), key=len)
    return len(short) >= LEAST and long.startswith(short)
