"""What follows an event, inside its transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.accounts import events as accounts
from app.audit import events as audit_events
from app.audit.operations import append_entry
from app.compliance import branches, positions
from app.courses import events as courses
from app.enrollments import events as enrollment_events
from app.enrollments import upkeep as enrollments
from app.imports import events as import_events
from app.imports import measures as import_measures
from app.notifications.audit_root import send_root
from app.notifications.impersonation import tell_who_works_here
from app.notifications.password_reset import tell_how_to_reset
from app.notifications.second_step import tell_whose_code_went
from app.organisation import events as organisation_events
from app.renewals import events as renewal_events
from app.renewals import notifications as renewal_notifications
from app.renewals import upkeep as renewals
from app.reports import events as report_events
from app.reports import notifications as report_notifications
from app.tenancy import events as tenancy_events

# event class -> what follows inside the transaction; `object` stands for every event
REACTIONS: dict[type, list[Callable[[Any], None]]] = {
    object: [append_entry],
    audit_events.AuditRootTaken: [send_root],
    accounts.PasswordResetRequested: [tell_how_to_reset],
    accounts.ImpersonationStarted: [tell_who_works_here],
    accounts.SecondStepRemoved: [tell_whose_code_went],
    courses.CoursePolicyChanged: [enrollments.follow_policy],
    courses.CoursePolicyChangeUndone: [enrollments.follow_policy],
    courses.CourseArchived: [enrollments.keep_course_in_use],
    organisation_events.DepartmentCreated: [branches.follow_departments],
    organisation_events.DepartmentUpdated: [branches.follow_departments],
    organisation_events.DepartmentMoveUndone: [branches.follow_undone_move],
    organisation_events.DepartmentRestored: [branches.follow_departments],
    organisation_events.EmployeeCreated: [positions.follow_employee],
    # people come, go and move: whoever has to decide about renewals follows
    accounts.LoginUpdated: [renewals.follow_people],
    organisation_events.EmployeeUpdated: [positions.follow_employee, renewals.follow_people],
    organisation_events.EmployeeMoveUndone: [positions.follow_undone_move, renewals.follow_people],
    organisation_events.EmployeeArchived: [positions.follow_employee, renewals.follow_people],
    organisation_events.EmployeeRestored: [positions.follow_employee, renewals.follow_people],
    organisation_events.LoginGranted: [renewals.follow_people],
    organisation_events.DelegationCreated: [renewals.follow_people],
    organisation_events.DelegationUpdated: [renewals.follow_people],
    organisation_events.DelegationArchived: [renewals.follow_people],
    import_events.ImportCommitted: [branches.follow_departments, positions.follow_import, renewals.follow_import,
                                    import_measures.count_rows],
    import_events.ImportUndone: [branches.follow_departments, positions.follow_import, renewals.follow_import],
    renewal_events.StepsOpened: [renewal_notifications.tell_deciders],
    renewal_events.StepsRerouted: [renewal_notifications.tell_deciders],
    renewal_events.StepsCovered: [renewal_notifications.tell_stand_ins],
    renewal_events.StepReassigned: [renewal_notifications.tell_chosen],
    renewal_events.StepsReminded: [renewal_notifications.remind_deciders],
    renewal_events.StepsEscalated: [renewal_notifications.tell_next_level],
    renewal_events.RenewalAnswered: [renewal_notifications.tell_answer],
    renewal_events.RenewalApproved: [renewal_notifications.tell_approved],
    renewal_events.RenewalRejected: [renewal_notifications.tell_rejected],
    renewal_events.RenewalReturned: [renewal_notifications.tell_question],
    renewal_events.RenewalClosed: [renewal_notifications.tell_closed],
    renewal_events.DecisionUndone: [renewal_notifications.tell_undone],
    report_events.ReportFinished: [report_notifications.tell_owner],
    report_events.ReportScheduleStopped: [report_notifications.tell_of_stop],
    # certificates come and go: requests that have nothing to renew any more are closed
    **{event: [renewals.follow_enrollments] for event in (
        enrollment_events.EnrollmentCreated, enrollment_events.EnrollmentCompleted,
        enrollment_events.EnrollmentCorrected, enrollment_events.EnrollmentRevoked,
        enrollment_events.EnrollmentReinstated, enrollment_events.EnrollmentArchived,
        enrollment_events.EnrollmentRestored)},
    # waiting time
    **{event: [renewals.follow_calendar] for event in (
        tenancy_events.TenantUpdated, tenancy_events.HolidayCreated, tenancy_events.HolidayUpdated,
        tenancy_events.HolidayArchived, tenancy_events.HolidayRestored)},
}
