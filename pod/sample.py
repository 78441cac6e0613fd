"""A believable household that nobody lives in: an electricity meter and a bank account, from a seed.

Same arguments, same bytes: no clock is read. The files are in the very formats of the holders, so
that the sample enters by the same door as real data.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

BANK, BRANCH, NUMBER = "30006", "00001", "12345678901"
IBAN = "FR7630006000011234567890189"  # the specimen that banks print
OPENING = Decimal("1840.22")
METER = "12345678901234"  # fourteen digits, and plainly nobody's
OFF_PEAK = "23:00-07:00"
PARIS = ZoneInfo("Europe/Paris")
HALF_HOUR = timedelta(minutes=30)
DAY = timedelta(days=1)

HEATING_W_PER_K = 42.0
COMFORT_C = 16.0
CAR_W = 3_600
WATER_W = 2_200
OVERLAP_DAYS = 10  # the second hour file starts before the first one ends, as people export them
FREEZER_W = 60  # unplugged for good `FREEZER_DAYS` before the end
FREEZER_DAYS = 250


@dataclass(frozen=True, slots=True)
class Reading:
    """A mean power (whole W, None: lost on the way) over `minutes` that end at `end` (UTC)."""

    end: datetime
    minutes: int
    watts: int | None


def write_household(folder: Path, *, until: date, days: int = 730, seed: int = 2024) -> list[Path]:
    """Writes hour curves and the daily index of the `days` local days up to and with `until`.

    Returns the files in the order in which they are to be imported.
    """
    first = until - timedelta(days=days - 1)
    powers = list(household(first, until, seed))
    readings = list(_sent(powers, first, until))
    cuts = [first, until + DAY]
    if days > 400:
        cuts.insert(1, until - timedelta(days=364))
    files = []
    for number in range(len(cuts) - 1):
        start = cuts[number] - (timedelta(days=OVERLAP_DAYS) if number else timedelta(0))
        end = cuts[number + 1]
        span = f"{start:%Y%m%d}-{end:%Y%m%d}"
        file = folder / f"Enedis_Conso_Heure_{span}_{METER}.csv"
        file.write_text(hour_file(readings, start, end), "utf-8-sig", newline="")
        files.append(file)
    file = folder / f"Enedis_Conso_Jour_{first:%Y%m%d}-{until + DAY:%Y%m%d}_{METER}.csv"
    file.write_text(index_file(powers, first, until + DAY), "utf-8-sig", newline="")
    return [*files, file]


def write_statements(folder: Path, *, until: date, days: int = 365, seed: int = 2024) -> list[Path]:
    """Writes the household's bank account for the `days` days up to and with `until` three times over,
    as its bank offers it: OFX, CSV, camt.053. What is one transaction in all of them is one."""
    first = until - timedelta(days=days - 1)
    entries = list(spending(first, until, seed))
    made = (
        (".ofx", ofx(entries, until), "cp1252"),
        (".csv", _table(entries), "utf-8-sig"),
        (".xml", _camt(entries, first, until), "utf-8"),
    )
    span = f"{first:%Y%m%d}-{until:%Y%m%d}"
    for suffix, text, encoding in made:
        (folder / f"releve_{span}{suffix}").write_text(text, encoding, newline="")
    return [folder / f"releve_{span}{suffix}" for suffix, _, _ in made]


def temperature(day: date, seed: int = 2024) -> float:
    """The mean temperature of a day, in °C: a season, with warm and cold spells of some days."""
    season = 12.3 - 8.6 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 17) / 365.25)
    block, within = divmod(day.toordinal(), 6)
    spells = [Random(f"spell {seed} {block + n}").gauss(0, 3.2) for n in (0, 1)]  # noqa: S311
    turn = (1 - math.cos(math.pi * within / 6)) / 2
    own = Random(f"day {seed} {day.toordinal()}").gauss(0, 1.1)  # noqa: S311
    return round(season + spells[0] * (1 - turn) + spells[1] * turn + own, 1)


def household(first: date, until: date, seed: int = 2024) -> Iterator[tuple[datetime, int]]:
    """(START in UTC, W) of every half hour of the local days from `first` to `until`.

    Powers are even numbers, so that every half hour is a whole number of watt-hours.
    """
    now, end = midnight(first), midnight(until + DAY)
    freezer_until = until - timedelta(days=FREEZER_DAYS)
    while now < end:
        local = now.astimezone(PARIS)
        profile = _profile(local.date(), seed)
        slot = local.hour * 2 + local.minute // 30
        freezer = FREEZER_W if local.date() < freezer_until else 0
        yield now, 2 * round((profile[slot] + freezer) / 2)
        now += HALF_HOUR


def away(day: date) -> bool:
    """Holidays: half of August, a winter week, the days after Christmas, a long weekend in May."""
    return (
        (day.month == 8 and 3 <= day.day <= 17)
        or (day.month == 2 and 16 <= day.day <= 21)
        or (day.month == 12 and 26 <= day.day <= 29)
        or (day.month == 5 and 8 <= day.day <= 11)
    )


# ---------------------------------------------------------------- one day of the household


@lru_cache(maxsize=4)
def _profile(day: date, seed: int) -> tuple[float, ...]:
    """W of the 48 half hours of a day on the local clock."""
    chance = Random(f"profile {seed} {day.toordinal()}")  # noqa: S311
    powers = [
        118 + 34 * math.sin(slot * 1.9 + chance.random()) + chance.uniform(0, 22)
        for slot in range(48)
    ]
    _heat(powers, day, seed)
    if away(day):
        return tuple(powers)
    _water(powers, chance)
    _live(powers, day, chance)
    _machines(powers, day, chance)
    _charge(powers, day, seed)
    return tuple(powers)


def _heat(powers: list[float], day: date, seed: int) -> None:
    mean = temperature(day, seed)
    for slot in range(48):
        outside = mean - 3.2 * math.cos(2 * math.pi * (slot - 30) / 48 + math.pi)
        setting = 0.28 if away(day) else 0.78 if slot < 12 or slot >= 46 else 1.06
        powers[slot] += HEATING_W_PER_K * max(0.0, COMFORT_C - outside) * setting


def _water(powers: list[float], chance: Random) -> None:
    """The tank heats from the start of the off-peak hours until it is hot."""
    left = chance.uniform(2.6, 4.4) * 1000
    for slot in (46, 47, 0, 1, 2):
        used = min(left, WATER_W / 2)
        powers[slot] += used * 2
        left -= used


def _live(powers: list[float], day: date, chance: Random) -> None:
    """Lights, screens, cooking: mornings and evenings, and noon where nobody works."""
    free = day.weekday() >= 5
    dark = 1 + 0.6 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 10) / 365.25)
    start = chance.choice((16, 17, 18)) if free else chance.choice((13, 13, 14))
    for slot in range(start, start + 4):
        powers[slot] += chance.uniform(90, 240)
    if free:
        powers[24] += chance.uniform(500, 1500)
        for slot in range(22, 34):
            powers[slot] += chance.uniform(40, 200)
    dinner = chance.choice((37, 38, 39))
    powers[dinner] += chance.uniform(700, 1700)
    powers[dinner + 1] += chance.uniform(300, 1100)
    for slot in range(35, 46):
        powers[slot] += chance.uniform(70, 170) * dark


def _machines(powers: list[float], day: date, chance: Random) -> None:
    if chance.random() < 0.7:  # the dishwasher, late, in the off-peak hours
        powers[47] += 1300
        powers[0] += 700
    if day.weekday() in (2, 5) or chance.random() < 0.12:  # the washing machine
        at = chance.choice((20, 22, 30)) if day.weekday() >= 5 else chance.choice((36, 38))
        powers[at] += 1500
        powers[at + 1] += 450


def _charge(powers: list[float], day: date, seed: int) -> None:
    """The electric car, on Tuesday and Friday mornings before dawn, sometimes on another day."""
    chance = Random(f"car {seed} {day.toordinal()}")  # noqa: S311
    regular = day.weekday() in (1, 4) and chance.random() < 0.88
    if regular or chance.random() < 0.04:
        for slot in range(2, 2 + chance.choice((5, 6, 7, 8))):
            powers[slot] += CAR_W


# ---------------------------------------------------------------- what arrives, and the files


def midnight(day: date) -> datetime:
    """When a local day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)


def _sent(powers: list[tuple[datetime, int]], first: date, until: date) -> Iterator[Reading]:
    """The readings that reach the customer space: hours instead of half hours for a while, a few
    lost. A hole is never one half hour long: it would read as an hour."""
    span = (until - first).days
    hourly = midnight(first + timedelta(days=span // 3)) + timedelta(hours=14)
    hourly_end = hourly + timedelta(days=min(9, span // 4))
    lost = _lost(first, span)
    number = 0
    while number < len(powers):
        start, watts = powers[number]
        if hourly <= start < hourly_end and number + 1 < len(powers):
            mean = (watts + powers[number + 1][1]) // 2
            yield Reading(start + 2 * HALF_HOUR, 60, mean)
            number += 2
            continue
        number += 1
        gap = next((kind for begin, end, kind in lost if begin <= start < end), None)
        if gap != "absent":
            yield Reading(start + HALF_HOUR, 30, None if gap else watts)


def _lost(first: date, span: int) -> list[tuple[datetime, datetime, str]]:
    """(from, to, "absent" or "empty"): lines that are not there, and lines without a value."""
    if span < 60:
        return []
    hours = midnight(first + timedelta(days=span // 5)) + timedelta(hours=9)
    day = first + timedelta(days=span * 3 // 5)
    empty = midnight(first + timedelta(days=span * 4 // 5)) + timedelta(hours=16)
    return [
        (hours, hours + 5 * HALF_HOUR, "absent"),
        (midnight(day), midnight(day + DAY), "absent"),
        (empty, empty + 2 * HALF_HOUR, "empty"),
    ]


def hour_file(readings: Iterable[Reading], start: date, end: date) -> str:
    lines = [
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
        "Grandeur metier;Etape metier;Unite;Pas en minutes",
        f"{METER};Courbe de charge;{start:%d/%m/%Y};{end:%d/%m/%Y};Energie active;Consommation;"
        "Comptage Brut;W;",
        "Horodate;Valeur",
    ]
    since, to = midnight(start), midnight(end)
    for reading in readings:
        if since < reading.end <= to:
            value = "" if reading.watts is None else reading.watts
            lines.append(f"{reading.end.astimezone(PARIS).isoformat()};{value}")
    return "\n".join(lines) + "\n"


def index_file(powers: Sequence[tuple[datetime, int]], start: date, end: date) -> str:
    """The registers at each local midnight. Summer rows are stamped 01:00, as in real files."""
    suppliers = [f"EAS F{n}" for n in range(1, 11)]
    grid = [f"EAS D{n}" for n in range(1, 5)]
    lines = [
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;"
        "Grandeur metier;Etape metier;Unite",
        f"{METER};Index;{start:%d/%m/%Y};{end:%d/%m/%Y};Energie active;Consommation;"
        "Comptage Brut;Wh",
        ";".join(["Horodate", "Type de releve", *suppliers, *grid, "EAS T"]),
    ]
    for midnight, low, high in _registers(powers, start, end):
        total = low + high
        stamp = midnight.astimezone(PARIS)
        if stamp.dst():
            stamp += timedelta(hours=1)
        cells = [f"{low}", f"{high}", *[""] * 8, f"{total}", "", "", "", f"{total}"]
        lines.append(f"{stamp.isoformat()};Arrêté quotidien;" + ";".join(cells))
    return "\n".join([*lines, *_calendar(start, suppliers, grid)]) + "\n"


def _registers(
    powers: Sequence[tuple[datetime, int]], start: date, end: date
) -> Iterator[tuple[datetime, int, int]]:
    """(local midnight, off-peak Wh, peak Wh): whole watt-hours of what has run through."""
    low, high = 4_211_804, 6_907_331  # from years before
    energy = dict(powers)
    now, last, day = midnight(start), midnight(end), start
    while now <= last:
        if now == midnight(day):
            yield now, low, high
            day += DAY
        if now in energy:
            hour = now.astimezone(PARIS).hour
            if hour >= 23 or hour < 7:
                low += energy[now] // 2
            else:
                high += energy[now] // 2
        now += HALF_HOUR


def _calendar(since: date, suppliers: list[str], grid: list[str]) -> list[str]:
    """What each register counts: the block at the end of a daily file."""
    titles = ["Periode", "Identifiant calendrier fournisseur", "Libelle calendrier fournisseur"]
    for number in range(1, len(suppliers) + 1):
        titles += [f"{w} classe temporelle {number}" for w in ("Identifiant", "Libelle", "Cadran")]
    titles += ["Identifiant calendrier distributeur", "Libelle calendrier distributeur"]
    for number in range(1, len(grid) + 1):
        name = f"classe temporelle distributeur {number}"
        titles += [f"{w} {name}" for w in ("Identifiant", "Libelle", "Cadran")]
    classes = [("HC", "Heures Creuses"), ("HP", "Heures Pleines"), *[("", "")] * 8]
    cells = [f"Du {midnight(since).astimezone(PARIS).isoformat()} au", "FC000020", "HP/HC"]
    for (short, name), register in zip(classes, suppliers, strict=True):
        cells += [short, name, register]
    cells += ["DI000001", "Sans différenciation temporelle"]
    for number, register in enumerate(grid):
        cells += ["BASE", "Base", register] if number == 0 else ["", "", register]
    return [";".join(titles), ";".join(cells)]


# ---------------------------------------------------------------- the account

Entry = tuple[date, Decimal, str, str]  # day, signed amount, text, reference


def spending(first: date, until: date, seed: int = 2024) -> Iterator[Entry]:
    """What comes in and goes out. Saturdays may have two coffees alike; September has no CAF."""
    monthly = {
        2: ("-742.00", "VIR LOYER REGIE DU PARC"), 5: ("148.52", "VIR CAF DU RHONE PRIME ACTIVITE"),
        8: ("-29.99", "PRLV SEPA FREE TELECOM"), 10: ("-86.40", "PRLV SEPA EDF ELECTRICITE"),
        12: ("-31.20", "PRLV SEPA MAIF"), 28: ("1684.37", "VIR SALAIRE"),
    }  # fmt: skip
    day = first
    while day <= until:
        chance = Random(f"spending {seed} {day.toordinal()}")  # noqa: S311
        today = [monthly[day.day]] if day.day in monthly and (day.month, day.day) != (9, 5) else []
        if day.weekday() in (1, 5) and not away(day):
            cents = chance.randrange(1800, 9200)
            shop = chance.choice(("CARREFOUR CITY", "BIOCOOP", "BOULANGERIE PÂTÉ & CIE"))
            today.append((f"-{cents // 100}.{cents % 100:02d}", f"CB {shop}"))
        if day.weekday() == 5 and chance.random() < 0.6:
            today += [("-2.30", "CB CAFE DE LA PLACE")] * 2
        for number, (amount, text) in enumerate(today, 1):
            yield day, Decimal(amount), text, f"{day:%Y%m%d}{number:03d}"
        day += DAY


def ofx(entries: Sequence[Entry], until: date) -> str:
    """OFX 1.02 as French banks write it: no end tags of values, decimal commas, a plus sign."""
    lines = [
        "OFXHEADER:100", "DATA:OFXSGML", "VERSION:102", "SECURITY:NONE", "ENCODING:USASCII",
        "CHARSET:1252", "COMPRESSION:NONE", "OLDFILEUID:NONE", "NEWFILEUID:NONE", "", "<OFX>",
        "<SIGNONMSGSRSV1>", "<SONRS>", f"<DTSERVER>{until:%Y%m%d}220000", "</SONRS>",
        "</SIGNONMSGSRSV1>", "<BANKMSGSRSV1>", "<STMTTRNRS>", "<STMTRS>", "<CURDEF>EUR",
        "<BANKACCTFROM>", f"<BANKID>{BANK}", f"<BRANCHID>{BRANCH}", f"<ACCTID>{NUMBER}",
        "<ACCTTYPE>CHECKING", "</BANKACCTFROM>", "<BANKTRANLIST>",
    ]  # fmt: skip
    for day, amount, text, reference in entries:
        kind = "CREDIT" if amount > 0 else "DEBIT"
        shown = f"{amount:+}".replace(".", ",")
        lines += ["<STMTTRN>", f"<TRNTYPE>{kind}", f"<DTPOSTED>{day:%Y%m%d}", f"<TRNAMT>{shown}"]
        lines += [f"<FITID>{reference}", f"<NAME>{text.replace('&', '&amp;')}", "</STMTTRN>"]
    closing = f"{OPENING + sum(e[1] for e in entries):+}".replace(".", ",")
    ends = ["</BANKTRANLIST>", "<LEDGERBAL>", f"<BALAMT>{closing}", f"<DTASOF>{until:%Y%m%d}"]
    ends += ["</LEDGERBAL>", "</STMTRS>", "</STMTTRNRS>", "</BANKMSGSRSV1>", "</OFX>", ""]
    return "\r\n".join(lines + ends)


def _table(entries: list[Entry]) -> str:
    """The newest first, as customer spaces show it."""
    lines = [f"Compte de chèques;{IBAN}", "", "Date opération;Date valeur;Libellé;Débit;Crédit"]
    for day, amount, text, _ in reversed(entries):
        shown = f"{abs(amount)}".replace(".", ",")
        lines.append(
            f"{day:%d/%m/%Y};{day:%d/%m/%Y};{text};" + (f"{shown};" if amount < 0 else f";{shown}")
        )
    return "\r\n".join([*lines, ""])


def _camt(entries: list[Entry], first: date, until: date) -> str:
    def balance(kind: str, day: date, amount: Decimal) -> str:
        what = f"<Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        return f"<Bal>{what}{_amount(amount)}<Dt><Dt>{day}</Dt></Dt></Bal>\n"

    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>\n'
        f"<GrpHdr><MsgId>1</MsgId><CreDtTm>{until}T23:00:00+01:00</CreDtTm></GrpHdr>\n"
        f"<Stmt><Id>1</Id><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n",
        balance("OPBD", first, OPENING),
        balance("CLBD", until, OPENING + sum(entry[1] for entry in entries)),
    ]
    for day, amount, text, reference in entries:
        said = text.replace("&", "&amp;")
        parts.append(
            f"<Ntry>{_amount(amount)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>"
            f"<ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>S{reference}</AcctSvcrRef><NtryDtls><TxDtls>"
            f"<RmtInf><Ustrd>{said}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
        )
    return "".join(parts) + "</Stmt></BkToCstmrStmt></Document>\n"


def _amount(amount: Decimal) -> str:
    way = "DBIT" if amount < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{way}</CdtDbtInd>'
