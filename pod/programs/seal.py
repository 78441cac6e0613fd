"""Seals the current process (Linux): it keeps its pipe and its memory, and loses everything else.

No root, no namespaces: works in containers. Used by workers before they see a program. Imported by
workers: nothing of the pod but `engine` stands beside it. Layers: rlimits, no_new_privs, Landlock
(no files, no network, no signals outside), a seccomp allow-list on all threads.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

LAYERS = ("rlimits", "no_new_privs", "landlock", "seccomp")
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_LANDLOCK_CREATE, _LANDLOCK_RESTRICT = 444, 446  # the same numbers on x86-64 and aarch64
_CLONE_THREAD = 0x10000
_PROT_EXEC = 0x4

# What CPython, wasmtime and a pipe need once everything is loaded. Not there: anything that names a
# file, opens a descriptor, talks to a socket, or looks at or signals another process.
ALLOWED = (
    "read", "write", "readv", "writev", "close", "munmap", "mremap", "madvise", "brk", "futex",
    "futex_waitv", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack",
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "getrandom",
    "exit", "exit_group", "sched_yield", "sched_getaffinity", "getpid", "gettid", "poll", "ppoll",
    "select", "pselect6", "fstat", "lseek", "getrusage", "set_robust_list", "rseq",
    "restart_syscall", "membarrier",
)  # fmt: skip


def seal(cpu_seconds: int, data_bytes: int) -> list[str]:
    """Gives everything up for good; the layers that took effect, a subset of `LAYERS`.

    `data_bytes` bounds what the process writes to, not its address space: wasmtime reserves
    gigabytes of that.
    """
    rules = _seccomp_rules()  # its library is loaded while there still are files
    with suppress(OSError), Path("/proc/self/oom_score_adj").open("w") as score:
        score.write("1000")  # where memory runs out, this goes first, and never the pod
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_DATA, data_bytes),
    ):
        resource.setrlimit(limit, (most, most))
    layers = ["rlimits"]
    if not sys.platform.startswith("linux"):
        return layers
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    system.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if system.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        layers.append("no_new_privs")
    if _landlock(system):
        layers.append("landlock")
    if rules is not None:
        rules.load()
        layers.append("seccomp")
    return layers


def _landlock(system: ctypes.CDLL) -> bool:
    """Every right that this kernel's Landlock knows is handled, none is granted."""
    abi = system.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), 1)
    if abi < 1:
        return False
    files = (1 << 13) - 1
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        if abi >= since:
            files |= 1 << bit
    network = 3 if abi >= 4 else 0
    scope = 3 if abi >= 6 else 0
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    rules = struct.pack("QQQ", files, network, scope)[:size]
    handle = system.syscall(_LANDLOCK_CREATE, rules, ctypes.c_size_t(size), 0)
    if handle < 0:
        return False
    done = system.syscall(_LANDLOCK_RESTRICT, handle, 0)
    os.close(handle)
    return bool(done == 0)


def _seccomp_rules() -> Any:
    """The allow-list, ready to load; None where libseccomp is not there."""
    try:
        import pyseccomp as seccomp
    except (ImportError, OSError, RuntimeError):
        return None
    rules = seccomp.SyscallFilter(seccomp.ERRNO(1))
    for call in ALLOWED:
        with suppress(OSError, RuntimeError):  # this architecture has no such call
            rules.add_rule(seccomp.ALLOW, call)
    # Memory, but none that could be run: the guest's code was mapped before the seal.
    for call in ("mmap", "mprotect"):
        rules.add_rule(seccomp.ALLOW, call, seccomp.Arg(2, seccomp.MASKED_EQ, _PROT_EXEC, 0))
    # Threads, but no processes; clone3's flags cannot be filtered: glibc falls back to clone.
    threads = seccomp.Arg(0, seccomp.MASKED_EQ, _CLONE_THREAD, _CLONE_THREAD)
    rules.add_rule(seccomp.ALLOW, "clone", threads)
    rules.add_rule(seccomp.ERRNO(38), "clone3")
    rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    return rules
