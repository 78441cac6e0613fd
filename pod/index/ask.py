"""One query against a pyoxigraph store: used in process and by the sealed child alike."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox


def ask(store: Any, question: Any) -> Any:
    """`question`: {"sparql","graphs": [iri]|None,"bindings": {name: term},"rows"} as JSON values.

    Answers {"columns","terms"} or {"boolean"} or {"too-many": rows}. The default graph is the union
    of `graphs`, of every graph where that is None. CONSTRUCT and DESCRIBE answer N-Triples in
    {"triples"}.
    """
    graphs = question["graphs"]
    chosen = None if graphs is None else [ox.NamedNode(g) for g in graphs]
    found = store.query(
        question["sparql"],
        use_default_graph_as_union=chosen is None,
        default_graph=chosen,
        named_graphs=chosen,
        substitutions={
            ox.Variable(name): _term(term) for name, term in question["bindings"].items()
        },
    )
    if isinstance(found, ox.QueryBoolean):
        return {"boolean": bool(found)}
    if isinstance(found, ox.QueryTriples):
        return {"triples": (found.serialize(format=ox.RdfFormat.N_TRIPLES) or b"").decode()}
    columns = [variable.value for variable in found.variables]
    terms: list[Any] = []
    for solution in found:
        if len(terms) >= question["rows"]:
            return {"too-many": question["rows"]}
        terms.append([_json(solution[name]) for name in columns])
    return {"columns": columns, "terms": terms}


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
    elif term.datatype.value != "http://www.w3.org/2001/XMLSchema#string":
        found["datatype"] = term.datatype.value
    return found


def main() -> None:
    """The sealed child: one question on standard input, one answer on standard output.

    It opens the store read-only, gives up the network, new processes and privileges, and only then
    reads the question. Its parent kills it at the deadline.
    """
    import os
    import resource
    import sys

    folder, seconds, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    store = ox.Store.read_only(folder)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
    if sys.platform == "linux":
        _seal()
    question = json.loads(sys.stdin.buffer.read())
    try:
        answer = ask(store, question)
    except (SyntaxError, ValueError, OSError) as error:
        answer = {"error": str(error)[:500]}
    body = json.dumps(answer).encode()
    if len(body) > size:
        body = json.dumps({"too-many": size}).encode()
    sys.stdout.buffer.write(body)
    sys.stdout.buffer.flush()
    os._exit(0)  # the store was opened for reading: nothing to close


def _seal() -> None:
    """No sockets, no new programs or processes, no signals: a question can only compute."""
    import pyseccomp as seccomp

    sandbox = seccomp.SyscallFilter(seccomp.ALLOW)
    for call in (
        "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto",
        "sendmsg", "sendmmsg", "execve", "execveat", "fork", "vfork", "ptrace", "kill", "tkill",
        "process_vm_readv", "process_vm_writev", "mount", "unlink", "unlinkat", "rename",
        "renameat", "renameat2", "io_uring_setup", "bpf", "perf_event_open", "unshare", "setns",
    ):  # fmt: skip
        try:
            sandbox.add_rule(seccomp.ERRNO(1), call)
        except (OSError, RuntimeError):
            continue  # this architecture has no such call
    sandbox.add_rule(seccomp.ERRNO(38), "clone3")  # ENOSYS: threads fall back to clone
    sandbox.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    sandbox.load()


if __name__ == "__main__":
    main()
