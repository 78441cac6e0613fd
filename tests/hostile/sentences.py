"""Random texts in the grammars that a storage reads: RDF, access rules, patches, queries; and random
damage to them. All of it depends on the given generator alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

SAYS, NUMBER = "urn:x:says", "urn:x:n"
_NAMES = ("<>", "<#it>", "<#other>", "<./x>", "<urn:x:a>", "_:b", "e:a.b", "e:c\\,d", "<#é>")
_VERBS = ("a", "<#p>", "e:p", "<urn:x:q>", "<http://xmlns.com/foaf/0.1/knows>")
_TEXTS = (
    '"t"', "'t'", '"""a "b"\n"""', "'''it's'''", '"\\u00e9\\n"', '"x"@fr-BE', '"1"^^<urn:x:t>',
    "1", "-1.5", "2e3", "true", '"\U0001f3e0"', '""', '"' + "l" * 3000 + '"', '"<>;.[]()"',
)  # fmt: skip
_DEEP = ("[" * 70 + "]" * 70, "(" * 90 + ")" * 90, "[<#p> " * 65 + "1" + "]" * 65)
PIECES = (
    b"\0", b"%00", b"%2e%2e/", b"//", b"\\", b"\r\n", b"\n", b"\t", b"\xff", "\u202e".encode(), b"%",
    b"{", b"}", b'"', b"'", b"<", b">", b";", b",", b"=", b"*", b"-1", b"99999999999999999999",
    b".acl", b".meta", b"%C3%28", b"A" * 3000, b"?", b"#", b" ", b":", b"[", b"\x7f", b"]", b"@", b"_:",
    b"@base <http://e/>.", b"<#x> <#y> <#z> .", b"{{{{", b"((((", b"SERVICE <http://127.0.0.1:9/> {}",
)  # fmt: skip


def damaged(chance: Random, data: bytes) -> bytes:
    """`data` with some bytes changed, dropped, doubled or put in."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(data) + 1)
        end = at + chance.randrange(1, 12)
        match chance.randrange(5):
            case 0:
                data = data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :]
            case 1:
                data = data[:at] + data[end:]
            case 2:
                data = data[:at] + data[at:end] * chance.randrange(2, 30) + data[end:]
            case _:
                data = data[:at] + chance.choice(PIECES) + data[at:]
    return data


# -------------------------------------------------------------------- documents


def turtle(chance: Random, canary: str) -> str:
    """A document that says the canary of its subject."""
    lines = ["@prefix e: <http://ex.example/>.", f'<> <{SAYS}> "{canary}"; <{NUMBER}> 1 .']
    for _ in range(chance.randrange(4)):
        lines.append(f"{chance.choice(_NAMES)} {_said(chance)} .")
    if chance.random() < 0.03:
        lines.append(f"<#d> <#p> {chance.choice(_DEEP)} .")
    if chance.random() < 0.2:
        lines.insert(1, "# a comment ' \" [ <\n")
    if chance.random() < 0.1:
        lines.append("PREFIX f: <#>\nf:x f:y f:z .")
    return "\n".join(lines) + "\n" * chance.randrange(2)


def _said(chance: Random) -> str:
    pairs = (f"{chance.choice(_VERBS)} {_value(chance, 3)}" for _ in range(chance.randrange(1, 4)))
    return " ; ".join(pairs)


def _value(chance: Random, depth: int) -> str:
    match chance.randrange(8) if depth else 0:
        case 5:
            return f"[ {_said(chance)} ]" if depth > 1 else "[]"
        case 6:
            return f"( {_value(chance, depth - 1)} {_value(chance, depth - 1)} )"
        case 7:
            return f"{_value(chance, depth - 1)}, {_value(chance, depth - 1)}"
        case _:
            return chance.choice(_TEXTS + _NAMES)


def n_triples(chance: Random, canary: str) -> str:
    lines = [f'<urn:x:s> <{SAYS}> "{canary}" .', f"<urn:x:s> <{NUMBER}> <urn:x:o> ."]
    for _ in range(chance.randrange(4)):
        value = chance.choice(('"a\\tb"', '"x"@fr', "_:o", "<urn:x:o>", '"1"^^<urn:x:t>'))
        lines.append(f"{chance.choice(('<urn:x:s>', '_:s'))} <urn:x:p> {value} .")
    return "\n".join(lines) + "\n"


def json_ld(chance: Random, canary: str) -> str:
    made: dict[str, object] = {"@id": "", SAYS: canary, NUMBER: 1}
    for _ in range(chance.randrange(4)):
        made[chance.choice(("urn:x:p", "urn:x:q", "@type", "term", "n:x"))] = _node(chance, 3)
    if chance.random() < 0.5:
        made["@context"] = chance.choice(
            (
                {"term": "urn:x:term", "n": "http://n.example/"},
                {"@vocab": "http://v.example/", "term": {"@id": "urn:x:t", "@type": "@id"}},
                [{"n": "urn:x:"}, {"term": {"@id": "n:t", "@container": "@list"}}],
                "https://contexts.example/remote",
                {"@base": "http://elsewhere.example/"},
            )
        )
    if chance.random() < 0.2:
        return json.dumps(
            {"@graph": [made, {"@id": "#g", "@graph": [{"@id": "#s", "urn:x:p": 1}]}]}
        )
    return json.dumps(made, ensure_ascii=chance.random() < 0.5)


def _node(chance: Random, depth: int) -> object:
    match chance.randrange(7 if depth else 4):
        case 4:
            return {"@list": [_node(chance, depth - 1) for _ in range(2)]}
        case 5:
            return [_node(chance, depth - 1) for _ in range(3)]
        case 6:
            return {"urn:x:p": _node(chance, depth - 1)}
        case _:
            return chance.choice(
                (1, 1.5, True, None, "t", {"@id": "#x"}, {"@value": "v", "@language": "fr"}, "é\n")
            )


# -------------------------------------------------------------------- access rules


def rules(chance: Random, canary: str, name: str, owner: str, whom: Sequence[str]) -> str:
    """Access rules for `name` (relative to them, a container: `./`), in one of the ways that people
    write them. `whom`: what Authorizations may say of agents."""
    text = (
        "@prefix acl: <http://www.w3.org/ns/auth/acl#>.\n@prefix foaf: <http://xmlns.com/foaf/0.1/>.\n"
        f'<#note> <{SAYS}> "{canary}".\n'
    )
    if chance.random() < 0.95:
        text += (
            f"<#owner> a acl:Authorization; acl:agent <{owner}>; acl:accessTo <{name}>; "
            f"acl:default <{name}>; acl:mode acl:Read, acl:Write, acl:Control.\n"
        )
    for number in range(chance.choice((0, 1, 1, 2, 3))):
        modes = chance.sample(("Read", "Write", "Append", "Control"), chance.choice((1, 1, 2, 3)))
        places = chance.choice((("accessTo",), ("default",), ("accessTo", "default")))
        parts = ["a acl:Authorization", *chance.sample(whom, chance.choice((1, 1, 2)))]
        parts += [f"acl:{place} <{name}>" for place in places]
        parts += [f"acl:mode {', '.join(f'acl:{mode}' for mode in modes)}"]
        if chance.random() < 0.05:
            parts.pop(chance.randrange(len(parts)))
        chance.shuffle(parts)
        text += f"{chance.choice((f'<#r{number}>', f'_:r{number}', '[]'))} {'; '.join(parts)}.\n"
    return text


# -------------------------------------------------------------------- patches and queries


def n3_patch(chance: Random, canary: str) -> tuple[str, set[str]]:
    """A patch, and what it needs of "append", "read", "write"."""
    parts, needs = ["a solid:InsertDeletePatch"], set[str]()
    kind = chance.randrange(6)
    if kind == 5:
        parts.append(f"solid:where {{ ?s <{NUMBER}> ?n. }}")
        needs.add("read")
    if kind in (1, 2, 5):
        gone = f"?s <{NUMBER}> ?n" if kind == 5 else f"<> <{NUMBER}> 1"
        parts.append(f"solid:deletes {{ {gone}. }}")
        needs |= {"read", "write"}
    if kind != 1:
        more = chance.choice(
            ("", " <#new> <#p> [ <#q> 1 ].", " _:n <#p> ( 1 2 ).", ' <> <#p> "é"@fr.')
        )
        number = f" <> <{NUMBER}> {chance.randrange(1, 4)}." if chance.random() < 0.5 else ""
        parts.append(f'solid:inserts {{ <> <{SAYS}> "{canary}".{number}{more} }}')
        needs.add("append")
    chance.shuffle(parts)
    head = "@prefix solid: <http://www.w3.org/ns/solid/terms#>.\n"
    return f"{head}{chance.choice(('_:patch', '<#patch>', '[]'))} {'; '.join(parts)} .", needs


def update(chance: Random, canary: str) -> tuple[str, set[str]]:
    """A SPARQL update, and what it needs."""
    says, one = f'<> <{SAYS}> "{canary}"', f"<> <{NUMBER}> 1"
    return chance.choice(
        (
            (f"INSERT DATA {{ {says} }}", {"append"}),
            (f"PREFIX e: <http://ex.example/>\nINSERT DATA {{ {says} . e:a e:b e:c, 2 }};", {"append"}),
            (f"DELETE DATA {{ {one} }}", {"read", "write"}),
            (f"DELETE DATA {{ {one} }} ; INSERT DATA {{ {says} }}", {"append", "read", "write"}),
            (f"DELETE {{ ?s <{NUMBER}> ?n }} INSERT {{ {says} }} WHERE {{ ?s <{NUMBER}> ?n }}",
             {"append", "read", "write"}),
            (f"DELETE WHERE {{ ?s <{SAYS}> ?o }}", {"read", "write"}),
        )
    )  # fmt: skip


def query(chance: Random, within: str) -> str:
    """A SPARQL query that shows canaries below `within`."""
    says = f"?s <{SAYS}> ?o"
    text = chance.choice(
        (
            f"SELECT ?o {{ {says} }}",
            f"SELECT (GROUP_CONCAT(?o) AS ?all) {{ {says} }}",
            f"CONSTRUCT {{ ?s <urn:x:found> ?o }} WHERE {{ {says} }}",
            f"DESCRIBE ?s {{ {says} }}",
            f"ASK {{ {says} FILTER(CONTAINS(STR(?o), 'canary')) }}",
            f"SELECT ?g ?o {{ GRAPH ?g {{ {says} }} FILTER(STRSTARTS(STR(?g), '{within}')) }}",
            f"SELECT * {{ <{within}a.ttl> ?p ?o }}",
            f"SELECT * {{ ?a <{NUMBER}> ?n . OPTIONAL {{ ?a <{SAYS}> ?o }} }} ORDER BY ?o LIMIT 50",
            f"SELECT ?o {{ {{ SELECT ?s {{ ?s <{NUMBER}> 1 }} }} {says} }}",
            "SELECT ?o { ?s (<urn:x:says>|<urn:x:n>)+ ?o }",
            f"SELECT ?o {{ SERVICE <http://127.0.0.1:9/> {{ {says} }} }}",
            f"SELECT ?o FROM <{within}secret> {{ {says} }}",
            f"SELECT ?o {{ GRAPH <{within}.acl> {{ {says} }} }}",
        )
    )
    return text
