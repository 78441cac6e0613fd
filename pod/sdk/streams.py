"""JSON that is larger than memory: the values of its top, and the items of its arrays one by one."""

import codecs
import json
import re

from .files import BadFile

MOST = 4 << 20  # characters of one item: what memory must hold at once
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"[-+.0-9eE]*")
_scan = json.JSONDecoder(
    parse_constant=lambda name: _refuse(f"{name} is not JSON")  # RFC 8259, section 6
).scan_once


def json_items(file):
    """(key, item): each item of each array at the top of a JSON file, other values whole.

    `key` is the name in the object at the top, "" where the top is an array. BadFile with its line
    where the text is no JSON, is cut short, or one item is larger than `MOST`.
    """
    text = _Text(file.chunks())
    try:
        if text.takes("["):
            yield from (("", item) for item in _array(text))
        elif text.takes("{"):
            yield from _members(text)
        else:
            raise text.bad("an object or an array was expected")
        if text.peek():
            raise text.bad("more after the end")
    except ValueError as error:
        raise text.bad(str(error)) from None
    except RecursionError:
        raise text.bad("nested too deeply") from None


def _members(text):
    while not text.takes("}"):
        key = text.value()
        if not isinstance(key, str) or not text.takes(":"):
            raise text.bad("a name was expected")
        if text.takes("["):
            yield from ((key, item) for item in _array(text))
        else:
            yield key, text.value()
        if not text.takes(",") and text.peek() != "}":
            raise text.bad("a comma was expected")


def _array(text):
    if text.takes("]"):
        return
    while True:
        yield text.value()
        if text.takes(","):
            continue
        if text.takes("]"):
            return
        raise text.bad("a comma was expected")


class _Text:
    """A window on the file's text that only moves forward."""

    def __init__(self, chunks):
        self._chunks = chunks
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._held, self._at, self._lines, self._ended = "", 0, 0, False

    def value(self):
        """The JSON value that starts here."""
        self.peek()
        while True:
            try:
                found, end = _scan(self._held, self._at)
                # A number that ends with the window may go on in the next piece: "-2" with ".5e3".
                if _NUMBER.match(self._held, self._at).end() < len(self._held) or self._ended:
                    self._at = end
                    return found
            except (json.JSONDecodeError, StopIteration) as error:
                if self._ended:
                    raise self.bad(getattr(error, "msg", "a value was expected")) from None
            if len(self._held) - self._at > MOST:
                raise self.bad("one item is too large, or is no JSON")
            self._more()

    def takes(self, sign):
        """Whether `sign` comes next; goes past it if so."""
        if self.peek() == sign:
            self._at += 1
            return True
        return False

    def peek(self):
        """The next character that is no space, "" at the end."""
        while True:
            self._at = _SPACE.match(self._held, self._at).end()
            if self._at < len(self._held) or self._ended:
                return self._held[self._at : self._at + 1]
            self._more()

    def bad(self, text):
        line = self._lines + self._held.count("\n", 0, self._at) + 1
        return BadFile("json", line=line, text=text[:60])

    def _more(self):
        piece = next(self._chunks, b"")
        self._ended = not piece
        self._lines += self._held.count("\n", 0, self._at)
        try:
            self._held = self._held[self._at :] + self._decode(piece, self._ended)
        except UnicodeDecodeError:
            raise BadFile("encoding", line=self._lines + 1, expected="utf-8") from None
        self._at = 0


def _refuse(text):
    raise ValueError(text)
