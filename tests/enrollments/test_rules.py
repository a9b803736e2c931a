"""The validity rules: every golden case, and what must hold for all dates and policies."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.courses.rules import ValidityPolicy, add_validity
from app.enrollments.facts import VALID_STATES, Attempt, Completion, Period, State, Waiver
from app.enrollments.reasons import Code
from app.enrollments.rules import best_period, boundaries, expiry, phase_on, replay, state_on, with_expiry
from tests.enrollments.golden_validity import CHAINS, EXPIRIES, STATES

JAN_1 = date(2025, 1, 1)
STATE_ORDER = [State.NOT_STARTED, State.VALID, State.EXPIRING_SOON, State.GRACE, State.EXPIRED, State.REVOKED]


# Reading the tables


def cases(table: str) -> list[Any]:
    rows = [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if "|" in line]
    return [pytest.param(*cells, id=name) for name, *cells in rows]


def policy_of(text: str) -> ValidityPolicy:
    kind, *words = text.split()
    fields: dict[str, Any] = {}
    for word, following in pairwise([*words, ""]):
        if word in ("lead", "grace"):
            fields["window_before_days" if word == "lead" else "grace_days"] = int(following)
        elif word[0] in "+-":
            fields[f"window_{'after' if word[0] == '+' else 'before'}_days"] = int(word[1:])
        elif word[-1] in "md":
            fields["months" if word[-1] == "m" else "days"] = int(word[:-1])
        elif kind == "fixed" and "-" in word:
            fields["fixed_month"], fields["fixed_day"] = map(int, word.split("-"))
    return ValidityPolicy(kind=kind, **fields)


def day_of(text: str) -> date | None:
    return None if text in ("never", "open") else date.fromisoformat(text)


def completion_of(text: str) -> Completion:
    on, *rest = text.split()
    said = dict(zip(rest[::2], map(date.fromisoformat, rest[1::2]), strict=True))
    return Completion(completed_on=date.fromisoformat(on), granted_expires_on=said.get("states"),
                      revoked_on=said.get("revoked"))


def facts_of(text: str, policy: ValidityPolicy) -> dict[str, Any]:
    completions, attempts, waivers, window = [], [], [], 30
    for fact in text.split("; "):
        word, _, rest = fact.partition(" ")
        match word:
            case "done":
                completions.append(completion_of(rest))
            case "window":
                window = int(rest)
            case "waived":
                first, last = map(day_of, rest.split())
                waivers.append(Waiver(starts_on=first or JAN_1, ends_on=last, reason="Desk", approver="Huda"))
            case "active" | "completed" | "failed" | "withdrawn":
                started, ended = map(day_of, f"{rest} never".split()[:2])
                attempts.append(Attempt(started_on=started or JAN_1, ended_on=ended,
                                        outcome=None if word == "active" else word))
    return {"periods": replay(policy, completions), "attempts": attempts, "waivers": waivers,
            "expiring_window_days": window}


# The golden cases


@pytest.mark.parametrize(("policy", "completed_on", "expires_on"), cases(EXPIRIES))
def test_expiry(policy: str, completed_on: str, expires_on: str) -> None:
    found = expiry(policy_of(policy), [], completion_of(completed_on))

    assert found.expires_on == day_of(expires_on)


@pytest.mark.parametrize(("policy", "completions", "expiries", "because"), cases(CHAINS))
def test_expiry_in_a_history(policy: str, completions: str, expiries: str, because: str) -> None:
    recorded = [completion_of(each) for each in completions.split(", ")]
    periods = replay(policy_of(policy), recorded)

    assert [each.expires_on for each in periods] == [day_of(each) for each in expiries.split(", ")]
    # Asked for the last one alone, with the others in any order, the answer is the same.
    last = expiry(policy_of(policy), reversed(periods[:-1]), periods[-1])
    assert last.expires_on == periods[-1].expires_on
    assert because in [reason.code for reason in last.reasons]


@pytest.mark.parametrize(("policy", "recorded", "day", "state"), cases(STATES))
def test_state(policy: str, recorded: str, day: str, state: str) -> None:
    rule = policy_of(policy)

    assert state_on(date.fromisoformat(day), policy=rule, **facts_of(recorded, rule)).state == state


def test_there_are_enough_golden_cases_and_each_has_its_own_name() -> None:
    for table in (EXPIRIES, CHAINS, STATES):
        names = [case.id for case in cases(table)]
        assert len(names) == len(set(names)) > 50


# What a reason must name


def codes(found: Any) -> list[str]:
    return [str(reason.code) for reason in found.reasons]


def params(found: Any, code: Code) -> dict[str, Any]:
    return next(dict(reason.params) for reason in found.reasons if reason.code == code)


def test_a_kept_anniversary_says_how_early_and_which_window() -> None:
    policy = policy_of("anniversary 12m -60 +30")
    first = with_expiry(Completion(completed_on=date(2025, 3, 14)), date(2026, 3, 14))

    found = expiry(policy, [first], Completion(completed_on=date(2026, 3, 2), source="import",
                                               source_batch="history.xlsx", source_row=48))

    assert codes(found) == ["completed", "from_import", "in_row", "policy_anniversary_months", "kept_early"]
    assert params(found, Code.KEPT_EARLY) == {"days": 12, "window_days": 60, "day_of_year": (3, 14),
                                              "old_expires_on": date(2026, 3, 14)}
    assert params(found, Code.IN_ROW) == {"batch": "history.xlsx", "row": 48}


@pytest.mark.parametrize(("policy", "completed_on", "because"), [
    ("rolling 1m", "2025-01-31", ["first", "short_month"]),
    ("rolling 30d", "2025-01-31", ["first"]),  # counted in days: no month is too short
    ("rolling 1m", "2025-07-31", ["first"]),  # August has the day; that September has not is no matter yet
])
def test_the_day_of_the_month_is_spoken_of_only_where_it_moved(policy: str, completed_on: str,
                                                              because: list[str]) -> None:
    found = expiry(policy_of(policy.replace("rolling", "anniversary")), [], completion_of(completed_on))

    assert codes(found)[3:] == because


def test_an_expiry_given_by_an_earlier_policy_stays_the_anniversary() -> None:
    two_years = Period(completed_on=date(2024, 3, 14), expires_on=date(2026, 3, 14))

    found = expiry(policy_of("anniversary 12m -60 +30"), [two_years],
                   Completion(completed_on=date(2026, 3, 1)))

    assert found.expires_on == date(2027, 3, 14)


def test_replay_applies_a_new_policy_to_the_whole_history() -> None:
    given = replay(policy_of("rolling 24m"), [Completion(completed_on=date(2024, 3, 14))])

    assert [each.expires_on for each in replay(policy_of("rolling 12m"), given)] == [date(2025, 3, 14)]


def explained(recorded: str, day: str) -> Any:
    policy = policy_of("rolling 12m")
    return state_on(date.fromisoformat(day), policy=policy, **facts_of(recorded, policy))


def test_the_state_names_the_period_that_decides_and_what_else_is_recorded() -> None:
    found = explained("done 2025-01-01; done 2025-02-01; done 2025-06-01 states 2025-07-01; "
                      "done 2025-03-01 revoked 2025-04-01; done 2025-09-01", "2025-06-01")

    assert found.period.completed_on == date(2025, 2, 1)
    assert codes(found) == ["valid", "completed", "from_screen", "longest", "other_revoked", "completion_ahead"]
    assert params(found, Code.LONGEST) == {"count": 3}


def test_a_single_certificate_is_explained_by_itself() -> None:
    assert codes(explained("done 2025-01-01", "2025-06-01")) == ["valid", "completed", "from_screen"]


def test_attempts_are_named_when_they_run_are_to_come_or_went_wrong_since_the_certificate() -> None:
    found = explained("failed 2025-01-01 2025-01-10; done 2025-02-01; failed 2025-02-01 2025-02-01; "
                      "withdrawn 2025-03-01; active 2025-06-01; active 2025-06-02", "2025-06-01")

    assert codes(found)[3:] == ["failed", "withdrawn", "in_training", "starts_later"]
    assert params(found, Code.FAILED) == {"ended_on": date(2025, 2, 1)}
    assert params(found, Code.WITHDRAWN) == {"ended_on": date(2025, 3, 1)}


def test_training_that_ended_after_the_certificate_is_named_though_it_began_before() -> None:
    found = explained("failed 2025-01-20 2025-02-10; done 2025-02-01", "2025-06-01")

    assert params(found, Code.FAILED) == {"ended_on": date(2025, 2, 10)}


def test_a_revoked_certificate_is_not_called_the_one_valid_longest() -> None:
    found = explained("done 2023-01-01; done 2024-06-01 revoked 2024-09-01", "2024-09-01")

    assert codes(found) == ["revoked", "completed", "from_screen"]


def test_a_waiver_is_explained_together_with_what_it_covers() -> None:
    found = explained("done 2025-01-01; waived 2026-01-01 2026-03-31; waived 2026-01-01 2026-06-30",
                      "2026-02-01")

    assert codes(found)[:2] == ["waived_until", "expired"]
    assert params(found, Code.WAIVED_UNTIL)["ends_on"] == date(2026, 6, 30)


# What holds for all of them


days = st.dates(date(1996, 1, 1), date(2110, 12, 31))
grace = st.integers(0, 60)
lengths = st.one_of(st.fixed_dictionaries({"months": st.integers(1, 60)}),
                    st.fixed_dictionaries({"days": st.integers(1, 1500)}))


@st.composite
def anniversaries(draw: st.DrawFn) -> ValidityPolicy:
    length = draw(lengths)
    longest = length.get("days") or length["months"] * 28
    before = draw(st.integers(0, longest - 1))
    return ValidityPolicy(kind="anniversary", **length, window_before_days=before, grace_days=draw(grace),
                          window_after_days=draw(st.integers(0, longest - 1 - before)))


@st.composite
def fixed_days(draw: st.DrawFn) -> ValidityPolicy:
    day = draw(st.dates(date(2000, 1, 1), date(2000, 12, 31)))
    return ValidityPolicy(kind="fixed", fixed_month=day.month, fixed_day=day.day, grace_days=draw(grace),
                          window_before_days=draw(st.integers(0, 364)))


rollings = st.builds(lambda length, grace: ValidityPolicy(kind="rolling", grace_days=grace, **length),
                     lengths, grace)
policies = st.one_of(rollings, anniversaries(), fixed_days(),
                     st.builds(ValidityPolicy, kind=st.just("never"), grace_days=grace))
completions = st.builds(Completion, completed_on=days)
histories = st.lists(completions, min_size=1, max_size=8)


@st.composite
def renewals(draw: st.DrawFn) -> list[Completion]:
    """Completions that follow each other closely enough to meet the windows."""
    on, found = draw(days), []
    for gap in draw(st.lists(st.integers(0, 500), min_size=1, max_size=8)):
        on = min(on + timedelta(gap), date(2200, 1, 1))
        found.append(Completion(completed_on=on))
    return found


@st.composite
def revocable(draw: st.DrawFn) -> Completion:
    on = draw(days)
    moved = st.none() | st.integers(-50, 900).map(lambda by: on + timedelta(by))
    return Completion(completed_on=on, granted_expires_on=draw(moved), revoked_on=draw(moved))


@given(policies, renewals())
def test_a_completion_is_valid_beyond_its_day(policy: ValidityPolicy, history: list[Completion]) -> None:
    for period in replay(policy, history):
        assert period.expires_on is None or period.expires_on > period.completed_on


@given(policies, renewals())
def test_a_later_completion_never_ends_earlier(policy: ValidityPolicy, history: list[Completion]) -> None:
    for earlier, later in pairwise(replay(policy, history)):
        assert (later.expires_on or date.max) >= (earlier.expires_on or date.max)


@given(anniversaries(), days, st.data())
def test_renewing_in_the_window_adds_one_validity_to_the_old_expiry(
        policy: ValidityPolicy, completed_on: date, data: st.DataObject) -> None:
    old = expiry(policy, [], Completion(completed_on=completed_on)).expires_on
    assert old is not None
    renewed_on = old + timedelta(data.draw(st.integers(-policy.window_before_days, policy.window_after_days)))
    assume(renewed_on > completed_on)

    *_, new = replay(policy, [Completion(completed_on=completed_on), Completion(completed_on=renewed_on)])

    assert new.expires_on == add_validity(policy, completed_on, 2)


@given(anniversaries(), renewals())
def test_validities_never_stack(policy: ValidityPolicy, history: list[Completion]) -> None:
    # At most one validity beyond the far end of the window; 3 days for months of different lengths.
    for period in replay(policy, history):
        assert period.expires_on is not None
        furthest = add_validity(policy, period.completed_on + timedelta(policy.window_before_days))
        assert period.expires_on <= furthest + timedelta(3)


@given(policies, renewals(), st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_nothing(policy: ValidityPolicy, history: list[Completion],
                                                random: Any) -> None:
    shuffled = random.sample(history, len(history))

    assert replay(policy, shuffled) == replay(policy, history)


@given(policies, renewals(), completions)
def test_what_comes_later_does_not_move_an_expiry(policy: ValidityPolicy, history: list[Completion],
                                                  completion: Completion) -> None:
    periods = replay(policy, history)
    earlier = [each for each in periods if each.completed_on < completion.completed_on]

    assert expiry(policy, periods, completion) == expiry(policy, earlier, completion)


@given(policies, revocable(), st.integers(0, 90))
def test_the_state_of_one_period_never_goes_back(policy: ValidityPolicy, completion: Completion,
                                                 window: int) -> None:
    period = with_expiry(completion, expiry(policy, [], completion).expires_on)
    seen = [STATE_ORDER.index(phase_on(completion.completed_on + timedelta(by), period, policy, window))
            for by in range(-60, 1600, 3)]

    assert seen == sorted(seen)


@given(policies, completions, st.integers(0, 90))
def test_boundaries_and_state_agree_on_every_day(policy: ValidityPolicy, completion: Completion,
                                                 window: int) -> None:
    (period,) = replay(policy, [completion])
    bounds = boundaries(period, policy, window)
    if bounds is None or period.expires_on is None:
        assert bounds is None and period.expires_on is None
        return
    for by in range(-window - 5, policy.grace_days + 6):
        day = period.expires_on + timedelta(by)
        if day >= completion.completed_on:
            expected = ("valid" if by < -window else "expiring_soon" if by <= 0
                        else "grace" if by <= policy.grace_days else "expired")
            compared = ("expired" if day >= bounds.expired_from else "grace" if day >= bounds.grace_from
                        else "expiring_soon" if day >= bounds.expiring_from else "valid")
            found = state_on(day, policy=policy, periods=[period], expiring_window_days=window)
            assert found.state == compared == expected


@given(policies, st.lists(revocable(), max_size=6), days)
def test_a_person_is_valid_exactly_when_some_period_is(policy: ValidityPolicy, history: list[Completion],
                                                       day: date) -> None:
    periods = replay(policy, history)
    alone = {phase_on(day, each, policy) for each in periods}

    found = state_on(day, policy=policy, periods=periods)

    assert (found.state in VALID_STATES) == bool(alone & VALID_STATES)
    assert found.state in (alone or {State.NOT_STARTED})
    assert found.period == best_period(day, periods, policy)


@given(policies, st.lists(revocable(), max_size=6), days, st.integers(0, 400))
def test_the_future_does_not_change_the_past(policy: ValidityPolicy, history: list[Completion], day: date,
                                             ahead: int) -> None:
    periods = replay(policy, history)
    tomorrow = Period(completed_on=day + timedelta(1 + ahead), expires_on=None)

    assert (state_on(day, policy=policy, periods=[*periods, tomorrow]).state
            == state_on(day, policy=policy, periods=periods).state)


@given(policies, st.lists(revocable(), max_size=6), days, st.sampled_from(["failed", "withdrawn", None]))
def test_an_attempt_never_changes_what_a_certificate_says(policy: ValidityPolicy, history: list[Completion],
                                                          day: date, outcome: str | None) -> None:
    periods = replay(policy, history)
    attempt = Attempt(started_on=day, ended_on=day if outcome else None, outcome=outcome)
    assume(best_period(day, periods, policy))

    assert (state_on(day, policy=policy, periods=periods, attempts=[attempt]).state
            == state_on(day, policy=policy, periods=periods).state)
