from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.date_columns import DateColumn, DateVerdict, order_in
from app.imports.dates import Order, parse_date, possible_orders
from app.imports.files.cells import UNCALCULATED, CellError, Percent
from app.imports.numbers import NumberColumn, ScoreColumn, parse_decimal, parse_integer
from app.imports.outcomes import _SENTENCES, Problem, problem_sentence
from app.imports.values import Mark, Parsed, Reading, parse


def read(value: Any, kind: str, **settled: Any) -> Any:
    """The value, or the problem's code after a '!'."""
    outcome = parse(value, kind, Reading(**settled))
    if isinstance(outcome, Problem):
        assert problem_sentence(outcome).endswith(".")
        return "!" + outcome.code
    return outcome.value


MARCH_15 = dt.date(2024, 3, 15)


@pytest.mark.parametrize(
    "written",
    [
        MARCH_15, dt.datetime(2024, 3, 15, 10, 30), 45366, 45366.75, "45366", "20240315", 20240315,
        "2024-03-15", "2024/3/15", "2024.03.15", "15/03/2024", "03/15/2024", "15.3.2024", "15.03.24.", "15-03-2024",
        "15-Mar-24", "15-Mar-2024", "15 March 2024", "March 15, 2024", "Fri, March 15th, 2024", "15MAR2024",
        "Fri Mar 15 2024", "2024 Mar 15", "15 mars 2024", "15. März 2024", "15 de marzo de 2024",
        "١٥/٠٣/٢٠٢٤", "٢٠٢٤-٠٣-١٥", "۱۵/۰۳/۲۰۲۴", "١٥ مارس ٢٠٢٤", "15 آذار 2024", "الجمعة 15 مارس 2024م",
        " \u200f15/03/2024\u00a0", "2024-03-15T10:30:00Z", "2024-03-15 00:00:00.000", "3/15/2024 12:00:00 AM",
        "15/03/2024 10:30", "'15/03/2024",
    ],
)  # fmt: skip
def test_one_day_in_all_its_shapes(written: Any) -> None:
    assert read(written, "date") == MARCH_15


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("03/04/2026", "date_ambiguous"), ("3.4.26", "date_ambiguous"), ("24-03-15", "date_ambiguous"),
        ("٣/٤/٢٠٢٦", "date_ambiguous"), ("31/02/2024", "date_impossible"), ("99/99/2024", "date_impossible"),
        ("29/02/2023", "date_impossible"), ("2024-13-05", "date_impossible"), ("30 February 2024", "date_impossible"),
        ("1448/05/30", "date_hijri"), ("١٤٤٨/٠٥/٣٠ هـ", "date_hijri"), ("15 رمضان 1445", "date_hijri"),
        ("30-05-1448", "date_hijri"), ("Mar-24", "date_incomplete"), ("2024", "date_incomplete"),
        (2024, "date_incomplete"), ("5-Mar", "date_incomplete"), ("15/03/0024", "date_out_of_range"),
        ("soon", "not_a_date"), ("March", "not_a_date"), (7, "not_a_date"), (True, "not_a_date"),
        (dt.time(10), "not_a_date"), (-1, "not_a_date"), (1e300, "not_a_date"), ("✓", "not_a_date"),
        ("=TODAY()", "formula_text"), ("#N/A", "cell_error"), (CellError("#REF!"), "cell_error"),
        (UNCALCULATED, "formula_uncalculated"),
    ],
)  # fmt: skip
def test_what_is_no_certain_day_says_why(written: Any, code: str) -> None:
    assert read(written, "date") == "!" + code


@pytest.mark.parametrize(
    ("written", "order", "expected"),
    [
        ("03/04/2026", "dmy", dt.date(2026, 4, 3)),
        ("03/04/2026", "mdy", dt.date(2026, 3, 4)),
        ("24-03-15", "ymd", MARCH_15),
        ("24-03-15", "dmy", dt.date(2015, 3, 24)),
        ("13/02/2026", "mdy", dt.date(2026, 2, 13)),  # fits one order only
        ("2026-03-04", "dmy", dt.date(2026, 3, 4)),
        ("05/05/2026", None, dt.date(2026, 5, 5)),
        ("1/2/68", "dmy", dt.date(2068, 2, 1)),
        ("1/2/69", "dmy", dt.date(1969, 2, 1)),
    ],
)
def test_the_answer_for_the_column_reads_the_doubtful_ones(written: str, order: Any, expected: dt.date) -> None:
    assert read(written, "date", order=order) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (7306, dt.date(1920, 1, 1)), (7305, "!not_a_date"), (80720, dt.date(2120, 12, 31)), (80721, "!not_a_date"),
        ("1/1/1920", dt.date(1920, 1, 1)), ("31/12/1919", "!date_out_of_range"), (19191231, "!date_out_of_range"),
        ("31/12/2120", dt.date(2120, 12, 31)), ("1/1/2121", "!date_out_of_range"),
        (1920, "!date_incomplete"), (2120, "!date_incomplete"), (1919, "!not_a_date"), (2121, "!not_a_date"),
        (2026.5, "!not_a_date"), ("31/12/9999", Mark.NO_END),
        (99991231, Mark.NO_END), ("99991231", Mark.NO_END), (2958465.0, Mark.NO_END),
    ],
)  # fmt: skip
def test_two_hundred_years_are_read_however_a_date_is_written(written: Any, expected: Any) -> None:
    assert read(written, "date") == expected


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("1/2/345", "not_a_date"), ("123/4/2024", "not_a_date"), ("2024/3/2025", "not_a_date"),
        ("12 foo 2024", "not_a_date"), ("12 March 2024 approx", "not_a_date"), ("12 13 March 2024", "not_a_date"),
        ("12 2024", "not_a_date"),
        ("12 March 124", "date_impossible"), (20260230, "date_impossible"), (20260315.5, "not_a_date"),
        (float("nan"), "not_a_date"), (float("inf"), "not_a_date"), (True, "not_a_date"),
    ],
)  # fmt: skip
def test_what_only_resembles_a_date_is_not_taken_for_one(written: Any, code: str) -> None:
    outcome = parse_date(written)
    assert isinstance(outcome, Problem) and outcome.code == code


def test_a_doubtful_date_names_both_days_and_a_wrong_number_is_shown_as_it_stands() -> None:
    assert parse_date("04/03/2026") == Problem(
        "date_ambiguous", {"value": "04/03/2026", "first": "2026-03-04", "second": "2026-04-03"})
    assert [parse_date(number).params["value"] for number in (5.0, 5.5)] == [5, 5.5]  # type: ignore[union-attr]
    assert str(parse_date(5.0).params["value"]) == "5"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("written", "orders"),
    [
        ("24-03-15", {"dmy", "ymd"}), ("10-11-12", {"dmy", "mdy", "ymd"}), ("10/11/12", {"dmy", "mdy"}),
        ("4-03-15", {"dmy", "mdy"}), ("10-11-2012", {"dmy", "mdy"}), ("2012-11-10", {"ymd"}), ("31-31-31", set()),
    ],
)  # fmt: skip
def test_the_year_comes_first_only_between_hyphens_or_with_four_digits(written: str, orders: set[str]) -> None:
    assert set(possible_orders(written) or {}) == orders


def test_an_office_that_counts_its_days_from_1904_is_understood() -> None:
    assert parse_date(40000, date1904=True) == Parsed(dt.date(2013, 7, 7))
    assert parse_date(40000.5) == parse_date(40000) == Parsed(dt.date(2009, 7, 6))


def test_hijri_dates_are_converted_when_asked() -> None:
    assert read("1445/09/01", "date", calendar="hijri") == dt.date(2024, 3, 11)
    assert read("١ رمضان ١٤٤٥ هـ", "date", calendar="hijri") == dt.date(2024, 3, 11)
    assert read("1445/09/31", "date", calendar="hijri") == "!date_impossible"
    assert read("2024-03-11", "date", calendar="hijri") == dt.date(2024, 3, 11)


def test_dates_that_excel_swapped_are_swapped_back_when_confirmed() -> None:
    for real, meant in ((dt.date(2026, 4, 3), dt.date(2026, 3, 4)), (dt.date(2026, 3, 12), dt.date(2026, 12, 3)),
                        (dt.date(2026, 3, 13), dt.date(2026, 3, 13))):
        assert (read(real, "date", swapped=True), read(real, "date")) == (meant, real)
    assert read("13/02/2026", "date", swapped=True) == dt.date(2026, 2, 13)


def verdict(*values: Any) -> DateVerdict:
    column = DateColumn()
    for row, value in enumerate(values, start=2):
        column.see(value, row)
    return column.verdict()


@pytest.mark.parametrize(
    ("values", "state", "order", "doubtful"),
    [
        (["03/04/2026", "13/02/2026"], "settled", "dmy", 0),
        (["03/04/2026", "02/13/2026", "N/A", None, 5], "settled", "mdy", 0),
        (["03/04/2026", "05/06/2026"], "ask", None, 2),
        (["03/04/2026", dt.date(2026, 2, 13)], "ask", None, 1),
        (["03/04/2026", "2026-04-13", "13 March 2026"], "ask", None, 1),
        (["13/02/2026", "02/13/2026", "03/04/2026"], "mixed", None, 1),
        (["13/02/2026", "02/13/2026"], "mixed", None, 0),
        (["05/05/2026"], "none", None, 0),
        (["2026-04-13", "13 March 2026", dt.date(2026, 1, 1), "soon"], "none", None, 0),
        (["24-03-15", "13-02-24"], "ask", None, 2),
        (["24-03-15", "13-02-99"], "settled", "dmy", 0),
        (["31/02/2026", "03/04/2026"], "ask", None, 1),
    ],
)
def test_a_column_settles_its_order_or_asks(values: list[Any], state: str, order: str | None, doubtful: int) -> None:
    found = verdict(*values)
    assert (found.state, found.order, found.doubtful) == (state, order, doubtful)
    assert found.must_ask == (doubtful > 0)


def test_a_verdict_shows_its_evidence() -> None:
    found = verdict("03/04/2026", "13/02/2026", "14/02/2026")
    assert (found.evidence["dmy"].row, found.evidence["dmy"].value) == (3, "13/02/2026")
    asked = verdict("N/A", "03/04/2026")
    assert asked.options == ("dmy", "mdy") and asked.example and asked.example.row == 3


def test_of_a_column_that_contradicts_itself_only_the_doubtful_readings_are_offered() -> None:
    mixed = ("13/02/2026", "02/13/2026")
    assert verdict(*mixed, "03/04/2026").options == ("dmy", "mdy")
    assert verdict(*mixed, "24-03-15", "25-03-15").options == ("dmy", "ymd")
    assert verdict(*mixed).options == ()
    example = verdict(*mixed, "03/04/2026", "05/06/2026").example
    assert example and (example.row, example.value) == (4, "03/04/2026")


@pytest.mark.parametrize(("heading", "order"), [
    ("Hired on (DD/MM/YYYY)", "dmy"), ("Date mm-dd-yy", "mdy"), ("yyyy.mm.dd", "ymd"), ("Day / Month / Year", "dmy"),
    ("التاريخ (يوم/شهر/سنة)", "dmy"), ("Date", None), ("dd/mm", None), ("YYYY/DD/MM", None),
])  # fmt: skip
def test_a_heading_may_say_the_order_of_its_dates(heading: str, order: str | None) -> None:
    assert order_in(heading) == order


@pytest.mark.parametrize(
    ("values", "suspected"),
    [
        ([dt.date(2026, 4, 3), "13/02/2026"], False),
        ([dt.date(2026, 4, 3), dt.date(2026, 1, 12), "13/02/2026", "24-03-15"], True),
        ([dt.date(2026, 4, 3), dt.date(2026, 1, 12), "13/02/2026", "25/12/2025"], True),
        ([dt.date(2026, 4, 3), dt.date(2026, 1, 12), "02/13/2026"], True),
        ([dt.date(2026, 4, 3), dt.date(2026, 1, 13), "13/02/2026"], False),
        ([dt.date(2026, 4, 3), dt.date(2026, 1, 12), "13/02/2026", "03/04/2026"], False),
        ([dt.date(2026, 4, 3), dt.date(2026, 1, 12), "2026-02-13"], False),
        ([dt.date(2026, 4, 3), dt.date(2026, 1, 12)], False),
    ],
)
def test_dates_that_excel_may_have_swapped_are_suspected(values: list[Any], suspected: bool) -> None:
    assert verdict(*values).swap_suspected is suspected


@settings(deadline=None)
@given(st.dates(dt.date(1970, 1, 1), dt.date(2068, 12, 31)), st.sampled_from(["dmy", "mdy", "ymd"]), st.booleans())
def test_a_date_written_in_the_settled_order_reads_back(date: dt.date, order: Order, arabic: bool) -> None:
    pattern = {"dmy": "%d/%m/%Y", "mdy": "%m/%d/%y", "ymd": "%Y-%m-%d"}[order]
    text = date.strftime(pattern)
    text = text.translate({ord(str(n)): "٠١٢٣٤٥٦٧٨٩"[n] for n in range(10)}) if arabic else text
    assert parse_date(text, order=order) == Parsed(date)
    assert parse_date((date - dt.date(1899, 12, 30)).days) == Parsed(date)


@settings(deadline=None)
@given(st.decimals(Decimal("-999999999"), Decimal("999999999"), places=2), st.sampled_from([".,", ",.", ".'", ", "]))
def test_a_number_written_with_groups_reads_back(number: Decimal, marks: str) -> None:
    decimal, group = marks
    text = f"{number:,.2f}".replace(",", "g").replace(".", decimal).replace("g", group)
    assert parse_decimal(text, mark=decimal) == Parsed(number)


@settings(deadline=None)
@given(
    st.one_of(st.text(max_size=30), st.floats(), st.integers(), st.dates(), st.datetimes(), st.times(), st.none()),
    st.sampled_from(["text", "code", "integer", "decimal", "score", "boolean", "result", "date"]),
)
def test_no_cell_ends_in_anything_but_a_value_or_a_problem(value: Any, kind: str) -> None:
    outcome = parse(value, kind)
    assert isinstance(outcome, Parsed) or problem_sentence(outcome)
    DateColumn().see(value)
    NumberColumn().see(value)
    ScoreColumn().see(value)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("468,75", "468.75"), ("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("1 234,56", "1234.56"),
        ("1,234,567", "1234567"), ("٣٫٥", "3.5"), ("١٬٢٣٤", "1234"), ("92%", "92"), ("٩٢٪", "92"),
        (Percent(0.92), "92"), (0.1, "0.1"),
        ("SAR 1,200.50", "1200.50"), ("(250)", "-250"), ("−5", "-5"), (".5", "0.5"), ("0,785", "0.785"),
        (dt.timedelta(hours=36, minutes=30), "36.5"), (dt.timedelta(minutes=50), "0.83"),
        ("-1,234.5", "-1234.5"), ("1'234.50", "1234.5"), ("1 234", "1234"), ("( 1,250.50 )", "-1250.5"), ("$5", "5"),
        ("5 SAR", "5"), ("5.", "5"), ("+7", "7"), (",5", "0.5"),
        ("1.234.567", "1234567"), ("1e5", "100000"), (10**15 - 1, "999999999999999"),
    ],
)  # fmt: skip
def test_numbers_in_all_their_shapes(written: Any, expected: str) -> None:
    assert read(written, "decimal") == Decimal(expected)


@pytest.mark.parametrize(
    ("written", "kind", "code"),
    [
        ("1,234", "decimal", "number_ambiguous"), ("1.234", "decimal", "number_ambiguous"),
        ("twelve", "integer", "not_a_number"), ("1,2,3", "decimal", "not_a_number"),
        ("12 34", "decimal", "not_a_number"), ("12,34,567", "decimal", "not_a_number"),
        ("1.2.3", "decimal", "not_a_number"), ("1,234,56", "decimal", "not_a_number"),
        ("1_000", "decimal", "not_a_number"), (10**15, "decimal", "not_a_number"), ("NaN", "decimal", "not_a_number"),
        ("12 months", "integer", "not_a_number"), (12.5, "integer", "not_whole"), (True, "integer", "not_a_number"),
        (float("nan"), "decimal", "not_a_number"), ("150", "score", "not_a_score"), (-1, "score", "not_a_score"),
    ],
)  # fmt: skip
def test_what_is_no_certain_number_says_why(written: Any, kind: str, code: str) -> None:
    assert read(written, kind) == "!" + code


def test_a_column_of_numbers_settles_its_decimal_mark_or_asks() -> None:
    def column(*values: Any) -> NumberColumn:
        profile = NumberColumn()
        for value in values:
            profile.see(value)
        return profile

    assert column("1,234", "468,75").mark == "," and parse_decimal("1,234", mark=",") == Parsed(Decimal("1.234"))
    assert column("1,234", "2.5").mark == "." and parse_integer("1,234", mark=".") == Parsed(1234)
    assert column("1,234", 5, "7").must_ask and not column("1,234", "12.5").must_ask
    assert (column("1,234", "+2,345%").doubtful, column("1,234", "2,345").example) == (2, "1,234")
    assert column("1,5", "1.5", "2.500").must_ask and not column(1234, "12").must_ask


@pytest.mark.parametrize(
    ("values", "fractions", "mixed"),
    [
        ([0.78, 1, 0.9, "92%"], True, False),
        ([78, 92, 1], False, False),
        ([0.78, 87], False, True),
        ([0.78, 0, 1, "0"], True, False),
        ([1, 1], False, False),
        (["0,78", "0.5", Percent(0.92)], True, False),
        ([0, None, "N/A"], False, False),
    ],
)
def test_scores_are_fractions_only_if_all_are(values: list[Any], fractions: bool, mixed: bool) -> None:
    column = ScoreColumn()
    for value in values:
        column.see(value)
    assert (column.is_fractions, column.is_mixed) == (fractions, mixed)


@pytest.mark.parametrize(("written", "expected"), [
    ("18/20", 90), ("18 out of 20", 90), ("18 من 20", 90), ("18,5/20", Decimal("92.5")), ("1/3", Decimal("33.33")),
    ("20/20", 100), ("0/20", 0), ("21/20", "!not_a_score"), ("5/0", "!not_a_number"), (0, 0), (100, 100),
    (100.01, "!not_a_score"), (-0.01, "!not_a_score"),
])  # fmt: skip
def test_a_score_may_be_so_many_out_of_so_many_and_lies_between_0_and_100(written: Any, expected: Any) -> None:
    assert read(written, "score") == read(written, "score", fractions=True) == expected


def test_a_number_that_can_be_read_in_two_ways_shows_both() -> None:
    assert parse_decimal("-1.234") == Problem(
        "number_ambiguous", {"value": "-1.234", "thousands": "1234", "decimal": "1.234"})


def test_scores_are_read_as_the_column_decided() -> None:
    assert [read(v, "score", fractions=True) for v in (0.78, 1, "92%", Percent(0.5))] == [78, 100, 92, 50]
    assert [read(v, "score") for v in (0.78, 87, "92%", Percent(0.92), "٨٧")] == [Decimal("0.78"), 87, 92, 92, 87]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (1001.0, "1001"), ("1001.0", "1001"), (70343, "70343"), ("007", "007"), ("٧٠٠٣٥", "70035"), ("۷۰", "70"),
        ('="00123"', "00123"), (" HSE-01\u200f ", "HSE-01"), ("a\u00a0b", "a b"), (1.5, "!not_a_code"),
        (dt.date(2024, 1, 1), "!not_a_code"), (True, "!not_a_code"), (1e20, "!code_lost_digits"),
        ("7.00E+12", "!code_lost_digits"),
    ],
)  # fmt: skip
def test_codes_are_keys_and_not_numbers(written: Any, expected: str) -> None:
    assert read(written, "code") == expected


def test_text_is_trimmed_kept_in_lines_and_not_too_long() -> None:
    assert read("  يوسف  Smith\u200f ", "text") == "يوسف Smith"
    assert read("one \n\n two\t3", "text") == "one\ntwo 3"
    assert read("'=1+1", "text") == "=1+1"
    assert read("x" * 51, "text", longest=50) == "!text_too_long"
    assert read(dt.date(2024, 1, 1), "text") == "!not_text"


@pytest.mark.parametrize(
    ("written", "kind", "expected"),
    [
        (None, "date", Mark.KEEP), ("", "text", Mark.KEEP), (" \u200f\u00a0", "code", Mark.KEEP),
        ("-", "date", Mark.CLEAR), ("–", "text", Mark.CLEAR), ("—", "code", Mark.CLEAR), ("--", "decimal", Mark.CLEAR),
        ("N/A", "date", Mark.NOT_APPLICABLE), ("n.a.", "text", Mark.NOT_APPLICABLE),
        ("NA", "date", Mark.NOT_APPLICABLE),
        ("NA", "text", "NA"), ("لا ينطبق", "date", Mark.NOT_APPLICABLE), ("Booked", "date", Mark.BOOKED),
        ("محجوز", "date", Mark.BOOKED), ("booked", "text", "booked"),
    ],
)  # fmt: skip
def test_a_blank_keeps_a_dash_clears(written: Any, kind: str, expected: Any) -> None:
    assert read(written, kind) == expected


@pytest.mark.parametrize(
    ("kind", "words", "expected"),
    [
        ("boolean", [True, 1, "1", "Yes", "Y", "TRUE", "نعم", "إلزامية", "x", "✓", "☑️"], True),
        ("boolean", [False, 0, "0", "No", "n", "false", "لا", "اختياري", "✗", "☒"], False),
        ("result", ["Pass", "PASSED", "pass ", "P", "ok", "ناجح", "✓", "Competent"], "passed"),
        ("result", ["Fail", "failed", "F", "راسب", "Not passed", "لم يجتز", "✘"], "failed"),
        ("boolean", ["maybe", 2, 0.5, "?"], "!not_yes_or_no"),
        ("result", ["?", "maybe", 5], "!not_a_result"),
    ],
)
def test_words_for_yes_no_and_results(kind: str, words: list[Any], expected: Any) -> None:
    assert {word: read(word, kind) for word in words} == dict.fromkeys(words, expected)


def test_every_problem_has_a_sentence_with_its_value() -> None:
    params = dict.fromkeys(("value", "first", "second", "last", "length", "limit", "thousands", "decimal"), "VAL")
    for code in _SENTENCES:
        sentence = problem_sentence(Problem(code, params))
        assert "%" not in sentence and ("VAL" in sentence or code == "formula_uncalculated")
