"""What programs import inside the box as `domicile`. The only pod code in there.

Apps: `def run(pod: Inputs, params: dict) -> dict` in the manifest's entry.
Importers: `def recognise(file: File) -> str | None` and `def read(file: File, format: str)`, a generator
of records (dicts with a "type") and of `problem(...)`.
Fetchers: `def fetch(web: Web, cursor: dict) -> dict`, which returns the next cursor.
"""

from .files import BadFile, File, problem
from .inputs import Denied, Inputs, Table
from .notes import Notes
from .positions import Positions, unpack_positions
from .sheets import Workbook
from .streams import json_items
from .web import ActionNeeded, Answer, HolderError, TryLater, Web
from .zones import zone

__all__ = [
    "ActionNeeded",
    "Answer",
    "BadFile",
    "Denied",
    "File",
    "HolderError",
    "Inputs",
    "Notes",
    "Positions",
    "Table",
    "TryLater",
    "Web",
    "Workbook",
    "json_items",
    "problem",
    "unpack_positions",
    "zone",
]
