"""`flask trainflow …`: what operators do by command. Each context adds its commands in its own cli.py."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app, g
from flask.cli import AppGroup
from flask_migrate import upgrade
from marshmallow import Schema, ValidationError

from app.platform import clock, command_failures, directory, health, row_security, schedule, tracing, worker
from app.platform.db import db
from app.platform.errors import DomainError, Invalid
from app.platform.scope import tenant_scope


class TrainflowGroup(AppGroup):
    """Commands with a trace id of their own, whose refusals are sentences and not tracebacks."""

    def command(  # type: ignore[override]  # never used without its brackets
        self, *args: Any, **options: Any
    ) -> Callable[[Callable[..., Any]], click.Command]:
        """Declare a command; it runs in an application context."""
        declare = super().command(*args, **options)
        return lambda function: declare(_traced(function))

    def invoke(self, context: click.Context) -> Any:
        """Run the command that was named."""
        try:
            return super().invoke(context)
        except DomainError as refusal:
            for error in refusal.errors:
                click.echo(f"{error.field + ': ' if error.field else ''}{error.args[0]} ({error.code})", err=True)
            raise SystemExit(1) from None


def _traced(command: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(command)
    def with_trace(*args: Any, **arguments: Any) -> Any:
        g.trace_id, g.source = tracing.new_trace_id(), "command"
        try:
            return command(*args, **arguments)
        except Exception as failure:
            said = command_failures.sentence(failure)
            if said is None:
                raise
            raise click.ClickException(said) from failure

    return with_trace


trainflow = TrainflowGroup("trainflow", help="Import, export, check and look after TrainFlow.")


def for_tenant(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command a required `--tenant SHORT-NAME` and run it in that tenant's scope and time zone."""

    @click.option("--tenant", "slug", required=True, help="The tenant's short name.")
    @wraps(command)
    def in_scope(slug: str, **arguments: Any) -> Any:
        with scope_of(slug):
            return command(**arguments)

    return in_scope


@contextmanager
def scope_of(slug: str) -> Iterator[None]:
    """The scope and time zone of the tenant that `--tenant` names. click.BadParameter: there is none."""
    tenant = directory.tenants().tenant_by_slug(slug)
    if tenant is None:
        raise click.BadParameter(f"there is no tenant {slug!r}", param_hint="--tenant")
    with tenant_scope(tenant.id):
        clock.set_zone(tenant.time_zone)
        yield


def checked(schema: type[Schema], given: dict[str, Any]) -> dict[str, Any]:
    """What was given on the command line as the schema's values. Raises Invalid, one refusal per field."""
    try:
        values: dict[str, Any] = schema().load(given)
    except ValidationError as refusal:
        raise Invalid.all(Invalid(" ".join(map(str, found)), field=name.replace("_", "-"))
                          for name, found in refusal.normalized_messages().items()) from refusal
    return values


def ask_password(from_stdin: bool) -> str:
    """The password that standard input holds, or that somebody types twice."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


@trainflow.command("prepare")
def prepare() -> None:
    """Bring the database up to date: migrations, permissions, and demo data outside production."""
    upgrade()
    for name in ("sync-permissions", "seed"):
        command = trainflow.commands.get(name)
        if command is not None and not (name == "seed" and current_app.config["ENV_NAME"] == "production"):
            click.get_current_context().invoke(command)


@trainflow.command("secure-database")
def secure_database() -> None:
    """Put every tenant table behind row-level security; every upgrade does the same. PostgreSQL only."""
    with row_security.owner_engine() as engine, engine.begin() as connection:
        secured = row_security.secure(connection)
    with db.engine.connect() as connection:
        if secured and not row_security.is_bound(connection):
            raise click.ClickException("DATABASE_URL's role owns the tables or passes their policies: they bind nobody")
    click.echo(f"{secured} tables secured")


@trainflow.command("worker")
@click.argument("queues", nargs=-1)
@click.option("--burst", is_flag=True, help="Stop when the queues are empty.")
def run_worker(queues: tuple[str, ...], burst: bool) -> None:
    """Run jobs until stopped."""
    worker.run(queues, burst=burst)


@trainflow.command("scheduler")
def run_scheduler() -> None:
    """Enqueue what is due by the clock until stopped."""
    schedule.run()


@trainflow.command("jobs")
def show_jobs() -> None:
    """Show workers, queues, the schedule and the last run of each job."""
    click.echo(json.dumps(health.details(), indent=2))


@trainflow.command("sweep")
def sweep() -> None:
    """Enqueue what the database says is due and a lost Redis or a killed worker left behind."""
    schedule.sweep()


def init_app(app: Flask) -> None:
    """Add the group to the application's commands."""
    app.cli.add_command(trainflow)

