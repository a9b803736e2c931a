"""What operators are told when a command can not do what it was asked: one sentence, and never a traceback."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask_appbuilder.security.sqla.models import assoc_permissionview_role

from app import create_app
from app.accounts.models import Role, User
from app.platform.db import db
from app.platform.scope import across_tenants
from config import Testing

OPERATOR = ["operator-create", "--email", "op@platform.example", "--password-stdin"]
TENANT = ["tenant-create", "--slug", "initech", "--name", "Initech", "--admin-email", "peter@initech.example",
          "--password-stdin"]
OF_TABLES = [["seed"], ["sync-permissions"], ["alerts"], ["sweep"], ["kpi", "--tenant", "acme"], OPERATOR, TENANT,
             ["export", "users", "--tenant", "acme", "--out", "{folder}/x.csv"], ["verify-audit", "--operators"],
             ["report", "expiring", "{folder}/x.pdf", "--tenant", "acme"],
             ["import", "employees", "{folder}/people.csv", "--tenant", "acme"]]
PEOPLE = "Number,Name\n77,Ada\n"


def run(app, folder, command):
    (folder / "people.csv").write_text(PEOPLE)
    arguments = [one.format(folder=folder) for one in command]
    return app.test_cli_runner().invoke(args=["trainflow", *arguments], input="a long first password\n")


def refusal(app, folder, command):
    """The one line that says why."""
    result = run(app, folder, command)
    assert isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (1, 2)
    *before, last = result.output.strip().splitlines()
    assert all(line.startswith(("Usage: ", "Try ", " ")) or not line for line in before), result.output
    return last


@pytest.fixture
def bare(tmp_path):
    """An application that nobody has migrated the database of."""
    bare = create_app(Testing(), SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'bare.db'}")
    yield bare
    with bare.app_context():
        db.engine.dispose()


def test_before_the_first_upgrade_each_command_says_to_upgrade(bare, tmp_path):
    for command in OF_TABLES:
        assert "run flask --app app db upgrade" in refusal(bare, tmp_path, command), command


def test_a_database_that_can_not_be_reached_is_named_without_its_password(tmp_path):
    away = create_app(Testing(), SQLALCHEMY_DATABASE_URI="postgresql+psycopg://me:secret@127.0.0.1:1/nowhere")
    said = refusal(away, tmp_path, ["alerts"])
    assert "DATABASE_URL" in said
    assert "secret" not in said


def test_a_worker_without_redis_says_so(context, tmp_path):
    context.config["REDIS_URL"], before = "redis://127.0.0.1:1/0", context.config["REDIS_URL"]
    try:
        assert "REDIS_URL" in refusal(context, tmp_path, ["worker", "--burst"])
    finally:
        context.config["REDIS_URL"] = before


@pytest.mark.parametrize("command", [["seed"], OPERATOR, TENANT], ids=lambda command: command[0])
def test_logins_need_the_roles_and_nothing_is_made_without(context, tmp_path, command):
    db.session.execute(sa.delete(assoc_permissionview_role))
    db.session.execute(sa.delete(Role))
    assert "trainflow sync-permissions" in refusal(context, tmp_path, command)
    with across_tenants("test: nobody anywhere"):
        assert db.session.scalars(sa.select(User.email)).all() == []


@pytest.mark.parametrize("command", [
    ["kpi"], ["export", "users", "--out", "{folder}/x.csv"], ["report", "expiring", "{folder}/x.pdf"],
    ["import", "employees", "{folder}/people.csv"], ["alerts"], ["verify-audit"]], ids=lambda command: command[0])
def test_a_tenant_that_is_none_is_named(context, tmp_path, command):
    assert "'nobody'" in refusal(context, tmp_path, [*command, "--tenant", "nobody"])


@pytest.mark.parametrize("command, why", [
    (["export", "users", "--out", "{folder}/none/x.xlsx"], "no folder"),
    (["export", "users", "--out", "{folder}"], "is a directory"),
    (["export", "nonsense", "--out", "{folder}/x.csv"], "no list of 'nonsense'"),
    (["report", "expiring", "{folder}/none/x.pdf"], "no folder"),
    (["report", "expiring", "{folder}/people.csv/x.pdf"], "no folder"),
    (["report", "expiring", "{folder}/x.doc"], "end it in .pdf"),
    (["report", "nonsense", "{folder}/x.pdf"], "'nonsense' is not one of"),
    (["report", "expiring", "{folder}/x.pdf", "--filter", "days=x"], "days: Write a whole number"),
    (["report", "expiring", "{folder}/x.pdf", "--filter", "days"], "written as NAME=VALUE"),
    (["report", "expiring", "{folder}/x.pdf", "--filter", "as_of=2026-01-01"], "no filter as_of. It has "),
    (["report", "matrix", "{folder}/x.pdf", "--filter", "day=9999-12-31"], "between the years 1950 and 2150"),
    (["kpi", "--as-of", "2026-13-01"], "write it as 2026-03-14"),
    (["kpi", "--as-of", "9999-12-31"], "between the years 1950 and 2150"),
    (["alerts", "--dry-run", "--on", "0001-01-01"], "between the years 1950 and 2150"),
    (["alerts", "--dry-run", "--on", "tomorrow"], "write it as 2026-03-14"),
    (["import", "employees", "{folder}/none.csv"], "does not exist"),
    (["import", "employees", "{folder}"], "is a directory"),
    (["import", "employees", "{folder}/people.csv", "--sheet", "9"], "one of the sheets"),
    (["import", "employees", "{folder}/people.csv", "--sheet", "0"], "is not in the range"),
    (["import", "employees", "{folder}/people.csv", "--header", "-1"], "is not in the range"),
    (["import", "employees", "{folder}/people.csv", "--answer", "dmy"], "written as KEY=VALUE"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_what_can_not_be_taken_is_said(acme, context, tmp_path, command, why):
    assert why in refusal(context, tmp_path, [*command, "--tenant", "acme"])


def test_a_file_that_can_not_be_kept_is_named(acme, context, tmp_path):
    (tmp_path / "taken").write_text("")
    context.config["FILES_DIRECTORY"], before = str(tmp_path / "taken"), context.config["FILES_DIRECTORY"]
    try:
        said = refusal(context, tmp_path, ["import", "employees", "{folder}/people.csv", "--tenant", "acme"])
    finally:
        context.config["FILES_DIRECTORY"] = before
    assert str(tmp_path / "taken") in said
