"""Who sees whose enrollments: yes and no from one setup."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from app.enrollments.models import Enrollment
from app.enrollments.policies import visible
from app.platform.db import db
from app.platform.scope import tenant_scope
from tests.enrollments.conftest import Training

EVERYBODY = {"admin", "officer", "manager", "foreman", "employee", "outsider"}


@pytest.mark.parametrize(("actor", "seen"), [
    ("officer", EVERYBODY), ("admin", EVERYBODY), ("manager", {"manager", "foreman", "employee"}),
    ("foreman", {"foreman", "employee"}), ("employee", {"employee"}), ("outsider", {"outsider"}),
])
def test_each_role_sees_its_people(training, globex, actor, seen):
    with tenant_scope(globex.id):
        Training(globex).completed("rolling", dt.date(2025, 5, 5))
    for who in EVERYBODY:
        training.completed("rolling", dt.date(2025, 5, 5), who)
    names = {row_id: name for name, row_id in training.organisation.employees.items()}
    login = training.organisation.actor(actor)
    found = db.session.scalars(sa.select(Enrollment.employee_id).where(visible(login)))
    assert {names[employee_id] for employee_id in found} == seen
