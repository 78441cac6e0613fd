"""What an importer is given: one file, read in chunks, and the words to say what is wrong with it."""

import codecs
import io

ENCODINGS = ("utf-8-sig", "cp1252")
HEAD = 1 << 16


class BadFile(Exception):
    """The file cannot be imported. `reason` is a message id; `line` is counted from 1."""

    def __init__(self, reason, line=None, **facts):
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.facts = facts


def problem(reason, line=None, **facts):
    """Something odd that does not stop the import; yield it beside the records."""
    found = {"problem": reason, **facts}
    if line is not None:
        found["line"] = line
    return found


class File:
    """`name` is what the owner's file is called, `size` its bytes. Content is read at first use.
    `answers`: what the owner has answered to Question records, by their signature."""

    def __init__(self, name, size, read_chunk, answers=None):
        self.name = name
        self.size = size
        self.answers = answers or {}
        self._read_chunk = read_chunk
        self._held = b""
        self._ended = False

    def _fill(self, size):
        pieces, held = [self._held], len(self._held)
        while not self._ended and held < size:
            piece = self._read_chunk()
            if not piece:
                self._ended = True
            pieces.append(piece)
            held += len(piece)
        if len(pieces) > 1:
            self._held = b"".join(pieces)

    def head(self, size=HEAD):
        """The first `size` bytes."""
        self._fill(size)
        return self._held[:size]

    def chunks(self):
        """All of it, piece by piece, once: nothing is held but what `head` has taken in already."""
        piece, self._held = self._held, b""
        while piece or not self._ended:
            if piece:
                yield piece
            piece = b"" if self._ended else self._read_chunk()
            self._ended = self._ended or not piece

    def bytes(self):
        """All of it."""
        self._fill(self.size + 1)
        return self._held

    def text(self, encodings=ENCODINGS):
        """All of it as text in the first of `encodings` that fits. BadFile where none does."""
        data = self.bytes()
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise BadFile("encoding", line=1, found="utf-16")
        line = None
        for encoding in _said(data, encodings):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                # Of `error.object`: without the mark, where the codec took one off.
                line = line or error.object.count(b"\n", 0, error.start) + 1
        raise BadFile("encoding", line=line, expected=encodings[0])

    def head_text(self, size=HEAD, encodings=ENCODINGS):
        """The first bytes as text, with what does not fit replaced: for recognising only."""
        data = self.head(size)
        whole = len(data) < size  # else a character may be cut in two at the end
        encodings = _said(data, encodings)
        for encoding in encodings:
            try:
                return codecs.getincrementaldecoder(encoding)().decode(data, whole)
            except UnicodeDecodeError:
                continue
        return data.decode(encodings[0], "replace")

    def lines(self, encodings=ENCODINGS):
        """(line number from 1, line without its end), counted as an editor counts them."""
        for number, line in enumerate(io.StringIO(self.text(encodings), newline=None), 1):
            yield number, line.rstrip("\n")

    def opened(self):
        """A seekable binary file object, for `zipfile`."""
        return io.BytesIO(self.bytes())


def _said(data, encodings):
    """A file that says it is UTF-8 is read as nothing else, whatever stray byte it holds."""
    return ("utf-8-sig",) if data.startswith(codecs.BOM_UTF8) else encodings
