"""What a schema's refusals say: in our words, in the reader's language, on every way in.

marshmallow has its sentences on its classes, in English, and formats them when it refuses something.
"""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from marshmallow import fields, validate


class Said(str):
    """A sentence that is translated at the moment it is formatted; `{min}` and the like are filled in."""

    __slots__ = ()

    def format(self, *args: Any, **values: Any) -> str:
        """The sentence in the reader's language."""
        if "min_op" in values or "max_op" in values:
            return self  # Range asks for these once, when it is made; our sentences have no place for them
        return gettext(str(self)).format(*args, **values)


FIELDS: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {
        "required": Said("Fill this in."), "null": Said("Fill this in."),
        "validator_failed": Said("This value can not be used."),
    },
    fields.String: {"invalid": Said("Enter text."), "invalid_utf8": Said("Enter text.")},
    fields.Number: {
        "invalid": Said("Enter a number."), "too_large": Said("This number is too large."),
    },
    fields.Integer: {"invalid": Said("Enter a whole number.")},
    fields.Boolean: {"invalid": Said("Enter yes or no.")},
    fields.Date: {
        "invalid": Said("Enter a date such as 2026-03-14."), "format": Said("Enter a date such as 2026-03-14."),
    },
    fields.UUID: {"invalid_uuid": Said("Choose an entry of the list.")},
    fields.Email: {"invalid": Said("Enter an e-mail address such as name@example.com.")},
    fields.List: {"invalid": Said("Enter a list.")},
}

VALIDATORS: dict[type[validate.Validator], dict[str, str]] = {
    validate.Length: {
        "message_min": Said("Enter at least {min} characters."),
        "message_max": Said("Enter at most {max} characters."),
        "message_all": Said("Enter between {min} and {max} characters."),
        "message_equal": Said("Enter exactly {equal} characters."),
    },
    validate.Range: {
        "message_min": Said("Enter {min} or more."),
        "message_max": Said("Enter {max} or less."),
        "message_all": Said("Enter a number from {min} to {max}."),
    },
    validate.OneOf: {"default_message": Said("Choose one of: {choices}.")},
    validate.Regexp: {"default_message": Said("This value does not have the expected form.")},
    validate.Email: {"default_message": Said("Enter an e-mail address such as name@example.com.")},
}


def install() -> None:
    """Put the sentences on marshmallow's classes; fields take theirs when a schema is defined, so do it first."""
    for kind, sentences in FIELDS.items():
        kind.default_error_messages = {**kind.__dict__.get("default_error_messages", {}), **sentences}
    for rule, sentences in VALIDATORS.items():
        for name, sentence in sentences.items():
            setattr(rule, name, sentence)
