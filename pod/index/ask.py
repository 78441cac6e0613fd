"""One question to an RDF store: asked in process, or by this file as a sealed process of its own.

As a process it imports nothing of the pod, so that it starts fast and holds little. It opens a
checkpoint that nobody writes to, gives up everything but its memory, its pipes and reading the
checkpoint's files, and only then looks at the question. Its parent kills it at the deadline.
"""

from __future__ import annotations

import json
import time
from typing import Any

import pyoxigraph as ox

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
MOST_COPIED = 200_000  # triples
FEW_GRAPHS = 64  # that are asked over where they lie, if they hold more
_SECCOMP = {"x86_64": 317, "aarch64": 277}  # the system call, by machine
_NO_NEW_PRIVS, _SET_FILTER, _ALL_THREADS = 38, 1, 1
# Landlock: the same numbers on x86-64 and aarch64. https://docs.kernel.org/userspace-api/landlock.html
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_BENEATH = 1  # LANDLOCK_RULE_PATH_BENEATH
_READ = 4 | 8  # LANDLOCK_ACCESS_FS_READ_FILE, _READ_DIR


def ask(store: Any, question: Any) -> Any:
    """`question`: {"sparql","graphs": [iri]|None,"named": the same,"bindings": {name: term},"rows","seconds"}.

    Answers {"columns","terms"}, {"boolean"}, {"triples"} (N-Triples, for CONSTRUCT and DESCRIBE),
    {"limit": "rows"|"wall"|"triples"} or {"error": text}. The default graph is the union of `graphs`, of all
    named graphs where that is None; `named` are the named graphs, `graphs` where that is None. A
    bound variable must be among those that are selected.
    """
    chosen, named = _nodes(question["graphs"]), _nodes(question.get("named"))
    if chosen is not None and named is None:
        if (copied := _copied(store, chosen)) is not None:
            store, chosen = copied, None
        elif len(chosen) > FEW_GRAPHS:
            return {"limit": "triples"}  # at once: no query over so many graphs ends in time
        named = chosen
    bound = {ox.Variable(name): _term(term) for name, term in question["bindings"].items()}
    try:
        found = store.query(
            question["sparql"],
            use_default_graph_as_union=chosen is None,
            default_graph=chosen,
            named_graphs=named,
            substitutions=bound,
        )
        return _answer(found, question["rows"], time.monotonic() + question["seconds"])
    except (SyntaxError, ValueError) as error:
        return {"error": str(error)[:500]}
    except RuntimeError as error:
        if "projection" not in str(error):
            raise  # the store is broken, not the question
        return {"error": str(error)[:500]}


def _nodes(iris: Any) -> Any:
    return None if iris is None else [ox.NamedNode(iri) for iri in iris]


def _copied(store: Any, graphs: Any) -> Any:
    """The `graphs` alone, in memory; None if they are more than `MOST_COPIED` triples.

    Over a store on disk every step of a join looks into each graph in turn: two years of one meter
    (24 graphs) took 1.1 s for what takes 0.01 s here, after 0.05 s of copying.
    """
    memory = ox.Store()
    left = MOST_COPIED
    for graph in graphs:
        quads = list(store.quads_for_pattern(None, None, None, graph))
        left -= len(quads)
        if left < 0:
            return None
        memory.extend(quads)
    return memory


def _answer(found: Any, rows: int, deadline: float) -> Any:
    if isinstance(found, ox.QueryBoolean):
        return {"boolean": bool(found)}
    if isinstance(found, ox.QueryTriples):
        return _triples(found, rows, deadline)
    columns = [variable.value for variable in found.variables]
    terms: list[Any] = []
    for solution in found:
        if limit := _over(len(terms), rows, deadline):
            return limit
        terms.append([_json(term) for term in solution])
    return {"columns": columns, "terms": terms}


def _triples(found: Any, rows: int, deadline: float) -> Any:
    lines: list[str] = []
    for triple in found:
        if limit := _over(len(lines), rows, deadline):
            return limit
        lines.append(f"{triple} .\n")
    return {"triples": "".join(lines)}


def _over(count: int, rows: int, deadline: float) -> Any:
    if count >= rows:
        return {"limit": "rows"}
    return {"limit": "wall"} if time.monotonic() > deadline else None


def _term(term: Any) -> Any:
    if term["type"] == "uri":
        return ox.NamedNode(term["value"])
    kind = term.get("datatype")
    return ox.Literal(term["value"], datatype=ox.NamedNode(kind) if kind else None)


def _json(term: Any) -> Any:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if not isinstance(term, ox.Literal):
        return {"type": "literal", "value": str(term)}
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != XSD_STRING:
        found["datatype"] = term.datatype.value
    return found


# -------------------------------------------------------------------- as a process of its own


def main() -> None:
    """Reads one order on standard input: {"store","quads","filters","cpu","memory","bytes","question"}.
    `quads` are N-Quads that are asked instead of a store."""
    import os
    import sys

    order = json.loads(sys.stdin.buffer.read())
    store = ox.Store.read_only(order["store"]) if order["store"] else ox.Store()
    _seal(order)
    if order["quads"]:
        store.bulk_load(order["quads"].encode(), ox.RdfFormat.N_QUADS)
    body = json.dumps(ask(store, order["question"])).encode()
    if len(body) > order["bytes"]:
        body = b'{"limit": "output"}'
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    os._exit(0)  # opened for reading: there is nothing to close


def _seal(order: Any) -> None:
    import ctypes
    import resource

    system = ctypes.CDLL(None, use_errno=True)

    for limit, most in (
        (resource.RLIMIT_CPU, order["cpu"]),
        (resource.RLIMIT_DATA, order["memory"]),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, order["files"]),
    ):
        resource.setrlimit(limit, (most, most))
    if system.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    # The engine opens 16 of a store's files with it and the others when it needs them: they may be
    # opened where the kernel keeps everything else shut, and nothing may be opened elsewhere.
    filters = order["filters"]
    reads = order["store"] and _landlock(system, order["store"])
    filter = filters["reads"] if reads else filters["opens nothing"]
    if filter:
        _filter(system, bytes.fromhex(filter))


def _landlock(system: Any, folder: str) -> bool:
    """Shuts every file but those of `folder`, which can be read, and the network; whether this
    kernel can."""
    import ctypes
    import os
    import struct

    version = system.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    files = (1 << 13) - 1
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        if version >= since:
            files |= 1 << bit
    network, scope = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    rules = struct.pack("QQQ", files, network, scope)[:size]
    made = system.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(size), 0)
    if made < 0:
        return False
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    beneath = struct.pack("=Qi", _READ, place)
    done = system.syscall(_LANDLOCK_ADD, made, _BENEATH, beneath, 0)
    done = done or system.syscall(_LANDLOCK_RESTRICT, made, 0)
    os.close(place)
    os.close(made)
    return bool(done == 0)


def _filter(system: Any, program: bytes) -> None:
    """Loads a seccomp filter, made by the parent, on all threads. Ends the process if it cannot."""
    import ctypes
    import os
    import struct

    held = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: how many instructions of 8 bytes, and where.
    place = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    number = ctypes.c_long(_SECCOMP[os.uname().machine])
    if system.syscall(number, ctypes.c_ulong(_SET_FILTER), ctypes.c_ulong(_ALL_THREADS), place):
        raise OSError(ctypes.get_errno(), "seccomp")


if __name__ == "__main__":
    main()
