"""The tenant fence: every statement of every session is held to the current scope.

What leaks without each of these rules was measured one by one; the tests in tests/platform/test_fence.py
name them. Row-level security is the second wall on PostgreSQL, composite foreign keys the third.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import event, inspect
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause

from app.platform.scope import Scope, current_scope


class TenantFenceError(RuntimeError):
    """Code touched tenant data without a tenant, or another tenant's data. Always a bug."""


class FencedSession(FlaskSession):
    """The application's session. The legacy bulk API fires no event at all, so it is closed."""

    def _closed(self, *args: Any, **kwargs: Any) -> Any:
        raise TenantFenceError("the legacy bulk API passes the fence; use insert() or update()")

    bulk_save_objects = bulk_insert_mappings = bulk_update_mappings = _closed


_fenced: list[type] = []  # the tenant base class and foreign classes that carry tenant_id
_soft: list[type] = []  # base classes whose deleted rows stay out of sight
_live_only: list[Any] = []  # one loader criterion for each mapped class of those
_tenant_tables: set[str] = set()


def fence_class(cls: type) -> type:
    """Hold `cls` and its subclasses, which carry `tenant_id`, to the current scope."""
    _fenced.append(cls)
    return cls


def hide_deleted(cls: type) -> type:
    """Leave rows of `cls` with a `deleted_at` out of every query that does not ask for them."""
    _soft.append(cls)
    return cls


def is_fenced(cls: Any) -> bool:
    """Whether rows of the mapped class belong to a tenant."""
    return isinstance(cls, type) and issubclass(cls, tuple(_fenced))


def mark_tables(registry: Any) -> None:
    """Learn which tables are tenants' and which rows can be deleted. Call it when every model is mapped."""
    _tenant_tables.clear()
    _live_only.clear()
    _criteria.cache_clear()
    _prepared.cache_clear()
    for mapper in registry.mappers:
        if is_fenced(mapper.class_):
            _tenant_tables.add(mapper.local_table.name)
            _tenant_tables.update(r.secondary.name for r in mapper.relationships if r.secondary is not None)
        if issubclass(mapper.class_, tuple(_soft)):
            # Not into relationships, which read through aliases or by themselves: the course of an old
            # enrollment is still its course.
            _live_only.append(with_loader_criteria(mapper.class_, mapper.class_.deleted_at.is_(None),
                                                   include_aliases=False, propagate_to_loaders=False))


@lru_cache(maxsize=1000)
def _criteria(scope: UUID | Scope) -> tuple[Any, ...]:
    """The loader options that hold a statement to `scope`."""
    if scope is Scope.PLATFORM:
        return tuple(with_loader_criteria(c, lambda cls: cls.tenant_id.is_(None), include_aliases=True)
                     for c in _fenced)
    return tuple(with_loader_criteria(c, lambda cls: cls.tenant_id == scope, include_aliases=True)
                 for c in _fenced)


def _bare_tenant_tables(statement: Any) -> set[str]:
    """Names of tenant tables that `statement` reaches without the ORM, where no criterion applies."""
    reached: dict[str, str] = {}  # name in the statement (an alias has its own) to the table's
    mapped, inside_aliases = set[Any](), set[str]()
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Alias) and isinstance(element.element, sa.Table):
            inside_aliases.add(element.element.name)
            reached[str(element.name)] = element.element.name
        if "parententity" in element._annotations:
            mapped.add(getattr(getattr(element, "table", element), "name", None))
        elif isinstance(element, sa.Table):
            reached.setdefault(str(element.name), element.name)
    return {table for name, table in reached.items()
            if table in _tenant_tables and name not in mapped | inside_aliases}


def _refuse_core(statement: Any) -> None:
    if isinstance(statement, TextClause):
        raise TenantFenceError("text() passes the fence; use the ORM or a named unfenced() statement")
    if type(statement).__name__ == "FromStatement":
        raise TenantFenceError("from_statement() passes the fence")
    bare = _bare_tenant_tables(statement)
    if bare:
        raise TenantFenceError(f"a Core statement reaches {sorted(bare)} around the fence")


def _keys(values: Any) -> dict[Any, Any]:
    return {getattr(k, "key", k): getattr(v, "value", v) for k, v in dict(values or {}).items()}


def _refuse_foreign_values(state: ORMExecuteState, scope: Any) -> None:
    statement: Any = state.statement
    many = isinstance(state.parameters, (list, tuple))
    if state.is_update:
        if many:
            raise TenantFenceError("a bulk update by primary key passes the fence")
        if "tenant_id" in _keys(getattr(statement, "_values", None)) | _keys(state.parameters):
            raise TenantFenceError("a row never changes its tenant")
        return
    if type(statement._post_values_clause).__name__ == "OnConflictDoUpdate":
        raise TenantFenceError("an insert that updates what it meets passes the fence")
    for row in _inserted_rows(state, statement, many):
        if row.get("tenant_id") != scope:
            raise TenantFenceError(f"insert for tenant {row.get('tenant_id')} in {scope}")


def _inserted_rows(state: ORMExecuteState, statement: Any, many: bool) -> Iterable[dict[str, Any]]:
    multi = [_keys(row) for group in (statement._multi_values or ()) for row in group]
    if multi:
        return multi
    if many:
        return [_keys(row) for row in state.parameters]  # type: ignore[union-attr]
    return [_keys(statement._values) | _keys(state.parameters)]


@event.listens_for(FencedSession, "do_orm_execute")
def _fence_statement(state: ORMExecuteState) -> None:
    scope, statement = current_scope(), state.statement
    if state.execution_options.get("unfenced"):
        return
    is_own = state.is_relationship_load or state.is_column_load  # the ORM's: it joins tables between mapped ones
    options = state.execution_options
    is_kept = options.get("kept") and state.is_select and not is_own and not options.get("include_deleted")
    if is_kept and isinstance(scope, UUID):
        state.statement = _prepared(statement, scope)
        return
    if scope is not Scope.EVERY_TENANT and not is_own:
        _refuse_core(statement)
    if scope is None:
        if any(is_fenced(m.class_) for m in state.all_mappers) or _mentions_fenced(statement):
            raise TenantFenceError("tenant data was asked for and no tenant is set")
        return
    if scope is not Scope.EVERY_TENANT:
        mapper = state.bind_mapper
        if (state.is_insert or state.is_update) and mapper is not None and is_fenced(mapper.class_):
            _refuse_foreign_values(state, scope)
        # Applied to every statement: the mapper of a COUNT or EXISTS wrapper is not in all_mappers.
        if state.is_select or state.is_update or state.is_delete:
            state.statement = state.statement.options(*_criteria(scope))
    if state.is_select and not state.execution_options.get("include_deleted"):
        state.statement = _without_deleted(state)


@lru_cache(maxsize=2000)
def _prepared(statement: Any, scope: UUID) -> Any:
    """A select that is kept, checked and held to `scope` once for all its runs."""
    _refuse_core(statement)
    return statement.options(*_criteria(scope), *_live_only)


def _without_deleted(state: ORMExecuteState) -> Any:
    if state.is_column_load:
        return state.statement
    if not state.is_relationship_load:
        return state.statement.options(*_live_only)
    # selectinload and subqueryload hand on the options of the statement that they follow, asked or not
    statement: Any = state.statement
    statement = statement._generate()
    statement._with_options = tuple(o for o in statement._with_options if o not in _live_only)
    return statement


def _mentions_fenced(statement: Any) -> bool:
    return any(
        getattr(getattr(element, "table", element), "name", None) in _tenant_tables
        for element in visitors.iterate(statement)
        if element.__visit_name__ in ("table", "column")
    )


@event.listens_for(FencedSession, "before_flush")
def _fence_writes(session: Any, context: Any, instances: Any) -> None:
    scope = current_scope()
    if scope is Scope.EVERY_TENANT:
        return
    tenant_id = scope if isinstance(scope, UUID) else None
    for row in session.new:
        if is_fenced(type(row)):
            if row.tenant_id is None:
                row.tenant_id = tenant_id
            _require_own(row, scope, tenant_id)
    for row in (*session.dirty, *session.deleted):
        if is_fenced(type(row)):
            _require_own(row, scope, tenant_id)
            old = inspect(row).attrs.tenant_id.history.deleted
            if old and old[0] != tenant_id:
                raise TenantFenceError(f"{type(row).__name__} of another tenant was taken over")


def _require_own(row: Any, scope: Any, tenant_id: UUID | None) -> None:
    if scope is None or row.tenant_id != tenant_id:
        raise TenantFenceError(f"write of {type(row).__name__} outside the tenant")


def kept(statement: Any) -> Any:
    """A select that is made once and run again and again, with what varies as bound parameters.

    The fence looks through it once for each tenant instead of on every run, and SQLAlchemy reads it once. For
    statements of every page; whoever keeps it sees to it that no value of one request is part of it.
    """
    return statement.execution_options(kept=True)


def unfenced(statement: sa.Executable) -> sa.Executable:
    """Let a statement that names its tenant itself pass the fence.

    For Core and text statements in app/platform and the modules listed in tests/structure only.
    """
    return statement.execution_options(unfenced=True)
