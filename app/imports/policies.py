"""Who may import what."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from app.accounts.models import role_names
from app.accounts.permissions import allows
from app.imports.importer import Importer, importer_of
from app.imports.models import ImportBatch
from app.platform.errors import NotAllowed, NotFound


def visible(actor: Any) -> Any:
    """Whoever may open imports sees those of the whole tenant."""
    return sa.true()


def require_importer(actor: Any, kind: str) -> Importer:
    """The importer of this kind, if the actor may add and edit its rows on screen. NotFound, NotAllowed."""
    importer = importer_of(kind)
    if importer is None:
        raise NotFound(_("There is nothing of this kind to import."), field="kind", code="kind_unknown")
    if not may_import(actor, importer):
        raise NotAllowed(_("Your role does not import %(what)s.", what=importer.label))
    return importer


def may_import(actor: Any, importer: Importer) -> bool:
    """Whether the actor may import this kind; TrainFlow itself (commands) may."""
    return actor.id is None or all(allows(role_names(actor), action, resource) for action, resource in
                                   (("add", "imports"), ("add", importer.resource), ("edit", importer.resource)))


def require_second_person(actor: Any, batch: ImportBatch) -> None:
    """Only somebody else than those who brought the batch here may confirm it."""
    if actor.id is None or actor.id in (batch.uploaded_by_id, batch.requested_by_id):
        raise NotAllowed(_("Somebody else has to confirm this import: it is larger than one person may decide."),
                         code="second_person_needed")
