"""Time two ways of doing the same thing, turn by turn."""

from __future__ import annotations

import gc
import re
import resource
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the result: what took how long (seconds), the floor's time, and what was aimed at."""

    name: str
    seconds: float
    floor: float
    target: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times the floor."""
        return self.seconds / self.floor

    def __str__(self) -> str:
        verdict = "ok" if self.ratio <= self.target else "SLOW"
        return (f"{self.name:<44} {self.seconds * 1000:>10.1f} ms {self.floor * 1000:>10.1f} ms "
                f"{self.ratio:>6.2f}x  (aim {self.target:g}x) {verdict:<5} {self.note}")


def compare(name: str, ours: Callable[[], Any], floor: Callable[[], Any], *, target: float, turns: int = 5,
            note: str = "") -> Figure:
    """The best of `turns` of each, taken turn by turn so that both meet the same load."""
    best = {ours: float("inf"), floor: float("inf")}
    for call in (ours, floor):
        call()
    for _turn in range(turns):
        for call in (ours, floor):
            gc.collect()
            started = time.perf_counter()
            call()
            best[call] = min(best[call], time.perf_counter() - started)
    return Figure(name, best[ours], best[floor], target, note)


@contextmanager
def grown() -> Iterator[Callable[[], float]]:
    """`with grown() as memory:` lets `memory()` say by how many MB the process's peak rose since."""
    before = _resident()
    peak = [before]
    stop = threading.Event()
    watcher = threading.Thread(target=_watch, args=(peak, stop), daemon=True)
    watcher.start()
    try:
        yield lambda: (max(peak[0], _resident()) - before) / 2**20
    finally:
        stop.set()
        watcher.join()


def peak() -> float:
    """The most memory this program ever held, in MB; getrusage would tell its parent's as well."""
    line = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert line, "the peak of a process is read from Linux"
    return int(line[1]) / 1024


def _watch(peak: list[int], stop: threading.Event) -> None:
    while not stop.wait(0.02):
        peak[0] = max(peak[0], _resident())


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
