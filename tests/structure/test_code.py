"""Rules about the code that a reader relies on: who commits, who passes the fence, how long things are."""

from __future__ import annotations

import ast
import re
import statistics
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APP = ROOT / "app"

# Modules outside app/platform that run Core or text statements, and why. Each names the tenant itself.
PAST_THE_FENCE = {
    "app/alerts/coverage.py": "conditions of the statements below",
    "app/alerts/statements.py": "one INSERT … SELECT over all expiries of a tenant for each step of a round",
    "app/compliance/positions.py": "one INSERT … SELECT of the first positions of an import's people",
    "app/imports/ledger.py": "copies a batch's rows in and out by the tens of thousands",
    "app/imports/references.py": "reads the codes of whichever tables a spreadsheet refers to",
}

CORE = ("operations", "queries", "policies", "rules", "models", "events", "schemas")

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}

# Words of the glossary (DESIGN 10), each with what must not be written for it.
OTHER_SPELLINGS = {
    "enrolment": "enrollment", "organization": "organisation", "authoriz": "authoris", "color ": "colour",
    "e-mail adress": "e-mail address", "synchroniz": "synchronis", "catalog ": "catalogue",
    "canceled": "cancelled", "labeled": "labelled", "center": "centre", "favorite": "favourite",
}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def modules(pattern: str = "**/*.py") -> list[Path]:
    return sorted(APP.glob(pattern))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            function = node.func
            yield node, function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def functions(path: Path):
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def length(function) -> int:
    """Lines of the body, its docstring aside."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 1


def test_one_module_commits():
    committing = {name_of(path) for path in modules() for _node, name in calls(path) if name == "commit"}
    assert committing == {"app/platform/unit_of_work.py"}


def test_no_operation_opens_a_unit_of_work():
    core = [p for p in modules("*/*.py") if p.stem in CORE]
    opening = {name_of(p) for p in core for _node, name in calls(p) if name == "unit_of_work"}
    assert opening == set()


def passes_the_fence(path: Path) -> bool:
    raw = {"text", "from_statement", "exec_driver_sql", "unfenced"}
    for node, name in calls(path):
        of_sql = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") in ("sa", "db", "session")
        if name in raw - {"text"} or (name == "text" and (of_sql or isinstance(node.func, ast.Name))):
            return True
        if name == "connection" and isinstance(node.func, ast.Attribute) and "session" in ast.unparse(node.func):
            return True
    return any(isinstance(node, ast.Attribute) and node.attr == "__table__" for node in ast.walk(tree(path)))


def test_only_named_modules_pass_the_fence():
    passing = {name_of(path) for path in modules() if passes_the_fence(path)
               if path.parent.name != "platform" and path.stem != "models"}  # models declare, they run nothing
    assert passing == set(PAST_THE_FENCE)


def test_operations_do_not_know_requests():
    knowing = set()
    for path in modules("*/*.py"):
        if path.stem in CORE:
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ImportFrom) and node.module == "flask":
                    knowing |= {f"{name_of(path)}: {alias.name}" for alias in node.names
                                if alias.name in ("request", "session", "flash", "redirect", "url_for", "jsonify")}
    assert knowing - {"app/audit/operations.py: request"} == set()  # where somebody acted from is part of the trail


def test_rules_do_not_know_the_clock_or_the_session():
    for path in modules("*/rules.py"):
        assert not {"now", "today"} & {name for _node, name in calls(path)}, path


def test_domain_code_asks_our_clock():
    outside = {name_of(p) for p in modules() if p.parent.name != "platform" for node, name in calls(p)
               if name in ("now", "today", "utcnow")
               and ast.unparse(node.func).split(".")[0] in ("datetime", "date", "dt")}
    assert outside == set()


def test_no_file_is_called_by_what_it_is_not():
    assert [name_of(p) for p in modules() if p.stem in FORBIDDEN_NAMES or p.parent.name in FORBIDDEN_NAMES] == []


def test_files_can_be_read_in_one_sitting(say):
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in modules()}
    say(f"longest file {max(lengths.values())} lines")
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}
    assert {name: lines for name, lines in lengths.items() if name.endswith("views.py") and lines > 200} == {}


def test_functions_are_short(say):
    lengths = sorted(length(function) for path in modules() for function in functions(path))
    short = sum(lines <= 25 for lines in lengths) / len(lengths)
    say(f"{len(lengths)} functions, median {statistics.median(lengths)} lines, {short:.1%} within 25")
    assert statistics.median(lengths) <= 8
    assert short >= 0.9


def test_every_public_thing_says_what_it_is():
    silent = []
    for path in modules():
        if not ast.get_docstring(tree(path)):
            silent.append(name_of(path))
        for node in _public(tree(path)):
            if not ast.get_docstring(node):
                silent.append(f"{name_of(path)}:{node.lineno} {node.name}")
    assert silent == [], "\n".join(silent)


def _public(node):
    for child in node.body:
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from _public(child)


def test_nothing_is_left_for_later():
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    assert [name_of(p) for p in modules() if marks.search(p.read_text())] == []


@pytest.mark.parametrize("folder", ["app", "seeds", "migrations", "docs"])
def test_words_are_spelled_as_in_the_glossary(folder):
    found = []
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix in (".py", ".html", ".md") and "node_modules" not in path.parts:
            text = "\n".join(_said(path)).lower()
            found += [f"{name_of(path)}: {wrong}" for wrong in OTHER_SPELLINGS if wrong in text]
    assert found == []


def _said(path: Path) -> list[str]:
    """What a file says to people: its text, or a module's docstrings and the sentences it translates."""
    if path.suffix == ".md":
        return [re.sub(r"`[^`]*`", "", path.read_text())]  # what is quoted is spelled as it is
    if path.suffix == ".html":
        return re.findall(r"_\('([^']*)'", path.read_text())
    said = [node.args[0].value for node, name in calls(path) if name in ("_", "_l", "gettext", "ngettext")
            and node.args and isinstance(node.args[0], ast.Constant)]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return said + [ast.get_docstring(n) or "" for n in ast.walk(tree(path)) if isinstance(n, documented)]


def test_what_people_read_does_not_shout():
    shouting = [f"{name_of(p)}: {text}" for p in modules() for text in _said(p) if re.search(r"\w!(\s|$)", text)]
    assert shouting == []
