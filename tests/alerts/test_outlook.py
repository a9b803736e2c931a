"""The page of what will be sent knows what alerts expect."""

from __future__ import annotations

import datetime as dt

from app.alerts.notifications import EXPIRY_WARNING
from app.notifications import forecasts
from tests.conftest import NOW


def test_warnings_to_come_are_on_the_page_of_what_will_be_sent(inside, expiring):
    expiring("employee", 20)
    expected = [line for line in forecasts.outlook(NOW.date()) if line.channel is None]
    assert {line.kind for line in expected} == {EXPIRY_WARNING.name}
    assert [line.day - NOW.date() for line in expected] == [dt.timedelta(days=days) for days in (6, 13, 19, 20)]
