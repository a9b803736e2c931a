"""The demo tenants have a matrix with something of each lane."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from app.compliance import coverage
from app.compliance import queries as compliance
from app.platform.db import db
from seeds.planting import TENANTS
from tests.seeds.test_seed import scope


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.slug)
def test_the_matrix_has_something_of_each_lane(planted, tenant):
    planted(tenant)
    with scope(tenant):
        pair = compliance.pair_states().subquery()
        lanes = dict(db.session.execute(sa.select(pair.c.lane, sa.func.count()).group_by(pair.c.lane)).all())
        assert {"met", "waived", "missing"} <= set(lanes)
        assert any(one.is_short for one in coverage.standings())
