"""400,000 enrollments as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook
from rustpy_xlsxwriter import write_worksheet

from app.platform.look.states import STATES
from benchmarks import data
from benchmarks.floor import ROWS, Floor
from benchmarks.measure import Figure, compare, grown

HEADS = ("id", "Number", "Employee", "Department", "Course", "State", "Completed", "Expires")


def figures(client: Any, floor: Floor, generator: data.Generator, day: date) -> Iterator[Figure]:
    """The whole list to .xlsx; the floor is the fastest writer found, fed from a raw cursor."""
    with tempfile.TemporaryDirectory() as folder:
        plain, ours = Path(folder, "floor.xlsx"), Path(folder, "ours.xlsx")
        figure = compare("export, 400,000 rows to .xlsx", lambda: _download(client, ours),
                         lambda: write_worksheet(_records(floor), str(plain)), target=1.3, turns=2)
        _check(ours, plain)
        with grown() as memory:
            _download(client, ours)
        yield Figure(figure.name, figure.seconds, figure.floor, figure.target, f"memory +{memory():.0f} MB")


def _download(client: Any, path: Path) -> None:
    with client.get("/enrollments/export.xlsx", buffered=False) as answer, path.open("wb") as file:
        assert answer.status_code == 200
        for part in answer.iter_encoded():
            file.write(part)


def _records(floor: Floor) -> Iterator[dict[str, Any]]:
    for row in floor.rows(f"{ROWS} ORDER BY n.id DESC"):
        record = dict(zip(HEADS[1:], row[1:], strict=True))
        if floor.is_sqlite:
            for name in ("Completed", "Expires"):
                record[name] = date.fromisoformat(record[name]) if record[name] else None
        yield record


def _check(ours: Path, plain: Path) -> None:
    found, expected = (CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
                       for path in (ours, plain))
    words = {state: str(look.word) for state, look in STATES.items()}
    places = [found[0].index(head) for head in expected[0]]
    told = [[row[place] for place in places] for row in found[1:]]
    same = all(a == [words.get(value, value) for value in b] for a, b in zip(told, expected[1:], strict=True))
    if not same or len(told) != int(data.ENROLLMENTS * data.SCALE):
        raise AssertionError("the exported rows are not those of the table")
