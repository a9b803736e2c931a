"""Forms drawn from schemas: the shape of input is written once, WTForms only draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from flask import request
from flask_appbuilder.forms import DynamicForm
from marshmallow import EXCLUDE, Schema, ValidationError, fields, missing, validate
from wtforms import (
    BooleanField,
    DateField,
    Field,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)

from app.platform.errors import DomainError
from app.platform.fab.fields import Choice, Reference, References, read


class ReferenceField(StringField):
    """A search-as-you-type choice; `chosen` is what to show for the id that is set."""

    resource = ""
    chosen: str = ""


class ColourField(StringField):
    """A colour as #rrggbb, typed or chosen."""


class WallClockField(StringField):
    """A time of the day as HH:MM, typed or chosen."""


class ReferencesField(SelectMultipleField):
    """Several search-as-you-type choices; `chosen` lists (id, text) of those that are set."""

    resource = ""
    chosen: list[tuple[str, str]] = []  # noqa: RUF012

    def pre_validate(self, form: Any) -> None:
        """The operation asks whether the rows exist; there is no list of choices to compare with."""


@dataclass(frozen=True)
class Counted:
    """A button whose words name how many entries of the field `field` are chosen.

    `words(count)` is the sentence for `count`.
    """

    field: str
    words: Callable[[int], str]

    EXAMPLES: ClassVar[dict[str, int]] = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}

    @property
    def forms(self) -> dict[str, str]:
        """Each plural form of the reader's language, `{}` in the number's place, for the script."""
        return {form: self.words(count).replace(str(count), "{}") for form, count in self.EXAMPLES.items()}


class FilledForm(DynamicForm):
    """A form that takes what was sent as a form. Flask-WTF would take JSON, whose values need not be texts."""

    class Meta(DynamicForm.Meta):
        """How what was sent becomes values."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """As Flask-WTF's, except of JSON: nothing."""
            is_form = bool(request.files or request.form)
            return super().wrap_formdata(form, formdata) if is_form or not request.is_json else None


@cache
def form_for(schema: type[Schema]) -> type[FilledForm]:
    """A WTForms class with one field for each field of `schema` that people fill in.

    Labels and help come from the field's metadata (`label`, `help`, `kind`: password or long).
    """
    drawn = {name: _draw(name, field) for name, field in schema().load_fields.items()
             if not field.metadata.get("hidden")}
    return type(f"{schema.__name__}Form", (FilledForm,), drawn)


def _draw(name: str, field: fields.Field[Any]) -> Any:
    options: dict[str, Any] = {
        "label": field.metadata.get("label", name.replace("_", " ").capitalize()),
        "description": field.metadata.get("help", ""),
        "render_kw": {"required": True} if field.required else {},
    }
    if isinstance(field, (Reference, References)):
        drawn = ReferenceField if isinstance(field, Reference) else ReferencesField
        return type(drawn.__name__, (drawn,), {"resource": field.resource})(**options)
    choices = _choices(field)
    if choices is not None:
        blank = [] if field.required or field.load_default else [("", "")]
        multiple = isinstance(field, fields.List)
        return (SelectMultipleField if multiple else SelectField)(
            choices=choices if multiple else blank + choices, validate_choice=False, **options)
    return _input(field)(**options)


def _choices(field: fields.Field[Any]) -> list[tuple[str, Any]] | None:
    inner = field.inner if isinstance(field, fields.List) else field
    if isinstance(inner, Choice):
        return list(inner.labels.items())
    for rule in inner.validators:
        if isinstance(rule, validate.OneOf):
            labels = list(rule.labels) or [str(c) for c in rule.choices]
            return list(zip([str(c) for c in rule.choices], labels, strict=False))
    return None


def _input(field: fields.Field[Any]) -> type[Field]:
    kind = field.metadata.get("kind")
    if kind == "password":
        return PasswordField
    if kind == "long":
        return TextAreaField
    if kind == "colour":
        return ColourField
    if kind == "time":
        return WallClockField
    if isinstance(field, fields.Boolean):
        return BooleanField
    return DateField if isinstance(field, fields.Date) else StringField


def starting_values(schema: type[Schema]) -> dict[str, Any]:
    """What an empty form starts with: the values that the schema gives to fields nobody fills in."""
    return {name: field.load_default for name, field in schema().load_fields.items()
            if field.load_default is not missing and not callable(field.load_default)}


def typed(schema: type[Schema]) -> dict[str, Any]:
    """What the browser sent, field by field; an empty input is None, an unticked box False."""
    values: dict[str, Any] = {}
    for name, field in schema().load_fields.items():
        if isinstance(field, fields.List):
            values[name] = [v for v in request.form.getlist(name) if v]
        elif isinstance(field, fields.Boolean):
            values[name] = name in request.form
        elif name in request.form:
            text = request.form[name].strip() if field.metadata.get("kind") != "password" else request.form[name]
            values[name] = text or (None if field.allow_none else "")
    return {name: value for name, value in values.items() if value != ""}


def load_form(schema: type[Schema], form: Any) -> dict[str, Any] | None:
    """What was typed as the schema's values, or None with each refusal shown beside its field."""
    try:
        return read(schema(unknown=EXCLUDE), typed(schema))
    except ValidationError as refusal:
        show_messages(form, refusal.normalized_messages())
        return None


def show_messages(form: Any, messages: Mapping[str, Any]) -> None:
    """Put marshmallow's `messages` (field name to list of sentences) beside the fields of `form`."""
    for name, found in messages.items():
        texts = found if isinstance(found, list) else [str(found)]
        if name in form:
            form[name].errors = [str(t) for t in texts]
        else:
            form.form_errors.extend(str(t) for t in texts)


def show_errors(form: Any, refusal: DomainError) -> None:
    """Put a refusal beside the field it belongs to, or above the form."""
    for error in refusal.errors:
        messages = {error.field or "": [str(error)]}
        show_messages(form, messages)
