"""Which version of a row an answer shows, and writes that hold for one version only (RFC 9110: ETag, If-Match)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, request
from flask_babel import gettext as _

from app.platform.db import db
from app.platform.errors import ChangedMeanwhile


def mark(answer: Response, shown: Any) -> Response:
    """Say in `answer` which version of `shown` (as for `tag_of`) it shows; of a row without versions, nothing."""
    if answer.status_code < 300 and (isinstance(shown, str | dict) or getattr(shown, "updated_at", None) is not None):
        answer.set_etag(tag_of(shown))
    return answer


def read(answer: Response, shown: Any) -> Response:
    """As `mark`, for an answer that only tells; empty (304) to who has this version already."""
    mark(answer, shown).make_conditional(request)
    return answer


def tag_of(shown: Any) -> str:
    """Another one after each change of a row; of what is no single row (its JSON as a dict), after each change of
    what it says. A text is a tag already."""
    if isinstance(shown, str):
        return shown
    said = json.dumps(shown, sort_keys=True) if isinstance(shown, dict) else f"{shown.id}{shown.updated_at.isoformat()}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def guarded(operation: Callable[..., Any], row: Any, shown: Callable[[], Any] | None = None) -> Callable[..., Any]:
    """`operation`, refusing with ChangedMeanwhile when the request's If-Match names another version of `row`, or of
    what `shown` gives (as for `tag_of`) where that is more than a row, or none yet. What `shown` looks at is of the
    row, or read by its own statement.

    The row is locked by the look, so that nobody saves between it and the operation, and read anew as a whole.
    """
    if row is None or not request.if_match:
        return operation

    def only_if_unchanged(*args: Any, **values: Any) -> Any:
        columns = [one.key for one in sa.inspect(type(row)).column_attrs if not one.deferred]
        db.session.refresh(row, columns, with_for_update=True)
        if not request.if_match.contains(tag_of(shown() if shown is not None else row)):
            raise ChangedMeanwhile(_("Somebody else changed this meanwhile. Read it again, then decide."))
        return operation(*args, **values)

    return only_if_unchanged
