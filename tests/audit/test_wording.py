"""Everything that can be recorded has words for whoever reads the trail."""

from __future__ import annotations

import app.wiring  # noqa: F401  every context's events are known once everything is wired
from app.audit.wording import EVENTS, SUBJECTS, event_words
from app.platform.events import Changed, Event


def recorded():
    found = [Event]
    for one in found:
        found += one.__subclasses__()
    return {one for one in found if one.__module__.startswith("app.")} - {Event, Changed}


def test_every_event_and_subject_has_words(context):
    assert len(recorded()) > 30
    assert {event.__name__ for event in recorded()} <= set(EVENTS)
    assert {event.subject for event in recorded()} <= set(SUBJECTS)


def test_an_event_of_another_version_is_told_as_it_is_written(context):
    assert event_words("MoonLanded") == "Moon landed"
