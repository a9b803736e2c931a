"""What happens to logins."""

from __future__ import annotations

from dataclasses import dataclass

from app.platform.events import Changed, Event


@dataclass(frozen=True, kw_only=True)
class SignedIn(Event):
    """Somebody signed in."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class SignInFailed(Event):
    """Somebody tried to sign in with a wrong password, or while the login was locked."""

    subject = "login"
    locked: bool


@dataclass(frozen=True, kw_only=True)
class SignedOut(Event):
    """Somebody signed out."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class LoginCreated(Event):
    """A login was made for somebody, with these roles."""

    subject = "login"
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LoginUpdated(Changed):
    """A login's name, e-mail, roles or state changed."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(Event):
    """A password was changed by its owner, or reset by an administrator."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Event):
    """Somebody made a key for a program: read or write, to these resources (none: all)."""

    subject = "key"
    name: str
    access: str
    resources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    """A program's key was ended."""

    subject = "key"
    name: str


@dataclass(frozen=True, kw_only=True)
class SessionsEnded(Event):
    """Somebody signed their login out on every device."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class ImpersonationStarted(Event):
    """A platform operator began to work as somebody, for a reason and so many minutes at most."""

    subject, is_of_operators = "login", True
    reason: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class ImpersonationEnded(Event):
    """A platform operator who worked as somebody is themselves again."""

    subject, is_of_operators = "login", True


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event):
    """Somebody asked for a link to choose a new password."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class SecondStepAdded(Event):
    """From now on signing in asks for a code of an authenticator app as well."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class SecondStepRemoved(Event):
    """Signing in asks for the password only."""

    subject = "login"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodeUsed(Event):
    """Somebody signed in with one of the codes kept for a lost phone; so many are left."""

    subject = "login"
    left: int


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesRenewed(Event):
    """Somebody took new codes for a lost phone; those from before are over."""

    subject = "login"
