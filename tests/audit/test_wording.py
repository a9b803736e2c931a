"""Everything that can be recorded has words for whoever reads the trail."""

from __future__ import annotations

import dataclasses

from flask_babel import force_locale

import app.wiring  # noqa: F401  every context's events are known once everything is wired
from app.audit.fields import field_words, label_of
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


def fields_of(event):
    return {field.name for field in dataclasses.fields(event)} - {"actor_id", "subject_id", "changes"}


def test_every_field_of_every_event_has_words(context):
    """Those of `changes` are held by tests.trail over whatever any test does."""
    nameless = {(event.__name__, name) for event in recorded() for name in fields_of(event)
                if not label_of(event.subject, name)}
    assert nameless == set()


def test_a_field_is_called_as_its_form_calls_it_in_the_readers_language(context):
    assert field_words("employee", "job_role_id") == "Job role"
    with force_locale("ar"):
        assert field_words("employee", "job_role_id") == "المسمى الوظيفي"
        assert field_words("login", "expiry-warning: email").endswith(": البريد الإلكتروني")


def test_a_field_of_another_version_is_told_as_it_is_written(context):
    assert field_words("employee", "shoe_size") == "Shoe size"
