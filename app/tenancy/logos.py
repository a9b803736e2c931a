"""A tenant's own picture, in the head of every page and of every report."""

from __future__ import annotations

import tempfile
from typing import IO, Any

from flask_babel import gettext as _
from PIL import Image, UnidentifiedImageError

from app.platform import files
from app.platform.errors import Invalid
from app.platform.unit_of_work import record
from app.tenancy import queries
from app.tenancy.events import TenantUpdated
from app.tenancy.models import Tenant

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 4000  # along one side; nothing larger is even unpacked
KEPT_WITHIN = (800, 240)  # pixels, broad and high
KINDS = ("PNG", "JPEG")


def set_logo(actor: Any, *, file: IO[bytes] | None) -> Tenant:
    """Take a PNG or JPEG as the tenant's logo; None takes the logo away.

    It is drawn anew, small enough for a page head, so that nothing but the picture is kept of what was sent.
    Invalid `logo_too_large` above 1 MB or 4,000 pixels, `logo_kind` unless it is such a picture.
    """
    tenant = queries.current_tenant()
    before, after = tenant.logo, _kept(file) if file is not None else None
    if before != after:
        tenant.logo = after
        record(TenantUpdated(actor_id=actor.id, subject_id=tenant.id, changes={"logo": (before, after)}))
    return tenant


def _kept(file: IO[bytes]) -> str:
    file.seek(0, 2)
    if file.tell() > MOST_BYTES:
        raise Invalid(_("The picture is larger than 1 MB."), field="file", code="logo_too_large")
    file.seek(0)
    try:
        with Image.open(file, formats=KINDS) as picture:
            if max(picture.size) > MOST_PIXELS:
                raise Invalid(_("The picture is larger than %(most)s pixels.", most=MOST_PIXELS), field="file",
                              code="logo_too_large")
            picture.load()
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as problem:
        raise Invalid(_("Choose a picture: PNG or JPEG."), field="file", code="logo_kind") from problem
    drawn.thumbnail(KEPT_WITHIN)
    with tempfile.TemporaryFile() as target:
        drawn.save(target, "PNG")
        return files.keep(target).key
