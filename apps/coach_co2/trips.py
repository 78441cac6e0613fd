"""One day from every source: the trip that a phone, a watch and a card have seen is one trip."""

import modes
from ground import metres
from moves import legs

SAME = 0.5  # of the time of both together
COVERED = 0.6  # of a trip's time that others hold already
FINER = ("EBike", "RER", "Coach", "Intercity", "Motorcycle")  # than paces can tell
DENSE = 90  # seconds between positions: below it they tell more than a holder's summary


class Trip:
    """`odds`: {mode: probability}; `sources`: devices that saw it; `ends`: (origin, target) or None."""

    def __init__(self, start, end, length, ends, odds, source, said=None):
        self.start, self.end, self.metres, self.ends = start, end, length, ends
        self.odds, self.sources = odds, [source]
        self.said = [said] if said else []  # (holder's mode, confidence), weighed once each
        self.mode, self.confidence, self.known_by = "Unknown", 0.0, "pace"
        self.origin = self.target = None
        self.purpose = "other"

    @property
    def seconds(self):
        return max(self.end - self.start, 1)

    @property
    def km(self):
        return self.metres / 1000

    @property
    def id(self):
        """Stable while the start moves by less than some minutes."""
        return f"{self.start // 600}-{self.sources[0]}"


def from_positions(device, points):
    """(usual seconds between positions on the way, trips that a device's positions show)."""
    found = legs(points)
    gaps = sorted(seconds for leg in found for seconds, _ in leg.hops)
    trips = [
        Trip(leg.start, leg.end, leg.metres, (leg.origin, leg.target), modes.by_pace(leg), device)
        for leg in found
    ]
    return gaps[len(gaps) // 2] if gaps else 0, trips


def from_holder(row):
    """The Trip that a holder states; None where it says neither how long nor from where to where."""
    ends = _ends(row)
    length = None if row["km"] is None else float(row["km"]) * 1000
    if length is None and ends:
        length = metres(*ends[0], *ends[1]) * 1.3  # the way is longer than the flight of a bird
    if length is None:
        return None
    mode = row["mode"].rpartition("#")[2]
    sure = None if row["confidence"] is None else float(row["confidence"])
    known = mode not in ("Unknown", "Other")
    trip = Trip(
        row["start"], row["end"], length, ends, {}, row["device"], (mode, sure) if known else None
    )
    trip.odds = _by_mean_speed(trip)
    return trip


def joined(candidates):
    """Trips of all sources as one timeline. `candidates`: lists, those that tell most first."""
    timeline = []
    for some in candidates:
        fresh = []
        for trip in sorted(some, key=lambda t: t.start):
            near = _overlapping(timeline, trip)
            match = max(near, key=lambda t: _shared(t, trip), default=None)
            if match and _shared(match, trip) / _whole(match, trip) >= SAME:
                _same(match, trip)
            elif match and sum(_shared(t, trip) for t in near) / trip.seconds >= COVERED:
                # A summary of several legs, or a part of one: it tells its mode to what it holds.
                for one in near:
                    if _shared(one, trip) / one.seconds >= SAME:
                        _same(one, trip)
            elif not match or sum(_shared(t, trip) for t in near) / trip.seconds < 1 - COVERED:
                fresh.append(trip)
        timeline = sorted([*timeline, *fresh], key=lambda t: t.start)
    for trip in timeline:
        _decide(trip)
    return timeline


def _decide(trip):
    """The mode, from the pace and what every holder says of it."""
    for mode, sure in trip.said:
        trip.odds = modes.weigh(trip.odds, mode, sure)
    trip.mode, trip.confidence = modes.best(trip.odds)
    top = max(trip.said, key=lambda s: s[1] or 0.5, default=None)
    if top and trip.mode in (top[0], *modes.MEANS.get(top[0], ())):
        trip.known_by = "holder"
        if top[0] in FINER:
            trip.mode = top[0]


def learn(timeline, corrections):
    """What the owner said of trips, and what that teaches about trips between the same places."""
    habits = {}
    for trip in timeline:
        said = corrections.get(trip.id)
        if said is None:
            continue
        if said.get("mode"):
            trip.mode, trip.confidence, trip.known_by = said["mode"], 1.0, "owner"
            habits.setdefault(_way(trip), []).append((trip.km, said["mode"]))
        if said.get("purpose"):
            trip.purpose = said["purpose"]
    for trip in timeline:
        way = _way(trip)
        if trip.known_by == "owner" or way is None or way not in habits:
            continue
        like = [mode for km, mode in habits[way] if 0.7 * km <= trip.km <= 1.4 * km]
        mode = max(sorted(set(like)), key=like.count, default=None)
        if mode and (trip.confidence < 0.9 or trip.odds.get(mode, 0) > 0.05):
            trip.mode, trip.confidence, trip.known_by = mode, 0.9, "habit"


def _way(trip):
    if trip.origin is None or trip.target is None:
        return None
    return tuple(sorted((trip.origin.number, trip.target.number)))


def _same(trip, other):
    trip.said += other.said
    trip.sources += [s for s in other.sources if s not in trip.sources]
    trip.ends = trip.ends or other.ends


def _overlapping(timeline, trip):
    """Trips that share time with it; the timeline is in order and its trips are short."""
    low, high = 0, len(timeline)
    while low < high:
        middle = (low + high) // 2
        if timeline[middle].start < trip.start - 86_400:
            low = middle + 1
        else:
            high = middle
    found = []
    for one in timeline[low:]:
        if one.start > trip.end:
            break
        if one.end > trip.start:
            found.append(one)
    return found


def _shared(one, other):
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def _whole(one, other):
    return max(one.end, other.end) - min(one.start, other.start)


def _ends(row):
    ends = [
        None
        if row[n] is None or row[e] is None
        else (round(float(row[n]) * 1e6), round(float(row[e]) * 1e6))
        for n, e in (("fromNorth", "fromEast"), ("toNorth", "toEast"))
    ]
    return tuple(ends) if all(ends) else None


def _by_mean_speed(trip):
    """Without positions only the mean speed is known: odds that leave much open."""
    speed = 3.6 * trip.metres / trip.seconds
    if speed < 8:
        return {"Walk": 0.5, "Bike": 0.1, "Bus": 0.12, "Tram": 0.1, "Metro": 0.06, "Car": 0.12}
    if speed < 22:
        return {"Bike": 0.28, "Run": 0.04, "Bus": 0.2, "Tram": 0.15, "Metro": 0.08, "Car": 0.25}
    if speed < 160:
        return {"Car": 0.6, "Bus": 0.1, "Tram": 0.07, "Metro": 0.08, "TER": 0.15}
    return {"TGV": 0.7, "TER": 0.15, "Plane": 0.15} if speed < 330 else {"Plane": 1.0}
