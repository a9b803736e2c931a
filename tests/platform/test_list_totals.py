"""How many rows a list says there are."""

from __future__ import annotations

from typing import Any

import pytest

from app.accounts.models import SYSTEM
from app.organisation import operations as organisation
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work


@pytest.fixture
def departments(acme: Any, globex: Any) -> None:
    for owner, count in ((acme, 3), (globex, 5)):
        with tenant_scope(owner.id), unit_of_work():
            for number in range(count):
                organisation.create_department(SYSTEM, code=f"D{number}", name=f"Department {number}")


@pytest.mark.usefixtures("departments")
def test_the_total_counts_the_rows_of_the_own_tenant(acme: Any, sign_in: Any) -> None:
    client = sign_in(acme, "officer")
    assert "3 entries" in client.get("/departments").text
    assert "1 entry" in client.get("/departments?q=D2").text
    assert client.get("/api/v1/departments/").json["count"] == 3
