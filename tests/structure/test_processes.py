"""The Procfile, run.py and the code agree on what runs."""

from __future__ import annotations

import shlex
from pathlib import Path

import run
from app.platform import cli, jobs, schedule

ROOT = Path(__file__).parents[2]
PROCFILE = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())


def test_a_worker_listens_to_every_queue_and_to_no_other():
    assert PROCFILE["worker"] == f"python run.py worker {' '.join(jobs.QUEUES)}"


def test_the_web_process_is_the_one_of_make_run():
    assert shlex.split(PROCFILE["web"]) == run.WEB


def test_every_process_is_a_command():
    assert set(PROCFILE) == {"web", "worker", "scheduler"}
    assert {"worker", "scheduler", "prepare"} <= set(cli.trainflow.commands)


def test_every_line_of_the_schedule_has_one_rhythm_and_a_name_of_its_own(app):
    lines = schedule.lines()
    assert all((line.every is None) != (line.daily_at is None) for line in lines)
    assert len({line.name for line in lines}) == len(lines)


def test_every_job_says_what_it_does(app):
    silent = [name for name, job in jobs.declared().items() if not job.__doc__ and not name.startswith("tests.")]
    assert silent == []
