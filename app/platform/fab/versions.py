"""Which version of a row an answer shows, and writes that hold for one version only (RFC 9110: ETag, If-Match)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _

from app.platform.db import db
from app.platform.errors import ChangedMeanwhile


def mark(answer: Response, row: Any) -> Response:
    """Say in `answer` which version of `row` it shows."""
    if getattr(row, "updated_at", None) is not None and answer.status_code < 300:
        answer.set_etag(tag_of(row))
    return answer


def tag_of(row: Any) -> str:
    """Another one after each change of the row."""
    return hashlib.sha256(f"{row.id}{row.updated_at.isoformat()}".encode()).hexdigest()[:32]


def guarded(operation: Callable[..., Any], row: Any) -> Callable[..., Any]:
    """`operation`, refusing with ChangedMeanwhile when the request's If-Match names another version of `row`.

    The row is locked by the look, so that nobody saves between it and the operation.
    """
    if row is None or not request.if_match:
        return operation

    def only_if_unchanged(*args: Any, **values: Any) -> Any:
        db.session.refresh(row, ["updated_at"], with_for_update=True)
        if not request.if_match.contains(tag_of(row)):
            raise ChangedMeanwhile(_("Somebody else changed this meanwhile. Read it again, then decide."))
        return operation(*args, **values)

    return only_if_unchanged
