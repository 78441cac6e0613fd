"""What other ways would change, on the person's own trips: kg of CO2 over the period and a year."""

from decimal import Decimal

BIKE_KM = 5
BIKE_KMH = 15
RAIL_KM = 1500  # flights that are shorter could have been a train
RAIL_DETOUR = Decimal("1.2")  # rails are longer than the flight
SHARED = 2  # in the car


def what_if(timeline, factors, days, telework_days):
    """[{"id","trips","km","saved_kg","saved_kg_year","minutes"}], those that save nothing left out."""
    cars = [t for t in timeline if t.mode == "Car" and t.kg is not None]
    commutes = [t for t in timeline if t.purpose == "commute" and t.kg is not None]
    short = [t for t in cars if t.km <= BIKE_KM]
    flights = [t for t in timeline if t.mode == "Plane" and t.kg is not None and t.km <= RAIL_KM]
    alone = [t for t in commutes if t.mode == "Car"] if factors.occupants < SHARED else []
    share = Decimal(min(telework_days, 5)) / 5
    found = [
        _told(
            "bike", short, sum((t.kg - _kg(factors, "Bike", t.km) for t in short), Decimal(0)), days
        )
        | {"minutes": round(sum(t.km / BIKE_KMH * 60 - t.seconds / 60 for t in short))},
        _told(
            "train",
            flights,
            sum(
                (t.kg - _kg(factors, "TGV", float(RAIL_DETOUR) * t.km) for t in flights), Decimal(0)
            ),
            days,
        ),
        _told("carpool", alone, sum((t.kg / 2 for t in alone), Decimal(0)), days),
        _told("telework", commutes, sum((t.kg for t in commutes), Decimal(0)) * share, days),
    ]
    return [one for one in found if one["trips"] and one["saved_kg"] > 0]


def _kg(factors, mode, km):
    grams, _ = factors.of(mode, km)
    return (grams or Decimal(0)) * Decimal(str(km)) / 1000


def _told(name, some, saved, days):
    return {
        "id": name,
        "trips": len(some),
        "km": round(sum(t.km for t in some), 2),
        "saved_kg": float(round(saved, 3)),
        "saved_kg_year": float(round(saved * 365 / days, 1)) if days >= 28 else None,
        "minutes": None,
    }
