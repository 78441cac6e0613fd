"""An unmodified client of Solid Notifications from npm against a running server."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.protocol.test_notifications import put
from tests.servers import running

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.skipif(
    shutil.which("node") is None or not (HERE / "node_modules").is_dir(),
    reason="node and `npm ci` in tests/clients are wanted",
)


def test_a_client_finds_subscribes_and_hears(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        topic = served.base + "profile/card"
        facts = json.dumps({"topic": topic, "count": 3})
        words = ["node", "notifications.mjs", facts]
        with subprocess.Popen(
            words, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as client:
            try:
                assert client.stdout and client.stderr
                first = client.stdout.readline()
                assert first, client.stderr.read()
                assert json.loads(first)["listening"]["topic"] == topic
                text = served.public.get(topic).text
                tags = [put(served, "profile/card", f"{text}\n# {n}") for n in range(3)]
                told, errors = client.communicate(timeout=30)
            finally:
                client.kill()
        assert client.returncode == 0, errors
        heard = [json.loads(line) for line in told.splitlines()]
        assert [one["state"] for one in heard] == tags
        assert {(one["type"], one["object"]) for one in heard} == {("Update", topic)}
