"""What a person can do wrong. Everything else is a bug and stays a 500."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class DomainError(Exception):
    """A refused request.

    `message` is a translated sentence that says what to do; `field` names the input it belongs to, when
    it belongs to one; `code` is the refusal's stable name for programs. Several refusals of one request
    travel together in `errors` (see `Invalid.all`), the first of them being the exception itself.
    """

    code = "refused"
    status = 422

    def __init__(self, message: Any, *, field: str | None = None, code: str | None = None) -> None:
        super().__init__(message)
        self.field = field
        self.code = code or self.code
        self.errors: list[DomainError] = [self]

    def as_dict(self) -> dict[str, Any]:
        """The refusal as plain values: code, message (str), field (str or None)."""
        return {"code": self.code, "message": str(self.args[0]), "field": self.field}


class NotFound(DomainError):
    """There is no such row for this actor; another tenant's row answers the same."""

    code, status = "not_found", 404


class NotAllowed(DomainError):
    """The row exists and the actor may not do this to it."""

    code, status = "not_allowed", 403


class Conflict(DomainError):
    """The request was sound, the state of the data forbids it."""

    code, status = "conflict", 409


class ChangedMeanwhile(DomainError):
    """The row is not any more what the request expects it to be."""

    code, status = "changed_meanwhile", 412


class Invalid(DomainError):
    """The input itself can not be taken as it is."""

    code, status = "invalid", 422

    @classmethod
    def all(cls, errors: Iterable[DomainError]) -> DomainError:
        """One exception that carries every refusal of `errors` (at least one), in their order."""
        found = list(errors)
        first = found[0]
        first.errors = found
        return first
