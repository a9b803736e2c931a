"""REST over the same operations: FAB lists and reads, every write is the one the screen calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from flask import Response, g, jsonify, request
from flask_appbuilder import ModelRestApi
from flask_appbuilder.api import expose, protect, rison
from flask_appbuilder.api.schemas import get_item_schema
from flask_appbuilder.exceptions import InvalidOrderByColumnFABException
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from marshmallow import Schema, ValidationError

from app.platform.errors import DomainError, Invalid, NotFound
from app.platform.fab import versions
from app.platform.fab.fields import read
from app.platform.fab.filters import RequestFilters, add_filter
from app.platform.rest import envelope, no_such_row, refuse_page_beside
from app.platform.unit_of_work import unit_of_work


class _OutputColumns:
    """FAB asks this for the schema of some columns; ours is declared once and cut to them."""

    def __init__(self, schema: type[Schema]) -> None:
        self.schema = schema

    def convert(self, columns: list[str], *args: Any, **kwargs: Any) -> Schema:
        """The output schema with only these columns (none named: all of them)."""
        return self.schema(only=columns or None)


def read_body(schema: Schema) -> dict[str, Any]:
    """What the schema makes of the request's body; Invalid, all refusals of fields together, where it can not."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid(_("Send a JSON object as application/json."), code="not_json")
    try:
        return read(schema, body)
    except ValidationError as refusal:
        messages = refusal.normalized_messages()
        raise Invalid.all(Invalid(_in_words(found), field=name) for name, found in messages.items()) from refusal


def _in_words(found: Any) -> str:
    """What marshmallow found wrong, each text once; of a list or an object by the places in it."""
    if not isinstance(found, dict | list):
        return str(found)
    return " ".join(dict.fromkeys(map(_in_words, found.values() if isinstance(found, dict) else found)))


class OperationApi(RequestFilters, ModelRestApi):
    """The REST resource of one model.

    A subclass declares `resource_name`, `class_permission_name`, `datamodel`, `output_schema` (explicit:
    FAB's default dumps related rows whole, password hashes included), `add_schema`/`edit_schema` and the
    operations of its writes.
    """

    version = "v1"
    allow_browser_login = True
    include_route_methods: ClassVar[set[str]] = {"get_list", "get", "post", "put", "delete", "restore"}
    method_permission_name: ClassVar[dict[str, str]] = {
        "get_list": "read", "get": "read", "post": "add", "put": "edit", "delete": "delete",
        "restore": "restore",
    }
    output_schema: type[Schema]
    add_schema: type[Schema] | None = None
    edit_schema: type[Schema] | None = None
    add_operation: Callable[..., Any] | None = None
    edit_operation: Callable[..., Any] | None = None
    delete_operation: Callable[..., Any] | None = None
    restore_operation: Callable[..., Any] | None = None
    warnings_of: Callable[[Any], Iterable[DomainError]] | None = None
    """What whoever made a row should know, although nothing was refused; stands in the answer as `warnings`."""
    page_size = 25
    max_page_size = 100

    def __init__(self) -> None:
        self.list_columns = self.show_columns = list(self.output_schema().dump_fields)
        self.add_columns = self.edit_columns = ["id"]
        absent = {method for method, operation in
                  {"post": self.add_operation, "put": self.edit_operation,
                   "delete": self.delete_operation, "restore": self.restore_operation}.items()
                  if operation is None}
        self.include_route_methods = set(self.include_route_methods) - absent  # type: ignore[misc]
        super().__init__()
        self.model2schemaconverter = _OutputColumns(self.output_schema)
        self.list_model_schema = self.show_model_schema = self.output_schema()
        self.add_model_schema = (self.add_schema or Schema)()
        self.edit_model_schema = (self.edit_schema or Schema)(partial=True)

    @expose("/<pk>", methods=["GET"])
    @protect()
    @permission_name("read")
    @rison(get_item_schema)
    def get(self, pk: str, **kwargs: Any) -> Response:
        """Get one row
        ---
        get:
          parameters:
          - in: path
            name: pk
            schema: {type: string, format: uuid}
          - $ref: '#/components/parameters/get_item_schema'
          responses:
            200: {description: The row}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
        """
        answer = self.get_headless(pk, **kwargs)
        if answer.status_code == 200:
            versions.mark(answer, self._visible(pk))
            answer.make_conditional(request)
        return answer

    def get_list_headless(self, **kwargs: Any) -> Response:
        """FAB's list, by number, or by `cursor`; what can not be filtered, ordered or paged so is refused in words."""
        try:
            refuse_page_beside()
            if "cursor" in request.args:
                return self._after_cursor(kwargs.get("rison") or {})
            return super().get_list_headless(**kwargs)
        except DomainError as refusal:
            return envelope(refusal)

    def _after_cursor(self, asked: dict[str, Any]) -> Response:
        """The rows after a mark: as quick at the end as at the start, and none twice while others are added."""
        filters = self._handle_filters_args(asked)
        order = self._handle_order_args(asked)
        size = self._sanitize_page_args(0, asked.get("page_size") or self.page_size)[1]
        page = self.datamodel.page(filters, order, size, after=request.args["cursor"] or None)
        schema = self.output_schema(only=self._chosen_columns(asked), many=True)
        return self.response(200, count=page.total, result=schema.dump(page.rows), next=page.next,
                             ids=[str(row.id) for row in page.rows])

    def _chosen_columns(self, asked: dict[str, Any]) -> list[str]:
        chosen = [name for name in asked.get("columns", ()) if name in self.list_columns]
        return chosen or list(self.list_columns)

    def _handle_filters_args(self, rison_args: dict[str, Any]) -> Any:
        # FAB has one table of operators for all columns, in which the filter that was made last wins.
        filters: Any = self._filters
        filters.clear_filters()
        for asked in rison_args.get("filters", ()):
            offered = filters.get_search_filters().get(asked["col"], ())
            wanted = next((filter_ for filter_ in offered if filter_.arg_name == asked["opr"]), None)
            if wanted is None:
                raise Invalid(_("%(column)s can not be filtered by %(operator)s.", column=asked["col"],
                                operator=asked["opr"]), field=str(asked["col"]), code="filter_unknown")
            add_filter(filters, wanted, asked["value"])
        return filters.get_joined_filters(self._base_filters)

    def _handle_order_args(self, rison_args: dict[str, Any]) -> Any:
        try:
            return super()._handle_order_args(rison_args)
        except InvalidOrderByColumnFABException as refusal:
            raise Invalid(_("%(column)s can not be ordered by.", column=rison_args.get("order_column", "")),
                          field="order_column", code="order_unknown") from refusal

    def post_headless(self) -> Response:
        """Add a row through the declared operation."""
        return self._write(201, self.add_operation, self.add_model_schema)

    def put_headless(self, pk: str) -> Response:
        """Change a row through the declared operation; fields that are not sent stay."""
        return self._write(200, self.edit_operation, self.edit_model_schema, pk)

    def delete_headless(self, pk: str) -> Response:
        """Put a row away through the declared operation."""
        return self._write(200, self.delete_operation, None, pk)

    @expose("/<pk>/restore", methods=["POST"])
    @protect()
    @permission_name("restore")
    def restore(self, pk: str) -> Response:
        """Bring a deleted row back
        ---
        post:
          parameters:
          - in: path
            name: pk
            schema: {type: string, format: uuid}
          responses:
            200: {description: The row}
            401: {$ref: '#/components/responses/401'}
            404: {$ref: '#/components/responses/404'}
            409: {description: Its code is in use again}
        """
        return self._write(200, self.restore_operation, None, pk, is_deleted=True)

    def perform(self, status: int, operation: Any, /, *args: Any, **values: Any) -> Response:
        """Run an operation as one transaction and answer with the row it returns, or the refusal."""
        try:
            with unit_of_work():
                row = operation(g.user, *args, **values)
                body = {"id": str(row.id), "result": self.show_model_schema.dump(row)}
                if status == 201 and self.warnings_of is not None:
                    body["warnings"] = [one.as_dict() for one in self.warnings_of(row)]
        except DomainError as refusal:
            return envelope(refusal)
        return versions.mark(self.response(status, **body), row)

    def _write(self, status: int, operation: Any, schema: Schema | None, pk: str | None = None,
               is_deleted: bool = False) -> Response:
        try:
            row = None if pk is None else self._visible(pk, is_deleted)
            values = read_body(schema) if schema is not None else {}
        except DomainError as refusal:
            return envelope(refusal)
        keys = [] if row is None else [row.id]
        return self.perform(status, versions.guarded(operation, row), *keys, **values)

    def _visible(self, pk: str, is_deleted: bool = False) -> Any:
        row = self.datamodel.get(pk, self._base_filters, include_deleted=is_deleted)
        if row is None:
            raise NotFound(no_such_row())
        return row

    def response_400(self, message: str | None = None) -> Response:
        """The request can not be read; FAB's own English about the argument `q` is said in our words."""
        if message and message.startswith("Not a valid rison schema"):
            message = _("The argument q does not have the form that this address takes.")
        elif message and message.startswith("Not a valid rison"):
            message = _("The argument q can not be read. Write it in Rison or as JSON.")
        return self._refuse(400, "bad_request", message or _("The request can not be read."))

    def response_401(self) -> Response:
        """Nobody is signed in."""
        return self._refuse(401, "not_signed_in", _("Sign in first."))

    def response_403(self) -> Response:
        """The role does not allow it."""
        return self._refuse(403, "not_allowed", _("Your role does not allow this."))

    def response_404(self) -> Response:
        """There is no such row."""
        return self._refuse(404, "not_found", no_such_row())

    def response_500(self, message: str | None = None) -> Response:
        """A bug; the trace id finds it in the log."""
        return self._refuse(500, "internal", _("Something went wrong on our side."))

    @staticmethod
    def _refuse(status: int, code: str, message: str) -> Response:
        response = jsonify(code=code, message=message, details=[], traceId=g.get("trace_id"))
        response.status_code = status
        return response
