"""What people read when a schema refuses their input."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale
from marshmallow import Schema, ValidationError, fields, validate


class Form(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 5))
    rank = fields.Integer(validate=validate.Range(0, 10))
    born = fields.Date()
    email = fields.Email()


@pytest.mark.parametrize(("typed", "said"), [
    ({}, "Fill this in."),
    ({"name": "too long"}, "Enter between 1 and 5 characters."),
    ({"name": "x", "rank": "many"}, "Enter a whole number."),
    ({"name": "x", "rank": 11}, "Enter a number from 0 to 10."),
    ({"name": "x", "born": "yesterday"}, "Enter a date such as 2026-03-14."),
    ({"name": "x", "email": "nobody"}, "Enter an e-mail address such as name@example.com."),
])
def test_a_refusal_says_what_to_do(context: Any, typed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Form().load(typed)
    assert list(refusal.value.normalized_messages().values()) == [[said]]


def test_a_refusal_speaks_the_language_of_the_reader(context: Any) -> None:
    with force_locale("ar"), pytest.raises(ValidationError) as refusal:
        Form().load({})
    assert refusal.value.normalized_messages() == {"name": ["أدخل قيمة في هذا الحقل."]}
