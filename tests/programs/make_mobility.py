"""Makes the recorded files of the mobility connectors, and their golden files.

`python -m tests.programs.make_mobility`, then look at the difference.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

from pod.sdk.testing import loaded
from tests.programs.make_recorded import CONNECTORS, golden, text_of

START = datetime(
    2025, 3, 30, 0, 40, tzinfo=UTC
)  # 01:40 in Paris, twenty minutes before summer time
FIT_EPOCH = 631_065_600


def android() -> Any:
    def at(minutes: int) -> str:
        offset = 60 if minutes < 20 else 120
        local = START + timedelta(minutes=minutes + offset)
        return f"{local:%Y-%m-%dT%H:%M:%S}.000+0{offset // 60}:00"

    return {
        "semanticSegments": [
            {
                "startTime": at(0),
                "endTime": at(30),
                "activity": {
                    "start": {"latLng": "45.7605°, 4.8597°"},
                    "end": {"latLng": "45.7486°, 4.8256°"},
                    "distanceMeters": 3420.5,
                    "topCandidate": {"type": "IN_TRAM", "probability": 0.81},
                },
            },
            {
                "startTime": at(30),
                "endTime": at(90),
                "visit": {
                    "hierarchyLevel": 0,
                    "probability": 0.9,
                    "topCandidate": {
                        "placeId": "x",
                        "semanticType": "INFERRED_HOME",
                        "probability": 0.8,
                        "placeLocation": {"latLng": "45.7486°, 4.8256°"},
                    },
                },
            },
            {
                "startTime": at(0),
                "endTime": at(60),
                "timelinePath": [
                    {"point": "45.7605°, 4.8597°", "time": at(2)},
                    {"point": "-45.7486°, 4.8256°", "time": at(21)},
                ],
            },
            {"startTime": at(30), "endTime": at(10), "activity": {}},
            {
                "startTime": at(30),
                "endTime": at(40),
                "activity": {"start": {"latLng": "somewhere"}},
            },
            "not a segment",
            {"startTime": "2025-03-30T01:40:00", "endTime": at(40), "visit": {}},
        ],
        "rawSignals": [{"wifiScan": {"deliveryTime": at(1)}}],
        "userLocationProfile": {"frequentPlaces": []},
    }


def ios() -> Any:
    return [
        {
            "endTime": "2025-03-24T18:20:00.000+01:00",
            "startTime": "2025-03-24T18:00:00.000+01:00",
            "activity": {
                "start": "geo:45.748600,4.825600",
                "end": "geo:45.760500,4.859700",
                "distanceMeters": "4120.000000",
                "topCandidate": {"type": "in passenger vehicle", "probability": "0.900000"},
                "probability": "0.900000",
            },
        },
        {
            "endTime": "2025-03-24T23:00:00.000+01:00",
            "startTime": "2025-03-24T18:20:00.000+01:00",
            "visit": {
                "hierarchyLevel": "0",
                "topCandidate": {
                    "probability": "0.7",
                    "semanticType": "Home",
                    "placeID": "x",
                    "placeLocation": "geo:45.760500,4.859700",
                },
                "probability": "0.8",
            },
        },
        {
            "endTime": "2025-03-24T20:00:00.000+01:00",
            "startTime": "2025-03-24T18:00:00.000+01:00",
            "timelinePath": [
                {"point": "geo:45.7486,4.8256", "durationMinutesOffsetFromStartTime": "0"},
                {"point": "geo:45.7605,4.8597", "durationMinutesOffsetFromStartTime": "19"},
            ],
        },
    ]


def takeout() -> Any:
    return {
        "timelineObjects": [
            {
                "activitySegment": {
                    "startLocation": {"latitudeE7": 457605000, "longitudeE7": 48597000},
                    "endLocation": {"latitudeE7": 457486000, "longitudeE7": 48256000},
                    "duration": {
                        "startTimestampMs": "1679641320123",
                        "endTimestampMs": "1679643060000",
                    },
                    "distance": 3420,
                    "activityType": "IN_PASSENGER_VEHICLE",
                    "confidence": "MEDIUM",
                    "activities": [{"activityType": "IN_PASSENGER_VEHICLE", "probability": 77.3}],
                    "simplifiedRawPath": {
                        "points": [
                            {
                                "latE7": 457550000,
                                "lngE7": 48400000,
                                "timestampMs": "1679642000000",
                                "accuracyMeters": 9,
                            }
                        ]
                    },
                }
            },
            {
                "placeVisit": {
                    "location": {
                        "latitudeE7": 457486000,
                        "longitudeE7": 48256000,
                        "placeId": "x",
                        "name": "Bureau",
                        "semanticType": "TYPE_WORK",
                    },
                    "duration": {
                        "startTimestamp": "2023-03-24T07:31:00Z",
                        "endTimestamp": "2023-03-24T16:45:00.500Z",
                    },
                }
            },
        ]
    }


def records() -> Any:
    return {
        "locations": [
            {
                "timestampMs": "1395385200000",
                "latitudeE7": 457605000,
                "longitudeE7": 48597000,
                "accuracy": 30,
            },
            {
                "latitudeE7": 457486000,
                "longitudeE7": 48256000,
                "accuracy": 12,
                "source": "GPS",
                "deviceTag": 7,
                "timestamp": "2023-03-24T07:02:00.123Z",
            },
            # Past 32 bits, as old exports wrote what lies south and west.
            {
                "timestampMs": "1395385260000",
                "latitudeE7": 4294967296 - 1,
                "longitudeE7": 4294967296 - 48597000,
            },
            {"timestamp": "2023-03-24T07:03:00Z", "source": "UNKNOWN"},
            {"latitudeE7": 1, "longitudeE7": 1, "timestamp": "yesterday"},
        ]
    }


def gpx() -> str:
    points = "".join(
        f'<trkpt lat="{45.76 + n * 0.0005:.4f}" lon="4.8597"><ele>170</ele>'
        f"<time>{START + timedelta(seconds=10 * n):%Y-%m-%dT%H:%M:%SZ}</time></trkpt>\n"
        for n in range(6)
    )
    later = START + timedelta(hours=2)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Montre Éclair" xmlns="http://www.topografix.com/GPX/1/1">
<metadata><time>2025-03-30T04:00:00Z</time></metadata>
<wpt lat="45.7" lon="4.8"><name>a place</name></wpt>
<trk><name>Vers le bureau</name><type>cycling</type><trkseg>
{points}<trkpt lat="91" lon="4.8"><time>{START:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>
<trkpt lat="45.8" lon="4.8"></trkpt>
<trkpt lat="45.8" lon="4.9"><time>{later:%Y-%m-%dT%H:%M:%SZ}</time></trkpt>
<trkpt lat="45.801" lon="4.9"><time>{later + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}+00:00</time></trkpt>
</trkseg></trk>
</gpx>
"""


def owntracks() -> str:
    lines = [
        {
            "_type": "location",
            "tid": "ab",
            "lat": 45.7605,
            "lon": 4.8597,
            "tst": 1742799720,
            "acc": 12,
            "vel": 4,
        },
        {"_type": "transition", "event": "enter"},
        {"_type": "location", "tid": "ab", "lat": 45.7615, "lon": 4.8597, "tst": 1742799780},
        {"_type": "location", "tid": "ab", "lat": "north", "lon": 4.8, "tst": 1742799790},
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    last = json.dumps(lines[0] | {"tst": 1742799840})
    return f"{text}{{not json\n2025-03-24T07:04:00Z\t*                 \t{last}\n"


def fit(
    points: list[tuple[int, float, float]], sport: int = 2, metres: float | None = None
) -> bytes:
    """An activity of (seconds since 1970, latitude, longitude), its last message with a compressed time."""
    with loaded(CONNECTORS / "tracks", "fit.py") as module:
        crc = module.crc
    body = struct.pack("<BBBHB", 0x40, 0, 0, 20, 3)
    body += bytes([253, 4, 0x86, 0, 4, 0x85, 1, 4, 0x85])
    body += struct.pack("<BBBHB", 0x41, 0, 0, 20, 2) + bytes([0, 4, 0x85, 1, 4, 0x85])

    def semicircles(degrees: float) -> int:
        return round(degrees * (1 << 31) / 180)

    for at, north, east in points[:-1]:
        body += struct.pack("<BIii", 0, at - FIT_EPOCH, semicircles(north), semicircles(east))
    at, north, east = points[-1]
    low = (at - FIT_EPOCH) & 31
    body += struct.pack("<Bii", 0x80 | 1 << 5 | low, semicircles(north), semicircles(east))
    body += struct.pack("<BBBHB", 0x42, 0, 1, 18, 2)[:3] + struct.pack(">HB", 18, 2)  # big-endian
    body += bytes([5, 1, 0x00, 9, 4, 0x86])
    length = 0xFFFFFFFF if metres is None else round(metres * 100)
    body += struct.pack(">BBI", 2, sport, length)
    head = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body))


def ride() -> bytes:
    begin = int(START.timestamp())
    return fit([(begin + 10 * n, 45.76 + n * 0.0005, 4.8597) for n in range(4)], metres=180.0)


def calendar() -> str:
    """Paris clocks over summer time, an exception, a moved occurrence, whole days, Outlook's zone."""
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "BEGIN:VEVENT",
            "UID:judo@example.org",
            "DTSTAMP:20250310T120000Z",
            "DTSTART;TZID=Europe/Paris:20250318T183000",
            "DTEND;TZID=Europe/Paris:20250318T200000",
            "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=TU",
            "EXDATE;TZID=Europe/Paris:20250325T183000",
            "SUMMARY:Judo\\, les petits",
            "LOCATION:Gymnase de la rue d'une longueur qui demande que la ligne soit coupée en ",
            " deux",
            "GEO:45.75;4.85",
            "BEGIN:VALARM",
            "DESCRIPTION:not the event's",
            "END:VALARM",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:judo@example.org",
            "RECURRENCE-ID;TZID=Europe/Paris:20250401T183000",
            "DTSTART;TZID=Europe/Paris:20250402T183000",
            "DURATION:PT1H30M",
            "SUMMARY:Judo (déplacé)",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:holiday@example.org",
            "DTSTART;VALUE=DATE:20250419",
            "DTEND;VALUE=DATE:20250505",
            "SUMMARY:Vacances",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:board@example.org",
            'DTSTART;TZID="Romance Standard Time":20250131T090000',
            "DURATION:PT1H",
            "RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20250430T220000Z",
            "STATUS:CONFIRMED",
            "SUMMARY:Conseil",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:odd@example.org",
            "DTSTART;TZID=Mars/Olympus:20250401T090000",
            "RRULE:FREQ=HOURLY",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:broken@example.org",
            "DTSTART:tomorrow",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def files() -> dict[str, dict[str, bytes]]:
    """Recorded files by connector and name."""

    def text(value: Any) -> bytes:
        return json.dumps(value, indent=1, ensure_ascii=False).encode()

    return {
        "google_timeline": {
            "Timeline.json": text(android()),
            "location-history.json": text(ios()),
            "2023_MARCH.json": text(takeout()),
            "Records.json": text(records()),
            "Records_cut_short.json": text(records())[:-60],
        },
        "calendar": {
            "agenda.ics": calendar().encode(),
            "cut_short.ics": calendar().encode()[:300],
        },
        "tracks": {
            "ride.gpx": gpx().encode(),
            "entities.gpx": b'<!DOCTYPE gpx [<!ENTITY a "aaaa">]><gpx creator="&a;"></gpx>',
            "log.rec": owntracks().encode(),
            "ride.fit": ride(),
            "damaged.fit": ride()[:-3] + b"\0\0\0",
        },
    }


def main() -> None:
    for connector, made in files().items():
        folder = CONNECTORS / connector
        for part in ("recorded", "golden"):
            (folder / part).mkdir(exist_ok=True)
            for old in (folder / part).iterdir():
                old.unlink()
        for name, data in made.items():
            file = folder / "recorded" / name
            file.write_bytes(data)
            (folder / "golden" / f"{name}.json").write_text(text_of(golden(folder, file)), "utf-8")


if __name__ == "__main__":
    main()
