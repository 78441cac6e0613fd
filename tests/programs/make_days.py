"""Days of which the truth is known: legs in known modes, and what a phone would have noted of them.

Paces, stops, noise, lost signals and tunnels are drawn from a seed; they are the project's own
assumptions, not measured on people. `python -m tests.programs.make_days` fits the app's paces on one seed
and scores merging and modes on others.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "apps" / "coach_co2"
PARIS = ZoneInfo("Europe/Paris")
DEGREE = 0.1111949
HOME = (45_760_500, 4_859_700)


@dataclass(frozen=True)
class Kind:
    """Cruise km/h (mean, spread), metres between stops, seconds of a stop, km of a leg (least, most),
    share of positions that are lost, share of legs."""

    mode: str
    speed: tuple[float, float]
    apart: float
    halt: float
    km: tuple[float, float]
    lost: float
    weight: float


KINDS = (
    Kind("Walk", (4.8, 0.6), 400, 10, (0.4, 2.5), 0.03, 22),
    Kind("Run", (10, 1.2), 3000, 8, (4, 12), 0.03, 3),
    Kind("Bike", (16.5, 2.5), 700, 14, (1, 9), 0.03, 12),
    Kind("Car", (40, 8), 600, 22, (1.5, 12), 0.05, 14),
    Kind("Car", (75, 12), 4000, 15, (8, 45), 0.05, 8),
    Kind("Car", (113, 9), 60_000, 30, (40, 250), 0.05, 3),
    Kind("Bus", (28, 4), 350, 24, (1.5, 9), 0.05, 12),
    Kind("Tram", (33, 4), 480, 22, (1.5, 9), 0.06, 8),
    Kind("Metro", (43, 5), 750, 25, (2, 10), 0.85, 9),
    Kind("TER", (95, 18), 9000, 75, (12, 90), 0.15, 5),
    Kind("TGV", (240, 30), 150_000, 180, (120, 600), 0.25, 3),
    Kind("Plane", (780, 60), 10**7, 0, (400, 2000), 0.995, 1),
)


@dataclass(frozen=True)
class Truth:
    mode: str
    start: int
    end: int
    metres: float


class Phone:
    """Walks and rides through the plane, and notes positions."""

    def __init__(self, seed: int, first: datetime) -> None:
        self.random = random.Random(seed)
        self.now = int(first.timestamp())
        self.north, self.east = map(float, HOME)
        self.points: list[tuple[int, int, int, int]] = []
        self.truth: list[Truth] = []
        self.every = 20

    def stay(self, seconds: int) -> None:
        end = self.now + seconds
        while self.now < end:
            self._note(25)
            self.now += min(self.random.randint(200, 400), max(1, end - self.now))
        self._note(25)

    def leg(self, kind: Kind) -> None:
        rand = self.random
        start, way = self.now, rand.uniform(*kind.km) * 1000
        cruise = max(rand.gauss(*kind.speed), kind.speed[0] * 0.6) / 3.6
        heading, made, to_stop = rand.uniform(0, 2 * math.pi), 0.0, rand.expovariate(1 / kind.apart)
        if kind.mode in ("Bus", "Tram", "Metro", "TER"):
            to_stop = kind.apart
        noted, tunnel, speed = self.now, False, 0.0
        step = 2 if kind.mode != "Plane" else 20
        halted = 0
        while made < way:
            self.now += step
            if halted > 0:
                halted -= step
                speed = 0.0
            else:
                target = cruise * rand.uniform(0.85, 1.1)
                gain = (1.0 if cruise < 60 else 0.5) * step
                speed = min(target, speed + gain)
                forward = speed * step
                made += forward
                to_stop -= forward
                heading += rand.gauss(0, 0.02)
                if not 43e6 < self.north < 50e6 and (self.north > 50e6) == (math.cos(heading) > 0):
                    heading += math.pi  # back into the country
                self._forward(heading, forward)
                if to_stop <= 0 and made < way:
                    halted = max(step, round(rand.gauss(kind.halt, kind.halt / 4)))
                    regular = kind.mode in ("Bus", "Tram", "Metro", "TER")
                    to_stop = (
                        rand.gauss(kind.apart, kind.apart / 5)
                        if regular
                        else rand.expovariate(1 / kind.apart)
                    )
            if self.now - noted >= self.every:
                noted = self.now
                tunnel = rand.random() < kind.lost if kind.lost > 0.5 else tunnel
                if kind.lost <= 0.5:  # lost in runs: a tunnel, a cutting, a bag
                    tunnel = rand.random() < (0.7 if tunnel else kind.lost * 0.35)
                if not tunnel:
                    self._note(60 if kind.lost > 0.5 else 12)
        self._note(15)
        self.truth.append(Truth(kind.mode, start, self.now, made))

    def _forward(self, heading: float, metres: float) -> None:
        self.north += metres * math.cos(heading) / DEGREE
        self.east += metres * math.sin(heading) / DEGREE / math.cos(math.radians(self.north / 1e6))

    def _note(self, noise: float) -> None:
        rand = self.random
        metres = abs(rand.gauss(noise, noise / 3)) + 3
        spread = metres / 2 / DEGREE
        north, east = self.north + rand.gauss(0, spread), self.east + rand.gauss(0, spread)
        if rand.random() < 0.004:  # a position astray
            north += rand.choice((-1, 1)) * rand.uniform(500, 3000) / DEGREE
        if not self.points or self.points[-1][0] < self.now:
            self.points.append((self.now, round(north), round(east), round(metres)))


def days(seed: int, trips: int) -> tuple[list[tuple[int, int, int, int]], list[Truth]]:
    """(positions, legs) of a phone, until there are as many legs as asked for."""
    phone = Phone(seed, datetime(2025, 1, 6, 0, tzinfo=PARIS))
    rand = phone.random
    while len(phone.truth) < trips:
        day = datetime.fromtimestamp(phone.now, PARIS).date()
        morning = datetime(day.year, day.month, day.day, 7, rand.randint(0, 59), tzinfo=PARIS)
        phone.stay(max(3600, int(morning.timestamp()) - phone.now))
        for _ in range(rand.randint(1, 3)):
            phone.every = rand.choice((10, 20, 30))
            kind = rand.choices(KINDS, [k.weight for k in KINDS])[0]
            mixed = kind.mode in ("Bus", "Tram", "Metro", "TER", "TGV")
            if mixed and rand.random() < 0.8:
                phone.leg(KINDS[0])
            phone.leg(kind)
            if mixed and rand.random() < 0.6:
                phone.leg(KINDS[0])
            phone.stay(rand.randint(1200, 4 * 3600))
        evening = datetime.fromtimestamp(phone.now, PARIS).date() + timedelta(days=1)
        midnight = int(datetime(evening.year, evening.month, evening.day, tzinfo=PARIS).timestamp())
        phone.stay(max(600, midnight - phone.now))
    return phone.points, phone.truth


def matched(legs: list[Any], truth: list[Truth]) -> list[tuple[Truth, Any]]:
    """Each true leg with the found one that shares most of its time, if they share half of both."""
    found, at = [], 0
    used: set[int] = set()
    for one in truth:
        while at < len(legs) and legs[at].end < one.start:
            at += 1
        top, place = 0.0, None
        for n in range(at, min(at + 8, len(legs))):
            shared = min(one.end, legs[n].end) - max(one.start, legs[n].start)
            whole = max(one.end, legs[n].end) - min(one.start, legs[n].start)
            if shared / whole > top and n not in used:
                top, place = shared / whole, n
        if place is not None and top >= 0.5:
            used.add(place)
            found.append((one, legs[place]))
    return found


def _modules() -> tuple[Any, Any]:
    if str(APP) not in sys.path:
        sys.path.insert(0, str(APP))
    import modes
    import moves

    return moves, modes


def fit(seed: int = 1, trips: int = 4000) -> str:
    """The text of `paces.py`."""
    paces = APP / "paces.py"
    if not paces.exists():
        paces.write_text("PACES, PRIORS = {}, {}\n")
    moves, modes = _modules()
    points, truth = days(seed, trips)
    seen: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for one, leg in matched(moves.legs(points), truth):
        found = modes.features(leg)
        if found is not None:
            name = one.mode
            if name == "Car":  # in town, on the road, on the motorway
                name += str(sum(one.metres / (one.end - one.start) > v for v in (11, 24)))
            seen[name].append(found)
    table: dict[str, list[tuple[float, list[tuple[float, float]]]]] = defaultdict(list)
    for name, rows in sorted(seen.items()):
        shape = []
        for column in zip(*rows, strict=True):
            mean = sum(column) / len(column)
            spread = math.sqrt(sum((x - mean) ** 2 for x in column) / len(column))
            shape.append((round(mean, 2), max(round(spread, 2), 0.08)))
        whole = sum(len(r) for n, r in seen.items() if n.rstrip("012") == name.rstrip("012"))
        table[name.rstrip("012")].append((round(len(rows) / whole, 3), shape))
    text = (
        '"""Paces of each mode: (weight, (mean, spread) of each feature) for each kind of it.\n\n'
    )
    text += 'Made by tests/programs/make_days.py.\n"""\n\n'
    text += "PACES = {\n"
    for name, kinds in table.items():
        text += f'    "{name}": (\n'
        for weight, shape in kinds:
            text += f"        ({weight}, {tuple(shape)}),\n"
        text += "    ),\n"
    text += "}\n# How common each is where nothing else is known.\nPRIORS = {\n"
    priors = Counter(t.mode for t in truth)
    text += (
        "".join(f'    "{m}": {round(priors[m] / len(truth), 3)},\n' for m in sorted(table)) + "}\n"
    )
    return text


def score(seeds: tuple[int, ...] = (2, 3), trips: int = 5000) -> dict[str, Any]:
    """Found legs, and precision and recall a mode, over days that the paces were not fitted on."""
    moves, modes = _modules()
    hits: Counter[str] = Counter()
    said: Counter[str] = Counter()
    true: Counter[str] = Counter()
    wrong: Counter[tuple[str, str]] = Counter()
    pairs = legs = 0
    for seed in seeds:
        points, truth = days(seed, trips)
        found = moves.legs(points)
        legs += len(found)
        both = matched(found, truth)
        pairs += len(both)
        true.update(t.mode for t in truth)
        guesses = {id(leg): modes.best(modes.by_pace(leg))[0] for leg in found}
        said.update(guesses.values())
        for one, leg in both:
            guess = guesses[id(leg)]
            hits[one.mode] += guess == one.mode
            wrong[one.mode, guess] += 1
    return {
        "trips": sum(true.values()),
        "found": legs,
        "matched": pairs,
        "modes": {
            m: {
                "trips": true[m],
                "precision": round(hits[m] / max(1, said[m]), 3),
                "recall": round(hits[m] / true[m], 3),
            }
            for m in sorted(true)
        },
        "wrong": {f"{a} as {b}": n for (a, b), n in wrong.most_common(30) if a != b},
    }


def literals(points: list[tuple[int, int, int, int]], device: str = "phone") -> list[list[Any]]:
    """Rows (device, day, startsAt, positions) as the pod's query gives them."""
    by_day: dict[str, list[tuple[int, int, int, int]]] = {}
    for point in points:
        by_day.setdefault(datetime.fromtimestamp(point[0], PARIS).date().isoformat(), []).append(
            point
        )
    rows = []
    for day, some in by_day.items():
        words, before = [], (some[0][0], 0, 0)
        for point in some:
            words += [point[0] - before[0], point[1] - before[1], point[2] - before[2], point[3]]
            before = point[:3]
        start = datetime.fromtimestamp(some[0][0], UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        rows.append([device, day, start, " ".join(map(str, words))])
    return rows


if __name__ == "__main__":
    import json

    (APP / "paces.py").write_text(fit())
    for module in ("modes", "paces"):
        sys.modules.pop(module, None)
    print(json.dumps(score(), indent=1))
