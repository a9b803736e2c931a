"""Writing once, however often a program repeats itself.

A program that hears no answer does not know whether its write arrived. With the header `Idempotency-Key` it
may send it again: the first answer is kept for a day and given again, without anything being done twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, Response, g, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.orm import Mapped, mapped_column

from app.platform import clock
from app.platform.db import Row, TenantModel, db
from app.platform.errors import Conflict, Invalid
from app.platform.scope import Scope, current_scope
from app.platform.unit_of_work import unit_of_work

HEADER = "Idempotency-Key"
LONGEST = 200
KEPT = timedelta(days=1)
GIVEN_UP_AFTER = timedelta(minutes=5)  # the process that began it is gone
WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class AnswerColumns:
    """What a program was answered that named its write; status 0 while the first attempt is under way."""

    user_id: Mapped[int] = mapped_column(sa.Integer, nullable=False)
    key: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    request_digest: Mapped[str] = mapped_column(sa.String(64), nullable=False)
    status: Mapped[int] = mapped_column(sa.Integer, nullable=False, default=0)
    body: Mapped[str] = mapped_column(sa.Text, nullable=False, default="")


class IdempotentAnswer(AnswerColumns, TenantModel):
    """An answer to a program of a tenant."""

    __tablename__ = "idempotent_answers"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "user_id", "key", name="uq_idempotent_answers_key"),
        sa.Index("ix_idempotent_answers_age", "tenant_id", "created_at"),
    )


class OperatorAnswer(AnswerColumns, Row):
    """An answer to a program of a platform operator."""

    __tablename__ = "operator_answers"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "key", name="uq_operator_answers_key"),
        sa.Index("ix_operator_answers_age", "created_at"),
    )


def init_app(app: Flask) -> None:
    """Watch over every write under /api/v1/ that carries the header."""
    app.before_request(_before)
    app.after_request(_after)


def _before() -> Response | None:
    """The kept answer, where there is one. Conflict `idempotency_key_reused`, `idempotency_under_way`."""
    given = request.headers.get(HEADER)
    is_write = request.method in WRITES and request.path.startswith("/api/v1/")
    if not given or not is_write or not g.user.is_authenticated or current_scope() is None:
        return None
    if len(given) > LONGEST:
        raise Invalid(_("Use a key of at most 200 characters."), code="idempotency_key_too_long")
    key, digest = hashlib.sha256(given.encode()).hexdigest(), _request_digest()
    known = _claim(key, digest, g.user.id)
    if known is not None:
        return _again(known, digest)
    g.idempotency_claim = (key, g.user.id)
    return None


def _after(answer: Response) -> Response:
    claim = g.pop("idempotency_claim", None)
    if claim is not None and current_scope() is not None:
        key, user_id = claim
        _finish(key, user_id, answer)
    return answer


def _table() -> type[IdempotentAnswer] | type[OperatorAnswer]:
    return OperatorAnswer if current_scope() is Scope.PLATFORM else IdempotentAnswer


def _claim(key: str, digest: str, user_id: int) -> IdempotentAnswer | OperatorAnswer | None:
    """The row of an earlier attempt, or None when this is the first one: then it is noted."""
    table, found = _table(), _row(key, user_id)
    if found is not None and (found.status or clock.now() - found.created_at < GIVEN_UP_AFTER):
        return found
    too_old = sa.or_(table.created_at < clock.now() - KEPT,
                     sa.and_(table.status == 0, table.created_at <= clock.now() - GIVEN_UP_AFTER))
    try:
        with unit_of_work():
            db.session.execute(sa.delete(table).where(too_old))
            db.session.add(table(user_id=user_id, key=key, request_digest=digest))
    except Conflict:  # somebody sent the same at this moment
        return _row(key, user_id)
    return None


def _row(key: str, user_id: int) -> IdempotentAnswer | OperatorAnswer | None:
    table = _table()
    statement = sa.select(table).where(table.user_id == user_id, table.key == key,
                                       table.created_at >= clock.now() - KEPT)
    return db.session.scalar(statement.execution_options(populate_existing=True))


def _finish(key: str, user_id: int, answer: Response) -> None:
    table = _table()
    mine = sa.and_(table.user_id == user_id, table.key == key)
    # What is shown once is not kept, and what failed on our side may be tried again.
    is_kept = answer.status_code < 500 and answer.status_code != 429 and not answer.cache_control.no_store
    with unit_of_work():
        if is_kept:
            db.session.execute(sa.update(table).where(mine).values(
                status=answer.status_code, body=answer.get_data(as_text=True)))
        else:
            db.session.execute(sa.delete(table).where(mine))


def _again(known: AnswerColumns, digest: str) -> Response:
    if known.request_digest != digest:
        raise Conflict(_("This key came with another request before. Use a new one."), code="idempotency_key_reused")
    if known.status == 0:
        raise Conflict(_("The first attempt is still under way."), code="idempotency_under_way")
    answer = jsonify()
    answer.set_data(known.body)
    answer.status_code = known.status
    answer.headers["Idempotent-Replay"] = "true"
    return answer


def _request_digest() -> str:
    whole = hashlib.sha256(f"{request.method} {request.full_path}\n".encode())
    for part in _parts() if request.mimetype == "multipart/form-data" else [request.get_data()]:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def _parts() -> Iterator[bytes]:
    """What a form with files says; its bytes differ each time, by a boundary that is made up anew."""
    # a part may come without any name
    for name, value in sorted((name or "", value) for name, value in request.form.items(multi=True)):
        yield from (name.encode(), value.encode())
    for name, file in request.files.items(multi=True):
        yield from ((name or "").encode(), (file.filename or "").encode(), file.read())
        file.seek(0)
