"""A server does not start half-configured, or with a secret that everybody knows."""

from __future__ import annotations

import os
import secrets
import string
import subprocess
import sys
from pathlib import Path

import pytest

from config import Config, Testing, is_guessable

ROOT = Path(__file__).parents[1]
WHOLE = {"TRAINFLOW_ENV": "production", "SECRET_KEY": "7gQkX1vN0cYpZb4RtWm9sLh2JdEa6uFo", "REDIS_URL": "redis://127.0.0.1:1/0",
         "DATABASE_URL": "sqlite://", "PUBLIC_URL": "https://train.acme.example"}
SHOWN = ("config.SESSION_COOKIE_SECURE, config.JWT_COOKIE_SECURE, config.SESSION_COOKIE_HTTPONLY, "
         "config.SESSION_COOKIE_SAMESITE, config.TRUSTED_HOSTS")


def start(**changed):
    """What a process says that reads the configuration of these variables, and nothing of ours besides."""
    known = {name: value for name, value in (WHOLE | changed).items() if value is not None}
    program = f"from config import from_environment\nconfig = from_environment()\nprint([{SHOWN}])"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, env={"PATH": os.environ["PATH"]} | known,
                          capture_output=True, text=True, check=False)


def test_a_whole_configuration_starts_with_safe_cookies_and_its_own_host():
    assert start().stdout.strip() == "[True, True, True, 'Lax', ['train.acme.example']]"


@pytest.mark.parametrize(("changed", "said"), [
    ({"SECRET_KEY": None}, "set SECRET_KEY"), ({"SECRET_KEY": ""}, "set SECRET_KEY"),
    ({"SECRET_KEY": "short"}, "at least 32"), ({"SECRET_KEY": "x" * 31}, "at least 32"),
    ({"SECRET_KEY": "x" * 40}, "secrets.token_urlsafe"), ({"SECRET_KEY": "ab" * 20}, "has to be a secret"),
    ({"SECRET_KEY": "abcdefgh" * 5}, "has to be a secret"), ({"SECRET_KEY": "abcdefghijklmnopqrstuvwxyz012345"},
                                                             "has to be a secret"),
    ({"SECRET_KEY": Config.DEVELOPMENT_KEY}, "has to be a secret"),
    ({"SECRET_KEY": Testing.SECRET_KEY}, "has to be a secret"),
    ({"DATABASE_URL": None}, "set DATABASE_URL"), ({"REDIS_URL": None}, "set REDIS_URL"),
    ({"TRAINFLOW_ENV": "prod"}, "set one of development, testing, production"),
], ids=["no key", "empty key", "short key", "almost", "one character", "two characters", "a repetition",
        "the alphabet", "the demo's", "the tests'", "no database", "no Redis", "no such environment"])
def test_what_does_not_start(changed, said):
    answer = start(**changed)
    assert answer.returncode != 0 and said in answer.stderr
    assert changed.get("SECRET_KEY") not in answer.stderr.splitlines()


def test_a_command_says_in_one_sentence_what_is_missing():
    known = WHOLE | {"DATABASE_URL": "", "PATH": os.environ["PATH"]}
    answer = subprocess.run([sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"], cwd=ROOT, env=known,
                            capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr) == (
        1, "Error: set DATABASE_URL in the environment before starting in production\n")


@pytest.mark.parametrize("make", [lambda: secrets.token_hex(16), lambda: secrets.token_urlsafe(24),
                                  lambda: "".join(secrets.choice(string.digits) for _ in range(32))],
                         ids=["hexadecimal", "for addresses", "digits"])
def test_what_is_random_is_never_taken_for_guessable(make):
    assert not any(is_guessable(make()) for _ in range(300))
