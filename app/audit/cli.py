"""Commands of the trail."""

from __future__ import annotations

import click

from app.audit import operations, queries
from app.platform.cli import for_tenant, trainflow


@trainflow.command("verify-audit")
@for_tenant
def verify_audit() -> None:
    """Recompute a tenant's audit chain; fails when an entry was changed or removed."""
    broken = operations.first_broken_link()
    if broken is not None:
        raise click.ClickException(f"entry {broken} was changed or removed after it was written")
    click.echo(f"all {queries.length()} entries are intact")
