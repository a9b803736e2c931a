"""How TrainFlow looks: what templates may call, and the rules that keep the page within its policy."""

from __future__ import annotations

from flask import Flask


def before_templates(app: Flask) -> None:
    """What has to be in place before the first template is compiled."""


def init_app(app: Flask) -> None:
    """Give the templates their globals, filters and macros."""
