"""Whether a tree stays a tree, and who leads whom. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def keys_in_cycles(parents: Mapping[Key, Key | None]) -> set[Key]:
    """Every key that stands on a loop; walks each edge once, so it serves a whole organisation.

    `parents` maps each key to the one above it; keys that are missing have nobody above.
    """
    state: dict[Key, int] = {}
    loops: set[Key] = set()
    above = set(parents.values())  # whoever is above nobody closes no loop
    for start in above:
        path: list[Key] = []
        here: Key | None = start
        while here is not None and here not in state:
            state[here] = 1
            path.append(here)
            here = parents.get(here)
        if here is not None and state[here] == 1:
            loops.update(path[path.index(here):])
        for key in path:
            state[key] = 2
    return loops
