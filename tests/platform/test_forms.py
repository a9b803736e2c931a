"""Forms drawn from schemas: what is drawn, what is read back, where a refusal is shown."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from marshmallow import Schema, ValidationError, fields, validate

from app.platform.errors import Conflict, Invalid
from app.platform.fab.fields import Choice, Reference, References, read
from app.platform.fab.forms import form_for, load_form, show_errors

KEY = uuid4()


class Everything(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 10), metadata={"label": "Name"})
    note = fields.String(allow_none=True, metadata={"kind": "long", "help": "At length."})
    secret = fields.String(metadata={"kind": "password"})
    count = fields.Integer(load_default=3, validate=validate.Range(0, 9))
    day = fields.Date(allow_none=True)
    is_on = fields.Boolean(load_default=True)
    kind = Choice({"a": "Apple", "b": "Bear"}, allow_none=True)
    zone = fields.String(load_default="x", validate=validate.OneOf(["x", "y"]))
    boss = Reference("users", allow_none=True)
    friends = References("users")
    internal = fields.String(metadata={"hidden": True})


@pytest.fixture
def send(app):
    """send(name='x', ...) -> (values or None, form) as if a browser had sent it."""
    def _send(**typed):
        with app.test_request_context("/", method="POST", data=typed):
            form = form_for(Everything)()
            return load_form(Everything, form), form
    return _send


def test_each_field_is_drawn_by_its_kind(app):
    with app.test_request_context():
        form = form_for(Everything)()
        kinds = {field.name: type(field).__name__ for field in form}
    assert kinds == {"name": "StringField", "note": "TextAreaField", "secret": "PasswordField", "count": "StringField",
                     "day": "DateField", "is_on": "BooleanField", "kind": "SelectField", "zone": "SelectField",
                     "boss": "ReferenceField", "friends": "ReferencesField"}
    assert str(form.name.label.text) == "Name"
    assert form.note.description == "At length."
    assert form.kind.choices[0] == ("", "")
    assert form.zone.choices == [("x", "x"), ("y", "y")]
    assert (form.boss.resource, form.friends.resource) == ("users", "users")


def test_what_was_typed_becomes_values(send):
    other = uuid4()
    values, _form = send(name="  Ada ", note="", secret=" s ", count="4", day="2026-02-01", is_on="y", kind="b",
                         zone="y", boss=str(KEY), friends=[str(KEY), str(other)], internal="")
    assert values == {"name": "Ada", "note": None, "secret": " s ", "count": 4, "day": dt.date(2026, 2, 1),
                      "is_on": True, "kind": "b", "zone": "y", "boss": KEY, "friends": [KEY, other]}
    assert isinstance(values["boss"], UUID)


def test_an_unticked_box_is_no_and_an_empty_field_is_nothing_or_its_default(send):
    values, _form = send(name="Ada", note="", count="", kind="", boss="")
    assert values["is_on"] is False
    assert (values["note"], values["kind"], values["boss"], values["friends"]) == (None, None, None, [])
    assert (values["count"], values["zone"]) == (3, "x")
    assert "secret" not in values


def test_a_field_that_is_not_in_the_schema_is_left_out(send):
    values, _form = send(name="Ada", tenant_id=str(uuid4()), id=str(uuid4()), csrf_token="x")
    assert not {"tenant_id", "id", "csrf_token"} & set(values)


@pytest.mark.parametrize(("typed", "field"), [
    ({"name": ""}, "name"), ({"name": "   "}, "name"), ({}, "name"), ({"name": "x" * 11}, "name"),
    ({"name": "A", "count": "x"}, "count"), ({"name": "A", "count": "10"}, "count"),
    ({"name": "A", "day": "1/2/2026"}, "day"), ({"name": "A", "kind": "c"}, "kind"),
    ({"name": "A", "zone": "z"}, "zone"), ({"name": "A", "boss": "nobody"}, "boss"),
    ({"name": "A", "friends": ["nobody"]}, "friends"), ({"name": "A\0"}, "name"),
], ids=str)
def test_a_refusal_stands_beside_its_field_and_the_input_stays(send, typed, field):
    values, form = send(**typed)
    assert values is None
    assert {name for name in form._fields if form[name].errors} == {field}
    assert all(str(error) for error in form[field].errors)
    assert form.name.data == typed.get("name")


@pytest.mark.parametrize("bad", ["a\0", "\ud800"], ids=["NUL", "half a character"])
def test_no_text_at_any_depth_holds_what_no_database_stores(context, bad):
    schema = Schema.from_dict({"tags": fields.List(fields.String()), "answers": fields.Dict()})()
    for name, value in (("tags", ["fine", bad]), ("answers", {bad: 1}), ("answers", {"a": ["fine", {"b": bad}]})):
        with pytest.raises(ValidationError) as refusal:
            read(schema, {"tags": ["fine"], "answers": {"a": "fine"}} | {name: value})
        assert set(refusal.value.normalized_messages()) == {name}


def test_an_empty_required_field_says_so(send):
    _values, form = send(name="")
    assert [str(error) for error in form.name.errors] == ["Fill this in."]


def test_refusals_of_an_operation_stand_beside_their_fields_or_above(app):
    with app.test_request_context("/", method="POST", data={"name": "A"}):
        form = form_for(Everything)()
        show_errors(form, Invalid.all([Conflict("Taken.", field="name"), Conflict("No such boss.", field="boss"),
                                       Conflict("Not today.")]))
        assert (form.name.errors, form.boss.errors, form.form_errors) == (["Taken."], ["No such boss."],
                                                                         ["Not today."])
