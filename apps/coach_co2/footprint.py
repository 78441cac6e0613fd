"""Grams of CO2 and euros of a trip, each with the id of the factor it was worked out with.

Amounts are Decimal: factors come as decimal text.
"""

from decimal import Decimal

KINDS = {
    "Walk": "marche",
    "Run": "marche",
    "Skate": "marche",
    "Bike": "velo",
    "EBike": "veloelectrique",
    "KickScooter": "trottinette",
    "Motorcycle": "moto",
    "Car": "voiturethermique",
    "Bus": "busthermique",
    "Coach": "autocar",
    "Tram": "tramway",
    "Metro": "metro",
    "RER": "rer",
    "Train": "ter",
    "TER": "ter",
    "Intercity": "intercites",
    "TGV": "tgv",
    "Plane": "avion",
}
CENT = Decimal("0.01")
ELECTRIC = Decimal("1.2")  # of the scale of costs
FREE = ("Walk", "Run", "Skate")


class Factors:
    """`vehicle`: what the own car is, `voiture-citadine-essence` say; `car_g`: its own use in g/km
    (tailpipe, from its registration), which replaces the factor's use."""

    def __init__(self, table, vehicle=None, occupants=1, car_g=None):
        self.source = table.facts["source"]
        self._kinds = {}
        for row in table:
            self._kinds.setdefault(row["kind"], []).append(row)
        self.vehicle = vehicle if vehicle in self._kinds else KINDS["Car"]
        self.occupants = Decimal(max(1, occupants or 1))
        self._car_g = None if car_g is None else Decimal(str(car_g))
        self.used = {}

    def of(self, mode, km):
        """(g/km of one person, factor id); (None, None) where there is no factor."""
        kind = self.vehicle if mode == "Car" else KINDS.get(mode)
        rows = self._kinds.get(kind, [])
        row = next((r for r in rows if km < r["to_km"]), rows[-1] if rows else None)
        if row is None:
            return None, None
        use = Decimal(row["use_g"])
        if mode == "Car" and self._car_g is not None:
            use = self._car_g
        grams = use + Decimal(row["making_g"]) + Decimal(row["contrails_g"])
        if row["per"] == "vehicle":
            grams /= self.occupants
        self.used[row["id"]] = {
            "id": row["id"],
            "source": self.source,
            "date": row["date"],
            "g_per_km": float(round(grams, 4)),
        }
        return grams, row["id"]


class Costs:
    """What a car's km costs, from the km of a year: the scale's part per km and its fixed part."""

    def __init__(self, table, km_year, electric=False, occupants=1):
        self.source, self.id = table.facts["source"], None
        self._per_km = None
        rows = list(table)
        for row in rows:
            if row["kind"] == "car" and row["from_km"] <= km_year < row["to_km"]:
                self.id = row["id"]
                self._per_km = Decimal(row["eur_per_km"])
                if km_year:
                    self._per_km += Decimal(row["eur_fixed"]) / Decimal(str(km_year))
        if self._per_km is not None:
            self._per_km = self._per_km * (ELECTRIC if electric else 1) / max(1, occupants or 1)

    def of(self, mode, km):
        """Euros of a trip, None where no price is known."""
        if mode in FREE:
            return Decimal(0)
        if mode == "Car" and self._per_km is not None:
            return self._per_km * Decimal(str(km))
        return None
