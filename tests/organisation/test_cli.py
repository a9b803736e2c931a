"""A tenant opened by command."""

from __future__ import annotations

from app.tenancy import queries

CREATE = ["trainflow", "tenant-create", "--slug", "initech", "--name", "Initech", "--admin-email",
          "peter@initech.example", "--password-stdin"]


def test_tenant_create_opens_a_tenant_and_its_administrator_signs_in(context):
    result = context.test_cli_runner().invoke(args=CREATE, input="a long first password\n")
    assert result.exit_code == 0, result.output
    answer = context.test_client().post("/login", data={"email": "peter@initech.example",
                                                        "password": "a long first password"})
    assert answer.status_code == 302


def test_a_refusal_is_a_sentence_and_leaves_nothing(context):
    result = context.test_cli_runner().invoke(args=CREATE, input="short\n")
    assert result.exit_code == 1
    assert "Use at least 10 characters" in result.output
    assert queries.tenant_by_slug("initech") is None
    result = context.test_cli_runner().invoke(args=[*CREATE, "--time-zone", "Mars"], input="a long password\n")
    assert result.exit_code == 1
    assert "time-zone" in result.output


def test_operator_create_makes_a_login_without_a_tenant(context):
    args = ["trainflow", "operator-create", "--email", "op@platform.example", "--password-stdin"]
    result = context.test_cli_runner().invoke(args=args, input="a long first password\n")
    assert result.exit_code == 0, result.output
    client = context.test_client()
    assert client.post("/login", data={"email": "op@platform.example",
                                       "password": "a long first password"}).status_code == 302
    assert client.get("/tenants").status_code == 200
    assert client.get("/users").status_code == 403


def test_sync_permissions_changes_nothing_the_second_time(context):
    result = context.test_cli_runner().invoke(args=["trainflow", "sync-permissions"])
    assert result.exit_code == 0, result.output
    assert "0 added, 0 removed" in result.output
