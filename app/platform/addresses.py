"""Addresses that leave the house: absolute, whoever asks and whether or not a request is under way."""

from __future__ import annotations

from flask import current_app


def public_url(path: str) -> str:
    """`path` (from '/' on) on this installation as people reach it; '' where PUBLIC_URL is not set."""
    root = current_app.config["PUBLIC_URL"]
    return f"{root}{path}" if root and path else ""
