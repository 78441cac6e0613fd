"""The owner corrects what a transaction was for: a rule in `/finance/categories.ttl`, and every
transaction that has its words in all accounts, in one write.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from pod.errors import BadInput, NotFound, PreconditionFailed
from pod.model import Activity, Agent, Json, Verb
from pod.programs.ledger import Entry
from pod.programs.merge import categories
from pod.programs.merge.categories import CATEGORIES, naming, plain
from pod.programs.merge.days import Days
from pod.programs.merge.finance import HOME, RULES, TRANSACTION, Month
from pod.programs.merge.model import Ground
from pod.rdf.graph import TURTLE
from pod.space import Space, Write

RETRIES = 5
LONGEST = 80  # characters of a rule's words
MOST_RULES = 500


def proposed(one: Entry) -> str:
    """The words that name the other side of a transaction: what a rule about it may begin with."""
    for text in (one.other, one.text):
        words, named = plain(text).split(), frozenset(naming(text))
        while words and words[0] not in named:
            words.pop(0)
        if run := list(takewhile(named.__contains__, words)):
            return " ".join(run)[:LONGEST].strip()
    return plain(one.text or one.other)[:LONGEST].strip()


def fits(words: str, one: Entry) -> bool:
    """Whether a rule of these words is about `one`."""
    return f" {plain(words)} " in f" {plain(f'{one.text} {one.other}')} "


def learnt(space: Space, agent: Agent) -> tuple[tuple[str, str], ...]:
    """The owner's rules: (words, category)."""
    return categories.rules(RULES, _read(space, agent, RULES)[0]).learnt


def correct(space: Space, agent: Agent, words: str, category: str | None) -> Json:
    """Learns that what has `words` is for `category`, None: forgets it. All documents that this
    changes are written with the rule. {"words", "before": the category that the rule had, None for
    none, "count": how many transactions have the words}. Raises BadInput."""
    words = plain(words)
    if not 3 <= len(words) <= LONGEST:
        raise BadInput(f"a rule has 3 to {LONGEST} letters", reason="words")
    if category is not None and category not in CATEGORIES:
        raise BadInput("there is no such category", reason="category")
    for _ in range(RETRIES):
        body, version = _read(space, agent, RULES)
        known = dict(categories.rules(RULES, body).learnt)
        before = known.get(words)
        if category is not None and before is None and len(known) >= MOST_RULES:
            raise BadInput("there are too many rules", reason="rules")
        changed = categories.rewritten(RULES, body, words, category)
        rules = categories.rules(RULES, changed)
        writes = [Write(space.iri_of(RULES), changed, TURTLE, version)]
        count = 0
        for path in _months(space, agent):
            stored, at = _read(space, agent, path)
            if stored is None or not _may_have(stored, words):
                continue
            month = Month(path, stored, rules, _ground(space, agent))
            count += sum(
                one.shape is TRANSACTION and categories.has(one, words) for one in month.counted
            )
            if (text := month.text()) is not None:
                writes.append(Write(space.iri_of(path), text, TURTLE, at))
        activity = Activity(Verb.UPDATE, agent, space.iri_of(RULES), None, {"transactions": count})
        try:
            space.put_all(agent, writes, activity)
        except PreconditionFailed:
            continue  # an import came between: again
        return {"words": words, "before": before, "count": count}
    raise PreconditionFailed("the documents keep changing; try again")


def _may_have(body: bytes, words: str) -> bool:
    """A glance before a document is parsed: its words hold these in a row, or in two rows where a
    description ends and a name begins."""
    text = f" {plain(body.decode('utf-8', 'replace'))} "
    listed = words.split()
    return any(
        all(not part or f" {' '.join(part)} " in text for part in (listed[:at], listed[at:]))
        for at in range(len(listed))
    )


def _months(space: Space, agent: Agent) -> Iterator[str]:
    home = space.iri_of(HOME)
    if not space.exists(agent, home):
        return
    for folder in space.list(agent, home):
        if folder.iri.is_container:
            for member in space.list(agent, folder.iri):
                if member.iri.name.endswith(".ttl") and member.iri.name != "account.ttl":
                    yield space.path_of(member.iri)


def _read(space: Space, agent: Agent, path: str) -> tuple[bytes | None, int]:
    try:
        found = space.get(agent, space.iri_of(path), TURTLE)
    except NotFound:
        return None, 0
    return found.body.read(space.settings.max_rdf_bytes), found.resource.version


def _ground(space: Space, agent: Agent) -> Ground:
    return Ground(Days(space.settings.time_zone), lambda path: _read(space, agent, path)[0])
