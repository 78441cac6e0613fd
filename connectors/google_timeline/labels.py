"""Google's activity types as the pod's modes. Which car, bus or train is not said by Google."""

MODES = {
    "WALKING": "Walk",
    "ON_FOOT": "Walk",
    "HIKING": "Walk",
    "RUNNING": "Run",
    "CYCLING": "Bike",
    "ON_BICYCLE": "Bike",
    "IN_PASSENGER_VEHICLE": "Car",
    "IN_TAXI": "Car",
    "IN_VEHICLE": "Vehicle",
    "IN_ROAD_VEHICLE": "Vehicle",
    "IN_FOUR_WHEELER_VEHICLE": "Car",
    "IN_CAR": "Car",
    "MOTORCYCLING": "Motorcycle",
    "IN_TWO_WHEELER_VEHICLE": "Motorcycle",
    "IN_BUS": "Bus",
    "IN_TRAM": "Tram",
    "IN_SUBWAY": "Metro",
    "IN_TRAIN": "Train",
    "IN_RAIL_VEHICLE": "Train",
    "IN_FERRY": "Boat",
    "SAILING": "Boat",
    "BOATING": "Boat",
    "FLYING": "Plane",
    "SKATING": "Skate",
    "SKIING": "Other",
    "IN_CABLECAR": "Other",
    "IN_FUNICULAR": "Tram",
    "IN_GONDOLA_LIFT": "Other",
    "IN_WHEELCHAIR": "Walk",
}


def mode_of(label, sure):
    """{"mode", "confidence", "label"} of an activity type in any of its spellings."""
    plain = label.strip().upper().replace(" ", "_")
    mode = MODES.get(plain, "Unknown")
    confidence = None if sure is None else round(min(max(sure, 0.0), 1.0), 3)
    return {"mode": mode, "confidence": confidence, "label": plain[:60]}
