"""What stages and steps of an import are called."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.imports.models import Stage

STAGES: dict[str, Any] = {
    Stage.UPLOADED.value: _l("Columns to match"), Stage.CHECKING.value: _l("Being checked"),
    Stage.ASKING.value: _l("Questions to answer"), Stage.CHECKED.value: _l("Checked"),
    Stage.WAITING.value: _l("Waits for a second person"), Stage.COMMITTING.value: _l("Being imported"),
    Stage.COMMITTED.value: _l("Imported"), Stage.UNDOING.value: _l("Being undone"),
    Stage.UNDONE.value: _l("Undone"), Stage.FAILED.value: _l("Unreadable"), Stage.DISCARDED.value: _l("Dropped"),
}
_PAGES = {Stage.UPLOADED: ("columns", 2), Stage.FAILED: ("columns", 2), Stage.CHECKING: ("working", 3),
          Stage.ASKING: ("questions", 3), Stage.CHECKED: ("check", 3), Stage.WAITING: ("check", 4),
          Stage.COMMITTING: ("working", 4), Stage.UNDOING: ("working", 5)}
_LIMITED = {"create": _l("%(count)s new rows, up to %(limit)s"),
            "change": _l("%(count)s changed rows, up to %(limit)s"),
            "deactivate": _l("%(count)s people deactivated, up to %(limit)s")}


def steps() -> list[str]:
    """The steps of an import, in order."""
    return [_("Upload"), _("Match columns"), _("Check"), _("Import"), _("Done")]


def page_of(stage: str) -> tuple[str, int]:
    """The template that shows a batch of this stage, and at which step (from 1) it is."""
    return _PAGES.get(Stage(stage), ("done", 5))


def work_words() -> dict[str, str]:
    """What a worker is doing, by the stable word that it reports."""
    return {"reading": _("Reading the file"), "loading": _("Fetching what the check found"),
            "comparing": _("Comparing with what is there"), "writing": _("Writing"), "finishing": _("Finishing"),
            "reverting": _("Giving back the old values"), "removing": _("Removing what was added")}


def over_limit(what: str, count: int, limit: int) -> str:
    """One limit that a batch is above, in words."""
    return str(_LIMITED[what] % {"count": count, "limit": limit})


def moved(problem: dict[str, Any]) -> str:
    """Why a commit was held back, or could not be done."""
    if "rows" not in problem:
        return str(problem["message"])
    shown = ", ".join(str(row) for row in problem["rows"][:20])
    return _("The data has changed since the dry run, so nothing was imported. Rows %(rows)s would come out "
             "otherwise now (%(count)s in all).", rows=shown, count=problem["count"])
