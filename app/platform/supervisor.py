"""What `make run` does: Redis, web, worker and scheduler together, started in order and stopped in order.

A child that dies is started again, with the reason in its log; one that keeps dying stops everything, with
the end of its log on the screen. This is for a laptop or a small team; a larger server has a process manager
of its own and the Procfile.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO

from app.platform import processes
from app.platform.processes import Child
from app.platform.redis_server import EmbeddedRedis

START_SECONDS = 60
PORT_FREED_WITHIN_SECONDS = 2  # by a TrainFlow that was just killed
DEMO_ACCOUNT = "admin@democorp.local with password TrainFlow123!"


class StartRefused(Exception):
    """Why TrainFlow can not run here, and what to do about it."""


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent SIGTERM."""


class Supervisor:
    """All of TrainFlow on one machine; `instance` is the folder with its data and logs."""

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self.root, self.instance = root, root / "instance"
        self.host, self.port = environment.get("HOST", "127.0.0.1"), int(environment.get("PORT", "5000"))
        self.environment = dict(environment)
        self.children: list[Child] = []
        self.stopping = False

    def run(self) -> int:
        """Start everything, say where it is, keep it alive until stopped. Returns the exit status."""
        for wish in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wish, self._on_signal)
        if "MAKELEVEL" in self.environment:
            processes.die_with_parent(os.getppid())
        try:
            with self._only_one_here():
                self._start()
                print(self._greeting(), flush=True)
                self._keep_alive()
        except StopRequested:
            return 0
        except StartRefused as refusal:
            print(refusal, file=sys.stderr)
            return 1
        finally:
            self.stopping = True
            processes.stop(child for child in self.children if child.name != "redis")
            processes.stop(self.children)  # last, so that a job could still note its end
        return 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if not self.stopping:
            self.stopping = True
            raise StopRequested

    @contextmanager
    def _only_one_here(self) -> Iterator[None]:
        (self.instance / "log").mkdir(parents=True, exist_ok=True)
        with open(self.instance / "run.lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StartRefused("TrainFlow already runs from this folder. Stop it first (Ctrl-C).") from None
            yield

    def _start(self) -> None:
        self._require_port()
        self._provide_secret()
        if "REDIS_URL" not in self.environment:
            self._start_redis()
        self.environment |= {processes.SUPERVISED: "1", "PYTHONUNBUFFERED": "1"}
        self.environment.setdefault("RATELIMIT_STORAGE_URL", self.environment["REDIS_URL"])
        self._prepare()
        self._wait_for(self._add("web"))
        for name in ("worker", "scheduler"):
            self._add(name)

    def _require_port(self) -> None:
        last = time.monotonic() + PORT_FREED_WITHIN_SECONDS
        while processes.is_taken(self.host, self.port):
            if time.monotonic() > last:
                raise StartRefused(f"Port {self.port} is in use by another program. Stop that program, "
                                   f"or choose another port: make run PORT={self.port + 1}")
            time.sleep(0.1)

    def _provide_secret(self) -> None:
        kept = self.instance / "secret_key"
        if not kept.exists():
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(48))
        self.environment.setdefault("SECRET_KEY", kept.read_text())

    def _start_redis(self) -> None:
        server = EmbeddedRedis(self.instance / "redis", keep=True)
        child = Child("redis", lambda output: server.start(), self.instance / "redis" / "redis.log")
        self.children.append(child)
        try:
            server.folder.mkdir(exist_ok=True)
            child.start()
        except RuntimeError as problem:
            raise StartRefused(str(problem)) from None
        self.environment["REDIS_URL"] = server.url

    def _command(self, name: str, output: IO[bytes]) -> subprocess.Popen[bytes]:
        return processes.start([sys.executable, str(self.root / "run.py"), name], env=self.environment,
                               output=output)

    def _add(self, name: str) -> Child:
        child = Child(name, lambda output: self._command(name, output), self.instance / "log" / f"{name}.log")
        self.children.append(child)
        child.start()
        return child

    def _prepare(self) -> None:
        child = self._add("prepare")
        assert child.process is not None
        if child.process.wait() != 0:
            raise StartRefused(f"{child.last_words()}\nTrainFlow could not prepare its database (see above).")
        self.children.remove(child)

    def _wait_for(self, web: Child) -> None:
        last = time.monotonic() + START_SECONDS
        while not self._answers():
            if not web.is_running() or time.monotonic() > last:
                raise StartRefused(f"{web.last_words()}\nThe web server does not start (see above).")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self._reachable_host()}:{self.port}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError:
            return True  # it answers; what it has to say stands on /api/health
        except OSError:
            return False

    def _reachable_host(self) -> str:
        return "127.0.0.1" if self.host == "0.0.0.0" else self.host

    def _keep_alive(self) -> None:
        while True:
            for child in self.children:
                if not child.is_running():
                    self._revive(child)
            time.sleep(0.3)

    def _revive(self, child: Child) -> None:
        if child.keeps_dying():
            raise StartRefused(f"{child.last_words()}\n{child.name} keeps stopping (see above, and {child.log}).")
        print(f"{child.name} stopped unexpectedly and is started again; {child.log} says why.", flush=True)
        child.start()

    def _greeting(self) -> str:
        where = f"TrainFlow is running at http://{self._reachable_host()}:{self.port}"
        if self.environment.get("TRAINFLOW_ENV") == "production":
            return f"{where}  (Ctrl-C stops it)"
        return f"{where}  Sign in as {DEMO_ACCOUNT}  (Ctrl-C stops it)"


def run(root: Path) -> int:
    """Run all of TrainFlow from the folder `root` until stopped; returns the exit status."""
    return Supervisor(root, os.environ).run()
