"""A failure of ours leaves no import waiting for ever: it goes back to where somebody can try again."""

from __future__ import annotations

import shutil
from pathlib import Path

from flask import current_app

from app.imports import jobs, operations
from app.platform.unit_of_work import unit_of_work
from tests.imports.conftest import Importing


def test_a_lost_file_ends_the_dry_run_with_a_word_and_a_way_on(inside, run_pending_jobs):
    importing = Importing(inside)
    batch = importing.upload("departments", [["Code", "Name"], ["HSE", "Safety"]])
    with unit_of_work():
        operations.match_columns(importing.actor, batch.id, batch.mapping)
    shutil.rmtree(Path(current_app.config["FILES_DIRECTORY"]) / str(inside.id))
    jobs.check.enqueue(batch.id)
    run_pending_jobs()
    failed = importing.batch
    assert failed.stage == "failed"
    assert "Try again" in failed.problem["message"]
