"""GPX 1.0 and 1.1 (https://www.topografix.com/GPX/1/1/): tracks, read while the file is parsed."""

from datetime import UTC, datetime
from xml.etree.ElementTree import ParseError, XMLPullParser

from domicile import BadFile
from tracks import EARLIEST, LATEST, Track, inside, slug

GAP = 15 * 60  # seconds without a point, after which a track is another trip
MOST_POINTS = 500_000  # of one trip


def read(file, notes):
    """A Track for each segment with times, a new one after a long gap."""
    state = _State(notes)
    for element in _elements(file):
        yield from state.take(element)
    if not state.seen:
        raise BadFile("columns", line=1, expected="gpx")


def _elements(file):
    """(start or end, element) while the file is read. Neither entities nor a DTD are needed."""
    parser, line, tail = XMLPullParser(("start", "end")), 1, b""
    for chunk in file.chunks():
        if b"<!ENTITY" in tail + chunk:
            raise BadFile("xml-entities", line=line)
        tail = chunk[-8:]
        try:
            parser.feed(chunk)
            yield from parser.read_events()
        except ParseError as error:
            raise BadFile("xml", line=error.position[0], text=str(error)[:60]) from None
        except (ValueError, LookupError) as error:
            raise BadFile("encoding", line=line, text=str(error)[:60]) from None
        line += chunk.count(b"\n")
    try:
        parser.close()
    except ParseError as error:
        raise BadFile("xml", line=error.position[0], text=str(error)[:60]) from None
    yield from parser.read_events()


class _State:
    """Where the reader is in the file."""

    def __init__(self, notes):
        self.seen, self._notes = False, notes
        self._device, self._exported, self._sport, self._points = "gpx", None, "", []
        self._in_track = False

    def take(self, event):
        kind, element = event
        name = element.tag.rpartition("}")[2]
        if kind == "start":
            if name == "gpx":
                self.seen = True
                self._device = slug(element.get("creator", ""), "gpx")
            elif name == "trk":
                self._in_track, self._sport = True, ""
            return
        if name == "trkpt":
            yield from self._point(element)
            element.clear()
        elif name == "type" and self._in_track and element.text:
            self._sport = element.text.strip()[:60]
        elif name == "metadata":
            time = next((e.text for e in element if e.tag.rpartition("}")[2] == "time"), None)
            self._exported = _plain(time)
        elif name == "trkseg":
            yield from self._done()
            element.clear()
        elif name == "trk":
            self._in_track = False
            element.clear()

    def _point(self, element):
        text = next((e.text for e in element if e.tag.rpartition("}")[2] == "time"), None)
        at = _seconds(text)
        try:
            north, east = float(element.get("lat", "")), float(element.get("lon", ""))
        except ValueError:
            north = east = 999.0
        if not inside(north, east):
            self._notes.add("bad-place", text=f"{element.get('lat')} {element.get('lon')}"[:40])
        elif at is None:
            self._notes.add("no-time" if text is None else "bad-time", text=str(text)[:40])
        else:
            points = self._points
            if points and (not 0 <= at - points[-1][0] <= GAP or len(points) >= MOST_POINTS):
                yield from self._done()
            self._points.append((at, north, east, None))

    def _done(self):
        if self._points:
            yield Track(self._device, self._points, self._sport, exported=self._exported)
        self._points = []


def _seconds(text):
    try:
        when = datetime.fromisoformat((text or "").strip())
        # "Date and time in are in Univeral Coordinated Time (UTC), not local time!"
        at = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None
    return at if EARLIEST <= at < LATEST else None


def _plain(text):
    at = _seconds(text)
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
