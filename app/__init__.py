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
    from flask_appbuilder import AppBuilder
    from flask_migrate import Migrate

    from app import wiring
    from app.accounts import language, sessions
    from app.accounts.security import SecurityManager
    from app.accounts.views import HomeView
    from app.platform import (
        api_pages,
        catalogue,
        cli,
        health,
        i18n,
        idempotency,
        logging,
        look,
        metrics,
        rest,
        tracing,
        web,
    )
    from app.platform.db import db
    from config import from_environment

    app = Flask(__name__)
    app.config.from_object(config if config is not None else from_environment())
    app.config.update(overrides)

    tracing.init_app(app)
    logging.init_app(app)
    sessions.init_app(app)
    db.init_app(app)
    Migrate(app, db, directory=app.config["MIGRATIONS_DIRECTORY"], compare_type=True, render_as_batch=False)
    look.before_templates(app)
    web.init_app(app)
    rest.init_app(app)
    health.init_app(app)
    metrics.init_app(app)
    api_pages.init_app(app)
    cli.init_app(app)
    with app.app_context():
        appbuilder = AppBuilder(app, db.session, indexview=HomeView, security_manager_class=SecurityManager,
                                update_perms=False)
        wiring.init_app(app, appbuilder)
        rest.limit(appbuilder)
    idempotency.init_app(app)
    rest.jwt_answers(appbuilder.sm.jwt_manager)
    i18n.init_app(app)
    language.init_app(app)
    catalogue.init_app(app)
    look.init_app(app)
    return app
