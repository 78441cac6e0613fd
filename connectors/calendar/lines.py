"""Content lines of iCalendar (RFC 5545, section 3.1): unfolded, taken apart, gathered by component."""

import re

from domicile import BadFile

MOST_EVENTS = 50_000
_PARTS = re.compile(
    r'([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*):(.*)'
)
_PARAM = re.compile(r';([A-Za-z0-9-]+)=("[^"]*"|[^";:]*)')
_ESCAPE = re.compile(r"\\(.)")


class Line:
    """`name` and the parameters' names in upper case."""

    def __init__(self, number, name, params, value):
        self.number, self.name, self.params, self.value = number, name, params, value

    def text(self):
        """The value as text: `\\n`, `\\,`, `\\;` and `\\\\` taken back."""
        return _ESCAPE.sub(lambda m: "\n" if m[1] in "nN" else m[1], self.value)


def events(file, notes):
    """{name: [Line]} of each VEVENT. Alarms and anything else inside one are stepped over."""
    found, stack, event = [], [], None
    for line in _content(file, notes):
        if line.name == "BEGIN":
            stack.append(line.value.strip().upper())
            if stack[-1] == "VEVENT":
                event = {"": [line]}
        elif line.name == "END":
            kind = line.value.strip().upper()
            if not stack or stack.pop() != kind:
                raise BadFile("bad-line", line=line.number, text=f"END:{kind}"[:40])
            if kind == "VEVENT":
                found.append(event)
                if len(found) > MOST_EVENTS:
                    raise BadFile("too-many", line=line.number, limit=MOST_EVENTS)
        elif stack and stack[-1] == "VEVENT":
            event.setdefault(line.name, []).append(line)
    if stack:
        raise BadFile("cut-short", text=stack[-1][:40])
    return found


def _content(file, notes):
    for number, text in _unfolded(file):
        if not text.strip():
            continue
        parts = _PARTS.fullmatch(text)
        if parts is None:
            notes.add("bad-line", number, text=text[:40])
            continue
        params = {k.upper(): v.strip('"') for k, v in _PARAM.findall(parts[2])}
        yield Line(number, parts[1].upper(), params, parts[3])


def _unfolded(file):
    """ "Lines of text SHOULD NOT be longer than 75 octets"; a space or a tab goes on with the last."""
    held, start = None, 1
    for number, text in file.lines():
        if text[:1] in (" ", "\t") and held is not None:
            held.append(text[1:])
            continue
        if held is not None:
            yield start, "".join(held)
        held, start = [text], number
    if held is not None:
        yield start, "".join(held)
