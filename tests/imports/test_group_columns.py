from __future__ import annotations

from typing import Any

import pytest

from app.imports.group_columns import GroupColumn


@pytest.mark.parametrize(
    ("cells", "asked"),
    [
        (["Operations", None, None, "HSE", " "], True),
        (["Operations", None, None], True),
        ([None, "Operations", None, "HSE"], False),
        (["Operations", "Operations", None, "HSE"], False),
        (["Operations", "HSE", "Operations"], False),
        (["A", "B", "C", "D", "E", "F", None, "G"], False),
        ([None, None], False),
    ],
)
def test_blanks_below_the_first_of_a_group_are_asked_about(cells: list[Any], asked: bool) -> None:
    column = GroupColumn()
    for row, cell in enumerate(cells, start=2):
        column.see(cell, row)
    assert column.must_ask is asked
