"""Commands that open and arrange tenants."""

from __future__ import annotations

import click
from flask_babel import gettext as _
from uuid_utils.compat import uuid7

from app.accounts.models import SYSTEM
from app.organisation.schemas import OpenTenantSchema
from app.organisation.tenants import open_tenant
from app.platform.cli import ask_password, checked, trainflow
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


@trainflow.command("tenant-create")
@click.option("--slug", required=True, help="Its short name: lower-case letters, digits and hyphens.")
@click.option("--name", required=True, help="Its name as people read it.")
@click.option("--admin-email", required=True, help="How its first administrator signs in.")
@click.option("--admin-name", default="Administrator", show_default=True)
@click.option("--time-zone", default="Asia/Riyadh", show_default=True)
@click.option("--locale", default="en", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the first password from standard input.")
def tenant_create(admin_email: str, password_stdin: bool, **given: str) -> None:
    """Open a tenant together with its first administrator."""
    values = checked(OpenTenantSchema, given | {"email": admin_email, "password": ask_password(password_stdin)})
    with tenant_scope(uuid7()), unit_of_work():
        tenant = open_tenant(SYSTEM, **values)
    click.echo(_("%(name)s is open; %(email)s signs in.", name=tenant.name, email=admin_email))
