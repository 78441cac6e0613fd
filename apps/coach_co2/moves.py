"""Where a device stood still and where it moved, from its positions; moves cut where the pace changes.

Positions are (seconds since 1970, north, east, accuracy), in order of time.
"""

import math

from ground import DEGREE, metres

STAY_METRES = 120
STAY_SECONDS = 300
SHORTEST = 150  # metres from end to end
INACCURATE = 500  # metres; a position that is worse says nothing of a move
LOST_SECONDS = 1800  # without a position, after which a slow hop is no move that we know of
PACE = 2.3  # m/s: on foot below it
PAUSE_SECONDS = 150  # slow for less than that is a stop of a vehicle, not a walk
RIDE_SECONDS, RIDE_METRES = 60, 250  # less than that is a walker's noise
SPACING = 28  # seconds between positions that are looked at: closer ones differ by their error
ASTRAY = 2500  # millionths of a degree; a jump that is worth a look
QUICK = 350  # m/s, faster than any vehicle: an error of the device


class Leg:
    """A stretch in one way: `hops` are (seconds, metres) between positions."""

    def __init__(self, start, end, origin, target, hops):
        self.start, self.end, self.origin, self.target = start, end, origin, target
        self.hops = hops
        self.metres = sum(hop[1] for hop in hops)

    @property
    def seconds(self):
        return self.end - self.start


def legs(points):
    """Every Leg in a device's positions."""
    points = _sound(points)
    found = []
    for first, last in _moves(points):
        found += _cut(points, first, last)
    return [leg for leg in found if _is_trip(leg)]


def _is_trip(leg):
    """Not the wandering of a device that lies still."""
    return leg.seconds >= 60 and metres(*leg.origin, *leg.target) >= SHORTEST


def _sound(points):
    """Without positions that are too inaccurate, too close in time, or astray: away and back at once."""
    kept = []
    last = -SPACING
    for point in points:
        if point[0] - last >= SPACING and point[3] <= INACCURATE:
            kept.append(point)
            last = point[0]
    found = kept[:1]
    for place in range(1, len(kept)):
        point, before = kept[place], found[-1]
        if abs(point[1] - before[1]) + abs(point[2] - before[2]) > ASTRAY:
            away = metres(before[1], before[2], point[1], point[2])
            if away > QUICK * (point[0] - before[0]):
                continue
            if place + 1 < len(kept):
                after = kept[place + 1]
                back = metres(point[1], point[2], after[1], after[2])
                if metres(before[1], before[2], after[1], after[2]) < 0.5 * min(away, back):
                    continue
        found.append(point)
    return found


def _moves(points):
    """(index of the last position of a stay, index of the first of the next)."""
    left, anchor, standing = 0, 0, False  # `left`: where the last stay was left
    near = _around(points[0]) if points else None
    for place in range(1, len(points)):
        point = points[place]
        if near(point):
            if not standing and point[0] - points[anchor][0] >= STAY_SECONDS:
                standing = True
                if anchor > left:
                    yield left, anchor
            continue
        if standing:
            if near(points[min(place + 1, len(points) - 1)]):
                continue  # one position astray does not end a stay
            left = place - 1
        elif _lost(points[place - 1], point):
            if place - 1 > left:
                yield left, place - 1
            left = place
        standing, anchor, near = False, place, _around(point)
    if points and not standing and len(points) - 1 > left:
        yield left, len(points) - 1


def _around(centre):
    """Whether a position is within `STAY_METRES` of `centre`, as a function."""
    north, east = centre[1], centre[2]
    limit = (STAY_METRES / DEGREE) ** 2
    shrink = math.cos(math.radians(north / 1e6)) ** 2

    def near(point):
        up, across = point[1] - north, point[2] - east
        return up * up + across * across * shrink <= limit

    return near


def _lost(one, other):
    """Whether nothing is known of what happened between two positions."""
    seconds = other[0] - one[0]
    return seconds > LOST_SECONDS and metres(one[1], one[2], other[1], other[2]) < 5 * seconds


def _cut(points, first, last):
    """Legs of one move: walks, and rides between them."""
    hops = []
    for place in range(first, last):
        one, other = points[place], points[place + 1]
        seconds, length = other[0] - one[0], metres(one[1], one[2], other[1], other[2])
        if place == first and seconds > 180 and length < seconds:
            seconds = max(30, round(length / 1.4))  # the device slept; it left when it woke up
        hops.append((seconds, length))
    runs = _runs(hops)
    for begin, end, _ in runs:
        start, stop = points[first + begin], points[first + end]
        cut = hops[begin:end]
        yield Leg(stop[0] - sum(h[0] for h in cut), stop[0], start[1:3], stop[1:3], cut)


def _runs(hops):
    """[first hop, hop after the last, whether it is a ride]."""
    runs = []
    for place, (seconds, length) in enumerate(hops):
        ride = length > PACE * seconds
        if runs and runs[-1][2] == ride:
            runs[-1][1] = place + 1
        else:
            runs.append([place, place + 1, ride])
    runs = _absorb(runs, lambda run: not run[2] and _pause(hops, run))
    runs = _absorb(runs, lambda run: run[2] and _short(hops, run))
    return _absorb(runs, lambda run: not run[2] and _seconds(hops, run) < PAUSE_SECONDS)


def _absorb(runs, small):
    """Runs with the small ones made part of what is around them."""
    if len(runs) == 1:
        return runs
    joined = []
    for run in runs:
        if small(run):
            run = [run[0], run[1], not run[2]]
        if joined and joined[-1][2] == run[2]:
            joined[-1] = [joined[-1][0], run[1], run[2]]
        else:
            joined.append(run)
    return joined


def _pause(hops, run):
    """A stop or a jam: short, or hardly any way made for a while."""
    seconds = _seconds(hops, run)
    way = sum(h[1] for h in hops[run[0] : run[1]])
    return seconds < PAUSE_SECONDS or (seconds < 2 * PAUSE_SECONDS and way < 0.5 * seconds)


def _short(hops, run):
    way = sum(h[1] for h in hops[run[0] : run[1]])
    return _seconds(hops, run) < RIDE_SECONDS or way < RIDE_METRES


def _seconds(hops, run):
    return sum(h[0] for h in hops[run[0] : run[1]])
