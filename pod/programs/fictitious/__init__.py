"""A fictitious household drawn from the statistics of this pod's own data, for who develops an app.

Kept of the pod's own: quantiles of each half hour by kind of day and month, how much one says of the next;
and of each category of the accounts how often a month, on which days, how much. No day, no amount, no words
of a transaction. It is drawn from one household: what comes of it is not anonymous, and nothing is promised
beyond what `measure` says. Same data, same seed, same files.
"""

from pod.programs.fictitious.household import own_days, own_moves, write

__all__ = ["own_days", "own_moves", "write"]
