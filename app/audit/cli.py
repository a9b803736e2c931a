"""Commands of the trail."""

from __future__ import annotations

import re

import click

from app.audit import operations, queries
from app.platform.cli import for_tenant, trainflow


def _kept(context: click.Context, option: click.Parameter, written: tuple[str, ...]) -> dict[int, str]:
    found = [re.fullmatch(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", one.strip()) for one in written]
    if not all(found):
        raise click.BadParameter("write the number of the entry, a colon and its seal of 64 characters")
    return {int(one[1]): one[2] for one in found if one is not None}


@trainflow.command("verify-audit")
@click.option("--root", "roots", multiple=True, callback=_kept, metavar="ENTRY:SEAL",
              help="A root that was kept elsewhere, as its mail has it.")
@for_tenant
def verify_audit(roots: dict[int, str]) -> None:
    """Recompute a tenant's audit chain; fails when an entry was changed or removed."""
    broken = operations.first_broken_link(roots)
    if broken is not None:
        raise click.ClickException(f"entry {broken} was changed or removed after it was written")
    click.echo(f"all {queries.length()} entries are intact")
