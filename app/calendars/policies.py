"""Who may have which calendar."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from app.accounts.models import role_names
from app.accounts.permissions import FOREMAN, MANAGER
from app.calendars.models import KINDS, OWN
from app.platform.errors import NotFound


def kinds_of(actor: Any) -> tuple[str, ...]:
    """The calendars that the actor may have: everybody their own, foremen and managers their team's."""
    return KINDS if role_names(actor) & {FOREMAN, MANAGER} else (OWN,)


def require_kind(actor: Any, kind: str) -> None:
    """NotFound unless the actor may have a calendar of this kind."""
    if kind not in kinds_of(actor):
        raise NotFound(_("There is no such calendar."))
