"""A tenant whose people stand in every way towards what is required of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from app.enrollments.models import Enrollment
from app.platform.db import db
from app.renewals import operations as renewals
from tests.compliance.conftest import TODAY, Matrix, matrix  # noqa: F401

DAY = dt.timedelta(days=1)


@pytest.fixture
def plant(matrix: Matrix) -> Matrix:  # noqa: F811
    """Fire safety of everybody in the plant, crane of fitters, the code of everybody.

    Foreman and employee are fitters in the shop; the manager is in the office; admin, officer and outsider stand
    nowhere.
    """
    matrix.require("fire", department_id=matrix.places["plant"].id)
    matrix.require("crane", job_role_id=matrix.fitter.id)
    matrix.require("code")
    matrix.completed("fire", TODAY - 350 * DAY)  # runs out in 15 days
    matrix.completed("fire", TODAY - 400 * DAY, "foreman")  # ran out
    matrix.completed("crane", TODAY - 30 * DAY, "foreman")
    matrix.completed("code", TODAY - 10 * DAY, "manager")
    matrix.officer = matrix.acme.actor("officer")
    return matrix


@pytest.fixture
def requests(plant: Matrix) -> Any:
    """The employee has asked for fire safety to be renewed."""
    enrollment = db.session.scalars(sa.select(Enrollment).where(
        Enrollment.employee_id == plant.acme.employees["employee"])).one()
    return plant.do(renewals.request_renewal, enrollment_id=enrollment.id, reason="It runs out")
