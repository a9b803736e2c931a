"""TrainFlow: who is trained for what, and until when."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.platform import refusals

refusals.install()  # before any schema is defined


def create_app(config: Any = None, **overrides: Any) -> Flask:
    """The web application, which jobs and commands use as well. Touches no database.

    `config` is an instance of one of the classes of config.py (the environment's unless given);
    `overrides` replace single options.
    """
    from config import from_environment

    app = Flask(__name__)
    app.config.from_object(config if config is not None else from_environment())
    app.config.update(overrides)
    _lay_foundation(app)
    _build(app)
    return app


def _lay_foundation(app: Flask) -> None:
    """What stands before Flask-AppBuilder, in the order in which a request meets it."""
    from flask_migrate import Migrate

    from app.accounts import sessions
    from app.platform import api_pages, cli, health, logging, look, metrics, rest, telemetry, tracing, web
    from app.platform.db import db

    look.before_templates(app)
    for module in (tracing, telemetry, logging, sessions, db, web, rest, health, metrics, api_pages, cli):
        module.init_app(app)
    Migrate(app, db, directory=app.config["MIGRATIONS_DIRECTORY"], compare_type=True, render_as_batch=False)


def _build(app: Flask) -> None:
    """Flask-AppBuilder with everything that is wired into it, and what needs it to stand."""
    from flask_appbuilder import AppBuilder

    from app import wiring
    from app.accounts import language
    from app.accounts.security import SecurityManager
    from app.accounts.views import HomeView
    from app.platform import catalogue, i18n, idempotency, look, rest
    from app.platform.db import db

    with app.app_context():
        appbuilder = AppBuilder(app, db.session, indexview=HomeView, security_manager_class=SecurityManager,
                                update_perms=False)
        wiring.init_app(app, appbuilder)
        rest.limit(appbuilder)
    rest.jwt_answers(appbuilder.sm.jwt_manager)
    for module in (idempotency, i18n, language, catalogue, look):
        module.init_app(app)
