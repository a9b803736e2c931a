"""`python -m benchmarks [--database sqlite|postgresql] [--only lists|exports|imports|kpi|alerts|reports|…]`."""

from __future__ import annotations

import argparse
from datetime import UTC, date, datetime
from typing import Any

import click
from flask_migrate import upgrade

from app import create_app
from app.accounts.models import SYSTEM
from app.accounts.permission_sync import sync_permissions
from app.organisation.tenants import open_tenant
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from benchmarks import (
    alerts,
    data,
    databases,
    exports,
    imports,
    kpi,
    lists,
    matrix,
    observability,
    renewals,
    reports,
)
from benchmarks.floor import Floor
from config import Testing

WORKLOADS = {"lists": lists.figures, "exports": exports.figures, "imports": imports.figures,
             "kpi": kpi.figures, "alerts": alerts.figures, "renewals": renewals.figures,
             "reports": reports.figures, "matrix": matrix.figures, "observability": observability.figures}
ADMIN = {"email": "admin@bench.example", "password": "a password for benchmarks"}


def main() -> None:
    """Run what was asked for on each database. Fails when an answer is wrong, not when a figure is."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", choices=databases.KINDS, action="append")
    asked.add_argument("--only", choices=list(WORKLOADS), action="append")
    asked.add_argument("--scale", type=float, default=1.0, help="0.1 for a tenth of the rows")
    options = asked.parse_args()
    data.SCALE = options.scale
    missed = 0
    for kind in options.database or databases.KINDS:
        if not databases.available(kind):
            click.echo(f"{kind}: there is no server program on this machine")
            continue
        with databases.database(kind) as address:
            missed += run(kind, address, options.only or list(WORKLOADS))
    click.echo(f"\n{missed} figures missed their aim")


def run(kind: str, address: str, workloads: list[str]) -> int:
    """Load the data into an empty database, time the workloads; return how many missed their aim."""
    app = create_app(Testing(), SQLALCHEMY_DATABASE_URI=address, LOG_LEVEL="ERROR")
    app.config["WTF_CSRF_ENABLED"] = False
    day, missed = datetime.now(UTC).date(), 0
    generator = data.Generator(data.TENANT)
    click.echo(f"\n{kind}: loading {data.EMPLOYEES:,} employees and {int(data.ENROLLMENTS * data.SCALE):,} enrollments")
    with app.app_context():
        _prepare(day)
        floor = Floor(data.TENANT, day)
    client = _signed_in(app)
    click.echo(f"{'':<44} {'TrainFlow':>13} {'floor':>13}")
    for name in workloads:
        for figure in WORKLOADS[name](client, floor, generator, day):
            click.echo(figure)
            missed += figure.ratio > figure.target
    with app.app_context():
        floor.connection.close()
        db.engine.dispose()
    return missed


def _prepare(day: date) -> None:
    upgrade()
    with unit_of_work():
        from app.wiring import menu_resources
        sync_permissions(menu_resources())
    with tenant_scope(data.TENANT), unit_of_work():
        open_tenant(SYSTEM, slug="bench", name="Bench", admin_name="Admin Bench", time_zone="UTC", **ADMIN)
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        data.load(connection, data.TENANT, day)


def _signed_in(app: Any) -> Any:
    client = app.test_client()
    answer = client.post("/login", data=ADMIN)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return client


if __name__ == "__main__":
    main()
