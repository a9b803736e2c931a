"""What the fields of entries are called: by the forms of their subject first, else as `facts` says.

The forms belong to contexts above; `app.wiring.words` names them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from app.audit.facts import FACTS

Source = type[Schema] | Mapping[str, Any] | Callable[[str], Any]

_wired: dict[str, Sequence[Source]] = {}


def wire(sources: Mapping[str, Sequence[Source]]) -> None:
    """Called once by app.wiring: subject to its schemas, and to what gives a field or its words for a name."""
    _wired.clear()
    _wired.update(sources)


def field_of(subject: str, name: str) -> fields.Field[Any] | None:
    """The field that says how values called `name` are told; None where none is declared."""
    return next((one for one in _found(subject, name.rpartition(": ")[2]) if isinstance(one, fields.Field)), None)


def label_of(subject: str, name: str) -> Any:
    """What the field is called, in the reader's language; None for a name that nobody knows.

    The two parts of a name such as 'expiry-warning: email' are called separately.
    """
    labels = [one.metadata.get("label") if isinstance(one, fields.Field) else one for one in _found(subject, name)]
    known = next((str(label) for label in labels if label), None)
    if known is None and ": " in name:
        parts = [label_of(subject, part) for part in name.split(": ")]
        return ": ".join(parts) if all(parts) else None
    return known


def field_words(subject: str, name: str) -> str:
    """What the field is called; a name that nobody knows is told as it is written."""
    return label_of(subject, name) or name.replace("_", " ").capitalize()


def _found(subject: str, name: str) -> Iterator[Any]:
    for source in (*_wired.get(subject, ()), FACTS):
        declared: Any = getattr(source, "_declared_fields", source)
        found = declared.get(name) if isinstance(declared, Mapping) else declared(name)
        if found is not None:
            yield found
