"""Child processes that never outlive the one that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

Steps = tuple[tuple[signal.Signals, float], ...]

SUPERVISED = "TRAINFLOW_SUPERVISED"  # set in the environment of what `make run` starts
LIVES, LIVES_WITHIN_SECONDS = 5, 60
STOP_STEPS: Steps = ((signal.SIGTERM, 8), (signal.SIGTERM, 2), (signal.SIGKILL, 5))  # seconds to wait after each
LOG_BYTES = 20_000_000
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def start(command: Sequence[str], *, env: Mapping[str, str] | None = None, output: IO[bytes] | None = None,
          stdin: int | None = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own, so that Ctrl-C reaches it through us, in order."""
    parent = os.getpid()
    return subprocess.Popen(command, env=env, stdin=stdin, stdout=output, stderr=output,
                            start_new_session=True, preexec_fn=lambda: die_with_parent(parent))


def die_with_parent(parent: int, with_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel for `with_signal` when process `parent` ends, even by kill -9. Linux only."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(with_signal))
        if os.getppid() != parent:  # it ended before we asked
            os.kill(os.getpid(), with_signal)


def free_port() -> int:
    """A TCP port that nothing on this machine listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(host: str, port: int) -> bool:
    """Whether something else listens to the port already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False


@dataclass
class Child:
    """One process that is kept alive. `launch` starts it, given the file to write to."""

    name: str
    launch: Callable[[IO[bytes]], subprocess.Popen[bytes]]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the process, its output added to its log; a log that has grown large is begun anew."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".old.log"))
        with open(self.log, "ab") as output:
            self.process = self.launch(output)

    def is_running(self) -> bool:
        """Whether the process was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def keeps_dying(self) -> bool:
        """Note a death; whether there were too many lately."""
        now = time.monotonic()
        self.deaths = [*(death for death in self.deaths if now - death < LIVES_WITHIN_SECONDS), now]
        return len(self.deaths) >= LIVES

    def last_words(self, lines: int = 15) -> str:
        """The end of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def stop(children: Iterable[Child], steps: Steps = STOP_STEPS) -> None:
    """Ask all of them at once to finish, ask again, then insist."""
    children = list(children)
    for wish, seconds in steps:
        running = [child.process for child in children if child.process is not None and child.is_running()]
        last = time.monotonic() + seconds
        for process in running:
            process.send_signal(wish)
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, last - time.monotonic()))
