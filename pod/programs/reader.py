"""Finds DataMatrix codes in one picture or PDF: a process that seals itself before it reads a byte.

Started with `-I -S -B` and an empty environment. The file comes on descriptor 0, one line of JSON goes
out on descriptor 1: {"codes": [text…], "layers"} or {"fault": reason}. argv: SITE_PACKAGES CODE MEMORY_BYTES
CPU_SECONDS PIXELS PAGES. Knows nothing of the pod; what it writes is as untrusted as the file.
"""

from __future__ import annotations

import io
import json
import os
import sys
from typing import Any

SIDE = 2400  # pixels of a page's longer side: a code of 2 cm on A4 is 160 of them
MOST_CODES = 20


def main() -> None:
    packages, code, memory, seconds, pixels, pages = sys.argv[1:7]
    sys.path += [packages, code]
    import pypdfium2
    import seal  # type: ignore[import-not-found]
    import zxingcpp
    from PIL import Image, JpegImagePlugin, PngImagePlugin

    plugins = (JpegImagePlugin.__name__, PngImagePlugin.__name__)
    assert all(name in sys.modules for name in plugins)  # noqa: S101  (nothing can be loaded later)
    formats: Any = zxingcpp.BarcodeFormat.DataMatrix
    Image.MAX_IMAGE_PIXELS = int(pixels)
    layers = seal.seal(int(seconds), int(memory))
    data = sys.stdin.buffer.read()
    try:
        found: dict[str, Any] = {"codes": [], "layers": layers}
        pdf = data.startswith(b"%PDF")
        pictures = (
            _pages(pypdfium2, data, int(pages)) if pdf else _picture(Image, data, int(pixels))
        )
        for picture in pictures:
            for one in zxingcpp.read_barcodes(picture, formats):
                found["codes"].append(bytes(one.bytes).decode("utf-8", "replace"))
            del found["codes"][MOST_CODES:]
    except _Fault as fault:
        found = {"fault": str(fault)}
    except MemoryError:
        found = {"fault": "too-large"}
    except Exception:  # whatever a parser of strangers' bytes says, the pod hears one word
        found = {"fault": "damaged"}
    os.write(1, json.dumps(found).encode() + b"\n")
    os._exit(0)


class _Fault(Exception):
    """A word that the pod knows."""


def _picture(images: Any, data: bytes, pixels: int) -> list[Any]:
    """A PNG or JPEG, in greys. Its size is looked at before anything is unpacked."""
    with images.open(io.BytesIO(data), formats=("PNG", "JPEG")) as found:
        if found.width * found.height > pixels:
            raise _Fault("too-large")
        return [found.convert("L")]


def _pages(pdfium: Any, data: bytes, most: int) -> Any:
    document = pdfium.PdfDocument(data)
    if len(document) > most:
        raise _Fault("too-many-pages")
    for page in document:
        longer = max(page.get_size())
        if not 1 <= longer <= 20_000:
            raise _Fault("too-large")
        yield page.render(scale=min(SIDE / longer, 6.0), grayscale=True).to_pil()


if __name__ == "__main__":
    main()
