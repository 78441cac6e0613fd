"""What programs import inside the box as `domicile`. The only pod code in there.

Apps: `def run(pod: Inputs, params: dict) -> Result` (or a dict) in the manifest's entry.
Importers: `def recognise(file: File) -> str | None` and `def read(file: File, format: str)`, a generator
of records (dicts with a "type") and of `problem(...)`.
Fetchers: `def fetch(web: Web, cursor: dict) -> dict`, which returns the next cursor.
"""

from . import views
from .files import BadFile, File, problem
from .inputs import Denied, Inputs, Table
from .notes import Notes
from .positions import Positions, unpack_positions
from .result import Result
from .sheets import Workbook
from .streams import json_items
from .views import said
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
    "Result",
    "Table",
    "TryLater",
    "Web",
    "Workbook",
    "json_items",
    "problem",
    "said",
    "unpack_positions",
    "views",
    "zone",
]
