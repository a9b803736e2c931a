"""The change that a page is asked to take back."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, request

from app.audit.changes import NotedChange, to_take_back
from app.platform.errors import DomainError
from app.platform.fab.filters import to_uuid


def asked_change(changes: Sequence[NotedChange]) -> NotedChange | None:
    """The one of a row's changes that the request names as `change`; None, and a flash that says why, where it can
    not be taken back."""
    try:
        return to_take_back(changes, to_uuid(request.values.get("change")))
    except DomainError as refusal:
        flash(str(refusal), "warning")
        return None
