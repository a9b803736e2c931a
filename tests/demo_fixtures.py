"""The demo tenants, seeded once for all tests that begin with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from seeds.planting import plant
from seeds.shapes import TenantSeed


@pytest.fixture
def planted(prepared: Any) -> Callable[[TenantSeed], int]:
    """planted(DEMOCORP): its rows are there as `plant` adds them; returns how many."""
    return lambda tenant: prepared(f"demo {tenant.slug}", partial(plant, tenant))
