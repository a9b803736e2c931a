"""The files of an enrollment on its page."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, send_file
from flask_appbuilder import expose, has_access
from flask_appbuilder.security.decorators import permission_name
from flask_babel import gettext as _

from app.enrollments import evidence, queries
from app.enrollments.models import Evidence
from app.platform import files


class EvidencePages:
    """Attach, hand out and remove files; mixed into the view of enrollments, which decides who sees them."""

    load: Any
    perform: Any
    url: Any

    @expose("/<pk>/evidence", methods=["POST"])
    @has_access
    @permission_name("edit")
    def attach(self, pk: str) -> Any:
        """Put a file to an enrollment."""
        item, upload = self.load(pk), request.files.get("file")
        if upload is None or not upload.filename:
            flash(_("Choose a file first."), "danger")
        elif self.perform(evidence.attach_evidence, item.id, file=upload.stream,
                          file_name=upload.filename) is not None:
            flash(_("The file is attached."), "success")
        return redirect(self.url("show", pk=pk, _anchor="evidence"))

    @expose("/<pk>/evidence/<file_id>")
    @has_access
    @permission_name("read")
    def evidence(self, pk: str, file_id: str) -> Any:
        """A file of an enrollment, for whoever may see the enrollment."""
        kept = self._file(pk, file_id)
        return send_file(files.open_kept(kept.file_key), mimetype=kept.media_type, as_attachment=True,
                         download_name=kept.file_name)

    @expose("/<pk>/evidence/<file_id>/remove", methods=["POST"])
    @has_access
    @permission_name("edit")
    def remove(self, pk: str, file_id: str) -> Any:
        """Take a file away that was attached by mistake."""
        kept = self._file(pk, file_id)
        if self.perform(evidence.remove_evidence, kept.id) is not None:
            flash(_("The file is removed."), "success")
        return redirect(self.url("show", pk=pk, _anchor="evidence"))

    def _file(self, pk: str, file_id: str) -> Evidence:
        item = self.load(pk)
        return next((one for one in queries.evidence_of(item.id) if str(one.id) == file_id), None) or abort(404)
