"""Writes connectors/tic/recorded and, from what the connector says of them, golden.

`python -m tests.programs.make_tic`, then look at the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.programs.make_recorded import CONNECTORS, golden, text_of

TIC = CONNECTORS / "tic"
PARIS = ZoneInfo("Europe/Paris")
PRM, SERIAL = "14298765432109", "041876543210"


def checksum(summed: str) -> str:
    return chr((sum(summed.encode("latin-1")) & 0x3F) + 0x20)


def historic(groups: Mapping[str, str]) -> str:
    """A frame of the historic mode: the space before the checksum is not summed."""
    lines = [f"{label} {value}" for label, value in groups.items()]
    return "\x02" + "".join(f"\n{line} {checksum(line)}\r" for line in lines) + "\x03"


def standard(groups: Mapping[str, str]) -> str:
    """A frame of the standard mode; a value may be `date TAB value`."""
    lines = [f"{label}\t{value}\t" for label, value in groups.items()]
    return "\x02" + "".join(f"\n{line}{checksum(line)}\r" for line in lines) + "\x03"


def stamp(moment: datetime) -> str:
    """`SAAMMJJhhmmss` on the local clock."""
    local = moment.astimezone(PARIS)
    return ("E" if local.dst() else "H") + local.strftime("%y%m%d%H%M%S")


def at(moment: datetime, used: int, powers: tuple[int, int] = (640, 820)) -> dict[str, str]:
    """What a meter of two registers says at a moment, with the last two points of its curve."""
    point = moment.replace(minute=moment.minute // 30 * 30, second=0)
    before, last = powers
    return {
        "ADSC": SERIAL,
        "VTIC": "02",
        "DATE": f"{stamp(moment)}\t",
        "NGTF": "H PLEINE/CREUSE ",
        "LTARF": "HEURE  CREUSE   ",
        "EAST": f"{11_119_135 + used:09}",
        "EASF01": f"{4_211_804 + used:09}",
        "EASF02": f"{6_907_331:09}",
        "EASD01": f"{11_119_135 + used:09}",
        "IRMS1": "004",
        "URMS1": "231",
        "PREF": "09",
        "SINSTS": "00924",
        "CCASN": f"{stamp(point)}\t{last:05}",
        "CCASN-1": f"{stamp(point - timedelta(minutes=30))}\t{before:05}",
        "PRM": PRM,
    }


def log(frames: Iterable[tuple[datetime, str]]) -> str:
    """Frames as whoever listens writes them down, each after the moment of its arrival."""
    return "".join(f"@{moment:%Y-%m-%dT%H:%M:%SZ}\n{frame}\n" for moment, frame in frames)


OLD = {
    "ADCO": "812345678901", "OPTARIF": "HC..", "ISOUSC": "30", "HCHC": "004211804",
    "HCHP": "006907331", "PTEC": "HP..", "IINST": "004", "IMAX": "090", "PAPP": "00920",
    "HHPHC": "A", "MOTDETAT": "000000",
}  # fmt: skip


def files() -> dict[str, bytes]:
    # Autumn's doubled hour: 02:10 in summer time, then 02:10 in winter time.
    night = datetime(2024, 10, 27, 0, 10, 5, tzinfo=UTC)
    twice = [
        (night + timedelta(hours=n), standard(at(night + timedelta(hours=n), 100 * n)))
        for n in (0, 1)
    ]
    spoilt = twice[1][1].replace("\t231\t", "\t237\t")
    partial = standard(at(night, 0))[40:]
    decoded: dict[str, str] = {**at(night, 7), "!URMS1": "999"}
    del decoded["URMS1"]
    listed = [{"label": k, "value": v, "isValid": k != "IMAX"} for k, v in OLD.items()]
    return {
        "historique.txt": historic(OLD).encode(),
        "historique_ecoute.tic": log(
            (night + timedelta(minutes=10 * n), historic({**OLD, "HCHC": f"{4_211_804 + n:09}"}))
            for n in range(3)
        ).encode(),
        "standard_heure_double.tic": log(twice).encode(),
        "standard_une_trame_fausse.tic": (partial + log([twice[0], (night, spoilt)])).encode(),
        "standard_fausse.txt": spoilt.encode(),
        "passerelle_standard.json": json.dumps(decoded, indent=1).encode(),
        "passerelle_historique.json": json.dumps(
            {"mode": "HISTORIC", "groupList": listed}
        ).encode(),
    }


def main() -> None:
    for folder in ("recorded", "golden"):
        (TIC / folder).mkdir(exist_ok=True)
        for old in (TIC / folder).iterdir():
            old.unlink()
    for name, data in files().items():
        file = TIC / "recorded" / name
        file.write_bytes(data)
        (TIC / "golden" / f"{name}.json").write_text(text_of(golden(TIC, file)), "utf-8")


if __name__ == "__main__":
    main()
