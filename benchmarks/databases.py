"""An empty database of each kind, migrated, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("sqlite", "postgresql")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The address of an empty database; BENCH_DATABASE_URL names a PostgreSQL server that is there already."""
    with tempfile.TemporaryDirectory(prefix="trainflow-bench-") as folder:
        if kind == "sqlite":
            yield f"sqlite:///{folder}/bench.db"
        elif os.environ.get("BENCH_DATABASE_URL"):
            yield os.environ["BENCH_DATABASE_URL"]
        else:
            with _cluster(Path(folder)) as address:
                yield address


def available(kind: str) -> bool:
    """Whether this machine can bring such a database."""
    return kind == "sqlite" or bool(os.environ.get("BENCH_DATABASE_URL") or _programs())


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else (Path(on_path).parent if on_path else None)


@contextmanager
def _cluster(folder: Path) -> Iterator[str]:
    programs, port = _programs(), _free_port()
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres:
        shutil.chown(folder, "postgres")
    control = [*as_postgres, f"{programs}/pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log"]
    _quietly([*as_postgres, f"{programs}/initdb", "-D", f"{folder}/data", "-A", "trust", "-U", "bench", "-E", "UTF8",
              "--locale=C.UTF-8"])
    _quietly([*control, "-o", f"-p {port} -k {folder} -c listen_addresses=127.0.0.1", "start"])
    try:
        yield f"postgresql+psycopg://bench@127.0.0.1:{port}/postgres"
    finally:
        _quietly([*control, "-m", "immediate", "stop"])


def _quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
