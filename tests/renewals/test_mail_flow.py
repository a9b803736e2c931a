"""From the request to the decision by mail: what is sent is what decides."""

from __future__ import annotations

import re

from app.notifications.channels import channel


def test_the_mail_that_is_sent_decides_and_scanning_it_does_not(context, acme, asking, run_pending_jobs):
    channel("email").sent.clear()
    step = asking.ask(reason="For the crane")
    run_pending_jobs()
    letters = [letter for letter in channel("email").sent if "/decide/" in letter.text]
    assert len(letters) == 1
    path = re.search(r"https://trainflow\.example(/decide/\S+)", letters[0].text)[1]
    scanner = context.test_client()
    for _ in range(50):
        assert scanner.get(path).status_code == 200
    assert asking.statuses(step) == ["open"]
    assert context.test_client().post(path, data={"verdict": "approved"}).status_code == 200
    assert asking.statuses(step) == ["approved"]
