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
