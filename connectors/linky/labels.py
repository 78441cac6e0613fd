"""From labels of the local clock to instants: autumn's doubled hour, spring's absent one."""

from clock import DAY, _offset


def instants(labels):
    """The instant of each label; None for a label that the clock never showed.

    `labels` are in the order of time as the file has it. Autumn's doubled hour is resolved by that
    order: what comes after a step back, or the second of two equal labels, is the second hour.
    """
    offsets, doubled, found = {}, {}, []
    for number, label in enumerate(labels):
        day = label // DAY
        if day not in offsets:
            start, end = _offset(day * DAY, 0), _offset(day * DAY + DAY - 1, 0)
            offsets[day] = start if start == end else None
        offset = offsets[day]
        if offset is not None:
            found.append(label - offset)
            continue
        first, second = _offset(label, 0), _offset(label, 1)
        if first == second:
            found.append(label - first)
        elif first > second:  # shown twice
            doubled.setdefault(day, []).append(number)
            found.append(label - first)
        else:  # never shown, but for the end of the last interval before the change
            found.append(label - first if label % 60 == 0 else None)
    for numbers in doubled.values():
        folds = _folds([labels[n] for n in numbers])
        for number, fold in zip(numbers, folds, strict=True):
            if fold:
                found[number] = labels[number] - _offset(labels[number], 1)
    return found


def _folds(labels):
    """0 or 1 for each label of a doubled hour, in order of time."""
    folds, fold, before = [], 0, labels[0]
    for label in labels:
        fold = 1 if label < before else fold
        folds.append(fold)
        before = label
    if fold:
        return folds
    seen, folds = set(), []
    for label in labels:
        folds.append(int(label in seen))
        seen.add(label)
    return folds
