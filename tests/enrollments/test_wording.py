"""Every reason has a sentence that a foreman understands, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from app.enrollments.facts import SOURCES, Completion
from app.enrollments.reasons import Code, Reason
from app.enrollments.rules import expiry, replay, state_on
from app.enrollments.wording import SENTENCES, sentence, sentences
from tests.enrollments.golden_validity import CHAINS, EXPIRIES, STATES
from tests.enrollments.test_rules import cases, completion_of, facts_of, policy_of


@pytest.fixture(autouse=True)
def _speaking() -> Iterator[None]:
    speaker = Flask("speaker")
    Babel(speaker)
    with speaker.test_request_context(), force_locale("en"):
        yield


def golden_reasons() -> Iterator[Reason]:
    for policy, completed_on, _ in (case.values for case in cases(EXPIRIES)):
        yield from expiry(policy_of(policy), [], completion_of(completed_on)).reasons
    for policy, completions, *_ in (case.values for case in cases(CHAINS)):
        periods = replay(policy_of(policy), [completion_of(each) for each in completions.split(", ")])
        for period in periods:
            yield from expiry(policy_of(policy), periods, period).reasons
    for policy, recorded, day, _ in (case.values for case in cases(STATES)):
        rule = policy_of(policy)
        yield from state_on(date.fromisoformat(day), policy=rule, **facts_of(recorded, rule)).reasons


def record_reasons() -> Iterator[Reason]:
    for source, row in [*((each, 7) for each in SOURCES), ("api", None)]:
        completion = Completion(completed_on=date(2025, 1, 1), source=source, source_batch="h.xlsx",
                                source_row=row, certificate_number="C-1", equivalent_code="HSE-2")
        yield from expiry(policy_of("anniversary 90d -5 +5"), [], completion).reasons


def test_every_code_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Code)


def test_every_sentence_is_said_by_some_rule_and_has_all_its_values() -> None:
    said: dict[Code, str] = {}
    for reason in (*golden_reasons(), *record_reasons()):
        said[reason.code] = sentence(reason)

    assert set(said) == set(Code)
    for words in said.values():
        assert words[0].isupper() or words[0].isdigit()
        assert "%" not in words and "None" not in words and "  " not in words
        assert words.endswith((".", ": Desk"))


def say(code: Code, **params: object) -> str:
    return sentence(Reason(code, params))


def test_an_anniversary_is_explained_with_its_days_and_dates() -> None:
    policy = policy_of("anniversary 12m -60 +30")
    first, _ = periods = replay(policy, [completion_of("2025-03-14"), completion_of("2026-03-02")])

    assert sentences(expiry(policy, [first], periods[1]).reasons) == [
        "Completed on 2 March 2026.",
        "It was entered on screen.",
        "This course is valid for 12 months. Renewing it from 60 days before to 30 days after the expiry keeps"
        " the anniversary.",
        "It was renewed 12 days before the expiry on 14 March 2026, within the window of 60 days, so the"
        " anniversary 14 March is kept and the new period counts from it.",
    ]


def test_a_state_is_explained_with_what_is_left() -> None:
    policy = policy_of("rolling 12m grace 30")
    periods = replay(policy, [completion_of("2025-01-01")])

    def first(day: date) -> str:
        return sentences(state_on(day, policy=policy, periods=periods).reasons)[0]

    assert first(date(2025, 12, 31)) == ("The certificate is valid until 1 January 2026, that day included."
                                         " Time left: 1 day; the warning time is 30 days.")
    assert first(date(2026, 1, 1)) == "1 January 2026 is the last day on which the certificate is valid."
    assert first(date(2026, 1, 2)) == ("The certificate was valid until 1 January 2026. The grace of 30 days"
                                       " runs until 31 January 2026, that day included.")


@pytest.mark.parametrize(("policy", "on", "last"), [
    ("rolling 1m", "2025-01-31", "February 2025 has no day 31, so its last day counts."),
    ("fixed 02-29", "2025-02-01", "February 2025 has no day 29, so its last day counts."),
    ("fixed 12-31", "2025-02-01", "It was completed before 31 December 2025, so it is valid until then."),
    ("fixed 12-31", "2025-12-31", "It was completed on that very day, which counts for the time after it, so it"
                                  " is valid until 31 December 2026."),
    ("rolling 12m", "2025-02-01", "This course is valid for 12 months from its completion."),
    ("rolling 1d", "2025-02-01", "This course is valid for 1 day from its completion."),
])
def test_an_expiry_in_words(policy: str, on: str, last: str) -> None:
    assert sentences(expiry(policy_of(policy), [], completion_of(on)).reasons)[-1] == last


def test_29_february_can_be_named() -> None:
    assert "29 February" in say(Code.POLICY_FIXED, day_of_year=(2, 29))


def test_dates_follow_the_readers_language() -> None:
    with force_locale("ar"):
        assert "14 مارس 2026" in say(Code.COMPLETED, completed_on=date(2026, 3, 14))


def test_names_are_written_as_they_are() -> None:
    assert say(Code.WAIVED_OPEN, approver="Huda 100%", reason="%(x)s") == (
        "The course is waived until further notice by Huda 100%: %(x)s")
