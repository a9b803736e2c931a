"""Events: each one defined is recorded, each one recorded names its subject, and the trail has words for it."""

from __future__ import annotations

import ast
import dataclasses
import importlib
from pathlib import Path

from app.platform.events import Changed, Event

APP = Path(__file__).parents[2] / "app"


def defined() -> dict[str, type]:
    found = {}
    for path in sorted(APP.glob("*/events.py")):
        module = importlib.import_module(f"app.{path.parent.name}.events")
        for name, value in vars(module).items():
            if isinstance(value, type) and issubclass(value, Event) and value not in (Event, Changed):
                found[name] = value
    return found


def recorded() -> set[str]:
    found = set()
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and path.name != "events.py":
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found.add(name)
    return found


def test_every_event_is_recorded_somewhere():
    assert set(defined()) - recorded() == set()


def test_every_event_names_its_subject_and_holds_plain_values():
    for name, event in defined().items():
        assert event.subject, name
        assert event.__dataclass_params__.frozen, name
        assert event.__doc__, name
        assert not any("models" in str(field.type) for field in dataclasses.fields(event)), name


def test_event_names_are_past_and_unique():
    names = [name for path in APP.glob("*/events.py") for name in _classes(path) if name in defined()]
    assert len(names) == len(set(names))
    irregular = ("In", "Out", "Sent", "Done", "Undone", "Withdrawn", "Begun", "Lost", "Given", "Left", "Taken")
    assert [name for name in names if not name.endswith(("ed", *irregular))] == []


def _classes(path: Path) -> list[str]:
    return [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.ClassDef)]


def test_every_write_of_an_operation_is_recorded():
    """A public operation that changes something records it; of a batch, whoever runs it does, once."""
    silent = []
    for path in sorted(APP.glob("*/operations.py")):
        for function in ast.parse(path.read_text()).body:
            if isinstance(function, ast.FunctionDef) and not function.name.startswith(("_", "plan_", "write_")):
                called = {getattr(n.func, "attr", getattr(n.func, "id", "")) for n in ast.walk(function)
                          if isinstance(n, ast.Call)}
                writes = called & {"write", "save_one", "add", "delete", "apply_changes"}
                if writes and not called & {"record", "append_entry"} and path.parent.name != "audit":
                    silent.append(f"{path.parent.name}.{function.name}")
    assert silent == []
