"""Domicile: a personal data server. Start with `ARCHITECTURE.md` beside this file."""

__version__ = "0.1.0"
