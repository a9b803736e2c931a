"""Children die with whoever started them, are stopped in the end, and come back when they fall."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import AuthenticationError

from app.platform import processes
from app.platform.processes import LIVES, Child
from app.platform.redis_server import EmbeddedRedis

ROOT = Path(__file__).parents[2]
SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "print(flush=True); time.sleep(60)"]


def has_ended(pid: int, within_seconds: float = 10) -> bool:
    """Whether a process that need not be our child has ended, or ends soon."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with os.fdopen(descriptor):
        return bool(select.select([descriptor], [], [], within_seconds)[0])


def test_a_child_dies_with_a_parent_that_was_killed():
    code = (f"from app.platform import processes; print(processes.start({SLEEP!r}).pid, flush=True); "
            "import time; time.sleep(60)")
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout:
        child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    assert has_ended(child)


def test_stopping_insists_on_a_child_that_does_not_listen(tmp_path):
    child = Child("deaf", lambda output: subprocess.Popen(DEAF, stdout=subprocess.PIPE), tmp_path / "log")
    child.start()
    assert child.process is not None and child.process.stdout is not None
    with child.process.stdout as words:
        words.readline()
    processes.stop([child], steps=((signal.SIGTERM, 0.1), (signal.SIGKILL, 10)))
    assert child.process.returncode == -signal.SIGKILL


def test_a_child_may_fall_a_few_times_but_not_for_ever(tmp_path):
    child = Child("weak", lambda output: subprocess.Popen(SLEEP), tmp_path / "log")
    assert [child.keeps_dying() for _ in range(LIVES)] == [False] * (LIVES - 1) + [True]


def test_the_end_of_a_childs_log_is_kept_for_whoever_asks(tmp_path):
    child = Child("web", lambda output: processes.start([sys.executable, "-c", "print('no such table')"],
                                                        output=output), tmp_path / "log")
    child.start()
    assert child.process is not None and child.process.wait() == 0
    assert not child.is_running() and child.last_words() == "no such table"


def test_a_killed_redis_comes_back_where_it_was_with_what_it_had(tmp_path):
    server = EmbeddedRedis(tmp_path / "a folder", keep=True)
    process = server.start()
    client = Redis.from_url(server.url)
    client.set("job", "queued")
    process.kill()
    process.wait()
    server.start()
    try:
        assert client.get("job") == b"queued"
    finally:
        server.stop()


def test_nobody_else_reads_the_redis_of_make_run(redis_url, tmp_path):
    server = EmbeddedRedis(tmp_path, keep=False)
    server.start()
    try:
        with pytest.raises(AuthenticationError):
            Redis(port=server.port).get("job")
        arguments = Path(f"/proc/{server.process.pid}/cmdline").read_text() if server.process else ""
        assert server.password not in arguments
    finally:
        server.stop()


def test_a_taken_port_is_noticed():
    port = processes.free_port()
    assert not processes.is_taken("127.0.0.1", port)
    with subprocess.Popen([sys.executable, "-c", f"import socket; s = socket.create_server(('127.0.0.1', {port})); "
                           "print(flush=True); s.accept()"], stdout=subprocess.PIPE) as listener:
        assert listener.stdout is not None
        listener.stdout.readline()
        assert processes.is_taken("127.0.0.1", port)
        listener.kill()
