"""What only a person can say about a file, asked once per column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from flask_babel import gettext as _


@dataclass(frozen=True)
class Question:
    """`key` is stable ('hired_on:order'); `options` are the answers to choose from; `is_text`: or any text."""

    key: str
    field: str
    kind: str
    options: Sequence[str]
    params: Mapping[str, Any]
    is_text: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The question as the batch keeps it."""
        return {**asdict(self), "options": list(self.options)}


def title(question: Mapping[str, Any], label: Any) -> str:
    """The question in words; `label` is the field's name for people."""
    params = {key: value for key, value in question["params"].items() if not isinstance(value, list)}
    return str(_TITLES[question["kind"]]() % {"field": label, **params})


def hint(question: Mapping[str, Any]) -> str:
    """One line of evidence below the question; empty when there is none."""
    params = question["params"]
    if question["kind"] == "missing":
        shown = ", ".join(params["texts"])
        more = params["count"] - len(params["texts"])
        return _("%(shown)s and %(more)s more", shown=shown, more=more) if more > 0 else shown
    if params.get("example") and params.get("row"):
        return _('Row %(row)s says "%(example)s".', row=params["row"], example=params["example"])
    return _('For example "%(example)s".', example=params["example"]) if params.get("example") else ""


def option_label(question: Mapping[str, Any], option: str) -> str:
    """An answer in words."""
    if question["kind"] == "column" and option != "none":
        return str(question["params"]["headings"][question["options"].index(option)])
    return str(_OPTIONS[question["kind"], option]())


_TITLES = {
    "order": lambda: _("%(field)s: in which order are day and month written? %(count)s different dates can be read "
                       "both ways."),
    "swapped": lambda: _("%(field)s: Excel seems to have swapped day and month of some dates. Swap them back?"),
    "calendar": lambda: _("%(field)s: %(count)s dates are Hijri dates. What should become of them?"),
    "mark": lambda: _("%(field)s: which mark separates decimals? %(count)s different numbers can be read both ways."),
    "fractions": lambda: _("%(field)s: some scores are below 1, others go up to 100. Is 0.78 a score of 78?"),
    "domain": lambda: _("%(field)s: %(count)s addresses have no @. What should stand behind it?"),
    "above": lambda: _("%(field)s: %(count)s cells are blank below a filled one. Do they mean the same as above?"),
    "column": lambda: _("%(field)s: several columns could be meant. Which one holds it?"),
    "missing": lambda: _("%(field)s: %(count)s of them are not there yet. Add them along the way?"),
}
_OPTIONS = {
    ("order", "dmy"): lambda: _("Day first: 03/04/2026 is 3 April"),
    ("order", "mdy"): lambda: _("Month first: 03/04/2026 is 4 March"),
    ("order", "ymd"): lambda: _("Year first"),
    ("swapped", "yes"): lambda: _("Yes, swap them back"),
    ("swapped", "no"): lambda: _("No, they are right as they are"),
    ("calendar", "hijri"): lambda: _("Convert them to the Gregorian calendar"),
    ("calendar", "gregorian"): lambda: _("Refuse these rows"),
    ("mark", "."): lambda: _("The point: 1,234 is one thousand two hundred and thirty-four"),
    ("mark", ","): lambda: _("The comma: 1,234 is a little more than one"),
    ("fractions", "yes"): lambda: _("Yes, it is 78 of 100"),
    ("fractions", "no"): lambda: _("No, it is less than one of 100"),
    ("domain", "leave_out"): lambda: _("Leave these addresses out"),
    ("above", "above"): lambda: _("Yes, the same as above"),
    ("above", "blank"): lambda: _("No, nothing is known there"),
    ("column", "none"): lambda: _("None of them"),
    ("missing", "create"): lambda: _("Add them"),
    ("missing", "refuse"): lambda: _("Refuse the rows that name them"),
}


def unanswered(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[Question]:
    """The questions that nobody has answered yet."""
    return [question for question in questions if question.key not in answers]


def is_answer(question: Mapping[str, Any], answer: str) -> bool:
    """Whether `answer` is one that the question offers."""
    if answer in question["options"]:
        return True
    return bool(question["is_text"]) and "." in answer.strip("@") and " " not in answer.strip()
