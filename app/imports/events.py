"""What happens to imports. One event for a whole batch; the rows are in its ledger."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Event


@dataclass(frozen=True, kw_only=True)
class ImportUploaded(Event):
    """Somebody uploaded a file."""

    subject = "import"
    kind: str
    file_name: str


@dataclass(frozen=True, kw_only=True)
class ImportRequested(Event):
    """Somebody asked for a batch to be committed; `needs_confirmation` when a second person has to agree."""

    subject = "import"
    kind: str
    counts: dict[str, int]
    needs_confirmation: bool


@dataclass(frozen=True, kw_only=True)
class ImportConfirmed(Event):
    """A second person agreed to a large batch."""

    subject = "import"
    kind: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ImportCommitted(Event):
    """The accepted rows of a batch were written; `counts` by outcome."""

    subject = "import"
    kind: str
    file_name: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ImportUndone(Event):
    """A batch was taken back; `counts` has removed, reverted and standing (rows that could not be)."""

    subject = "import"
    kind: str
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class ImportDiscarded(Event):
    """Somebody dropped a batch before it was committed."""

    subject = "import"
    kind: str
