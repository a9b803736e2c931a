"""What the application answers to: every route with the view, the resource and the action behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask

# Routes that ask for no permission, and why they need none.
PUBLIC = {
    "VerifyView.ask": "anybody checks a certificate; a form for its code",
    "VerifyView.verify": "anybody checks a certificate; shows no more than the certificate does",
    "LoginView.login": "the door",
    "LoginView.logout": "whoever is signed in may leave",
    "CodeView.code": "the second door; opens to whoever's password was right a moment ago",
    "ResetView.forgotten": "asks for an address and says the same whatever it is",
    "ResetView.choose": "opens to whoever has the link of the mail",
    "ImpersonationView.end": "whoever works as somebody else may stop",
    "AuthApi.refresh": "takes a token of its own kind",
    "AuthApi.login": "the door for programs",
    "AuthApi.logout": "whoever is signed in may leave",
    "AuthApi.me": "says who is signed in, and 401 to a visitor",
    "metrics.metrics": "for Prometheus, by a token of its own; numbers over all tenants only",
    "api_pages.document": "what REST offers; no rows",
    "api_pages.page": "the same, to read",
    "health.health": "load balancers ask it; it says up or down and no more",
    "CalendarDoor.read": "calendar programs can not sign in; a long secret in the address is the proof",
    "DecideByMailView.confirm": "asks from a mail; the signed link is the proof, and reading changes nothing",
    "DecideByMailView.decide": "decides from a mail, once, for the person whom the signed link names",
    "UnsubscribeView.ask": "the page behind a digest's 'unsubscribe'; its address is signed, and a GET does nothing",
    "UnsubscribeView.stop": "stops the digests of whoever the signed address was sent to, and nothing else",
    "LocaleView.index": "the language of the sign-in page",
    "UtilView.back": "Flask-AppBuilder's; redirects to the last page of the session, shows nothing",
    "static": "styles, scripts and fonts",
    "appbuilder.static": "Flask-AppBuilder's styles and scripts",
}

# Views that are no OperationView or OperationApi, and why.
OWN_KIND = {
    "HomeView": "a page of no resource", "LoginView": "the door", "CodeView": "the second door",
    "ResetView": "a door for who forgot the password",
    "SecondStepView": "one's own login only", "SecondStepApi": "the same for programs",
    "AccountView": "one's own login only",
    "AuthApi": "the door for programs", "ImpersonationView": "a door for operators", "HealthApi": "measures, no rows",
    "CalendarView": "one's own links", "CalendarDoor": "a file for who has the secret",
    "CalendarFeedApi": "one's own links, for programs",
    "ApprovalsView": "the inbox: a queue and a case, no list", "DecideByMailView": "a page behind a signed link",
    "MyRenewalsView": "one's own requests only",
    "KpiDashboardView": "numbers, no rows of one table", "KpiRowsView": "the rows behind a number",
    "TeamView": "people with their numbers", "KpiApi": "the same for programs",
    "JobsView": "jobs are declared in code", "JobApi": "the same for programs",
    "SettingsView": "one form for the tenant itself", "SettingsApi": "the same for programs",
    "LogoView": "one picture of the tenant itself", "LogoApi": "the same for programs",
    "MyCoursesView": "one's own enrollments, by course",
    "CertificateView": "draws one enrollment", "CertificateApi": "the same for programs",
    "VerifyView": "one certificate, for anybody who has its code",
    "TranscriptView": "one person's enrollments", "TranscriptApi": "one person's enrollments",
    "ReportView": "reports are declared in code", "ReportApi": "the same for programs",
    "ReportScheduleApi": "one's own schedules, for programs",
    "MatrixView": "people by courses, of no single row", "MatrixApi": "people by courses, of no single row",
    "TemplateView": "a form for each kind of message and language", "TemplateApi": "the same over REST",
    "UnsubscribeView": "opened from a mail, without signing in",
    "DemoApi": "whole tenants at once",
    "LocaleView": "Flask-AppBuilder's language switch, answered by ours", "UtilView": "Flask-AppBuilder's",
}

# What the ids in the addresses of views of their own kind are ids of; a line for one route goes before its view's,
# and an argument of one view before the argument.
TABLES = {
    "ImpersonationView": "tenants", "MyRenewalsView": "renewal_requests", "MyRenewalsView.evidence": "renewal_evidence",
    "ApprovalsView": "renewal_requests", "ApprovalsView.decision": "workflow_decisions",
    "ApprovalsView.progress": "workflow_decisions", "ApprovalsView.undo": "workflow_decisions",
    "WorkflowApi.decision": "workflow_decisions", "WorkflowApi.undo": "workflow_decisions",
    "TranscriptView": "employees", "TranscriptApi": "employees", "MatrixView": "employees",
    "ReportView": "report_runs", "ReportView.end": "report_schedules", "ReportApi": "report_runs",
    "ReportScheduleApi": "report_schedules",
    "JobsView": "job_runs", "JobApi": "job_runs", "CertificateView": "enrollments", "CertificateApi": "enrollments",
    "MatrixApi": "employees",
}
ARGUMENTS = {"course_id": "courses", "change_id": "requirement_changes", "file_id": "enrollment_evidence",
             "RenewalRequestApi.file_id": "renewal_evidence"}

# Routes that end what the test asks with; they are tried last.
LAST = {"AccountView.sign_out_everywhere"}

ID = "00000000-0000-7000-8000-000000000000"
FILLING = {"format": "csv", "kind": "unknown", "name": "unknown", "locale": "en", "filename": "icon.svg"}


@dataclass(frozen=True)
class Route:
    """One address with one method. `resource` and `action` are None where no permission is declared."""

    rule: str
    method: str
    endpoint: str
    arguments: tuple[tuple[str, str], ...]  # name and converter
    view: Any
    resource: str | None
    action: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def is_api(self) -> bool:
        """Whether programs call it."""
        return self.rule.startswith("/api/")

    @property
    def ids(self) -> list[str]:
        """The names of the arguments that are ids of rows."""
        return [name for name, _converter in self.arguments if name not in FILLING]

    def address(self, row_id: object = ID, **ids: object) -> str:
        """The address with the `ids` of its arguments by name, and `row_id` for every other."""
        address = self.rule
        for name, _converter in self.arguments:
            start = address.rindex("<", 0, address.index(f"{name}>", address.index("<")))
            end = address.index(">", start) + 1
            address = address[:start] + str(ids.get(name, FILLING.get(name, row_id))) + address[end:]
        return address


def routes(app: Flask) -> Iterator[Route]:
    """Every route of the application, one for each method but HEAD and OPTIONS."""
    views = {view.blueprint.name: view for view in app.appbuilder.baseviews if view.blueprint}
    for rule in app.url_map.iter_rules():
        view = views.get(rule.endpoint.partition(".")[0])
        arguments = tuple((name, type(converter).__name__) for name, converter in rule._converters.items())
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            resource, action = _permission(view, rule.endpoint)
            yield Route(rule.rule, method, rule.endpoint, arguments, view, resource, action)


def _permission(view: Any, endpoint: str) -> tuple[str | None, str | None]:
    name = endpoint.partition(".")[2]
    if view is None or endpoint in PUBLIC:
        return None, None
    action = (view.method_permission_name or {}).get(name)
    return view.class_permission_name, action or getattr(getattr(view, name), "_permission_name", None)


def tables_of(route: Route) -> dict[str, str]:
    """The name of each id in the address to the table of the row that it names. KeyError: nobody says which."""
    own = {} if route.endpoint in TABLES else ARGUMENTS
    view = route.endpoint.partition(".")[0]
    return {name: own.get(f"{view}.{name}") or own.get(name) or _table_of(route) for name in route.ids}


def _table_of(route: Route) -> str:
    named = TABLES.get(route.endpoint) or TABLES.get(route.endpoint.partition(".")[0])
    return named or str(route.view.datamodel.obj.__tablename__)
