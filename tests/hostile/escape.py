"""A worker whose program got out of WebAssembly: what is left for it after the seal.

`escape.py PACKAGES CODE [unsealed]` prints JSON: each attempt, "done" or "refused". Started like a
worker, so that it sees what a worker would.
"""

import ctypes
import json
import os
import socket
import sys
from pathlib import Path


def attempts():
    """Name and attempt: everything that a thief would try, cheapest first."""
    parent = os.getppid()
    system = ctypes.CDLL(None, use_errno=True)
    return {
        "open": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "write": lambda: os.open("/tmp/domicile-escaped", os.O_WRONLY | os.O_CREAT),
        "list": lambda: list(Path("/").iterdir()),
        "stat": lambda: Path("/etc/passwd").stat(),
        "proc": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "tcp": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "udp": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
        "tcp6": lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM),
        "unix": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "signal": lambda: os.kill(parent, 0),
        "read a neighbour": lambda: called(system.process_vm_readv(parent, 0, 0, 0, 0, 0)),
        "memory to run": lambda: mapped(system),
        "fork": fork,
        "exec": lambda: system.execv(b"/nowhere", None) and called(-1 if errno() != 2 else 0),
    }


def errno():
    return ctypes.get_errno()


def called(answer):
    if answer < 0:
        raise OSError(errno(), os.strerror(errno()))


def mapped(system):
    system.mmap.restype = ctypes.c_void_p
    if system.mmap(None, 4096, 7, 0x22, -1, 0) in (None, ctypes.c_void_p(-1).value):
        raise OSError(errno(), "mmap")


def fork():
    if os.fork() == 0:
        os._exit(0)


def main():
    packages, code, *unsealed = sys.argv[1:]
    sys.path += [packages, code]
    import seal

    tries, found = attempts(), {}
    if not unsealed:
        seal.seal(10, 512 << 20)
    for name, attempt in tries.items():
        try:
            attempt()
            found[name] = "done"
        except OSError as error:
            found[name] = f"refused: {error.errno}"
    os.write(1, json.dumps(found).encode())
    os._exit(0)


main()
