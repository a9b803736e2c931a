"""Who may import whom: the import contract (.importlinter), and the doors of each context."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[2]
DOORS = {"operations", "queries", "policies", "events", "models"}

# What else others may use of a context, and why.
FURTHER_DOORS = {
    "app.accounts.permissions": "the table of roles and what they may do, which screens and commands name",
    "app.accounts.second_step": "the code that a login asks for, which goes with somebody's login when both are lost",
    "app.audit.changes": "what was changed of a row, which its page offers to take back",
    "app.audit.changes_api": "the same for programs, which the resource of the row mixes in",
    "app.audit.taking_back": "which of those changes the page of the row is asked to take back",
    "app.audit.wording": "what an event is called, for the report about the trail",
    "app.audit.telling": "entries in words, for the trail on a row's own page",
    "app.courses.importer": "what a course is to a spreadsheet that refers to it",
    "app.organisation.importer": "what a department and an employee are to a spreadsheet that refers to them",
    "app.organisation.previews": "what a move would change, which the context that knows the requirements answers",
    "app.courses.previews": "what a new policy would move, which the context that knows the certificates answers",
    "app.compliance.grid": "what narrows the matrix, which the report of it is narrowed by",
    "app.compliance.workbook": "the matrix as a file that looks like it, which is a report too",
    "app.exports.large": "where a file is handed to that takes longer than a click",
    "app.compliance.pairs": "who must have what, and the tree of departments, as tables to join",
    "app.courses.wording": "what the categories of courses are called, which approval chains are set by",
    "app.courses.rules": "the validity policy as a value, which an enrollment's expiry is reckoned by",
    "app.enrollments.records": "what a person is for each course today, which says what can be renewed",
    "app.enrollments.states": "the states of an enrollment, as conditions on its dates",
    "app.kpi.history": "what each day on record knew, which the report over time shows",
    "app.kpi.metrics": "the figures and what they are called",
    "app.kpi.rules": "filters of figures, and a share in per cent, as values",
    "app.notifications.forecasts": "what a context says that it will tell in the days ahead",
    "app.notifications.kinds": "what can be told, and a message of it",
    "app.enrollments.facts": "the states and what they follow from, as values",
    "app.enrollments.rules": "what certificates amount to on a day, as the matrix explains it",
    "app.enrollments.wording": "the reasons of the validity rules in words",
    "app.exports.writers": "rows into a workbook or a text file, for files that are no list of a view",
    "app.imports.importer": "the interface of a spreadsheet of some context, which its importer.py fills in",
    "app.imports.lookups": "how an importer turns the codes of a file into rows, many at a time",
    "app.tenancy.schemas": "the shape of a tenant, which the screens that open one with its administrator add to",
}


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("app", cache_dir=None)


def context_of(module: str) -> str:
    return ".".join(module.split(".")[:2])


def test_the_import_contract_holds(capsys):
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_a_context_is_entered_by_its_doors_only(graph):
    trespasses = set()
    for module in graph.modules:
        context = context_of(module)
        if context in ("app", "app.platform", "app.wiring") or module == context:
            continue
        is_door = module.split(".")[2] in DOORS or module in FURTHER_DOORS
        for importer in () if is_door else graph.find_modules_that_directly_import(module):
            if context_of(importer) != context and context_of(importer) not in ("app", "app.wiring"):
                trespasses.add(f"{importer} imports {module}")
    assert not trespasses


def test_no_function_of_rest_hides_what_it_refuses():
    files = [path for folder in ("app", "seeds") for path in (ROOT / folder).rglob("*.py")]
    assert [str(path) for path in files if "    @safe\n" in path.read_text(encoding="utf-8")] == []
