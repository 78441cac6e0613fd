"""Readers of the log: the RDF store (Oxigraph on disk) that answers SPARQL, and the search."""

from pod.index.follower import Follower
from pod.index.graphs import Index
from pod.index.narrowed import Narrow
from pod.index.search import Hit, Search
from pod.index.solutions import Dataset, Solutions

__all__ = ["Dataset", "Follower", "Hit", "Index", "Narrow", "Search", "Solutions"]
