"""What contexts above put on the page of a row of a context below: app.wiring.PANELS, looked up by resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Panel = Callable[[Any], Iterator[dict[str, Any]]]

_wired: dict[str, Sequence[Panel]] = {}


def wire(panels: Mapping[str, Sequence[Panel]]) -> None:
    """Called once by app.wiring: resource to functions that give sections (title, html) for a row."""
    _wired.clear()
    _wired.update(panels)


def panels_of(resource: str, item: Any) -> Iterator[dict[str, Any]]:
    """The sections of the page of `item`, a row of `resource`, in the order of the table."""
    for panel in _wired.get(resource, ()):
        yield from panel(item)
