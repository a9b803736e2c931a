"""The shape of the organisation's input: form, REST body and spreadsheet row alike."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, fields, validate

from app.accounts.permissions import TENANT_ROLES
from app.platform.fab.fields import Choice, Reference
from app.tenancy.schemas import TenantSchema

ROLE_LABELS = {
    "Employee": _l("Employee"), "Foreman": _l("Foreman"), "Manager": _l("Manager"),
    "Training Officer": _l("Training officer"), "Administrator": _l("Administrator"),
}
assert tuple(ROLE_LABELS) == TENANT_ROLES


class NamedSchema(Schema):
    """A code and a name."""

    code = fields.String(required=True, validate=validate.Length(1, 40), metadata={"label": _l("Code")})
    name = fields.String(required=True, validate=validate.Length(1, 160), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 160),
                            metadata={"label": _l("Name in Arabic")})


class DepartmentSchema(NamedSchema):
    """A department on every way in."""

    parent_id = Reference("departments", allow_none=True, metadata={
        "label": _l("Part of"), "help": _l("The department it belongs to; empty at the top.")})
    is_active = fields.Boolean(load_default=True, metadata={"label": _l("Active")})


class GradeSchema(NamedSchema):
    """A grade on every way in."""

    rank = fields.Integer(required=True, validate=validate.Range(0, 1000), metadata={
        "label": _l("Rank"), "help": _l("A number; a higher grade has a higher one.")})


class JobRoleSchema(NamedSchema):
    """A job role on every way in."""


class EmployeeSchema(Schema):
    """An employee on every way in."""

    number = fields.String(required=True, validate=validate.Length(1, 40),
                           metadata={"label": _l("Employee number")})
    name = fields.String(required=True, validate=validate.Length(1, 160), metadata={"label": _l("Name")})
    name_ar = fields.String(allow_none=True, validate=validate.Length(0, 160),
                            metadata={"label": _l("Name in Arabic")})
    email = fields.Email(allow_none=True, validate=validate.Length(0, 320), metadata={"label": _l("E-mail")})
    phone = fields.String(allow_none=True, validate=validate.Length(0, 40), metadata={"label": _l("Phone")})
    department_id = Reference("departments", allow_none=True, metadata={"label": _l("Department")})
    grade_id = Reference("grades", allow_none=True, metadata={"label": _l("Grade")})
    job_role_id = Reference("job-roles", allow_none=True, metadata={"label": _l("Job role")})
    foreman_id = Reference("users", allow_none=True, metadata={
        "label": _l("Foreman"), "help": _l("Leads the crew and approves first.")})
    manager_id = Reference("users", allow_none=True, metadata={
        "label": _l("Manager"), "help": _l("Approves after the foreman.")})
    hired_on = fields.Date(allow_none=True, metadata={"label": _l("Hired on")})
    left_on = fields.Date(allow_none=True, metadata={"label": _l("Left on")})
    is_active = fields.Boolean(load_default=True, metadata={"label": _l("Active")})


class DelegationSchema(Schema):
    """An absence and who stands in, on every way in."""

    employee_id = Reference("users", allow_none=True, load_default=None, metadata={
        "label": _l("Who is away"), "help": _l("Leave empty for yourself.")})
    delegate_id = Reference("delegates", allow_none=True, load_default=None, metadata={
        "label": _l("Who stands in"),
        "help": _l("Decides what waits already as well. Leave empty to let it go to the next level.")})
    starts_on = fields.Date(required=True, metadata={"label": _l("First day")})
    ends_on = fields.Date(required=True, metadata={"label": _l("Last day")})
    reason = fields.String(allow_none=True, validate=validate.Length(0, 200), metadata={"label": _l("Reason")})


class ChangeDelegationSchema(DelegationSchema):
    """What can be changed about an absence."""

    class Meta:
        """The person stays who it is."""

        exclude = ("employee_id",)


class GrantLoginSchema(Schema):
    """How somebody gets to sign in."""

    email = fields.Email(required=True, validate=validate.Length(3, 320), metadata={"label": _l("E-mail")})
    role = Choice(ROLE_LABELS, required=True, metadata={"label": _l("Role")})
    password = fields.String(required=True, metadata={
        "label": _l("First password"), "kind": "password", "help": _l("At least 10 characters.")})


class EditLoginSchema(Schema):
    """What an administrator may change about somebody's login."""

    role = Choice(ROLE_LABELS, required=True, metadata={"label": _l("Role")})
    active = fields.Boolean(load_default=True, metadata={"label": _l("May sign in")})
    password = fields.String(allow_none=True, load_default=None, metadata={
        "label": _l("New password"), "kind": "password", "help": _l("Leave empty to keep the present one.")})
    forget_second_step = fields.Boolean(load_default=False, metadata={
        "label": _l("Sign in without a code again"),
        "help": _l("For somebody who lost both phone and recovery codes. The person is told.")})


class OpenTenantSchema(TenantSchema):
    """A tenant and its first administrator."""

    admin_name = fields.String(required=True, validate=validate.Length(1, 160), metadata={
        "label": _l("Administrator"), "help": _l("The name of the person who will run it.")})
    email = fields.Email(required=True, validate=validate.Length(3, 320),
                         metadata={"label": _l("E-mail of the administrator")})
    password = fields.String(required=True, metadata={
        "label": _l("First password"), "kind": "password", "help": _l("At least 10 characters.")})
