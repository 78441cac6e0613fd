"""Off-peak hours read off the meter: which half hours did its off-peak register count?

The register of a day is the sum of the half hours that are off-peak: with two months of days that
is a system of equations with 48 unknowns, each 0 or 1.
"""

from curve import PER_WH
from measures import complete_days

FEWEST = 56
SLOTS = 48


def find_hours(curve, registers):
    """ "22:00-06:00"-like ranges, or None where no set of half hours explains the registers."""
    rows = []
    for day in sorted(complete_days(curve) & registers.used.keys()):
        counted = registers.used[day][0].get("off_peak")
        halves = _halves(curve.days[day])
        if counted is not None and halves:
            rows.append((halves, float(counted)))
    rows = rows[-2 * FEWEST :]
    if len(rows) < FEWEST:
        return None
    solved = _least_squares(rows)
    if solved is None or any(min(abs(x), abs(x - 1)) > 0.2 for x in solved):
        return None
    return _ranges([x > 0.5 for x in solved])


def _halves(stretches):
    """48 energies in Wh of a day of 24 hours read every half hour; None for any other day."""
    if len(stretches) != 1 or stretches[0].step != 30 or len(stretches[0].values) != SLOTS:
        return None
    return [value * 30 / PER_WH for value in stretches[0].values]


def _least_squares(rows):
    """x that minimises |Ax − b|, by the normal equations; None where they do not determine it."""
    matrix = [[0.0] * (SLOTS + 1) for _ in range(SLOTS)]
    for halves, counted in rows:
        for i, left in enumerate(halves):
            line = matrix[i]
            for j in range(i, SLOTS):
                line[j] += left * halves[j]
            line[SLOTS] += left * counted
    for i in range(SLOTS):
        for j in range(i):
            matrix[i][j] = matrix[j][i]
    return _solve(matrix)


def _solve(matrix):
    """Gauss–Jordan with pivoting on a square system with its right side as the last column."""
    size = len(matrix)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(matrix[row][column]))
        if abs(matrix[pivot][column]) < 1e-6:
            return None
        matrix[column], matrix[pivot] = matrix[pivot], matrix[column]
        head = matrix[column]
        for row in range(size):
            if row != column and matrix[row][column]:
                factor = matrix[row][column] / head[column]
                matrix[row] = [a - factor * b for a, b in zip(matrix[row], head, strict=True)]
    return [matrix[i][size] / matrix[i][i] for i in range(size)]


def _ranges(slots):
    """Half hours as ranges on the clock; a range over midnight is one. None for none or all."""
    starts = [s for s in range(SLOTS) if slots[s] and not slots[s - 1]]
    parts = []
    for start in starts:
        end = start
        while slots[end % SLOTS]:
            end += 1
        parts.append(f"{_clock(start)}-{_clock(end % SLOTS)}")
    return ",".join(parts) or None


def _clock(slot):
    return f"{slot // 2:02d}:{slot % 2 * 30:02d}"
