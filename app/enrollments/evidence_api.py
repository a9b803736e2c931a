"""The files of an enrollment over REST."""

from __future__ import annotations

from flask import Response
from flask_appbuilder.api import expose, protect
from flask_appbuilder.security.decorators import permission_name
from marshmallow import fields

from app.enrollments import evidence, queries
from app.platform.described import gives
from app.platform.fab.attached import AttachedFiles, AttachedOutput


class EvidenceResource(AttachedFiles):
    """Mixed into the resource of enrollments: list, attach, read and remove, as on the page of one."""

    attached_to = staticmethod(queries.evidence_of)
    attach_operation = staticmethod(evidence.attach_evidence)

    @expose("/<pk>/evidence/<file_id>", methods=["DELETE"])
    @protect()
    @permission_name("edit")
    @gives(id=fields.UUID(), result=AttachedOutput)
    def remove(self, pk: str, file_id: str) -> Response:
        """Take a file away that was attached by mistake
        ---
        delete:
          responses:
            200: {description: The file that is gone}
            404: {$ref: '#/components/responses/404'}
        """
        kept = self._attached(pk, file_id)
        return self._filed(200, kept, evidence.remove_evidence, kept.id)
