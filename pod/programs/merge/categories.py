"""What a transaction was for: the owner's corrections first, then a short list of French merchants.

A correction is a `dom:CategoryRule` in `/finance/categories.ttl`: words, and the category of every
transaction that has them. The document is the owner's; nothing here comes out of a box.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from pod.programs.merge.documents import HEAD, Stored, literal
from pod.programs.merge.items import Item
from pod.rdf.terms import DOM

OTHER = "UncategorisedMoney"
# Words as they stand in statements, without accents; the first category that fits is taken.
MERCHANTS: dict[str, str] = {
    "Benefits": "caf|caisse d allocations familiales|cpam|ameli|france travail|pole emploi|msa|carsat",
    "Salary": "salaire|salaires|paie|paye|remuneration|salary|gehalt",
    "Housing": "loyer|foncia|nexity|syndic|charges copropriete|miete|credit immobilier|action logement",
    "Electricity": "edf|electricite|totalenergies|eni|ekwateur|ilek|octopus energy|enercoop|vattenfall",
    "Gas": "engie|gaz de bordeaux|gaz",
    "Water": "veolia|suez|saur|eau de paris|eau du grand lyon",
    "Telecom": "orange|sosh|sfr|bouygues telecom|free mobile|free telecom|free|prixtel|ovh",
    "Groceries": "carrefour|leclerc|auchan|intermarche|super u|hyper u|systeme u|monoprix|franprix|lidl|aldi"
    "|casino|picard|biocoop|naturalia|grand frais|cora|boulangerie|supermarket|groceries",
    "Restaurants": "restaurant|cafe|brasserie|mcdonald s|mcdonalds|burger king|deliveroo"
    "|uber eats|coffee|kaffee",
    "Transport": "sncf|ratp|tcl|keolis|transdev|navigo|uber|blablacar|flixbus|velov|lime|trainline|vinci"
    "|autoroutes|aprr|parking|peage",
    "Fuel": "total|totalenergies station|esso|shell|bp|avia|station service|ionity",
    "Health": "pharmacie|docteur|medecin|laboratoire|hopital|mutuelle|harmonie mutuelle|mgen|opticien",
    "Insurance": "maif|macif|matmut|maaf|axa|allianz|groupama|gmf|assurance|assurances",
    "Taxes": "dgfip|impot|impots|tresor public|taxe fonciere",
    "Cash": "retrait|retrait dab|dab",
    "BankFees": "frais|cotisation|commission|agios|interets debiteurs",
    "Savings": "livret a|ldds|epargne|assurance vie",
    "Leisure": "netflix|spotify|deezer|canal|disney plus|cinema|ugc|pathe|decathlon|fnac|steam",
    "Shopping": "amazon|cdiscount|ikea|leroy merlin|castorama|zara|h m|darty|boulanger|vinted|leboncoin|action",
}
CATEGORIES = (*MERCHANTS, OTHER)
_RULE = (DOM.pattern, DOM.category)


@dataclass(frozen=True, slots=True)
class Rules:
    """The owner's corrections: (words, category), the longest words first."""

    learnt: tuple[tuple[str, str], ...] = ()


def rules(path: str, body: bytes | None) -> Rules:
    """What the owner's document holds; a rule that an edit has spoilt is left out."""
    if not body:
        return Rules()
    found = _rules(Stored(path, body, [DOM.CategoryRule])).values()
    return Rules(tuple(sorted(found, key=lambda rule: (-len(rule[0]), rule))))


def _rules(stored: Stored) -> dict[str, tuple[str, str]]:
    """IRI → (words, category)."""
    found = {}
    for iri in stored.subjects(DOM.CategoryRule):
        said = stored.take(iri, _RULE, [DOM.CategoryRule])
        if all(len(said.get(name, ())) == 1 for name in _RULE):
            words = plain(str(said[DOM.pattern][0].value))
            category = str(said[DOM.category][0].value).removeprefix(str(DOM))
            if words and category in CATEGORIES:
                found[iri] = (words, category)
    return found


def rewritten(path: str, body: bytes | None, words: str, category: str | None) -> bytes:
    """The owner's document with this rule in place of those of the same `words`, None: without
    them. What is no rule, or a spoilt one, stays as it is."""
    held = _rules(Stored(path, body, [DOM.CategoryRule]))
    stored = Stored(path, body, [DOM.CategoryRule])
    for iri in held:
        stored.take(iri, _RULE, [DOM.CategoryRule])
    found = dict(sorted(rule for rule in held.values() if rule[0] != words))
    if category is not None:
        found[words] = category
    text = f"@prefix dom: <{DOM}> .\n"
    for number, (pattern, kind) in enumerate(sorted(found.items()), 1):
        text += f"\n<#rule-{number}> a dom:CategoryRule ;\n    dom:pattern {literal(pattern)} ; "
        text += f"dom:category dom:{kind} .\n"
    left = stored.foreign()
    return ((HEAD + text.partition("\n")[2] if left else text) + left).encode()


def has(one: Item, words: str) -> bool:
    """Whether a rule of these plain words is about `one`."""
    return f" {words} " in f" {plain(_said(one))} "


# What banks write before a name: it names nobody.
_SAID_OF_ALL = frozenset((
    "achat", "avoir", "carte", "card", "debit", "facture", "paiement", "payment", "prelevement",
    "prlv", "sepa", "vir", "virement",
))  # fmt: skip


def naming(text: str) -> list[str]:
    """The words of a text that name somebody: no number, nothing that banks write everywhere."""
    return [w for w in plain(text).split() if len(w) > 2 and w.isalpha() and w not in _SAID_OF_ALL]


def categorise(one: Item, learnt: Rules) -> str:
    """The category's name, `UncategorisedMoney` where no rule fits."""
    return _category(_said(one), learnt)


def _said(one: Item) -> str:
    return f"{one.get('description')} {one.get('recipient') or one.get('sender')}"


def plain(text: str) -> str:
    """Lower case, no accents, single spaces: what rules are compared with."""
    flat = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", flat))


@lru_cache(maxsize=4096)
def _category(text: str, learnt: Rules) -> str:
    words = f" {plain(text)} "
    for pattern, category in learnt.learnt:
        if f" {pattern} " in words:
            return category
    found = _KNOWN.search(words)
    return found.lastgroup or OTHER if found else OTHER


_KNOWN = re.compile("|".join(f"(?P<{name}> (?:{some}) )" for name, some in MERCHANTS.items()))
