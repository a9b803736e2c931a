"""Lists that are no table's own: what a page has, what a cursor goes on after, how rows are ordered and filtered."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from flask_appbuilder.api import BaseApi
from marshmallow import Schema, fields

from app.platform.errors import Invalid
from app.platform.fab.cursor import write_mark
from app.platform.fab.lists import Lines, lists


@dataclass
class Part:
    id: int
    name: str | None
    weight: int | None = None
    is_new: bool = False


class PartOutput(Schema):
    id = fields.Integer()
    name = fields.String()
    weight = fields.Integer()
    is_new = fields.Boolean()
    more = fields.Dict()


@pytest.fixture
def ask(app):
    """ask(rows, cursor, **asked) of a list of parts."""
    def _ask(rows, cursor=None, schema=PartOutput, is_fixed=False, **asked):
        class Parts(BaseApi):
            @lists(schema, size=2, most=3, is_fixed=is_fixed)
            def get_list(self):
                return rows

        arguments = {"q": json.dumps(asked)} | ({} if cursor is None else {"cursor": cursor})
        with app.test_request_context(query_string=arguments):
            return Parts().get_list().json
    return _ask


def ids(answer):
    return [row["id"] for row in answer["result"]]


def parts(*numbers):
    return [Part(number, f"part {number}") for number in numbers]


def test_rows_that_say_the_same_are_all_there(ask):
    rows = [{"name": "bolt"}, {"name": "bolt"}, {"name": "nut"}, {"name": "bolt"}]
    first = ask(rows)
    assert (first["count"], [row["name"] for row in first["result"]]) == (4, ["bolt", "bolt"])
    assert [row["name"] for row in ask(rows, first["next"])["result"]] == ["nut", "bolt"]


@pytest.mark.parametrize(("asked", "expected"), [
    ({}, [5, 3]), ({"page": 1}, [9, 1]), ({"page": 2}, [4]), ({"page": 3}, []), ({"page": -1}, [5, 3]),
    ({"page": 10**30}, []), ({"page_size": 1}, [5]), ({"page_size": 50}, [5, 3, 9]), ({"page_size": -1}, [5, 3, 9])])
def test_a_page_by_number(ask, asked, expected):
    answer = ask(parts(5, 3, 9, 1, 4), **asked)
    assert (ids(answer), answer["count"]) == (expected, 5)


def test_a_cursor_goes_on_after_the_row_that_it_names_wherever_that_is_by_now(ask):
    first = ask(parts(5, 3, 9), cursor="")
    assert ids(first) == [5, 3]
    assert ids(ask(parts(8, 7, 5, 3, 9), cursor=first["next"])) == [9]  # others were added in front of it
    assert ids(ask(parts(5, 9), cursor=first["next"])) == [9]  # it is gone
    assert ask(parts(5, 3, 9), cursor=first["next"])["next"] is None
    assert ids(ask([], cursor=first["next"])) == []


def test_rows_without_an_id_are_told_apart_by_all_that_they_say(ask):
    rows = [{"name": "a"}, {"name": "b"}, {"name": "c"}]
    first = ask(rows, cursor="")
    assert [row["name"] for row in ask([{"name": "z"}, *rows], cursor=first["next"])["result"]] == ["c"]


@pytest.mark.parametrize("mark", ["nonsense", "%", "W10", write_mark("a", 1), write_mark(1), write_mark(1, 2, 3),
                                  write_mark(float("inf"), "1"), write_mark(None, None)])
def test_a_damaged_cursor_is_refused(ask, mark):
    with pytest.raises(Invalid, match="damaged"):
        ask(parts(1), cursor=mark)


def test_rows_are_ordered_those_without_a_value_last_either_way(ask):
    rows = [Part(1, "b", 10), Part(2, "a", 9), Part(3, None)]
    assert ids(ask(rows, order_column="name", page_size=3)) == [2, 1, 3]
    assert ids(ask(rows, order_column="weight", order_direction="desc", page_size=3)) == [1, 2, 3]


@pytest.mark.parametrize(("name", "operator", "value", "expected"), [
    ("name", "eq", "Bolt", [1]), ("name", "neq", "Bolt", [2, 3]), ("name", "ct", "bo", [1]), ("name", "ct", "one", []),
    ("weight", "gt", 9, [1]), ("weight", "lt", "9.5", [2]), ("weight", "gt", "heavy", []),
    ("name", "in", ["Nut", "Nail"], [2]), ("is_new", "eq", "true", [1]),
    ("is_new", "eq", False, [2, 3]), ("id", "in", [1, 3], [1, 3])])
def test_rows_are_filtered(ask, name, operator, value, expected):
    rows = [Part(1, "Bolt", 10, True), Part(2, "Nut", 9), Part(3, None)]
    answer = ask(rows, page_size=3, filters=[{"col": name, "opr": operator, "value": value}])
    assert (ids(answer), answer["count"]) == (expected, len(expected))


@pytest.mark.parametrize("asked", [
    {"order_column": "more"}, {"filters": [{"col": "more", "opr": "eq", "value": "1"}]},
    {"filters": [{"col": "name", "opr": "sounds_like", "value": "1"}]}])
def test_what_it_can_not_do_is_refused(ask, asked):
    with pytest.raises(Invalid, match="can not be"):
        ask(parts(1), **asked)


def test_of_lines_only_the_page_is_read(ask):
    read = []

    def load(places):
        read.extend(places)
        return [{"id": place} for place in places]

    answer = ask(Lines(range(1000), load), cursor="", is_fixed=True)
    assert (answer["count"], read) == (1000, [0, 1])
    assert ids(ask(Lines(range(1000), load), cursor=answer["next"], is_fixed=True)) == [2, 3]
    with pytest.raises(Invalid):
        ask(Lines(range(1000), load), is_fixed=True, order_column="id")


def test_some_fields_only(ask):
    assert ask(parts(1), columns=["name", "nonsense"])["result"] == [{"name": "part 1"}]
