"""Commands of the trail."""

from __future__ import annotations

import re

import click

from app.audit import operations, queries
from app.platform.cli import scope_of, trainflow
from app.platform.scope import platform_scope


def _kept(context: click.Context, option: click.Parameter, written: tuple[str, ...]) -> dict[int, str]:
    found = [re.fullmatch(r"([1-9][0-9]{0,17}):([0-9a-f]{64})", one.strip()) for one in written]
    if not all(found):
        raise click.BadParameter("write the number of the entry, a colon and its seal of 64 characters")
    return {int(one[1]): one[2] for one in found if one is not None}


@trainflow.command("verify-audit")
@click.option("--root", "roots", multiple=True, callback=_kept, metavar="ENTRY:SEAL",
              help="A root that was kept elsewhere, as its mail has it.")
@click.option("--tenant", "slug", help="The tenant's short name.")
@click.option("--operators", "is_operators", is_flag=True, help="The trail of platform operators.")
def verify_audit(roots: dict[int, str], slug: str | None, is_operators: bool) -> None:
    """Recompute the audit chain of a tenant, or of the platform operators; fails when an entry was changed or
    removed."""
    if (slug is None) is not is_operators:
        raise click.UsageError("say --tenant SHORT-NAME or --operators")
    with platform_scope() if slug is None else scope_of(slug):
        _verify(roots)


def _verify(roots: dict[int, str]) -> None:
    broken = operations.first_broken_link(roots)
    if broken is not None:
        raise click.ClickException(f"entry {broken} was changed or removed after it was written")
    last = queries.head()
    click.echo(f"all {queries.length()} entries are intact" + (f", --root {last.sequence}:{last.hash}" if last else ""))
