"""What coverage has to say where a renewal is decided: app.wiring.PANELS["approvals"]."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from app.compliance import coverage


def broken_by_expiry(step: Any) -> Iterator[dict[str, Any]]:
    """The needs that have too few people once the certificate of a step's request has run out."""
    asked = step.request
    pair = (asked.employee_id, asked.course_id)
    found = coverage.breaks_of([pair]).get(pair, [])
    if found:
        yield {"title": _("Without a renewal"), "html": Markup(render_template("compliance/breaks.html", breaks=found))}
