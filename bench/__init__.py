"""How fast Domicile is, beside other Solid servers: `make bench`, `make growth` (docs/bench.md)."""
