"""Which means of transport a leg was by: what its pace says, weighed with what holders say.

Bayes over a small table of paces (`paces.py`, measured on generated days: see the README). The
probability is what is shown as confidence; what paces cannot tell apart stays unsure.
"""

import math

from paces import PACES, PRIORS

TRAINS = ("TER", "TGV")
# Modes that a holder's broader word may mean.
MEANS = {
    "Vehicle": ("Car", "Bus", "Tram", "TER", "TGV", "Metro"),
    "Train": TRAINS,
    "RER": ("TER",),
    "Intercity": ("TER", "TGV"),
    "Coach": ("Bus",),
    "EBike": ("Bike",),
    "Motorcycle": ("Car",),
}
SURE = 0.98  # more than that nobody but the owner can be


# (least, most) of mean km/h and of km, beyond which a mode cannot be.
LIMITS = {
    "Walk": (0, 9, 0, 60),
    "Run": (5, 20, 0, 100),
    "Bike": (4, 40, 0, 250),
    "Bus": (3, 80, 0, 200),
    "Tram": (3, 60, 0, 40),
    "Metro": (8, 80, 0, 45),
    "Car": (3, 170, 0, 1500),
    "TER": (15, 190, 1, 500),
    "TGV": (90, 330, 30, 1500),
    "Plane": (150, 1100, 120, 20_000),
}


def features(leg):
    """What the pace of a leg is: logs of speeds and length, how often and how long it stands."""
    moving = sorted(
        (length / seconds, seconds) for seconds, length in leg.hops if length > 0.7 * seconds
    )
    if not moving:
        return None
    whole = sum(seconds for _, seconds in moving)
    middle, fast = _quantile(moving, whole * 0.5), _quantile(moving, whole * 0.9)
    slow = stops = lost = 0
    before = False
    for seconds, length in leg.hops:
        stands = length < 0.3 * middle * seconds
        slow += seconds * stands
        stops += stands and not before
        before = stands
        if seconds > 120:
            lost += length
    km = leg.metres / 1000
    return (
        math.log(middle),
        math.log(fast),
        math.log(leg.metres / max(leg.seconds, 1) + 0.05),
        slow / max(leg.seconds, 1),
        math.log(stops / km + 0.05),
        lost / leg.metres,
        math.log(km),
    )


def by_pace(leg):
    """{mode: probability} of a leg."""
    found = features(leg)
    if found is None:
        return {"Walk": 1.0}
    scores = {}
    km, kmh = leg.metres / 1000, 3.6 * leg.metres / max(leg.seconds, 1)
    for mode, kinds in PACES.items():
        slowest, fastest, shortest, longest = LIMITS[mode]
        if not (slowest <= kmh <= fastest and shortest <= km <= longest):
            continue
        total = [
            math.log(weight)
            + sum(
                -0.5 * ((x - mean) / sd) ** 2 - math.log(sd)
                for x, (mean, sd) in zip(found, shape, strict=True)
            )
            for weight, shape in kinds
        ]
        top = max(total)
        scores[mode] = (
            math.log(PRIORS[mode]) + top + math.log(sum(math.exp(t - top) for t in total))
        )
    return _normal(scores) if scores else {"Unknown": 1.0}


def weigh(odds, mode, sure):
    """`odds` after a holder has said `mode` with a confidence of `sure` (None: half)."""
    sure = min(max(0.5 if sure is None else sure, 0.05), 0.95)
    meant = MEANS.get(mode, (mode,))
    if mode in ("Unknown", "Other"):
        return odds
    found = {}
    for one in {*odds, *(m for m in meant if m not in odds)}:
        likely = sure if one in meant else (1 - sure) / 5
        found[one] = max(odds.get(one, 1e-3), 1e-4) * likely
    whole = sum(found.values())
    return {one: value / whole for one, value in found.items()}


def best(odds):
    """(mode, confidence)."""
    mode = max(sorted(odds), key=odds.get)
    return mode, min(round(odds[mode], 2), SURE)


def _quantile(moving, until):
    for speed, seconds in moving:
        until -= seconds
        if until <= 0:
            return speed
    return moving[-1][0]


def _normal(scores):
    top = max(scores.values())
    odds = {mode: math.exp(score - top) for mode, score in scores.items()}
    whole = sum(odds.values())
    return {mode: value / whole for mode, value in odds.items()}
