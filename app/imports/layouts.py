"""Two habits of training files: a code and a name in one cell, and one column per course."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from app.imports.wording import ascii_digits, loose_form, normal_form, plain

_CODE = r"[A-Za-z][A-Za-z0-9]*(?:[-_/.][A-Za-z0-9]+)*|\d[A-Za-z0-9]*(?:[-_/.][A-Za-z0-9]+)*"
_LEADING = re.compile(rf"({_CODE})\s*(?:\s[-–—:|/]\s?|[:|]\s*|\s[-–—]|[–—])\s*(\S.*)", re.DOTALL)
_TRAILING = re.compile(rf"(.*\S)\s*(?:\s[-–—:|]\s|[:|])\s*({_CODE})", re.DOTALL)
_BRACKETED = re.compile(rf"[\(\[{{]\s*({_CODE})\s*[\)\]}}]")
_LOOKS_LIKE_CODE = re.compile(r"(?=.*\d)[A-Za-z]{1,10}[A-Za-z0-9]*(?:[-_/. ]?[A-Za-z0-9]+)*")


# Of several columns for one course, those that do not say when it was completed.
_ASIDE = re.compile(
    r"\b(?:expir|valid|due|next|score|result|status|grade|cert|انتهاء|صلاحي|الصلاحي|القادم|نتيجه|النتيجه|درجه|الدرجه)"
)


# Of those, the ones that say until when it counts.
_EXPIRY = re.compile(r"\b(?:expir|exp\b|valid (?:un)?til|valid to|انتهاء|الانتهاء|صالح حتى)")


# What may stand behind the name of a course in the heading of a column about it.
_MORE = """completed completion complete done attended date on taken last trained training course issue issued expires
expiry expiration expired exp valid until till to due next renewal score result status grade certificate cert no number
تاريخ الاتمام الاكمال الدوره انتهاء الانتهاء الصلاحيه النتيجه"""
_ADDED = frozenset(_MORE.split())


class CodeAndName(NamedTuple):
    """What one cell held: a code and a name; either is None when the cell has only the other."""

    code: str | None
    name: str | None


def split_code_and_name(value: Any, known_codes: Collection[str] = ()) -> CodeAndName:
    """Split 'HSE-01 - السلامة', 'Safety [HSE-01]', 'HSE: Safety' or 'السلامة - HSE-01'.

    known_codes: the codes that exist; a part that is one of them is the code whatever its shape. A text that does
    not divide is a code when it is known or looks like one (letters with digits), else a name.
    """
    text = plain(str(value)) if value is not None else ""
    codes = {normal_form(code): code for code in known_codes}
    if not text:
        return CodeAndName(None, None)
    if normal_form(text) in codes:
        return CodeAndName(text, None)
    for code, name in _divisions(text):
        if normal_form(code) in codes or _may_be_code(code, name):
            return CodeAndName(ascii_digits(code), name)
    is_code = " " not in text and _LOOKS_LIKE_CODE.fullmatch(text)
    return CodeAndName(text, None) if is_code else CodeAndName(None, text)


def _divisions(text: str) -> list[tuple[str, str]]:
    """Ways to divide a text into code and name, the likeliest first."""
    ways = [
        (found[1], plain(text.replace(found[0], " ", 1)).strip(" -–—:|"))
        for found in _BRACKETED.finditer(text)
    ]
    leading, trailing = _LEADING.fullmatch(text), _TRAILING.fullmatch(text)
    if leading:
        ways.append((leading[1], leading[2]))
    if trailing:
        ways.append((trailing[2], trailing[1]))
    return [(code, name) for code, name in ways if name]


def _may_be_code(code: str, name: str) -> bool:
    """Short, in capitals or with digits; a word in small letters is part of the name."""
    has_digit = any(char.isdigit() for char in code)
    return len(code) <= 20 and (has_digit or (code.isupper() and (len(code) <= 10 or not name.isupper())))


class CourseColumn(NamedTuple):
    """A column of a tracker: its place, the key of the course it stands for, the date or result it holds."""

    column: int
    course: str
    heading: str


def wide_layout(
    headings: Sequence[tuple[int, str]], known_codes: Mapping[str, str] | Collection[str] = ()
) -> list[CourseColumn]:
    """The columns of a sheet that stand for courses: one row per person, one column per course.

    headings: (column, heading). known_codes: the course codes that exist, or a mapping of code → name so that a
    heading can be the name alone. A code in brackets counts also when it is unknown, as a row refused for an
    unknown course tells more than a column passed over.
    Returns nothing when fewer than two columns are courses: that is no tracker.
    """
    courses = _course_keys(known_codes)
    found = [
        CourseColumn(column, course, heading)
        for column, heading in headings
        if (course := course_in(heading, courses))
    ]
    times = Counter(course for _column, course, _heading in found)
    found = [one for one in found if times[one.course] == 1 or not _ASIDE.search(normal_form(one.heading))]
    return found if len(found) > 1 else []


def expiry_columns(headings: Sequence[tuple[int, str]], courses: Mapping[int, str],
                   known_codes: Mapping[str, str] | Collection[str] = ()) -> dict[int, str]:
    """Column → course of the columns that say until when a course counts, beside the one of its day.

    courses: column → course of those that hold the day, as `wide_layout` found them.
    """
    keys, found = _course_keys(known_codes), dict[int, str]()
    for column, heading in headings:
        course = course_in(heading, keys) if column not in courses and _EXPIRY.search(normal_form(heading)) else None
        if course is not None and course in courses.values() and course not in found.values():
            found[column] = course
    return found


def _course_keys(known: Mapping[str, str] | Collection[str]) -> dict[str, str]:
    keys: dict[str, str] = {}
    if isinstance(known, Mapping):
        for code, name in known.items():
            keys.setdefault(normal_form(name), code)
            keys.setdefault(loose_form(name), code)
    keys.update((normal_form(code), code) for code in known)
    keys.pop("", None)
    return keys


def course_in(heading: str, courses: Mapping[str, str]) -> str | None:
    """The course that a heading stands for: 'Working at Height [HSE-101] (24 months)' is 'HSE-101'.

    courses: normal form of each known code and name → code.
    """
    text = plain(heading)
    for form in (normal_form(text), loose_form(text)):
        if form in courses:
            return courses[form]
    bracketed = [found[1] for found in _BRACKETED.finditer(text)]
    for code in bracketed:
        if normal_form(code) in courses:
            return courses[normal_form(code)]
    found = _course_before_more(normal_form(text), courses)
    if found:
        return found
    split = split_code_and_name(text, tuple(courses.values()))
    if split.code and normal_form(split.code) in courses:
        return courses[normal_form(split.code)]
    return next((code for code in bracketed if _is_course_code(code)), None)


def _course_before_more(form: str, courses: Mapping[str, str]) -> str | None:
    """The course whose code starts the heading ('HSE-101 Basic Safety'), or whose name stands before a word such as
    'completed'; the longest one, as 'First aid' starts 'First aid at sea'."""
    words = form.split()
    for length in range(len(words) - 1, 0, -1):
        course = courses.get(" ".join(words[:length]))
        if course and (normal_form(course) == " ".join(words[:length]) or _ADDED.issuperset(words[length:])):
            return course
    return None


def _is_course_code(text: str) -> bool:
    """Letters, then digits ('HSE-101', 'OT300'); not '24 months', '2026', 'Q1' or 'dd/mm/yyyy'."""
    return (
        re.fullmatch(r"[A-Za-z]{2,}[A-Za-z0-9]*[-_/. ]?\d+[A-Za-z0-9]*(?:[-_/.][A-Za-z0-9]+)*", text)
        is not None
    )
