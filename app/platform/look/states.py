"""The states a person can be in for a course: one word, one icon and one colour each, for every medium.

Screens take the colours from app/static/css/states.css, which `stylesheet` writes; workbooks, PDFs and mail
take them from here. Colours are never the only sign: the word and the icon say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class Shade:
    """Two colours as #rrggbb: what is written (`ink`) on what (`ground`)."""

    ink: str
    ground: str


@dataclass(frozen=True)
class StateLook:
    """How a state appears: its word, the name of its icon, its colours by day and by night."""

    word: Any
    icon: str
    light: Shade
    dark: Shade


STATES: dict[str, StateLook] = {
    "valid": StateLook(_l("Valid"), "circle-check", Shade("#17663a", "#e2f3e8"), Shade("#86d9a4", "#14301f")),
    "expiring_soon": StateLook(_l("Expiring"), "clock-alert", Shade("#7d5200", "#fdf0cf"), Shade("#f0c560", "#352908")),
    "grace": StateLook(_l("In grace"), "hourglass", Shade("#984109", "#fde8d9"), Shade("#f7a76c", "#3a200f")),
    "expired": StateLook(_l("Expired"), "circle-x", Shade("#a81d2c", "#fce5e6"), Shade("#ff9a9e", "#3d1519")),
    "not_started": StateLook(_l("Not started"), "circle-dashed", Shade("#525c66", "#edf0f2"),
                             Shade("#aeb8c2", "#252b31")),
    "in_progress": StateLook(_l("In progress"), "circle-play", Shade("#1a56a8", "#e3eefb"),
                             Shade("#8fbdf8", "#142740")),
    "waived": StateLook(_l("Waived"), "shield-minus", Shade("#6439a3", "#f0e8fa"), Shade("#c5a3f4", "#2a1d3f")),
    "revoked": StateLook(_l("Revoked"), "ban", Shade("#ffffff", "#3c444c"), Shade("#14181c", "#b5bec7")),
}
"""By the value of `app.enrollments.facts.State`."""

STATUSES: dict[str, StateLook] = {
    "active": StateLook(_l("In progress"), "circle-play", STATES["in_progress"].light, STATES["in_progress"].dark),
    "completed": StateLook(_l("Completed"), "circle-check", STATES["valid"].light, STATES["valid"].dark),
    "failed": StateLook(_l("Failed"), "circle-x", STATES["expired"].light, STATES["expired"].dark),
    "withdrawn": StateLook(_l("Withdrawn"), "circle-minus", STATES["not_started"].light, STATES["not_started"].dark),
}
"""What an enrollment's own status adds to the states."""

OUTCOMES: dict[str, StateLook] = {
    "create": StateLook(_l("New"), "circle-plus", STATES["valid"].light, STATES["valid"].dark),
    "change": StateLook(_l("Changed"), "pencil", STATES["in_progress"].light, STATES["in_progress"].dark),
    "same": StateLook(_l("Unchanged"), "equal", STATES["not_started"].light, STATES["not_started"].dark),
    "refused": StateLook(_l("Refused"), "circle-x", STATES["expired"].light, STATES["expired"].dark),
}
"""What an import does with a row."""

RUNS: dict[str, StateLook] = {
    "running": StateLook(_l("Under way"), "circle-play", STATES["in_progress"].light, STATES["in_progress"].dark),
    "done": StateLook(_l("Done"), "circle-check", STATES["valid"].light, STATES["valid"].dark),
    "lost": StateLook(_l("Interrupted"), "circle-alert", STATES["expired"].light, STATES["expired"].dark),
}
"""How a job went, beside failed and refused."""

APPROVALS: dict[str, StateLook] = {
    "pending": StateLook(_l("Waiting for approval"), "clock", STATES["in_progress"].light, STATES["in_progress"].dark),
    "returned": StateLook(_l("Question to answer"), "circle-question-mark", STATES["expiring_soon"].light,
                          STATES["expiring_soon"].dark),
    "approved": StateLook(_l("Approved"), "circle-check", STATES["valid"].light, STATES["valid"].dark),
    "rejected": StateLook(_l("Rejected"), "circle-x", STATES["expired"].light, STATES["expired"].dark),
    "closed": StateLook(_l("Overtaken"), "circle-minus", STATES["not_started"].light, STATES["not_started"].dark),
}
"""What became of a request, beside withdrawn."""

MESSAGES: dict[str, StateLook] = {
    "waiting": StateLook(_l("Waiting"), "hourglass", STATES["grace"].light, STATES["grace"].dark),
    "collecting": StateLook(_l("For the digest"), "layers", STATES["not_started"].light, STATES["not_started"].dark),
    "sending": StateLook(_l("Being sent"), "send", STATES["in_progress"].light, STATES["in_progress"].dark),
    "sent": StateLook(_l("Sent"), "circle-check", STATES["valid"].light, STATES["valid"].dark),
    "digested": StateLook(_l("Sent in a digest"), "layers", STATES["valid"].light, STATES["valid"].dark),
    "cancelled": StateLook(_l("Cancelled"), "circle-minus", STATES["not_started"].light, STATES["not_started"].dark),
    "unreachable": StateLook(_l("No answer"), "plug", STATES["grace"].light, STATES["grace"].dark),
    "unknown": StateLook(_l("Outcome unknown"), "circle-question-mark", STATES["grace"].light,
                         STATES["grace"].dark),
    "interrupted": StateLook(_l("Interrupted"), "circle-alert", STATES["expired"].light, STATES["expired"].dark),
}
"""Where a message is, and what came of an attempt to send it."""

LOOKS: dict[str, StateLook] = {**STATES, **STATUSES, **OUTCOMES, **RUNS, **APPROVALS, **MESSAGES}

_HEAD = "/* Written from app/platform/look/states.py; docs/look.md says how. A test holds them together. */\n"


def state_look(state: Any) -> StateLook:
    """How `state` (a word of `LOOKS`, or an enum member whose value is one) appears. KeyError when unknown."""
    return LOOKS[getattr(state, "value", state)]


def stylesheet() -> str:
    """The colours of every state as CSS, by day and by night."""
    by_day = "".join(_rule("", key, look.light) for key, look in LOOKS.items())
    asked = "".join(_rule(':root[data-theme="dark"] ', key, look.dark) for key, look in LOOKS.items())
    night = "".join("  " + _rule(':root:not([data-theme="light"]) ', key, look.dark) for key, look in LOOKS.items())
    return f"{_HEAD}{by_day}{asked}@media (prefers-color-scheme: dark) {{\n{night}}}\n"


def _rule(where: str, key: str, shade: Shade) -> str:
    return f'{where}[data-state="{key}"] {{ --state-ink: {shade.ink}; --state-ground: {shade.ground}; }}\n'

