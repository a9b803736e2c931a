"""What each event, subject and source is called. A name that is missing here is told as it is written."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import lazy_gettext as _l

EVENTS: dict[str, Any] = {
    # tenants and logins
    "TenantCreated": _l("Organisation opened"), "TenantUpdated": _l("Organisation settings changed"),
    "SignedIn": _l("Signed in"), "SignInFailed": _l("Sign-in failed"), "SignedOut": _l("Signed out"),
    "LoginCreated": _l("Login created"), "LoginUpdated": _l("Login changed"),
    "LoginGranted": _l("Login given"), "PasswordChanged": _l("Password changed"),
    "NotificationPreferencesChanged": _l("Notification preferences changed"),
    "DigestsUnsubscribed": _l("Daily digest stopped"),
    "ApiKeyCreated": _l("API key created"), "ApiKeyRevoked": _l("API key revoked"),
    "SessionsEnded": _l("Signed out everywhere"), "PasswordResetRequested": _l("Link for a new password requested"),
    "ImpersonationStarted": _l("Operator began to work as somebody"),
    "ImpersonationEnded": _l("Operator stopped working as somebody"),
    "SecondStepAdded": _l("Two-step sign-in switched on"), "SecondStepRemoved": _l("Two-step sign-in switched off"),
    "RecoveryCodeUsed": _l("Signed in with a recovery code"),
    "RecoveryCodesRenewed": _l("New recovery codes taken"),
    "MessageRetried": _l("Message sent again"),
    "MessageCancelled": _l("Message stopped"), "TestMailRequested": _l("Trial mail requested"),
    "TemplateChanged": _l("Message template changed"), "TemplateReverted": _l("Message template set back"),
    # the organisation
    "DepartmentCreated": _l("Department added"), "DepartmentUpdated": _l("Department changed"),
    "DepartmentMoveUndone": _l("Move of a department taken back"),
    "DepartmentArchived": _l("Department deleted"), "DepartmentRestored": _l("Department restored"),
    "GradeCreated": _l("Grade added"), "GradeUpdated": _l("Grade changed"),
    "GradeArchived": _l("Grade deleted"), "GradeRestored": _l("Grade restored"),
    "JobRoleCreated": _l("Job role added"), "JobRoleUpdated": _l("Job role changed"),
    "JobRoleArchived": _l("Job role deleted"), "JobRoleRestored": _l("Job role restored"),
    "EmployeeCreated": _l("Employee added"), "EmployeeUpdated": _l("Employee changed"),
    "EmployeeMoveUndone": _l("Move of an employee taken back"),
    "EmployeeArchived": _l("Employee deleted"), "EmployeeRestored": _l("Employee restored"),
    # training
    "CourseCreated": _l("Course added"), "CourseUpdated": _l("Course changed"),
    "CoursePolicyChanged": _l("Validity of a course changed"), "ExpiriesMoved": _l("Expiries moved"),
    "CoursePolicyChangeUndone": _l("Change of a validity taken back"),
    "CourseArchived": _l("Course deleted"), "CourseRestored": _l("Course restored"),
    "EnrollmentCreated": _l("Enrollment added"), "PeopleEnrolled": _l("People enrolled"),
    "EnrollmentCompleted": _l("Completed"), "EnrollmentFailed": _l("Not passed"),
    "EnrollmentWithdrawn": _l("Withdrawn"), "EnrollmentCorrected": _l("Enrollment corrected"),
    "EnrollmentRevoked": _l("Certificate revoked"), "EnrollmentReinstated": _l("Certificate counts again"),
    "EnrollmentArchived": _l("Enrollment deleted"), "EnrollmentRestored": _l("Enrollment restored"),
    "EvidenceAttached": _l("Evidence attached"), "EvidenceRemoved": _l("Evidence removed"),
    "AlertsSent": _l("Warnings sent"),
    "CalendarLinkRenewed": _l("Calendar link made"), "CalendarLinkRevoked": _l("Calendar link revoked"),
    "FiguresRecorded": _l("Training figures put on record"),
    # the matrix
    "RequirementAdded": _l("Requirement added"), "RequirementChanged": _l("Requirement changed"),
    "RequirementEnded": _l("Requirement ended"), "RequirementChangeUndone": _l("Change of the matrix taken back"),
    "EquivalenceAdded": _l("Equivalent course added"), "EquivalenceChanged": _l("Equivalent course changed"),
    "EquivalenceChangeUndone": _l("Change of an equivalent course taken back"),
    "EquivalenceArchived": _l("Equivalent course deleted"), "EquivalenceRestored": _l("Equivalent course restored"),
    "WaiversGranted": _l("Waived"), "WaiverEnded": _l("Waiver ended early"),
    "WaiverArchived": _l("Waiver deleted"), "WaiverRestored": _l("Waiver restored"),
    "CoverageNeedAdded": _l("Coverage need added"), "CoverageNeedChanged": _l("Coverage need changed"),
    "CoverageNeedArchived": _l("Coverage need deleted"), "CoverageNeedRestored": _l("Coverage need restored"),
    "PeopleAssigned": _l("Gaps filled"), "CertificateIssued": _l("Certificate issued"),
    "EnrollmentsRenewed": _l("Enrolled again"), "EnrollmentsDiscarded": _l("New enrollments taken back"),
    # renewals
    "RenewalRequested": _l("Renewal asked for"), "StepsOpened": _l("Approval waits"),
    "StepsRerouted": _l("Approvals went to somebody else"), "StepReassigned": _l("Approval reassigned"),
    "StepsCovered": _l("Delegates told of approvals"),
    "StepsReminded": _l("Reminded of approvals"), "StepsEscalated": _l("Approvals escalated"),
    "StepsDecided": _l("Approvals decided"), "DecisionUndone": _l("Decision undone"),
    "RenewalApproved": _l("Renewal approved"), "RenewalRejected": _l("Renewal rejected"),
    "RenewalReturned": _l("Renewal asked back"), "RenewalAnswered": _l("Renewal answered"),
    "RenewalWithdrawn": _l("Renewal withdrawn"), "RenewalClosed": _l("Renewal overtaken"),
    "RenewalEvidenceAttached": _l("Evidence put to a renewal"),
    "ApprovalChainCreated": _l("Approval chain added"), "ApprovalChainUpdated": _l("Approval chain changed"),
    "ApprovalChainArchived": _l("Approval chain deleted"), "ApprovalChainRestored": _l("Approval chain restored"),
    "DelegationCreated": _l("Absence added"), "DelegationUpdated": _l("Absence changed"),
    "DelegationArchived": _l("Absence called off"),
    "HolidayCreated": _l("Holiday added"), "HolidayUpdated": _l("Holiday changed"),
    "HolidayArchived": _l("Holiday deleted"), "HolidayRestored": _l("Holiday restored"),
    # spreadsheets
    "Exported": _l("Exported"), "ImportUploaded": _l("File uploaded for import"),
    "ImportRequested": _l("Import requested"), "ImportConfirmed": _l("Import confirmed"),
    "ImportCommitted": _l("Import committed"), "ImportUndone": _l("Import undone"),
    "ImportDiscarded": _l("Import discarded"),
    # reports
    "ReportRequested": _l("Report asked for"), "ReportFinished": _l("Report made"),
    "ReportFailed": _l("Report not made"), "ReportCancelled": _l("Report cancelled"),
    "ReportScheduled": _l("Report scheduled"), "ReportScheduleStopped": _l("Scheduled report stopped"),
    "ReportUnscheduled": _l("Report no longer scheduled"),
    # jobs
    "AuditRootTaken": _l("Root of the audit log taken"),
    "JobRequested": _l("Job started by hand"), "JobRepeated": _l("Failed job tried again"),
}  # fmt: skip

SUBJECTS: dict[str, Any] = {
    "kpi snapshot": _l("Training figures"),
    "tenant": _l("Organisation"), "login": _l("Login"), "key": _l("API key"),
    "department": _l("Department"), "grade": _l("Grade"),
    "job role": _l("Job role"), "employee": _l("Employee"), "course": _l("Course"),
    "enrollment": _l("Enrollment"), "import": _l("Import"), "renewal request": _l("Renewal request"),
    "approval step": _l("Approval step"), "approval chain": _l("Approval chain"), "delegation": _l("Absence"),
    "holiday": _l("Holiday"), "export": _l("Export"), "job": _l("Job"),
    "calendar link": _l("Calendar link"), "alert round": _l("Warnings"),
    "outbox message": _l("Message"), "message template": _l("Message template"),
    "requirement": _l("Requirement"), "equivalence": _l("Equivalent course"), "waiver": _l("Waiver"),
    "coverage need": _l("Coverage need"), "report": _l("Report"),
    "audit root": _l("Root of the audit log"),
}

SOURCES: dict[str, Any] = {
    "screen": _l("Screen"), "api": _l("REST"), "command": _l("Command"), "import": _l("Import"), "job": _l("Job"),
    "schedule": _l("Schedule"),
}


def event_words(name: str) -> str:
    """The event called `name` in words: 'DepartmentCreated' is 'Department added'."""
    return str(EVENTS[name]) if name in EVENTS else re.sub(r"(?<!^)(?=[A-Z])", " ", name).capitalize()


def subject_words(name: str) -> str:
    """What an entry is about in words: 'job role' is 'Job role'."""
    return str(SUBJECTS.get(name, name))


def source_words(name: str) -> str:
    """By what way something came in words: 'api' is 'REST'."""
    return str(SOURCES.get(name, name))


def events_called(word: str) -> list[str]:
    """The events whose words, in the reader's language, contain `word`."""
    return [name for name, words in EVENTS.items() if word.casefold() in str(words).casefold()]
