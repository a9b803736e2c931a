"""Files that people put to a row, over REST: the list of them, one to read, one more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import IO, Any
from uuid import UUID

from flask import Response, g, request, send_file
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _
from marshmallow import Schema, fields

from app.platform import files
from app.platform.described import gives, takes_file
from app.platform.errors import Invalid, NotFound
from app.platform.fab import versions
from app.platform.fab.lists import lists
from app.platform.rest import no_such_row
from app.platform.unit_of_work import unit_of_work


class AttachedOutput(Schema):
    """A file as programs see it; `size` in bytes."""

    id = fields.UUID()
    file_name = fields.String()
    media_type = fields.String()
    size = fields.Integer()
    created_at = fields.DateTime()


def sent_file() -> tuple[IO[bytes], str]:
    """The form field `file` of the request and its name. Invalid `file_missing`."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(_("Send the file as the form field file."), field="file", code="file_missing")
    return file.stream, file.filename


class AttachedFiles:
    """Mixed into an OperationApi, which decides who sees the row, and with it the files."""

    attached_to: Callable[[UUID], Iterable[Any]]
    """The files of the row with this id, as rows with file_key, file_name and media_type."""
    attach_operation: Callable[..., Any]
    _visible: Any
    response: Any

    @expose("/<pk>/evidence", methods=["GET"])
    @protect()
    @permission_name("read")
    @lists(AttachedOutput)
    def evidence(self, pk: str) -> Any:
        """The files that prove it
        ---
        get:
          responses:
            200: {description: What each is, oldest first}
            404: {$ref: '#/components/responses/404'}
        """
        return self.attached_to(self._visible(pk).id)

    @expose("/<pk>/evidence", methods=["POST"])
    @protect()
    @permission_name("edit")
    @takes_file()
    @gives(id=fields.UUID(), result=AttachedOutput)
    def attach(self, pk: str) -> Response:
        """Put a file to it: a PDF, PNG or JPEG of at most 10 MB
        ---
        post:
          responses:
            201: {description: The file as it is kept}
            404: {$ref: '#/components/responses/404'}
            422: {description: 'No file, one that is too large, or none of these kinds'}
            507: {description: There is no room for it}
        """
        row = self._visible(pk)
        file, name = sent_file()
        return self._filed(201, row, self.attach_operation, row.id, file=file, file_name=name)

    @expose("/<pk>/evidence/<file_id>", methods=["GET"])
    @protect()
    @permission_name("read")
    def evidence_file(self, pk: str, file_id: str) -> Response:
        """A file as it was sent
        ---
        get:
          responses:
            200:
              description: The file
              content:
                application/pdf: {schema: {type: string, format: binary}}
                image/png: {schema: {type: string, format: binary}}
                image/jpeg: {schema: {type: string, format: binary}}
            404: {$ref: '#/components/responses/404'}
        """
        kept = self._attached(pk, file_id)
        answer = send_file(files.open_kept(kept.file_key), mimetype=kept.media_type, as_attachment=True,
                           download_name=kept.file_name)
        versions.mark(answer, kept).make_conditional(request)
        return answer

    def _attached(self, pk: str, file_id: str) -> Any:
        found = next((one for one in self.attached_to(self._visible(pk).id) if str(one.id) == file_id), None)
        if found is None:
            raise NotFound(no_such_row())
        return found

    def _filed(self, status: int, row: Any, operation: Callable[..., Any], *args: Any, **values: Any) -> Response:
        """Run an operation on the version of `row` that the request names, and answer with the file it returns."""
        with unit_of_work():
            kept = versions.guarded(operation, row)(g.user, *args, **values)
            answer: Response = self.response(status, id=str(kept.id), result=AttachedOutput().dump(kept))
            return versions.mark(answer, kept)
