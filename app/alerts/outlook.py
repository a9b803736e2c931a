"""What alerts expect to tell in the days ahead, for the page of what will be sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from app.alerts import operations
from app.alerts.notifications import EXPIRY_WARNING
from app.notifications.forecasts import Expected


def expected_warnings(first: date, last: date) -> Iterator[Expected]:
    """How many people are warned on each day from `first` to `last`, as things stand today."""
    for day, count in operations.forecast(first, last).items():
        yield Expected(day, EXPIRY_WARNING.name, count)
