"""The README names every option that the environment can set."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""environ(?:\.get\(|\[)"([A-Z_]+)\"""")


def test_every_variable_of_the_environment_is_in_the_readme() -> None:
    sources = [ROOT / "config.py", ROOT / "run.py", *ROOT.glob("app/**/*.py")]
    read = {name for source in sources for name in READ.findall(source.read_text())}
    named = set(re.findall(r"`([A-Z_]+)`", (ROOT / "README.md").read_text()))
    assert len(read) > 30
    assert read - named == set()
