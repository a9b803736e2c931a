"""Python's search for objects in cycles, out of the way of work that makes thousands in none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for cycles meanwhile: among many thousand small objects it takes longer than the work itself.

    What is made inside should be gone before the end, where the search goes on as it was before.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
