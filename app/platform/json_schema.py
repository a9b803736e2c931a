"""Our marshmallow schemas as JSON Schema, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, missing, validate

from app.platform.fab.fields import Choice, Reference

UUID = {"type": "string", "format": "uuid"}
KINDS: tuple[tuple[type, dict[str, Any]], ...] = (
    (Reference, UUID), (fields.UUID, UUID), (fields.Boolean, {"type": "boolean"}),
    (fields.Integer, {"type": "integer"}),
    (fields.Decimal, {"type": ["number", "string"]}), (fields.Number, {"type": "number"}),
    (fields.DateTime, {"type": "string"}), (fields.Date, {"type": "string", "format": "date"}),
    (fields.Dict, {"type": "object"}), (fields.String, {"type": "string"}),
)
# in the order in which the first that fits is taken
EXAMPLES: tuple[tuple[type, Any], ...] = (
    (Reference, "01a1ffcf-de42-766d-a618-e0df5f075d2b"), (fields.UUID, "01a1ffcf-de42-766d-a618-e0df5f075d2b"),
    (fields.Boolean, True), (fields.Number, 1), (fields.DateTime, "2026-03-14T09:00:00"), (fields.Date, "2026-03-14"),
    (fields.Email, "name@example.com"), (fields.Dict, {}),
)


def input_shape(schema: type[Schema], partial: bool = False) -> dict[str, Any]:
    """What a body looks like that the schema takes; `partial`: every field may be left out."""
    loaded = schema().load_fields
    shape: dict[str, Any] = {"type": "object", "additionalProperties": False,
                             "properties": {name: _taken(field) for name, field in loaded.items()}}
    required = sorted(name for name, field in loaded.items() if field.required)
    return shape if partial or not required else shape | {"required": required}


def input_example(schema: type[Schema]) -> dict[str, Any]:
    """A body that the schema takes, with every field: what its metadata calls an `example`, else made up."""
    return {name: _example(field) for name, field in schema().load_fields.items()}


def _example(field: fields.Field[Any]) -> Any:
    if "example" in field.metadata:
        return field.metadata["example"]
    if isinstance(field, fields.List):
        return [_example(field.inner)]
    if isinstance(field, fields.Nested):
        one = input_example(type(field.schema))
        return [one] if field.many else one
    if isinstance(field.load_default, str | int | bool) and field.load_default != "":
        return field.load_default
    return _made_up(_taken(field), field)


def _made_up(shape: dict[str, Any], field: fields.Field[Any]) -> Any:
    if "enum" in shape:
        return shape["enum"][0]
    kind = next((example for kind, example in EXAMPLES if isinstance(field, kind)), "Text")
    if isinstance(field, fields.Number):
        return max(kind, shape.get("minimum", kind))
    return kind[:shape.get("maxLength")].ljust(shape.get("minLength", 0), ".") if isinstance(kind, str) else kind


def output_shape(schema: type[Schema]) -> dict[str, Any]:
    """What a row looks like that the schema gives; any field may be empty, or left out by `columns`."""
    dumped = schema().dump_fields
    return {"type": "object", "properties": {name: _given(field) for name, field in dumped.items()}}


def _taken(field: fields.Field[Any]) -> dict[str, Any]:
    found = _kind(field, _taken)
    for rule in field.validators:
        found |= _limits(rule)
    if field.load_default is not missing and isinstance(field.load_default, str | int | bool):
        found["default"] = field.load_default
    return _or_null(found) if field.allow_none else found


def field_shape(field: fields.Field[Any]) -> dict[str, Any]:
    """What a value looks like that the field gives; it may be empty."""
    return _given(field)


def _given(field: fields.Field[Any]) -> dict[str, Any]:
    found = _kind(field, _given)
    found.pop("enum", None)
    return _or_null(found)


def _kind(field: fields.Field[Any], of_items: Any) -> dict[str, Any]:
    said = field.metadata.get("description")
    return _plain_kind(field, of_items) | ({"description": said} if said else {})


def _plain_kind(field: fields.Field[Any], of_items: Any) -> dict[str, Any]:
    if isinstance(field, fields.List):
        return {"type": "array", "items": of_items(field.inner)}
    if isinstance(field, fields.Nested):
        row = output_shape(type(field.schema))
        return {"type": "array", "items": row} if field.many else row
    if isinstance(field, Choice):
        return {"type": "string", "enum": list(field.labels)}
    return dict(next((shape for kind, shape in KINDS if isinstance(field, kind)), {}))


def _limits(rule: Any) -> dict[str, Any]:
    if isinstance(rule, validate.OneOf):
        return {"enum": list(rule.choices)}
    if isinstance(rule, validate.Length):
        named = {"minLength": rule.equal or rule.min, "maxLength": rule.equal or rule.max}
    elif isinstance(rule, validate.Range):
        named = {"minimum": rule.min, "maximum": rule.max}
    else:
        return {}
    return {name: value for name, value in named.items() if isinstance(value, int | float)}


def _or_null(shape: dict[str, Any]) -> dict[str, Any]:
    kind = shape.get("type")
    if kind is None:
        return shape
    known = shape | {"type": [*([kind] if isinstance(kind, str) else kind), "null"]}
    return known | ({"enum": [*shape["enum"], None]} if "enum" in shape else {})
