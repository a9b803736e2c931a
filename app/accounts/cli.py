"""Commands about logins and permissions."""

from __future__ import annotations

import click
from flask import current_app

from app.accounts import operations
from app.accounts.models import SYSTEM
from app.accounts.permission_sync import sync_permissions
from app.accounts.permissions import OPERATOR
from app.platform.cli import ask_password, trainflow
from app.platform.scope import platform_scope
from app.platform.unit_of_work import unit_of_work


@trainflow.command("sync-permissions")
def sync() -> None:
    """Write the permission table into the database; needed after every upgrade."""
    with unit_of_work():
        added, removed = sync_permissions(current_app.extensions["menu_resources"])
    click.echo(f"permissions: {added} added, {removed} removed")


@trainflow.command("operator-create")
@click.option("--email", required=True)
@click.option("--name", default="Platform Operator", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def operator_create(email: str, name: str, password_stdin: bool) -> None:
    """Make a login for somebody who opens and suspends tenants, and reads no tenant's data."""
    password = ask_password(password_stdin)
    first, _space, last = name.partition(" ")
    with platform_scope(), unit_of_work():
        operations.create_login(SYSTEM, email=email, first_name=first, last_name=last or "-", roles=[OPERATOR],
                                password=password)
    click.echo(f"{email} signs in as platform operator")
