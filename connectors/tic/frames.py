"""Frames as the meter sends them, and what each group in them says.

A frame is STX, groups, ETX; a group is LF, fields, CR. Fields are separated by a space in the
historic mode, by a tab in the standard mode, and the last is the checksum, which may itself be a
space. Enedis-NOI-CPT_54E.
"""

import re
from dataclasses import dataclass, field

from domicile import BadFile

STX, ETX = "\x02", "\x03"
LONGEST = 4000  # characters of a frame; a three-phase standard one has about 1,200
MOST = 20_000  # frames
_ARRIVED = re.compile(r"@(20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\s*$")
_LABEL = re.compile(r"[A-Z0-9+\-]{2,10}")
_STARTS = re.compile(r"(?:^|[\n\x02])(?:ADCO [0-9A-Z]{12} |ADSC\t)")


@dataclass
class Frame:
    """The groups of a frame by label: (date or "", value). `line` is where it starts; `arrived` is
    the moment that whoever listened wrote before it, in UTC."""

    standard: bool
    line: int
    arrived: str | None = None
    groups: dict = field(default_factory=dict)

    def value(self, label):
        """A group's value without its padding, "" where there is none."""
        return self.groups.get(label, ("", ""))[1].strip()


def seems(text):
    """Whether the start of a file has the first group of a frame."""
    return bool(_STARTS.search(text))


def read(text, notes):
    """The frames of a text. One that is damaged is refused: told where others are sound, else a
    BadFile that names its line."""
    found, first = [], None
    for frame, fault in _all(text, notes):
        if fault is None:
            found.append(frame)
            continue
        first = first or fault
        notes.add("tic-refused", fault.line, found=fault.facts.get("text"))
    if not found:
        raise first or BadFile("tic-cut", line=1)
    return found


def _all(text, notes):
    """(frame, None) or (None, what is wrong with it), each in turn."""
    for number, (line, body, arrived) in enumerate(_cut(text, notes)):
        if number >= MOST:
            raise BadFile("too-many", line=line, limit=MOST)
        try:
            yield _frame(line, body, arrived), None
        except BadFile as fault:
            yield None, fault


def _cut(text, notes):
    """(line, what stands between STX and ETX, arrival): a text copied without them is one frame."""
    if STX not in text:
        yield 1, text.replace(ETX, ""), None
        return
    at, line = 0, 1
    while (start := text.find(STX, at)) >= 0:
        before = text[at:start]
        line += before.count("\n")
        said = _ARRIVED.search(before)
        end = text.find(ETX, start)
        again = text.find(STX, start + 1)
        if end < 0 or (0 <= again < end):  # the capture stopped, or bytes were lost
            notes.add("tic-cut", line)
            end = again - 1 if again > 0 else len(text)
        else:
            yield line, text[start + 1 : end], said[1] if said else None
        line += text.count("\n", start, end + 1)
        at = end + 1


def _frame(line, body, arrived):
    if len(body) > LONGEST:
        raise BadFile("tic-long", line=line)
    frame = None
    for number, group in enumerate(body.split("\n"), line):
        group = group.rstrip("\r")
        if not group:
            continue
        standard = "\t" in group
        if frame is None:
            frame = Frame(standard, line, arrived)
        label, date, value = _group(group, standard, number)
        if label in frame.groups and frame.groups[label] != (date, value):
            raise BadFile("tic-twice", line=number, text=label)
        frame.groups[label] = (date, value)
    if frame is None:
        raise BadFile("tic-cut", line=line)
    return frame


def _group(group, standard, line):
    """(label, date or "", value) of a group whose checksum is right. BadFile naming its line."""
    fields = group[:-2].split("\t" if standard else " ")
    label = fields[0]
    if len(group) < 4 or not _LABEL.fullmatch(label) or group[-2] != ("\t" if standard else " "):
        raise BadFile("tic-group", line=line, text=_shown(group))
    if checksum(group, standard) != group[-1]:
        raise BadFile("tic-checksum", line=line, text=_shown(group))
    if standard:
        date, value = fields[1:] if len(fields) == 3 else ("", "\t".join(fields[1:]))
        return label, date, value
    return label, "", " ".join(fields[1:])


def checksum(group, standard):
    """The character that ends a group: the sum of all before it, in the historic mode without the
    space that stands before it, to six bits, plus a space."""
    summed = group[: -1 if standard else -2]
    return chr((sum(map(ord, summed)) & 0x3F) + 0x20)


def _shown(group):
    return group[:40].replace("\t", " ").rstrip("\r")
