"""The approval inbox: what it shows, and what each decision does."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine

from app.accounts import operations as accounts
from app.accounts.models import SYSTEM
from app.compliance import arrangements
from app.organisation import delegation
from app.platform.db import db
from app.platform.scope import platform_scope, tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import deciding, jobs, queries
from app.renewals.models import WorkflowDecision
from tests.conftest import NOW, PASSWORD

JSON = {"Accept": "application/json"}


def page(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def queue(text):
    return re.findall(r'<li data-step="([^"]+)"', text)


def test_what_runs_out_first_stands_first_with_its_case_beside_it(acme, asking, sign_in):
    later = asking.ask(on=dt.date(2025, 3, 20), code="rolling")
    sooner = asking.ask(on=dt.date(2025, 3, 10), reason="The crane contract starts in April")
    text = page(sign_in(acme, "foreman").get("/approvals"))
    assert queue(text) == [str(sooner), str(later)]
    assert "The crane contract starts in April" in text and "9 days left" in text
    assert "The crew of Foreman Acme: 1 of 1 hold a valid certificate for this course." in text
    assert re.search(r'data-waiting="Approvals">2<', text)


def test_an_empty_inbox_says_what_it_is_for(acme, asking, sign_in):
    assert "Nothing waits for you" in page(sign_in(acme, "foreman").get("/approvals"))


def test_approving_hands_the_request_on_and_the_last_approval_enrols(acme, asking, sign_in):
    step = asking.ask()
    foreman, manager = sign_in(acme, "foreman"), sign_in(acme, "manager")
    answer = foreman.post(f"/approvals/{step}/decide", data={"verdict": "approved"})
    assert (answer.status_code, answer.location) == (302, "/approvals")
    assert "1 request approved." in page(foreman.get("/approvals"))
    with tenant_scope(acme.id):
        second = asking.open_step(asking.request_of(step).id)
    text = page(manager.get("/approvals"))
    assert "Yours is the last decision" in text and queue(text) == [str(second)]
    manager.post(f"/approvals/{second}/decide", data={"verdict": "approved", "comment": "Book it in April"})
    with tenant_scope(acme.id):
        asked = asking.request_of(step)
        assert (asked.status, asked.new_enrollment_id is not None) == ("approved", True)


@pytest.mark.parametrize(("verdict", "words"), [("rejected", "Say why"), ("returned", "Say what you need to know")])
def test_rejecting_and_asking_need_words_and_what_was_typed_stays(acme, asking, sign_in, verdict, words):
    step = asking.ask()
    foreman = sign_in(acme, "foreman")
    assert words in page(foreman.post(f"/approvals/{step}/decide", data={"verdict": verdict}), 422)
    told = foreman.post(f"/approvals/{step}/decide", data={"verdict": verdict}, headers=JSON)
    assert (told.status_code, words in told.json["message"]) == (422, True)
    assert asking.statuses(step) == ["open"]
    foreman.post(f"/approvals/{step}/decide", data={"verdict": verdict, "comment": "Bring the old card"})
    assert asking.statuses(step) == [{"rejected": "rejected", "returned": "paused"}[verdict]]


def test_the_script_is_told_what_is_left_and_how_to_take_it_back(acme, asking, sign_in):
    first, second = asking.ask(), asking.ask(code="rolling")
    foreman = sign_in(acme, "foreman")
    told = foreman.post(f"/approvals/{first}/decide", data={"verdict": "approved"}, headers=JSON).json
    assert (told["decided"], told["waiting"], told["words"]) == ([str(first)], 1, "1 request approved.")
    assert page(foreman.post(told["undo"], follow_redirects=True)).count("1 decision was taken back.") == 1
    assert asking.statuses(first, second) == ["open", "open"]


def test_deciding_twice_is_one_decision(acme, asking, sign_in):
    step = asking.ask()
    foreman = sign_in(acme, "foreman")
    foreman.post(f"/approvals/{step}/decide", data={"verdict": "approved"})
    again = foreman.post(f"/approvals/{step}/decide", data={"verdict": "rejected", "comment": "No"}, headers=JSON)
    assert (again.status_code, again.json["code"]) == (409, "already_decided")
    late = foreman.get(f"/approvals/{step}")
    assert late.location.startswith("/all-renewals/")
    assert asking.statuses(step) == ["approved"]


def test_several_at_once_are_answered_one_by_one(acme, asking, sign_in):
    steps = [asking.ask(), asking.ask(code="rolling"), asking.ask(code="kept", on=dt.date(2025, 3, 10))]
    foreman = sign_in(acme, "foreman")
    foreman.post(f"/approvals/{steps[0]}/decide", data={"verdict": "approved"})
    chosen = {"step": [str(one) for one in steps]}
    unsaid = foreman.post("/approvals/decide", data=chosen | {"verdict": "rejected"}, headers=JSON)
    assert (unsaid.status_code, asking.statuses(*steps[1:])) == (422, ["open", "open"])
    answer = foreman.post("/approvals/decide", data=chosen | {"verdict": "rejected", "comment": "Site closes"})
    text = page(foreman.get(answer.location))
    assert "2 requests rejected. 1 could not be decided." in text
    assert text.count("This has been decided already.") == 1
    assert asking.statuses(*steps) == ["approved", "rejected", "rejected"]


def test_nothing_selected_is_said(acme, asking, sign_in):
    asking.ask()
    answer = sign_in(acme, "foreman").post("/approvals/decide", data={"verdict": "approved"}, headers=JSON)
    assert (answer.status_code, answer.json["message"]) == (422, "Choose at least one request.")


def test_all_that_wait_also_those_not_shown(acme, asking, sign_in, monkeypatch):
    steps = [asking.ask(), asking.ask(code="rolling")]
    answer = sign_in(acme, "foreman").post("/approvals/decide", data={"verdict": "approved", "all": "y"}, headers=JSON)
    assert sorted(answer.json["decided"]) == sorted(map(str, steps))


def test_undo_is_offered_for_ten_minutes(acme, asking, sign_in):
    step = asking.ask()
    foreman = sign_in(acme, "foreman")
    foreman.post(f"/approvals/{step}/decide", data={"verdict": "approved"})
    offered = re.search(r'action="(/approvals/decisions/[^"]+/undo)"', page(foreman.get("/approvals")))
    assert offered
    with time_machine.travel(NOW + dt.timedelta(minutes=11), tick=False):
        assert "data-undo hidden" in page(foreman.get("/approvals"))
        foreman.post(offered[1])
    assert asking.statuses(step) == ["approved"]


def test_somebody_elses_decision_is_not_there(acme, asking, sign_in):
    step = asking.ask()
    foreman = sign_in(acme, "foreman")
    url = foreman.post(f"/approvals/{step}/decide", data={"verdict": "approved"}, headers=JSON).json["url"]
    manager = sign_in(acme, "manager")
    assert [manager.get(url).status_code, manager.post(f"{url}/undo").status_code] == [404, 404]


def test_who_has_nothing_to_do_with_it_finds_nothing(acme, globex, asking, sign_in):
    step = asking.ask()
    for organisation_, who in ((acme, "outsider"), (globex, "foreman")):
        client = sign_in(organisation_, who)
        assert client.get(f"/approvals/{step}").status_code == 404
        assert client.post(f"/approvals/{step}/decide", data={"verdict": "approved"}).status_code == 404
    assert asking.statuses(step) == ["open"]


def test_a_delegate_decides_for_who_is_away_and_is_told_so(acme, asking, sign_in):
    step = asking.ask()
    with tenant_scope(acme.id), unit_of_work():
        delegation.create_delegation(acme.actor("foreman"), delegate_id=acme.employees["outsider"],
                                     starts_on=dt.date(2026, 3, 1), ends_on=dt.date(2026, 3, 5))
    outsider = sign_in(acme, "outsider")
    text = page(outsider.get("/approvals"))
    assert "You decide for Foreman Acme, who is away." in text and "for Foreman Acme, who is away" in text
    outsider.post(f"/approvals/{step}/decide", data={"verdict": "approved"})
    with tenant_scope(acme.id):
        words = [f"{line['title']} {line['text']}" for line in map(_words, queries.log_of(asking.request_of(step).id))]
    assert any("Outsider" in one and "for Foreman Acme" in one for one in words)


def _words(row):
    from app.renewals import wording

    return wording.log_line(row)


def test_the_case_is_a_part_for_the_script(acme, asking, sign_in):
    step = asking.ask()
    part = sign_in(acme, "foreman").get(f"/approvals/{step}", headers={"X-Part": "case"})
    text = page(part)
    assert "<html" not in text and f'data-case-of="{step}"' in text
    assert (part.headers["Vary"].split(", ")[0], part.headers["Cache-Control"]) == ("X-Part", "no-store")


def test_employees_see_the_entry_only_while_something_waits(acme, asking, sign_in):
    assert 'href="/approvals' not in page(sign_in(acme, "outsider").get("/my-courses"))
    assert 'href="/approvals' in page(sign_in(acme, "foreman").get("/my-courses"))


def test_the_queue_costs_the_same_for_two_as_for_twelve(acme, asking, sign_in, statements):
    asking.crew(2)
    foreman = sign_in(acme, "foreman")
    foreman.get("/approvals")
    with statements() as few:
        foreman.get("/approvals")
    asking.crew(10, first=2)
    with statements() as many:
        assert len(queue(page(foreman.get("/approvals")))) == 12
    assert len(many) == len(few), "\n".join(many)


def test_the_case_says_what_an_expiry_would_break(acme, asking, sign_in):
    step = asking.ask()
    with tenant_scope(acme.id), unit_of_work():
        arrangements.add_coverage_need(acme.actor("officer"), course_id=asking.training.courses["grace"].id, minimum=1,
                                       foreman_id=acme.employees["foreman"])
    text = page(sign_in(acme, "foreman").get(f"/approvals/{step}"))
    assert "Without a renewal" in text and "needs 1 and has 0 from 15 Mar 2026 on." in text


def test_a_decision_too_large_for_a_click_shows_how_far_it_is(acme, asking, sign_in):
    steps = [asking.ask(), asking.ask(code="rolling")]
    with tenant_scope(acme.id), unit_of_work():
        row = WorkflowDecision(actor_id=acme.actor("foreman").id, verdict="approved", answers={},
                               wanted=[str(one) for one in steps])
        db.session.add(row)
        db.session.flush()
        decision_id = row.id
    foreman, address = sign_in(acme, "foreman"), f"/approvals/decisions/{decision_id}"
    assert f'data-progress-url="{address}/progress"' in page(foreman.get(address))
    assert foreman.get(f"{address}/progress").json["finished"] is False
    with tenant_scope(acme.id):
        jobs.decide(decision_id)
    assert foreman.get(f"{address}/progress").json == {
        "done": 2, "total": 2, "stage": "deciding", "finished": True, "url": address}
    assert "2 requests approved." in page(foreman.get(address))
    assert asking.statuses(*steps) == ["approved", "approved"]


def test_a_large_decision_says_what_is_under_way(asking, sign_in, monkeypatch, run_pending_jobs):
    monkeypatch.setattr(deciding, "PART", 2)
    steps = asking.crew(5)
    browser = sign_in(asking.acme, "foreman")
    answer = browser.post("/approvals/decide", data={"step": steps, "verdict": "approved"})
    page = browser.get(answer.location).get_data(as_text=True)
    assert "5 requests are being decided." in page
    run_pending_jobs()
    assert "5 requests approved." in browser.get(answer.location).get_data(as_text=True)
    undone = browser.post(f"{answer.location}/undo")
    assert undone.location == answer.location
    assert "5 decisions are being taken back." in browser.get(answer.location).get_data(as_text=True)
    assert browser.get(f"{answer.location}/progress").json["done"] == 2
    run_pending_jobs()
    assert "5 decisions were taken back." in browser.get(answer.location).get_data(as_text=True)
    assert set(asking.statuses(*steps)) == {"open"}


def test_an_operator_who_works_as_somebody_sees_what_waits_and_is_offered_no_decision(context, acme, asking, sign_in):
    step = asking.ask()
    with platform_scope(), unit_of_work():
        accounts.create_login(SYSTEM, email="olga@platform.example", first_name="Olga", last_name="Operator",
                              roles=["Platform Operator"], password=PASSWORD)
    operator = context.test_client()
    operator.post("/login", data={"email": "olga@platform.example", "password": PASSWORD})
    operator.post(f"/impersonation/{acme.id}", data={"email": acme.emails["foreman"], "reason": "Ticket 4711: a look"})
    text = page(operator.get("/approvals"))
    assert queue(text) == [str(step)]
    assert "Decisions stay with the person whom you work as." in text
    assert 'name="verdict"' not in text
    assert 'name="verdict"' in page(sign_in(acme, "foreman").get("/approvals"))
    assert operator.post(f"/approvals/{step}/decide", data={"verdict": "approved"}).status_code == 403
