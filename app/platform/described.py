"""What an address of REST takes and gives, said beside its function by the schemas that read and write it.

The OpenAPI document is made from these, so that it can not say anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from marshmallow import Schema, fields

from app.platform.json_schema import field_shape, input_example, input_shape, output_shape

WARNINGS = {
    "type": "array", "description": "What should be known, although nothing was refused",
    "items": {"type": "object", "required": ["code", "message", "field"], "properties": {
        "code": {"type": "string"}, "message": {"type": "string"}, "field": {"type": ["string", "null"]}}}}
"""What an answer may warn of: the shape of `details` of an error."""

Function = TypeVar("Function", bound=Callable[..., Any])


def takes(schema: type[Schema], partial: bool = False) -> Callable[[Function], Function]:
    """The body that the function reads; `partial`: every field may be left out."""
    def mark(function: Function) -> Function:
        function._takes = schema, partial  # type: ignore[attr-defined]
        return function
    return mark


def takes_file(beside: type[Schema] = Schema) -> Callable[[Function], Function]:
    """The body is a form with the field `file`, and with the fields of a schema beside it."""
    def mark(function: Function) -> Function:
        function._takes_file = beside  # type: ignore[attr-defined]
        return function
    return mark


def starts_anew(function: Function) -> Function:
    """What it does is done to nothing that is there, though its address names something: there is no version that
    If-Match could name."""
    function._starts_anew = True  # type: ignore[attr-defined]
    return function


def gives(**parts: Any) -> Callable[[Function], Function]:
    """The members of what the function answers when it succeeds.

    Each is a schema (one object), a list of one schema (any number of them), a marshmallow field, or JSON
    Schema as it stands.
    """
    def mark(function: Function) -> Function:
        function._gives = parts  # type: ignore[attr-defined]
        return function
    return mark


def body_of(function: Any) -> dict[str, Any] | None:
    """The request body as OpenAPI has it; None where none was declared."""
    if hasattr(function, "_takes_file"):
        return _form_with_file(function._takes_file)
    if not hasattr(function, "_takes"):
        return None
    schema, partial = function._takes
    return body_with(schema, partial)


def body_with(schema: type[Schema], partial: bool = False) -> dict[str, Any]:
    """The request body that a schema reads, with an example."""
    return {"required": True, "content": {"application/json": {
        "schema": input_shape(schema, partial), "example": input_example(schema)}}}


def _form_with_file(beside: type[Schema]) -> dict[str, Any]:
    shape = input_shape(beside)
    return {"required": True, "content": {"multipart/form-data": {"schema": {
        "type": "object", "required": ["file", *shape.get("required", [])],
        "properties": {"file": {"type": "string", "format": "binary"}} | shape["properties"]}}}}


def answer_of(function: Any) -> dict[str, Any] | None:
    """JSON Schema of the answer; None where none was declared."""
    parts = getattr(function, "_gives", None)
    if parts is None:
        return None
    return {"type": "object", "required": sorted(parts),
            "properties": {name: _shape(part) for name, part in parts.items()}}


def said_of(function: Any) -> str:
    """What is answered, in the first sentence of the schema of `result`; '' where none was declared."""
    part = getattr(function, "_gives", {}).get("result")
    schema = part[0] if isinstance(part, list) else part
    is_schema = isinstance(schema, type) and issubclass(schema, Schema)
    return " ".join((schema.__doc__ or "").split("\n\n")[0].split()) if is_schema else ""


def _shape(part: Any) -> Any:
    if isinstance(part, list):
        return {"type": "array", "items": output_shape(part[0])}
    if isinstance(part, fields.Field):
        return field_shape(part)
    return part if isinstance(part, dict) else output_shape(part)
