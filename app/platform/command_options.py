"""What operators may write behind a command's options; what is wrong is refused before anything is done."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import click

from app.platform import clock


class NewFile(click.Path):
    """A file that the command writes, where there is a folder that it may be put in."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, writable=True, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path that was named."""
        path: Any = super().convert(value, param, ctx)
        if not path.exists() and not (path.parent.is_dir() and os.access(path.parent, os.W_OK)):
            self.fail(f"there is no folder {str(path.parent)!r} to write into", param, ctx)
        return path


class Pair(click.ParamType):
    """A name and a value with an equals sign between them."""

    name = "pair"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        """(name, value); the value may hold anything."""
        name, sign, said = value.partition("=")
        if not (name and sign):
            self.fail(f"{value!r} is not written as {param.metavar if param else 'NAME=VALUE'}", param, ctx)
        return name, said


class Day(click.ParamType):
    """A day as year-month-day, in the years that can be reckoned with."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day that was written."""
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day: write it as 2026-03-14", param, ctx)
        if day.year not in clock.YEARS:
            self.fail(f"{value!r} is not between the years {clock.YEARS[0]} and {clock.YEARS[-1]}", param, ctx)
        return day
