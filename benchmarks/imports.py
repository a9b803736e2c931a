"""A workbook of 50,000 completions, and one of 20,000 people, into the tables; each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from benchmarks import data
from benchmarks.floor import Floor
from benchmarks.measure import Figure

COMPLETIONS, PEOPLE, BAD_EVERY = 50_000, 20_000, 100
HEADS = {"completions": ("Employee number", "Course", "Completed on", "Result", "Score", "Certificate number"),
         "people": ("Number", "Name", "Department", "Manager", "Hired on")}
WITH_POSITIONS = "commit, floor with positions"
STEPS = {"completions": {"dry run": 3, "commit": 2.5}, "people": {"dry run": 3, "commit": 3, WITH_POSITIONS: 3}}
Line = tuple[Any, ...]


def figures(client: Any, _floor: Floor, _generator: data.Generator, day: date) -> Iterator[Figure]:
    """Dry run and commit of each; the floor reads with calamine, looks up, stages and inserts."""
    address = client.application.config["SQLALCHEMY_DATABASE_URI"]
    for name, lines in (("completions", completions(day)), ("people", people())):
        with tempfile.TemporaryDirectory() as folder:
            path = workbook(Path(folder, f"{name}.xlsx"), HEADS[name], lines)
            command = [sys.executable, "-m", "benchmarks.one_import", name, address, str(path), str(data.SCALE)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        rows = f"{found['rows']:,} {name}"
        for step, aim in STEPS[name].items():
            memory = found.get(f"{step} memory")
            yield Figure(f"{step}, {rows}", *found[step], aim, f"peak +{memory:.0f} MB" if memory else "")


def completions(day: date) -> Iterator[Line]:
    """New days of people and courses that are there; one line in a hundred is bad, in one of five ways."""
    for n in range(int(COMPLETIONS * data.SCALE)):
        line = [f"{100_000 + n * 7 % data.EMPLOYEES}", f"C{n % data.COURSES:03}",
                day - timedelta(days=2000 + n // data.EMPLOYEES * 300 + n % 200),
                "Failed" if n % 13 == 0 else "Passed", 60 + n % 41, f"NEW-{n:06}"]
        if n % BAD_EVERY == 7:
            place, bad = ((0, f"X{n}"), (1, "C-none"), (2, "31/02/2020"), (3, "perhaps"), (4, 612))[n // BAD_EVERY % 5]
            line[place] = bad
        yield tuple(line)


def people() -> Iterator[Line]:
    """Everybody new, in forty departments that are new as well."""
    for n in range(int(PEOPLE * data.SCALE)):
        yield (f"{100_000 + n}", f"{data.GIVEN[n * 5 % 24]} {data.FAMILY[n * 7 % 20]}",
               f"D{n % 40} - Department {n % 40}",
               f"{100_000 + n // 20}" if n else None, date(2010, 1, 1) + timedelta(days=n % 5000))


def workbook(path: Path, heads: Iterable[str], lines: Iterable[Line]) -> Path:
    """The lines as an Excel file."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    page.write_row(0, 0, heads)
    for number, line in enumerate(lines, start=1):
        for column, value in enumerate(line):
            if value is not None:
                (page.write_datetime if isinstance(value, date) else page.write)(number, column, value)
    book.close()
    return path
