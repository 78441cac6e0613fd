"""FIT (https://developer.garmin.com/fit/protocol/): positions and the sport of an activity.

Read are `record` (position) and `session` (sport, length); anything else is stepped over.
"""

import struct

from domicile import BadFile
from tracks import EARLIEST, LATEST, Track, inside

EPOCH = 631_065_600  # 1989-12-31, where FIT's seconds start
SEMICIRCLE = 180 / (1 << 31)
RECORD, SESSION = 20, 18
TIMESTAMP = 253
# Base types: (struct letter, what says that there is no value).
TYPES = {
    0x00: ("B", 0xFF), 0x01: ("b", 0x7F), 0x02: ("B", 0xFF), 0x83: ("h", 0x7FFF), 0x84: ("H", 0xFFFF),
    0x85: ("i", 0x7FFFFFFF), 0x86: ("I", 0xFFFFFFFF), 0x8A: ("B", 0), 0x8B: ("H", 0), 0x8C: ("I", 0),
}  # fmt: skip
SPORTS = {1: "running", 2: "cycling", 11: "walking", 17: "hiking", 20: "flying", 21: "e_biking",
          22: "motorcycling", 23: "boating", 24: "driving", 30: "inline_skating", 32: "sailing"}  # fmt: skip
GAP = 15 * 60
_CRC = (0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401,
        0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400)  # fmt: skip


def read(file, notes):
    """One Track an activity, a new one after a long gap."""
    data = file.bytes()
    size = data[0] if data else 0
    if size not in (12, 14) or len(data) < size + 2:
        raise BadFile("fit", text="header")
    (length,) = struct.unpack_from("<I", data, 4)
    end = size + length
    if end + 2 > len(data):
        raise BadFile("fit", text="cut short")
    if crc(data[: end + 2]) != 0:
        raise BadFile("fit", text="checksum")
    points, sport, metres = _messages(data, size, end)
    if not points:
        return
    parts, start = [], 0
    for at in range(1, len(points)):
        if not 0 <= points[at][0] - points[at - 1][0] <= GAP:
            parts.append(points[start:at])
            start = at
    parts.append(points[start:])
    for part in parts:
        yield Track("fit", part, sport, metres if len(parts) == 1 else None)


def crc(data):
    """FIT's CRC-16: 0 for bytes that end with their own."""
    found = 0
    for byte in data:
        for four in (byte & 15, byte >> 4):
            found = (found >> 4) ^ _CRC[found & 15] ^ _CRC[four]
    return found


def _messages(data, at, end):
    definitions, points, sport, metres, last = {}, [], "", None, 0
    try:
        while at < end:
            head = data[at]
            at += 1
            if not head & 0x80 and head & 0x40:
                at = _define(data, at, head, definitions)
                continue
            local = (head >> 5) & 3 if head & 0x80 else head & 15
            number, order, fields, length = definitions[local]
            found = _fields(data, at, order, fields) if number in (RECORD, SESSION) else {}
            at += length
            if head & 0x80:
                # "The five least significant bits … represent the five least significant bits of an
                # expected timestamp."
                last += ((head & 31) - last) & 31
            else:
                last = found.get(TIMESTAMP, last)
            if number == RECORD and 0 in found and 1 in found:
                place = (last + EPOCH, found[0] * SEMICIRCLE, found[1] * SEMICIRCLE, None)
                if EARLIEST <= place[0] < LATEST and inside(place[1], place[2]):
                    points.append(place)
            elif number == SESSION:
                sport = SPORTS.get(found.get(5), sport)
                metres = found[9] / 100 if 9 in found else metres
    except (KeyError, IndexError, struct.error):
        raise BadFile("fit", text=f"damaged at byte {at}") from None
    if at != end:
        raise BadFile("fit", text="its last message is cut short")
    return points, sport, metres


def _define(data, at, head, definitions):
    order = ">" if data[at + 1] else "<"
    (number,) = struct.unpack_from(order + "H", data, at + 2)
    count, at = data[at + 4], at + 5
    fields, length = [], 0
    for _ in range(count):
        field, size, kind = data[at], data[at + 1], data[at + 2]
        fields.append((field, length, size, kind))
        length, at = length + size, at + 3
    if head & 0x20:  # developer fields: a number, a size and whose
        count, at = data[at], at + 1
        for _ in range(count):
            length, at = length + data[at + 1], at + 3
    definitions[head & 15] = (number, order, fields, length)
    return at


def _fields(data, at, order, fields):
    found = {}
    for field, offset, size, kind in fields:
        letter, nothing = TYPES.get(kind, (None, None))
        if letter is None or struct.calcsize(letter) != size:
            continue
        (value,) = struct.unpack_from(order + letter, data, at + offset)
        if value != nothing:
            found[field] = value
    return found
