"""The reasons of the validity rules in words: each code has one sentence.

How a value is written follows from its name and type: a date as '14 March 2026', a (month, day) pair as
'14 March', a `month` as 'February 2026', names ending in `days` and `months` as '12 days' and '6 months'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from flask_babel import format_date, ngettext
from flask_babel import lazy_gettext as _l

from app.enrollments.reasons import Code, Reason

SENTENCES: dict[Code, Any] = {
    Code.COMPLETED: _l("Completed on %(completed_on)s."),
    Code.EQUIVALENT: _l("The course completed was %(course)s, which counts as equivalent."),
    Code.CERTIFICATE: _l("The certificate number is %(number)s."),
    Code.FROM_SCREEN: _l("It was entered on screen."),
    Code.FROM_IMPORT: _l("It was imported from a file."),
    Code.FROM_SYNC: _l("It was taken over from a connected system."),
    Code.FROM_RENEWAL: _l("It was recorded when a renewal was approved."),
    Code.FROM_OTHER: _l("It was recorded by: %(source)s."),
    Code.IN_BATCH: _l("It is part of %(batch)s."),
    Code.IN_ROW: _l("It is row %(row)s of %(batch)s."),
    Code.POLICY_NEVER: _l("This course does not expire."),
    Code.POLICY_ROLLING_MONTHS: _l("This course is valid for %(months)s from its completion."),
    Code.POLICY_ROLLING_DAYS: _l("This course is valid for %(days)s from its completion."),
    Code.POLICY_ANNIVERSARY_MONTHS: _l(
        "This course is valid for %(months)s. Renewing it from %(before_days)s before to %(after_days)s after"
        " the expiry keeps the anniversary."),
    Code.POLICY_ANNIVERSARY_DAYS: _l(
        "This course is valid for %(days)s. Renewing it from %(before_days)s before to %(after_days)s after"
        " the expiry keeps the date it is counted from."),
    Code.POLICY_FIXED: _l("This course is valid until %(day_of_year)s, whenever it was completed."),
    Code.FIRST: _l("There was no earlier certificate to renew, so the time counts from the completion."),
    Code.NO_ANNIVERSARY: _l(
        "The earlier certificate does not expire, so there is no anniversary to keep and the time counts from"
        " the completion."),
    Code.KEPT_EARLY: _l(
        "It was renewed %(days)s before the expiry on %(old_expires_on)s, within the window of"
        " %(window_days)s, so the anniversary %(day_of_year)s is kept and the new period counts from it."),
    Code.KEPT_ON_THE_DAY: _l(
        "It was renewed on its last valid day, %(old_expires_on)s, so the anniversary %(day_of_year)s is"
        " kept and the new period counts from it."),
    Code.KEPT_LATE: _l(
        "It was renewed %(days)s after the expiry on %(old_expires_on)s, within the window of"
        " %(window_days)s, so the anniversary %(day_of_year)s is kept and the new period counts from it."),
    Code.KEPT_ALREADY: _l(
        "The expiry on %(old_expires_on)s had already been renewed on %(renewed_on)s. Renewing it once more"
        " does not add a second period."),
    Code.ROLLED_EARLY: _l(
        "It was completed %(days)s before the expiry on %(old_expires_on)s, earlier than the window of"
        " %(window_days)s, so the time counts from the completion."),
    Code.ROLLED_LATE: _l(
        "It was completed %(days)s after the expiry on %(old_expires_on)s, later than the window of"
        " %(window_days)s, so the time counts from the completion."),
    Code.FIXED_NEXT: _l("It was completed before %(due_on)s, so it is valid until then."),
    Code.FIXED_PASSED: _l("That day had passed in the year of completion, so it is valid until %(due_on)s."),
    Code.FIXED_LEAD: _l(
        "It was completed within %(lead_days)s before %(due_on)s, which counts for the time after that day,"
        " so it is valid until %(expires_on)s."),
    Code.FIXED_ON_THE_DAY: _l(
        "It was completed on that very day, which counts for the time after it, so it is valid until"
        " %(expires_on)s."),
    Code.SHORT_MONTH: _l("%(month)s has no day %(day)s, so its last day counts."),
    Code.ANCHOR_DAY: _l("The day is counted from the completion on %(anchor_on)s, so it comes back after a"
                        " shorter month."),
    Code.STATED: _l("The certificate states that it expires on %(expires_on)s; that counts."),
    Code.STATED_NEVER: _l("The certificate states that it does not expire; that counts."),
    Code.VALID: _l("The certificate is valid until %(expires_on)s, that day included."),
    Code.VALID_ALWAYS: _l("The certificate is valid and does not expire."),
    Code.EXPIRING: _l(
        "The certificate is valid until %(expires_on)s, that day included. Time left: %(days)s; the warning"
        " time is %(window_days)s."),
    Code.LAST_VALID_DAY: _l("%(expires_on)s is the last day on which the certificate is valid."),
    Code.GRACE: _l(
        "The certificate was valid until %(expires_on)s. The grace of %(grace_days)s runs until"
        " %(grace_until)s, that day included."),
    Code.EXPIRED: _l("The certificate was valid until %(expires_on)s and has expired."),
    Code.EXPIRED_AFTER_GRACE: _l(
        "The certificate was valid until %(expires_on)s. The grace of %(grace_days)s ended on"
        " %(grace_until)s, so it has expired."),
    Code.REVOKED: _l("The certificate was revoked and does not count from %(revoked_on)s."),
    Code.WAIVED_UNTIL: _l("The course is waived until %(ends_on)s by %(approver)s: %(reason)s"),
    Code.WAIVED_OPEN: _l("The course is waived until further notice by %(approver)s: %(reason)s"),
    Code.LONGEST: _l("Of %(count)s certificates the one that is valid longest counts."),
    Code.OTHER_REVOKED: _l(
        "Another certificate, completed on %(completed_on)s, was revoked and does not count from"
        " %(revoked_on)s."),
    Code.COMPLETION_AHEAD: _l("A completion on %(completed_on)s is recorded too; it counts from that day."),
    Code.NOT_COMPLETED: _l("The course was not completed up to this day."),
    Code.IN_TRAINING: _l("Training has been under way since %(started_on)s."),
    Code.STARTS_LATER: _l("Training starts on %(starts_on)s."),
    Code.FAILED: _l("The attempt that ended on %(ended_on)s was not passed."),
    Code.WITHDRAWN: _l("The enrollment was withdrawn on %(ended_on)s."),
}
"""What each code says. The values in brackets are the reason's params."""


def sentences(reasons: Iterable[Reason]) -> list[str]:
    """Each reason as a sentence in the reader's language, in the same order."""
    return [sentence(reason) for reason in reasons]


def sentence(reason: Reason) -> str:
    """One reason as a sentence in the reader's language."""
    written = {name: _written(name, value) for name, value in reason.params.items()}
    return str(SENTENCES[reason.code]) % written


def _written(name: str, value: Any) -> Any:
    counted = next((count for suffix, count in _COUNTED.items() if name.endswith(suffix)), None)
    if counted and value is not None:
        return counted(value)
    if name == "month":
        return format_date(value, "MMMM y")
    if isinstance(value, date):
        return format_date(value, "d MMMM y")
    if isinstance(value, tuple) and all(value):
        return format_date(date(2000, *value), "d MMMM")  # a leap year, so that 29 February can be written
    return value


def _days(count: int) -> Any:
    return ngettext("%(num)d day", "%(num)d days", count)


def _months(count: int) -> Any:
    return ngettext("%(num)d month", "%(num)d months", count)


_COUNTED: dict[str, Callable[[int], Any]] = {"days": _days, "months": _months}
