"""A program that tries what it must not be able to do; `params["mode"]` says what."""


def tried(attempt):
    try:
        return f"done: {attempt()!r}"[:200]
    except BaseException as error:
        return f"refused: {type(error).__name__}"


def network(pod, params):
    import socket

    port = params["port"]

    def tcp(family, host):
        peer = socket.socket(family)
        peer.settimeout(2)
        peer.connect((host, port))
        return peer.send(b"LEAK")

    def udp():
        return socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"LEAK", ("127.0.0.1", port))

    def listen():
        door = socket.socket()
        door.bind(("127.0.0.1", 0))
        door.listen()
        return door.getsockname()

    return {
        "tcp4": tried(lambda: tcp(socket.AF_INET, "127.0.0.1")),
        "tcp6": tried(lambda: tcp(socket.AF_INET6, "::1")),
        "udp": tried(udp),
        "listen": tried(listen),
        "dns": tried(lambda: socket.getaddrinfo("localhost", 80)),
    }


def files(pod, params):
    import os

    found = {
        f"read {p}": tried(lambda p=p: open(p).read())
        for p in ("/etc/passwd", "/proc/self/environ", "../../etc/passwd", "/proc/1/cmdline")
    }
    found["write"] = tried(lambda: open("/tmp/x", "w").write("x"))
    found |= {f"fd {n}": tried(lambda n=n: os.read(n, 10)) for n in range(3, 12)}
    found["list"] = tried(lambda: os.listdir("/"))
    return found


def processes(pod, params):
    def thread():
        import threading

        worker = threading.Thread(target=lambda: None)
        worker.start()
        return "started"

    def run(name):
        module = __import__(name)
        return (
            module.__name__
            and {
                "subprocess": lambda: module.run(["true"]),
                "ctypes": lambda: module.CDLL(None),
                "mmap": lambda: module.mmap(-1, 10),
                "multiprocessing": lambda: module.Process(target=print).start(),
            }[name]()
        )

    import os

    found = {
        n: tried(lambda n=n: run(n)) for n in ("subprocess", "ctypes", "mmap", "multiprocessing")
    }
    found["fork"] = tried(lambda: os.fork())
    found["system"] = tried(lambda: os.system("true"))
    found["thread"] = tried(thread)
    return found


def environment(pod, params):
    import os
    import sys

    return {
        "environ": dict(os.environ),
        "argv": [a for a in sys.argv if a],
        "stdin": tried(lambda: sys.stdin.read(10)),
    }


def spin(pod, params):
    while True:
        pass


def spin_catching(pod, params):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def spin_in_c(pod, params):
    return sum(range(10**13))


def big_integer(pod, params):
    return (10 ** (10**8)) % 7


def slow_regex(pod, params):
    import re

    return bool(re.match(r"(a+)+$", "a" * 60 + "b"))


def sleep(pod, params):
    import time

    time.sleep(30)
    return "slept"


def memory(pod, params):
    held = []
    while True:
        held.append(bytearray(1 << 20))


def memory_caught(pod, params):
    held = []
    try:
        while True:
            held.append(bytearray(1 << 20))
    except MemoryError:
        most = len(held)
        held.clear()
        return {"mb": most}


def recursion(pod, params):
    import sys

    sys.setrecursionlimit(10**9)

    def deeper(n):
        return deeper(n + 1)

    return deeper(0)


def nested_json(pod, params):
    import json

    return json.loads("[" * 200_000)


def nested_result(pod, params):
    value = []
    for _ in range(20_000):
        value = [value]
    return value


def nested_code(pod, params):
    return eval("(" * 5000 + ")" * 5000)


def large_result(pod, params):
    return "x" * (80 << 20)


def printing(pod, params):
    for _ in range(20_000):
        print("x" * 1000)
    return "printed"


def logging(pod, params):
    for _ in range(20_000):
        pod.log("y" * 10_000)
    return "logged"


def calls(pod, params):
    refused = 0
    for _ in range(10**6):
        try:
            pod.query("nope")
        except Exception:
            refused += 1
    return refused


def reading(pod, params):
    for _ in range(90):
        pod.query("rows")
    return "read"


def not_a_number(pod, params):
    import json

    json.dumps = lambda *a, **k: '{"a": NaN}'
    return {}


def huge_number(pod, params):
    return {"big": 10**400}


def surrogate(pod, params):
    import json

    json.dumps = lambda *a, **k: '{"s": "\\ud800"}'
    return {}


def not_json(pod, params):
    import json

    json.dumps = lambda *a, **k: '{"m":"result"}\n{"m":"ready"}'
    return {}


def undeclared(pod, params):
    from wit_world.imports import app

    def raw(name, text):
        try:
            return f"done: {app.query(name, text)[:50]}"
        except Exception as error:
            return f"refused: {type(error).__name__}"

    return {
        "name": raw("secret", "{}"),
        "path": raw("../../etc/passwd", "{}"),
        "sparql": raw("SELECT * WHERE { ?s ?p ?o }", "{}"),
        "extra": raw("rows", '{"graph": "*"}'),
        "type": raw("rows", '{"from": "not a day"}'),
        "text": raw("rows", "not json"),
        "control": raw("rows", "{}"),
    }


def other_world(pod, params):
    from wit_world.imports import importer

    return importer.read_chunk().decode()


def state(pod, params):
    import math

    before = getattr(math, "LEAK", None)
    math.LEAK = "from the run before"
    return {"seen": before}


def markup(pod, params):
    return {"html": "<script>document.title='taken'</script>"}


def run(pod, params):
    return globals()[params["mode"]](pod, params)
