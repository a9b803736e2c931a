"""Migrations only add, stand in one line, and make exactly what the models say."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import upgrade

from app.platform.db import db
from tests.served import served_app

FOLDER = Path(__file__).parents[2] / "migrations"
FILES = sorted((FOLDER / "versions").glob("*.py"))
ADDING = {"create_table", "create_index", "add_column", "execute", "get_bind", "f", "create_foreign_key",
          "create_unique_constraint", "create_check_constraint", "bulk_insert", "batch_alter_table", "get_context"}
REWRITING = re.compile(
    r"\b(DROP|TRUNCATE\s+TABLE|RENAME|ALTER\s+TABLE\s+\w+\s+(ALTER|DROP|RENAME)|DELETE\s+FROM)\b", re.I)


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    return ScriptDirectory.from_config(config)


def test_there_is_one_head_and_one_line():
    found = scripts()
    assert len(found.get_heads()) == 1
    assert len(found.get_bases()) == 1
    assert all(isinstance(script.down_revision, str | None) for script in found.walk_revisions())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_migration_only_adds(path):
    tree = ast.parse(path.read_text())
    assert re.fullmatch(r"20\d{10}_\w+", path.stem), "named by its minute"
    assert f'revision = "{path.stem[:12]}"' in path.read_text()
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert not [name for name in imported if name and name.split(".")[0] == "app"], "a migration knows no model"
    body = [node for node in tree.body if getattr(node, "name", "") != "downgrade"]
    used = {node.func.attr for part in body for node in ast.walk(part) if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "op"}
    assert used - ADDING == set()
    for text in (node.value for part in body for node in ast.walk(part)
                 if isinstance(node, ast.Constant) and isinstance(node.value, str)):
        assert not REWRITING.search(text), text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_constraints_have_names(path):
    nameless = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "create_table"):
            continue
        table = node.args[0].value
        nameless += [f"{table}: {ast.unparse(part)}" for part in node.args[1:] if isinstance(part, ast.Call)
                     and part.func.attr in ("UniqueConstraint", "ForeignKeyConstraint", "CheckConstraint")
                     and "name" not in {keyword.arg for keyword in part.keywords} and not table.startswith("ab_")]
    assert nameless == []


def test_from_empty_to_head_gives_what_the_models_say(tmp_path):
    with served_app(tmp_path) as app, app.app_context():
        upgrade()  # a second time does nothing
        with db.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}),
                                           db.Model.metadata)
            assert [d for d in differences if not _is_of_the_database(d)] == []
            assert "alembic_version" in sa.inspect(connection).get_table_names()


def _is_of_the_database(difference) -> bool:
    kind, *what = difference if isinstance(difference, tuple) else difference[0]
    return kind == "remove_table" and what[0].name == "alembic_version"


def test_every_tenant_table_has_what_the_fence_and_integrators_need(app):
    for table in db.Model.metadata.tables.values():
        if "tenant_id" in table.c and not table.name.startswith("ab_"):
            assert not table.c.tenant_id.nullable, table.name
            assert isinstance(table.c.id.type, sa.Uuid), table.name
            assert {"created_at", "updated_at"} <= set(table.c.keys()), table.name
            firsts = [next(iter(index.columns)).name for index in table.indexes]
            firsts += [next(iter(c.columns)).name for c in table.constraints if isinstance(c, sa.UniqueConstraint)]
            assert "tenant_id" in firsts, f"{table.name} is not indexed by tenant"


def test_what_refers_to_a_person_is_found_by_the_person():
    """Where people go by the thousand, as in the undo of an import, the database looks for each of them there."""
    few = {"approval_chains", "coverage_needs"}  # as many as somebody typed
    unfound = [f"{table.name}.{fk.column_keys[-1]}" for table in db.metadata.tables.values() if table.name not in few
               for fk in table.foreign_key_constraints if fk.referred_table.name == "employees"
               if not any({*fk.column_keys} == {column.name for column in list(index.columns)[:2]}
                          for index in [*table.indexes, *_unique(table)])]
    assert unfound == []


def _unique(table):
    return [one for one in table.constraints if isinstance(one, sa.UniqueConstraint)]
