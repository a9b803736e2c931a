"""Courses in words: what is wrong with a policy, and how a policy reads."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import lazy_gettext as _l

from app.courses.rules import PolicyProblem

CATEGORIES = {
    "safety": _l("Safety"), "technical": _l("Technical"), "leadership": _l("Leadership"), "it": _l("IT"),
    "compliance": _l("Compliance"), "soft_skills": _l("Soft skills"),
}
DELIVERIES = {
    "classroom": _l("Classroom"), "online": _l("Online"), "blended": _l("Blended"), "on_the_job": _l("On the job"),
    "external": _l("External"),
}
SCOPES = {"tenant": _l("Everybody"), "department": _l("The owning department")}
VALIDITIES = {
    "never": _l("Does not expire"), "rolling": _l("From the completion on"),
    "anniversary": _l("Keeps the anniversary"), "fixed": _l("Until a day of the year"),
}

PROBLEMS: dict[str, Any] = {
    "unknown_kind": _l("Choose one of the kinds of validity."),
    "not_used": _l('"%(kind)s" does not use this. Leave it empty.'),
    "missing": _l("This kind of validity needs a value here."),
    "validity_missing": _l("Say for how many months, or for how many days, it is valid."),
    "validity_twice": _l("Give the validity in months or in days, not in both."),
    "not_whole": _l("%(value)s is not a whole number."),
    "out_of_range": _l("%(value)s is not between %(lowest)s and %(highest)s."),
    "no_such_day": _l("%(month)s has no day %(day)s; its last is %(last)s."),
    "window_too_long": _l("The time for renewing is %(days)s days in all, and must be shorter than the validity: "
                          "at most %(longest)s days."),
}
"""What each code of `courses.rules.policy_problems` says."""


def problem_sentence(problem: PolicyProblem) -> str:
    """What is wrong with one field of a policy, in the reader's language."""
    words = dict(problem.params)
    if "kind" in words:
        words["kind"] = VALIDITIES.get(words["kind"], words["kind"])
    if "month" in words:
        words["month"] = format_date(date(2000, words["month"], 1), "MMMM")
    return str(PROBLEMS[problem.code]) % words
