"""The one table of who may do what. Screens, REST, menu and commands all answer from it.

Each line is a resource; each keyword an action; each letter a role:

    E  Employee      F  Foreman      M  Manager
    T  Training Officer              A  Administrator      O  Platform Operator

Which rows of a resource somebody sees is the business of that context's `policies.visible`.
`flask trainflow sync-permissions` writes the table into FAB's own, where FAB looks.
"""

from __future__ import annotations

EMPLOYEE = "Employee"
FOREMAN = "Foreman"
MANAGER = "Manager"
TRAINING_OFFICER = "Training Officer"
ADMINISTRATOR = "Administrator"
OPERATOR = "Platform Operator"

ROLES = {"E": EMPLOYEE, "F": FOREMAN, "M": MANAGER, "T": TRAINING_OFFICER, "A": ADMINISTRATOR, "O": OPERATOR}
TENANT_ROLES = (EMPLOYEE, FOREMAN, MANAGER, TRAINING_OFFICER, ADMINISTRATOR)

PERMISSIONS: dict[str, dict[str, str]] = {
    # own training
    "home":            dict(read="EFMTAO"),
    "my-courses":      dict(read="EFMTA"),
    "calendar":        dict(read="EFMTA", edit="EFMTA"),
    "notifications":   dict(read="EFMTA", edit="EFMTA"),
    "account":         dict(edit="EFMTAO"),
    "api-keys":        dict(read="EFMTA", add="EFMTA", delete="EFMTA"),
    # training
    "courses":         dict(read="EFMTA", add="TA", edit="TA", delete="TA", restore="A", export="FMTA",
                            history="TA"),
    "enrollments":     dict(read="EFMTA", add="TA", edit="TA", delete="TA", restore="A", export="FMTA"),
    "renewal-requests": dict(read="EFMTA", add="EFMTA", edit="EFMTA", decide="EFMTA", reassign="TA"),
    "my-renewals":     dict(read="EFMTA", add="EFMTA", evidence="EFMTA"),
    "approvals":       dict(read="EFMTA", decide="EFMTA"),
    "all-renewals":    dict(read="FMTA", show="EFMTA", reassign="TA", export="FMTA"),
    "workflow":        dict(read="EFMTA", decide="EFMTA"),
    "certificates":    dict(read="EFMTA"),
    "transcripts":     dict(read="EFMTA"),
    # the matrix
    "matrix":          dict(read="EFMTA", export="FMTA", assign="TA"),
    "requirements":    dict(read="FMTA", add="TA", edit="TA", export="MTA"),
    "equivalences":    dict(read="FMTA", add="TA", edit="TA", delete="TA", restore="A", export="MTA",
                            history="TA"),
    "waivers":         dict(read="EFMTA", add="TA", delete="TA", restore="A", export="FMTA"),
    "coverage":        dict(read="FMTA", add="TA", edit="TA", delete="TA", restore="A", export="FMTA"),
    "alerts":          dict(read="FMTA", export="FMTA"),
    "reports":         dict(read="EFMTA", add="EFMTA", schedule="FMTA"),
    # organisation
    "users":           dict(read="FMTA", add="TA", edit="TA", delete="A", restore="A", export="MTA",
                            grant="A", history="TA"),
    "departments":     dict(read="EFMTA", add="TA", edit="TA", delete="A", restore="A", export="MTA",
                            history="TA"),
    "grades":          dict(read="EFMTA", add="TA", edit="TA", delete="A", restore="A", export="TA"),
    "job-roles":       dict(read="EFMTA", add="TA", edit="TA", delete="A", restore="A", export="TA"),
    "delegations":     dict(read="FMTA", add="FMTA", edit="FMTA", delete="FMTA", export="TA"),
    "delegates":       dict(read="FMTA"),
    # figures
    "kpi":             dict(read="EFMTA", export="FMTA"),
    "kpi-dashboard":   dict(read="FMTA"),
    "team":            dict(read="FM"),
    # administration
    "approval-chains": dict(read="A", add="A", edit="A", delete="A", restore="A", export="A"),
    "holidays":        dict(read="TA", add="A", edit="A", delete="A", restore="A", export="TA"),
    "imports":         dict(read="TA", add="TA", confirm="TA", undo="TA", export="TA"),
    "audit-logs":      dict(read="A", export="A"),
    "outbox":          dict(read="A", retry="A"),
    "notification-templates": dict(read="A", edit="A"),
    "settings":        dict(read="A", edit="A"),
    "logo":            dict(read="EFMTA", edit="A"),
    "operator-keys":   dict(read="O", add="O", delete="O"),
    "operator-trail":  dict(read="O", export="O"),
    "tenants":         dict(read="O", add="O", edit="O", export="O"),
    "impersonation":   dict(add="O"),
    "demo":            dict(add="O"),
    "jobs":            dict(read="AO", run="AO", history="A"),
    "health":          dict(read="AO"),
}  # fmt: skip


def allows(roles: frozenset[str], action: str, resource: str) -> bool:
    """Whether somebody with these role names may do `action` to `resource`; unknown names: no."""
    letters = PERMISSIONS.get(resource, {}).get(action, "")
    return any(ROLES[letter] in roles for letter in letters)


def grants() -> list[tuple[str, str, str]]:
    """The whole table as (role name, action, resource), one entry per yes."""
    return [
        (ROLES[letter], action, resource)
        for resource, actions in PERMISSIONS.items()
        for action, letters in actions.items()
        for letter in letters
    ]
