"""Write the permission table into FAB's tables, in a handful of statements instead of thousands."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import (
    Permission,
    PermissionView,
    ViewMenu,
    assoc_permissionview_role,
)

from app.accounts.models import Role
from app.accounts.permissions import ROLES, grants
from app.platform.db import db


def sync_permissions(menu: list[tuple[str, str]]) -> tuple[int, int]:
    """Make FAB's tables say what `PERMISSIONS` says; safe to run any number of times.

    `menu` lists (menu entry, resource): whoever may read the resource sees the entry.
    Returns how many grants were added and removed.
    """
    wanted = {(role, f"can_{action}", resource) for role, action, resource in grants()}
    wanted |= {(role, "menu_access", entry) for role, action, resource in grants() if action == "read"
               for entry, of in menu if of == resource}
    roles = _ids(Role, set(ROLES.values()))
    permissions = _ids(Permission, {p for _, p, _ in wanted})
    views = _ids(ViewMenu, {v for _, _, v in wanted})
    pairs = _pairs({(permissions[p], views[v]) for _, p, v in wanted})
    return _replace_grants({(pairs[permissions[p], views[v]], roles[r]) for r, p, v in wanted},
                           set(roles.values()))


def _ids(model: Any, names: set[str]) -> dict[str, int]:
    known = dict(db.session.execute(sa.select(model.name, model.id)).all())
    missing = sorted(names - set(known))
    if missing:
        db.session.execute(sa.insert(model), [{"name": name} for name in missing])
        known = dict(db.session.execute(sa.select(model.name, model.id)).all())
    return known


def _pairs(wanted: set[tuple[int, int]]) -> dict[tuple[int, int], int]:
    read = sa.select(PermissionView.permission_id, PermissionView.view_menu_id, PermissionView.id)
    known = {(p, v): i for p, v, i in db.session.execute(read)}
    missing = sorted(wanted - set(known))
    if missing:
        db.session.execute(sa.insert(PermissionView),
                           [{"permission_id": p, "view_menu_id": v} for p, v in missing])
        known = {(p, v): i for p, v, i in db.session.execute(read)}
    return known


def _replace_grants(wanted: set[tuple[int, int]], role_ids: set[int]) -> tuple[int, int]:
    link = assoc_permissionview_role.c
    held = {(p, r) for p, r in db.session.execute(
        sa.select(link.permission_view_id, link.role_id).where(link.role_id.in_(role_ids)))}
    added, removed = sorted(wanted - held), sorted(held - wanted)
    if added:
        db.session.execute(sa.insert(assoc_permissionview_role),
                           [{"permission_view_id": p, "role_id": r} for p, r in added])
    for permission_view_id, role_id in removed:
        db.session.execute(sa.delete(assoc_permissionview_role).where(
            link.permission_view_id == permission_view_id, link.role_id == role_id))
    return len(added), len(removed)
