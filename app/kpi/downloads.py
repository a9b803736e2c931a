"""The rows behind a number as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from flask import Response, send_file
from flask_babel import get_locale

from app.exports import operations as exports
from app.exports import writers
from app.kpi import history, rows
from app.kpi.asking import Asked
from app.kpi.metrics import Metric
from app.platform import clock
from app.platform.look.states import LOOKS
from app.platform.unit_of_work import unit_of_work
from app.platform.wording import RIGHT_TO_LEFT

MIME_TYPES = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
              "csv": "text/csv; charset=utf-8"}


def rows_as_file(actor: Any, metric: Metric, wanted: Asked, part: str, format_: str) -> Response:
    """A download; it is on record before it leaves."""
    file = NamedTemporaryFile(suffix=f".{format_}")  # noqa: SIM115  closed, and so removed, by the response
    try:
        many = _write(actor, metric, wanted, part, format_, Path(file.name))
        with unit_of_work():
            exports.note_export(actor, resource=f"kpi {metric.name}", format=format_, rows=many,
                                filters=wanted.arguments(part=part))
    except BaseException:
        file.close()
        raise
    name = f"{metric.name}-{part}-{wanted.day.isoformat()}.{format_}"
    return send_file(file, MIME_TYPES[format_], as_attachment=True, download_name=name, max_age=0)


def _write(actor: Any, metric: Metric, wanted: Asked, part: str, format_: str, path: Path) -> int:
    columns = rows.columns_then(metric) if wanted.is_then else rows.columns(metric)
    heads = [writers.Column(str(one.heading), one.kind, _colours() if one.kind == "state" else {}) for one in columns]
    lines = _lines(columns, _rows(actor, metric, wanted, part))
    if format_ == "csv":
        return writers.write_csv(path, heads, lines)
    locale = get_locale()
    return writers.write_xlsx(path, heads, lines, title=str(metric.label),
                              right_to_left=locale is not None and locale.language in RIGHT_TO_LEFT)


def _rows(actor: Any, metric: Metric, wanted: Asked, part: str) -> Iterable[Any]:
    if not wanted.is_then:
        return rows.all_rows(actor, wanted, metric, part)
    return rows.people_then(actor, wanted, metric, history.known_then(actor, wanted.filters, wanted.day))


def _lines(columns: tuple[rows.RowColumn, ...], found: Iterable[Any]) -> Iterator[list[Any]]:
    for row in found:
        yield [_told(one, one.value(row)) for one in columns]


def _told(column: rows.RowColumn, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "state":
        return str(LOOKS[value].word)
    return clock.local(value).replace(tzinfo=None) if column.kind == "instant" else value


def _colours() -> dict[str, tuple[str, str]]:
    return {str(look.word): (look.light.ink, look.light.ground) for look in LOOKS.values()}
