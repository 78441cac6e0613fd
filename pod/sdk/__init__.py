"""What programs import inside the box as `domicile`. The only pod code in there.

Apps: `def run(pod: Inputs, params: dict) -> dict` in the manifest's entry.
Importers: `def recognise(file: File) -> str | None` and `def read(file: File, format: str)`, a generator
of records (dicts with a "type") and of `problem(...)`.
"""

from .files import BadFile, File, problem
from .inputs import Denied, Inputs, Table
from .zones import zone

__all__ = ["BadFile", "Denied", "File", "Inputs", "Table", "problem", "zone"]
