"""No write without its entry: held over every unit of work of every test, whatever the test is about.

The tables that a transaction wrote are compared with the audit entries that it appended, just before it commits.
An entry accounts for the tables of the context that defines its event, and every field that it names has words
(app.wiring.words, app.audit.facts). Statements are watched where they reach
the database, so that the ORM, set-based SQL and text() are all seen; what a test writes by its own hand is not.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from flask_appbuilder import Model
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

from app.audit.fields import label_of
from app.audit.models import OF_OPERATORS, OF_TENANT, EntryColumns
from app.platform.events import Event
from app.platform.fence import FencedSession
from app.platform.look.states import LOOKS
from app.platform.scope import current_tenant_id

WRITE = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
SET = re.compile(r"\bSET\s+(.*?)(?:\sFROM\s|\sWHERE\s|$)", re.IGNORECASE | re.DOTALL)

# Tables that hold no fact about a tenant, or only what follows from one that has its entry.
NO_FACTS = {
    "job_runs": "which jobs ran; what they change has its entries",
    "notifications": "what people are told follows from an event; reading it changes nothing for anybody else",
    "outbox_messages": "the same, on its way out",
    "delivery_attempts": "a record of its own, never changed",
    "department_branches": "what departments were part of; follows from entries about departments",
    "employee_positions": "where people stood; follows from entries about people",
    "import_batches": "how far an import is; upload, confirmation, commit and undo have entries",
    "import_parts": "what a file says, and old and new of what it changed",
    "import_mappings": "which heading was meant last time",
    "alert_rounds": "that a day was looked at; whoever was told of something has entries",
    "idempotent_answers": "what a program was answered, for the same question again; the write has its entry",
    "workflow_decisions": "how far a decision about many has come; each of them has its entry",
}

# The trails themselves and their last links
TRAILS = {table.name for chain in (OF_TENANT, OF_OPERATORS) for table in (chain.entry.__table__, chain.head.__table__)}

# Columns that are worked out from others: an update of nothing else needs no entry.
WORKED_OUT = {
    "enrollments": {"status"}, "api_keys": {"last_used_at"}, "operator_keys": {"last_used_at"},
    "calendar_feeds": {"last_read_on"},
    "ab_user": {"totp_step", "changed_on"},  # which code was used last; the sign-in has its entry
}

# Entries about many rows at once, of any kind, whose old and new stand in the import's own ledger
LEDGERS = {"ImportCommitted", "ImportUndone"}

# table -> contexts besides its own whose events tell of it
TOLD_BY = {"workflow_steps": {"tenancy"}}  # deadlines follow working hours and holidays

# What may be written without an entry where no tenant is set; all else has one in the operators' trail.
PLATFORM = {"ab_role", "ab_permission", "ab_permission_view", "ab_permission_view_role", "ab_view_menu",
            "sign_in_attempts", "ended_sessions", "reset_requests", "operator_answers"}

# What is on the stack of a commit, whoever wrote the rows.
COMMITTING = {"app.platform.unit_of_work", "app.platform.fence", "app.platform.row_security", "app.platform.clock",
              "app.audit.operations"}

refused: list[str] = []  # also where the code under test catches everything


class Refused(AssertionError):
    """A unit of work was about to commit a change that no entry tells of."""


@dataclass
class Written:
    """What one transaction did so far: tables in the order they were written, and events of its entries."""

    tables: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    marks: dict[str, tuple[int, int]] = field(default_factory=dict)

    def mark(self, name: str) -> None:
        """Remember how it is now."""
        self.marks[name] = len(self.tables), len(self.events)

    def go_back(self, name: str = "") -> None:
        """Forget what came after the mark; without one, everything."""
        tables, events = self.marks.get(name, (0, 0))
        del self.tables[tables:], self.events[events:]


def untold(tables: list[str], events: list[str]) -> set[str]:
    """Those of `tables` of whose change no entry about `events` tells."""
    if LEDGERS & set(events):
        return set()
    told = set().union(*map(_contexts_of, events))
    return {table for table in tables
            if table not in TRAILS | set(NO_FACTS) and not ({_owner_of(table)} | TOLD_BY.get(table, set())) & told}


def _owner_of(table: str) -> str:
    modules = {mapper.local_table.name: mapper.class_.__module__ for mapper in Model.registry.mappers}
    module = modules.get(table, "")
    return module.split(".")[1] if module.startswith("app.") else "accounts"  # Flask-AppBuilder's own tables


def _contexts_of(name: str) -> set[str]:
    found: list[type] = [Event]
    for one in found:
        found += one.__subclasses__()
    return {one.__module__.split(".")[1] for one in found if one.__name__ == name}


_by_hand: ContextVar[bool] = ContextVar("by_hand", default=False)


@contextmanager
def by_hand() -> Iterator[None]:
    """What the block writes is not the application's doing, whatever of it is on the stack."""
    token = _by_hand.set(True)
    try:
        yield
    finally:
        _by_hand.reset(token)


def hold() -> None:
    """Watch every engine and session of this process from now on."""
    event.listen(Engine, "after_cursor_execute", _note)
    event.listen(Engine, "savepoint", lambda connection, name: _of(connection).mark(name))
    event.listen(Engine, "rollback_savepoint", lambda connection, name, _context: _of(connection).go_back(name))
    event.listen(Engine, "rollback", lambda connection: _of(connection).go_back())
    event.listen(FencedSession, "after_flush", _note_entries)
    event.listen(FencedSession, "before_commit", _refuse)


def _of(connection: Connection) -> Written:
    if connection.invalidated:
        return Written()  # it is lost, with whatever it wrote
    return connection.info.setdefault("trail", Written())  # type: ignore[no-any-return]


def _note(connection: Connection, cursor: Any, statement: str, *rest: Any) -> None:
    if statement.startswith("SELECT") or not cursor.rowcount or _by_hand.get() or not _is_the_applications():
        return
    known = Model.metadata.tables
    _of(connection).tables += [table for verb, table in WRITE.findall(statement)
                               if table in known and not (verb == "UPDATE" and _is_worked_out(table, statement))]


def _is_the_applications() -> bool:
    frame, outermost = sys._getframe(2), ""
    while frame is not None and not (outermost and frame.f_globals.get("__name__", "").startswith("tests.")):
        name = frame.f_globals.get("__name__", "")
        if name.startswith("app.") and name not in COMMITTING:
            outermost = frame.f_code.co_name
        frame = frame.f_back  # type: ignore[assignment]
    # A test that calls the second half of an operation records what happened itself, or leaves it.
    return bool(outermost) and not outermost.startswith("write")


def _is_worked_out(table: str, statement: str) -> bool:
    found = SET.search(statement)
    columns = set(re.findall(r"\"?(\w+)\"?\s*=", found[1])) if found else set()
    return bool(columns) and columns <= WORKED_OUT.get(table, set()) | {"updated_at"}


def _note_entries(session: Any, context: Any) -> None:
    entries = [row for row in session.new if isinstance(row, EntryColumns)]
    _of(session.connection()).events.extend(row.event for row in entries)
    wordless = sorted({f"{row.subject}.{name}" for row in entries for name in wordless_fields(row.subject, row.data)})
    if wordless:
        refused.append(f"{', '.join(wordless)}: recorded without words")
        raise Refused(refused[-1])


def wordless_fields(subject: str, data: dict[str, Any]) -> set[str]:
    """Names of an entry's fields, changed ones and those told in one value included, that nobody could read."""
    told = data | data.get("changes", {}) | data.get("counts", {})
    return {name for name in told if name != "changes" and name not in LOOKS and not label_of(subject, name)}


def _refuse(session: Any) -> None:
    if session.in_nested_transaction() or not session.in_transaction():
        return
    session.flush()
    written = _of(session.connection())
    silent = untold(written.tables, written.events) - (PLATFORM if current_tenant_id() is None else set())
    written.go_back()
    if silent:
        refused.append(f"{', '.join(sorted(silent))}: written without an entry")
        raise Refused(refused[-1])
