"""What the columns of an importer's fields may be called, in the form in which headings are matched."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from app.imports.columns import FieldSpec, known_headings
from app.imports.importer import Importer, importers
from app.platform.wording import LANGUAGES


def specs(importer: Importer) -> list[FieldSpec]:
    """The importer's fields with every name their columns may have, the labels of each language included."""
    return [FieldSpec(one.name, (*_labels(one.label), *one.headings), one.arabic, one.required, one.type, one.parts)
            for one in importer.fields]


def known_names(importer: Importer) -> frozenset[str]:
    """Every form of every name, by which header rows are known."""
    return known_headings(specs(importer))


def names_of_all() -> frozenset[str]:
    """The same for every kind of file: by these a table of another kind is known that stands in the same sheet."""
    return frozenset().union(*map(known_names, importers()))


def _labels(label: Any) -> list[str]:
    found = []
    for locale in LANGUAGES:
        with force_locale(locale):
            found.append(str(label))
    return found
