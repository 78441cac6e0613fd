"""The RDF store (Oxigraph on disk): a reader of the log that answers SPARQL."""

from pod.index.follower import Index
from pod.index.solutions import Dataset, Solutions

__all__ = ["Dataset", "Index", "Solutions"]
