"""Every option once, with its default. Secrets come from the environment; production starts without none."""

from __future__ import annotations

import os
import zlib
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from click import ClickException

ROOT = Path(__file__).resolve().parent


class Misconfigured(ClickException):
    """The environment does not say what it has to; a command tells it in its one sentence."""


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def is_guessable(key: str) -> bool:
    """Whether a key is clearly no secret: short, one or few characters, a repetition, a row of the alphabet.

    Random characters can not be packed any smaller: of 200,000 keys of 32 random digits the smallest took 33 bytes.
    """
    written = key.encode()
    steps = bytes((after - before) % 256 for before, after in pairwise(written))
    return len(key) < 32 or any(len(zlib.compress(one, 9)) < 28 for one in (written, steps))


class Config:
    """What every environment shares."""

    ENV_NAME = "development"
    DEVELOPMENT_KEY = "development-only-secret-key-not-for-production"
    SECRET_KEY = os.environ.get("SECRET_KEY", DEVELOPMENT_KEY)
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", f"sqlite:///{ROOT / 'instance' / 'trainflow.db'}")
    # on PostgreSQL: who owns the tables and migrates them, and the role of DATABASE_URL, which may only use them
    DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", "")
    DATABASE_APP_ROLE = os.environ.get("DATABASE_APP_ROLE", "trainflow_app")
    MIGRATIONS_DIRECTORY = str(ROOT / "migrations")
    SQLALCHEMY_ENGINE_OPTIONS: dict[str, object] = {
        "pool_pre_ping": True,
        "hide_parameters": True,  # an error's values are people's data; they stay out of the log
    }
    REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
    SCHEDULER_ENABLED = _flag("SCHEDULER_ENABLED", True)
    LOG_LEVEL = os.environ.get("LOG_LEVEL", "INFO")
    OTEL_EXPORTER_OTLP_ENDPOINT = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", "")  # of a collector, over http
    METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # what Prometheus sends as its bearer

    # files that people upload and that TrainFlow makes
    FILES_DIRECTORY = os.environ.get("FILES_DIRECTORY", str(ROOT / "instance" / "files"))
    MAX_CONTENT_LENGTH = int(os.environ.get("MAX_UPLOAD_MEGABYTES", "26")) * 1024 * 1024
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024

    # how many proxies of ours stand before the web process; whatever a client claims beyond them is ignored
    TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES", "0"))

    # the names under which this installation may be asked for; requests under any other are refused
    TRUSTED_HOSTS: list[str] | None = [host for host in os.environ.get("TRUSTED_HOSTS", "").split(",") if host] or None

    # cookies
    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    SESSION_COOKIE_SECURE = _flag("SECURE_COOKIES", False)
    PERMANENT_SESSION_LIFETIME = timedelta(hours=12)
    SESSION_REFRESH_EACH_REQUEST = False  # app.accounts.sessions renews it, never with a picture or a late answer
    SESSION_IDLE = timedelta(minutes=int(os.environ.get("SESSION_IDLE_MINUTES", "720")))
    SESSION_LONGEST = timedelta(hours=int(os.environ.get("SESSION_LONGEST_HOURS", "168")))
    # tokens for programs, in a header or in cookies that scripts can not read and other sites can not send
    FAB_API_KEY_ENABLED = True
    JWT_TOKEN_LOCATION = ("headers", "cookies")
    JWT_ACCESS_TOKEN_EXPIRES = timedelta(hours=1)
    JWT_REFRESH_TOKEN_EXPIRES = timedelta(days=14)
    JWT_COOKIE_SECURE = SESSION_COOKIE_SECURE
    JWT_COOKIE_SAMESITE = "Strict"
    JWT_ACCESS_COOKIE_PATH = "/api/"
    JWT_REFRESH_COOKIE_PATH = "/api/auth/"
    JWT_ENCODE_ISSUER = JWT_DECODE_ISSUER = "trainflow"
    WTF_CSRF_TIME_LIMIT = None  # as long as the session: a form left open over lunch still saves

    # limits on signing in (the rest of the limits come with the API)
    RATELIMIT_ENABLED = True
    RATELIMIT_HEADERS_ENABLED = True
    RATELIMIT_IN_MEMORY_FALLBACK_ENABLED = True  # while Redis is away each process counts for itself
    API_LIMIT = os.environ.get("API_LIMIT", "600 per minute")  # of each login, over REST
    RATELIMIT_STORAGE_URI = os.environ.get("RATELIMIT_STORAGE_URL", "memory://")
    SIGN_IN_LIMIT = os.environ.get("SIGN_IN_LIMIT", "10 per minute")
    # calendars that come with a secret link, per address; a provider fetches for many people from one
    VERIFY_LIMIT = os.environ.get("VERIFY_LIMIT", "60 per minute")  # of certificates, by anybody
    CALENDAR_LIMIT = os.environ.get("CALENDAR_LIMIT", "300 per minute")

    # where people reach this installation: what links in mails and text messages begin with
    PUBLIC_URL = os.environ.get("PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '5000')}").rstrip("/")

    # mail: 'smtp' sends, 'log' only says in the log that it would have ('memory' is for tests)
    SMTP_HOST = os.environ.get("SMTP_HOST", "")
    SMTP_PORT = int(os.environ.get("SMTP_PORT", "587"))
    SMTP_SECURITY = os.environ.get("SMTP_SECURITY", "starttls")  # starttls, tls or none
    SMTP_USERNAME = os.environ.get("SMTP_USERNAME", "")
    SMTP_PASSWORD = os.environ.get("SMTP_PASSWORD", "")
    SMTP_TIMEOUT_SECONDS = float(os.environ.get("SMTP_TIMEOUT_SECONDS", "30"))
    # the answer to the whole message may take long, and giving up early makes duplicates (RFC 5321, 4.5.3.2.6)
    SMTP_DATA_TIMEOUT_SECONDS = float(os.environ.get("SMTP_DATA_TIMEOUT_SECONDS", "600"))
    MAIL_FROM = os.environ.get("MAIL_FROM", "TrainFlow <no-reply@trainflow.example>")
    MAIL_CHANNEL = "smtp" if SMTP_HOST else "log"

    # text messages, the same way
    TWILIO_ACCOUNT_SID = os.environ.get("TWILIO_ACCOUNT_SID", "")
    TWILIO_AUTH_TOKEN = os.environ.get("TWILIO_AUTH_TOKEN", "")
    TWILIO_FROM = os.environ.get("TWILIO_FROM", "")  # a number, or the SID of a messaging service
    SMS_CHANNEL = "twilio" if TWILIO_ACCOUNT_SID else "log"

    # where the daily root of every trail goes, unless the tenant names an address of its own
    AUDIT_ROOT_EMAIL = os.environ.get("AUDIT_ROOT_EMAIL", "")

    # how long a worker may hold a message before another one takes it; longer than any of the waits above
    OUTBOX_LEASE_SECONDS = float(os.environ.get("OUTBOX_LEASE_SECONDS", "900"))

    # languages
    BABEL_DEFAULT_LOCALE = "en"
    BABEL_TRANSLATION_DIRECTORIES = str(ROOT / "babel" / "translations")
    LANGUAGES = {"en": {"flag": "gb", "name": "English"}, "ar": {"flag": "sa", "name": "العربية"}}  # noqa: RUF012

    # Flask-AppBuilder: Alembic owns its tables, the permission table its permissions
    APP_NAME = "TrainFlow"
    FAB_BASE_TEMPLATE = "trainflow/page.html"
    FAB_CREATE_DB = False
    FAB_UPDATE_PERMS = False
    FAB_ADD_SECURITY_API = False
    FAB_ADD_MENU_API = False
    FAB_API_MAX_PAGE_SIZE = 100
    FAB_PASSWORD_HASH_METHOD = "scrypt"
    AUTH_TYPE = 1
    TEMPLATES_AUTO_RELOAD = False


class Development(Config):
    """`make run` and a developer's machine."""


class Testing(Config):
    """The tests. Everything that a test must not wait for is quick, nothing is switched off."""

    ENV_NAME = "testing"
    TESTING = True
    SECRET_KEY = "a key for the tests, long enough to sign tokens with"
    SIGN_IN_LIMIT = "1000 per minute"
    API_LIMIT = "100000 per minute"
    FAB_PASSWORD_HASH_METHOD = "pbkdf2:sha256:1"
    SCHEDULER_ENABLED = False
    LOG_LEVEL = "WARNING"
    PUBLIC_URL = "https://trainflow.example"
    MAIL_CHANNEL = SMS_CHANNEL = "memory"


class Production(Config):
    """A server. Refuses to start without its secret, its database and its Redis."""

    ENV_NAME = "production"
    SESSION_COOKIE_SECURE = JWT_COOKIE_SECURE = _flag("SECURE_COOKIES", True)
    PUBLIC_URL = os.environ.get("PUBLIC_URL", "").rstrip("/")  # unset: mails carry no links
    MAIL_CHANNEL = "smtp"  # without a server messages wait, and the outbox says so
    SMS_CHANNEL = "twilio"
    REQUIRED = ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")

    def __init__(self) -> None:
        missing = [name for name in self.REQUIRED if not os.environ.get(name)]
        if missing:
            raise Misconfigured(f"set {', '.join(missing)} in the environment before starting in production")
        if self.SECRET_KEY in (self.DEVELOPMENT_KEY, Testing.SECRET_KEY) or is_guessable(self.SECRET_KEY):
            raise Misconfigured("SECRET_KEY has to be a secret: set one of at least 32 random characters, as made by "
                                "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'")
        if self.TRUSTED_HOSTS is None and self.PUBLIC_URL:
            self.TRUSTED_HOSTS = [str(urlsplit(self.PUBLIC_URL).hostname)]
        self.RATELIMIT_STORAGE_URI = os.environ.get("RATELIMIT_STORAGE_URL", os.environ["REDIS_URL"])


ENVIRONMENTS = {"development": Development, "testing": Testing, "production": Production}


def from_environment() -> Config:
    """The configuration that TRAINFLOW_ENV names (development unless set). Misconfigured: there is none of that name,
    or a server lacks something."""
    name = os.environ.get("TRAINFLOW_ENV", "development")
    if name not in ENVIRONMENTS:
        raise Misconfigured(f"TRAINFLOW_ENV is {name!r}: set one of {', '.join(ENVIRONMENTS)}")
    return ENVIRONMENTS[name]()
