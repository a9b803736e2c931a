"""The trail checked by command."""

from __future__ import annotations

import sqlalchemy as sa

from app.audit.models import AuditHead
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


def test_verify_audit_says_whether_the_chain_is_whole(acme, context):
    run = context.test_cli_runner()
    result = run.invoke(args=["trainflow", "verify-audit", "--tenant", "acme"])
    assert result.exit_code == 0, result.output
    assert "entries are intact" in result.output
    with tenant_scope(acme.id), unit_of_work():
        db.session.scalars(sa.select(AuditHead)).one().hash = "0" * 64
    result = run.invoke(args=["trainflow", "verify-audit", "--tenant", "acme"])
    assert result.exit_code == 1
    assert "changed or removed" in result.output


def test_verify_audit_takes_roots_that_were_kept_elsewhere(acme, context):
    run = context.test_cli_runner()
    with tenant_scope(acme.id):
        head = db.session.scalars(sa.select(AuditHead)).one()
    command = ["trainflow", "verify-audit", "--tenant", "acme", "--root"]
    assert run.invoke(args=[*command, f"{head.sequence}:{head.hash}"]).exit_code == 0
    assert run.invoke(args=[*command, f"{head.sequence}:{'0' * 64}"]).exit_code == 1
    assert run.invoke(args=[*command, "yesterday"]).exit_code == 2


def test_an_unknown_tenant_is_named(context):
    result = context.test_cli_runner().invoke(args=["trainflow", "verify-audit", "--tenant", "nobody"])
    assert result.exit_code == 2
    assert "no tenant 'nobody'" in result.output
