"""What hangs together with what. Tables only: read this package to know everything that follows."""

from __future__ import annotations

from functools import partial

from flask import Flask
from flask_appbuilder import AppBuilder, Model

from app.accounts import cli as accounts_commands
from app.accounts import impersonation
from app.alerts import cli as alerts_commands
from app.alerts.notifications import EXPIRY_WARNING, TEAM_EXPIRY
from app.alerts.outlook import expected_warnings
from app.audit import cli as audit_commands
from app.audit import fields as audit_fields
from app.audit import queries as audit
from app.compliance import branches, forgetting, grid, moving, positions
from app.courses import previews as policies
from app.courses.importer import COURSES
from app.enrollments import openings
from app.enrollments import upkeep as enrollments
from app.enrollments.importer import ENROLLMENTS, TRACKER
from app.exports import cli as exports_commands
from app.exports import large
from app.exports.views import export_list
from app.imports import cli as imports_commands
from app.imports import importer as imports
from app.imports import undoing
from app.jobs import recorder
from app.kpi import cli as kpi_commands
from app.notifications import forecasts
from app.notifications import kinds as notifications
from app.notifications import reading as notification_reading
from app.notifications.audit_root import AUDIT_ROOT, expected_roots
from app.notifications.impersonation import IMPERSONATION
from app.notifications.password_reset import PASSWORD_RESET
from app.notifications.second_step import SECOND_STEP_REMOVED
from app.organisation import cli as organisation_commands
from app.organisation import previews as moves
from app.organisation import queries as organisation
from app.organisation.importer import DEPARTMENTS, EMPLOYEES
from app.organisation.models import Department, Employee
from app.platform import directory, jobs, metrics, schedule, unit_of_work
from app.platform.fab import bulk, export, panels
from app.platform.fence import mark_tables
from app.platform.look import people, waiting
from app.renewals import notifications as renewal_notifications
from app.renewals.outlook import expected_reminders
from app.reports import asking as report_asking
from app.reports import cli as report_commands
from app.reports import notifications as report_notifications
from app.reports.outlook import expected_reports
from app.tenancy import queries as tenancy
from app.wiring.additions import BULK, PANELS, WAITING
from app.wiring.addresses import APIS, UNLISTED
from app.wiring.background import METRICS, SCHEDULE, SWEEPS
from app.wiring.menu import GROUPS, MENU, menu_resources
from app.wiring.reactions import REACTIONS
from app.wiring.words import field_words
from seeds import cli as seed_commands

# what people are told, in the order in which they choose about it
NOTIFICATIONS: list[notifications.Kind] = [
    PASSWORD_RESET, SECOND_STEP_REMOVED, IMPERSONATION, AUDIT_ROOT, EXPIRY_WARNING, TEAM_EXPIRY,
    *renewal_notifications.KINDS, report_notifications.REPORT_READY,
    report_notifications.REPORT_STOPPED]

# what contexts expect to tell in the days ahead
FORECASTS: list[forecasts.Provider] = [
    expected_warnings, expected_reminders, expected_reports, partial(expected_roots, root_of=audit.root_of)]

# kinds of spreadsheets, in the order in which a new tenant needs them
IMPORTERS = [DEPARTMENTS, EMPLOYEES, COURSES, ENROLLMENTS, TRACKER]

# modules whose commands stand below `flask trainflow`
COMMANDS = [accounts_commands, alerts_commands, audit_commands, exports_commands, imports_commands, kpi_commands,
            organisation_commands, report_commands, seed_commands]


__all__ = ["MENU", "REACTIONS", "init_app", "menu_resources"]


def init_app(app: Flask, appbuilder: AppBuilder) -> None:
    """Put the tables above where they are looked up."""
    unit_of_work.wire(REACTIONS)
    directory.wire(tenancy)
    schedule.wire(SCHEDULE, SWEEPS)
    jobs.wire(recorder)
    export.wire(export_list)
    panels.wire(PANELS)
    metrics.wire(METRICS)
    bulk.wire(BULK)
    waiting.wire(WAITING)
    people.wire(organisation.arabic_name)
    notifications.wire(NOTIFICATIONS)
    forecasts.wire(FORECASTS)
    audit_fields.wire(field_words(IMPORTERS, NOTIFICATIONS))
    app.jinja_env.globals.update(unread_badge=notification_reading.badge, in_words=notification_reading.in_words,
                                impersonator=impersonation.impersonator)
    policies.wire(enrollments.preview_policy)
    moves.wire({Employee: moving.shown_move, Department: moving.shown_department_move})
    openings.wire(grid.standing)
    large.wire(report_asking.hand_over)
    imports.wire(IMPORTERS)
    undoing.wire({"users": [positions.follow_undoing], "departments": [branches.note_branches]},
                 {"departments": [forgetting.forget_parents, forgetting.forget_places]})
    app.extensions["menu_resources"] = menu_resources()
    mark_tables(Model.registry)
    for entry in MENU:
        appbuilder.add_view(entry.view, entry.name, label=entry.label, icon=entry.icon, category=entry.group,
                            category_label=GROUPS[entry.group])
    for view, limit in UNLISTED:
        added = appbuilder.add_view_no_menu(view)
        if limit is not None:
            appbuilder.sm.limiter.limit(app.config[limit])(added.blueprint)
    for api in APIS:
        appbuilder.add_api(api)
