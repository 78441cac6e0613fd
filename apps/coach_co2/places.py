"""Places that trips begin and end at; which of them is home, and which is work."""

from datetime import timedelta

from ground import metres

NEAR = 200  # metres
FREQUENT = 4  # visits
NIGHTS = 3
HOME_LABELS = ("HOME", "INFERRED_HOME", "TYPE_HOME")
WORK_LABELS = ("WORK", "INFERRED_WORK", "TYPE_WORK")
WORK_DAYS = 4
WORKED = timedelta(hours=3)  # between 8 and 18 h, from before 11 h


class Place:
    """`name`: home, work, frequent or other; `said`: home, work or other as the owner says, or ""."""

    def __init__(self, number, north, east):
        self.number, self.north, self.east = number, north, east
        self.visits, self.night, self.work_days, self.labels = 0, 0.0, set(), []
        self.name, self.title, self.said = "other", "", ""


class Places:
    """Gives each end of a trip its place: the nearest within `NEAR`, else a new one."""

    def __init__(self):
        self.all, self._cells = [], {}

    def at(self, where):
        """The Place of (north, east); None of None."""
        if where is None:
            return None
        north, east = where
        cell = (round(north / 4000), round(east / 4000))
        near = [
            (metres(north, east, p.north, p.east), p.number, p)
            for up in (-1, 0, 1)
            for across in (-1, 0, 1)
            for p in self._cells.get((cell[0] + up, cell[1] + across), ())
        ]
        near = [found for found in near if found[0] <= NEAR]
        if near:
            return min(near)[2]
        place = Place(len(self.all), north, east)
        self.all.append(place)
        self._cells.setdefault(cell, []).append(place)
        return place

    def stayed(self, place, start, end):
        """Notes a stay between two local moments."""
        place.visits += 1
        day = start.date()
        while day <= end.date():
            night = start.replace(year=day.year, month=day.month, day=day.day, hour=1, minute=0)
            if start <= night and night + timedelta(hours=4) <= end:
                place.night += 1
            morning, evening = night.replace(hour=8), night.replace(hour=18)
            within = min(end, evening) - max(start, morning)
            if day.weekday() < 5 and start <= morning.replace(hour=11) and within > WORKED:
                place.work_days.add(day)
            day += timedelta(days=1)

    def name(self):
        """Finds home and work once every stay is noted: the owner's word first, then the holder's,
        then the nights."""
        for place in self.all:
            if place.visits >= FREQUENT:
                place.name = "frequent"
        free = [p for p in self.all if not p.said]
        home = self._said("home") or self._best(
            HOME_LABELS, lambda p: p.night if p.night >= NIGHTS else 0, free
        )
        if home:
            home.name = "home"
        others = [p for p in free if p is not home]
        work = self._said("work") or self._best(
            WORK_LABELS, lambda p: len(p.work_days) if len(p.work_days) >= WORK_DAYS else 0, others
        )
        if work:
            work.name = "work"
        return home, work

    def _said(self, kind):
        return max((p for p in self.all if p.said == kind), key=lambda p: p.visits, default=None)

    def _best(self, labels, score, among):
        said = [p for p in among if any(label in labels for label in p.labels)]
        found = max(said or among, key=lambda p: (score(p), p.visits), default=None)
        return found if found and (said or score(found) > 0) else None
