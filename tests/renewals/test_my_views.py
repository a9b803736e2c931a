"""What somebody sees and does about their own renewals, and the list of all."""

from __future__ import annotations

import datetime as dt
import io
import re

from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.renewals import operations

PDF = b"%PDF-1.4 a certificate"


def page(answer, status=200):
    assert answer.status_code == status, answer.get_data(as_text=True)[:1500]
    return answer.get_data(as_text=True)


def request_id(asking, step):
    with tenant_scope(asking.acme.id):
        return asking.request_of(step).id


def test_one_click_asks_and_the_page_then_says_who_decides(acme, asking, sign_in):
    enrollment_id = asking.certificate()
    employee = sign_in(acme, "employee")
    text = page(employee.get("/my-renewals"))
    assert f'name="enrollment_id" value="{enrollment_id}"' in text
    text = page(employee.post("/my-renewals/ask", data={"enrollment_id": str(enrollment_id)}, follow_redirects=True))
    assert "Your request is on its way." in text and "Foreman Acme" in text and "Manager Acme" in text
    assert "Ask for renewal" not in text


def test_a_pool_is_named_without_whoever_asked_and_whoever_it_is_about(renewals, sign_in):
    for who in ("second", "third"):
        renewals.hire(who, "Training Officer")
    renewals.ask("second", by="officer")
    text = page(sign_in(renewals.acme, "second").get("/my-renewals"))
    assert "have to decide, since" in text and "Any of them may: Third." in text


def test_a_file_goes_with_the_request_and_only_who_sees_the_request_gets_it(acme, globex, asking, sign_in):
    enrollment_id = asking.certificate()
    employee = sign_in(acme, "employee")
    employee.post("/my-renewals/ask", data={"enrollment_id": str(enrollment_id), "reason": "For the crane",
                                            "file": (io.BytesIO(PDF), "card.pdf")})
    text = page(employee.get("/my-renewals"))
    address = re.search(r'href="(/my-renewals/evidence/[^"]+)"', text)[1]
    assert "card.pdf" in text and "For the crane" in text
    assert sign_in(acme, "foreman").get(address).data == PDF
    assert sign_in(acme, "outsider").get(address).status_code == 404
    assert sign_in(globex, "officer").get(address).status_code == 404


def test_a_file_that_is_none_is_refused_and_nothing_is_asked(acme, asking, sign_in):
    enrollment_id = asking.certificate()
    employee = sign_in(acme, "employee")
    text = page(employee.post("/my-renewals/ask", follow_redirects=True, data={
        "enrollment_id": str(enrollment_id), "file": (io.BytesIO(b"MZ program"), "card.pdf")}))
    assert "Attach a PDF, a PNG or a JPEG." in text and "Ask for renewal" in text


def test_a_question_is_answered_on_the_page(acme, asking, sign_in):
    step = asking.ask()
    with tenant_scope(acme.id), unit_of_work():
        operations.return_for_information(acme.actor("foreman"), step, question="Which crane do you drive?")
    employee = sign_in(acme, "employee")
    assert "Which crane do you drive?" in page(employee.get("/my-renewals"))
    employee.post(f"/my-renewals/{request_id(asking, step)}/answer", data={"answer": "The new one"})
    assert asking.statuses(step) == ["open"]
    assert "The new one" in page(sign_in(acme, "foreman").get(f"/approvals/{step}"))


def test_a_request_is_withdrawn_and_can_be_asked_again(acme, asking, sign_in):
    step = asking.ask()
    employee = sign_in(acme, "employee")
    text = page(employee.post(f"/my-renewals/{request_id(asking, step)}/withdraw", follow_redirects=True))
    assert "Your request is withdrawn." in text and "Earlier requests" in text and "Ask for renewal" in text


def test_nobody_withdraws_somebody_elses(acme, asking, sign_in):
    step = asking.ask()
    address = f"/my-renewals/{request_id(asking, step)}/withdraw"
    assert sign_in(acme, "outsider").post(address).status_code == 404
    assert "Only whoever asked can do this." in page(sign_in(acme, "foreman").post(address, follow_redirects=True))
    assert asking.statuses(step) == ["open"]


def test_the_page_of_a_certificate_offers_the_renewal_and_then_tells_of_it(acme, asking, sign_in):
    enrollment_id = asking.certificate()
    employee, here = sign_in(acme, "employee"), f"/enrollments/{enrollment_id}"
    assert "Ask for renewal" in page(employee.get(here))
    answer = employee.post("/my-renewals/ask", data={"enrollment_id": str(enrollment_id), "back": here})
    assert answer.location == here
    assert "Its renewal was asked for" in page(employee.get(here))
    assert "Ask for renewal" not in page(sign_in(acme, "foreman").get(here))


def test_a_way_back_leads_nowhere_else(acme, asking, sign_in):
    answer = sign_in(acme, "employee").post("/my-renewals/ask", data={
        "enrollment_id": str(asking.certificate()), "back": "https://evil.example/"})
    assert answer.location == "/"


def test_the_list_of_all_says_whom_each_waits_for(acme, asking, sign_in):
    asking.ask()
    asking.ask(code="rolling", on=dt.date(2025, 3, 20))
    officer = sign_in(acme, "officer")
    text = page(officer.get("/all-renewals"))
    assert text.count("<tr data-opens") == 2 and "Foreman Acme" in text and "Waiting for approval" in text
    for query, rows in ((f"_flt_0_waits_for={acme.employees['foreman']}", 2), ("q=rolling", 1),
                        (f"_flt_0_waits_for={acme.employees['manager']}", 0), ("_flt_0_status=approved", 0)):
        assert page(officer.get(f"/all-renewals?{query}")).count("<tr data-opens") == rows, query


def test_the_list_is_exported_as_it_is_filtered(acme, asking, sign_in):
    asking.ask()
    lines = sign_in(acme, "officer").get("/all-renewals/export.csv").get_data(as_text=True).splitlines()
    assert len(lines) == 2 and "Foreman Acme" in lines[1] and "Waiting for approval" in lines[1]


def test_an_officer_lets_somebody_else_decide(acme, asking, sign_in):
    step = asking.ask()
    officer, address = sign_in(acme, "officer"), f"/all-renewals/{request_id(asking, step)}"
    assert "Let somebody else decide" in page(officer.get(address))
    answer = officer.post(f"{address}/reassign", data={"employee_id": str(acme.employees["manager"]),
                                                       "comment": "Saeed is on the rig"})
    assert answer.location.endswith(address)
    text = page(officer.get(address))
    assert "Manager Acme" in text and "Saeed is on the rig" in text
    refused = officer.post(f"{address}/reassign", data={"employee_id": str(acme.employees["employee"])})
    assert "This person can not decide it" in page(refused, 422)


def test_leaders_see_their_crews_and_employees_only_their_own(acme, asking, sign_in):
    mine, other = asking.ask(), asking.ask("outsider", "rolling")
    assert page(sign_in(acme, "foreman").get("/all-renewals")).count("<tr data-opens") == 1
    employee = sign_in(acme, "employee")
    assert employee.get("/all-renewals", follow_redirects=False).status_code == 403
    assert employee.get(f"/all-renewals/{request_id(asking, mine)}").status_code == 200
    assert employee.get(f"/all-renewals/{request_id(asking, other)}").status_code == 404


def test_the_front_page_asks_with_one_click_and_stays(acme, asking, sign_in):
    enrollment_id = asking.certificate()
    employee = sign_in(acme, "employee")
    assert "Can be renewed now" in page(employee.get("/"))
    answer = employee.post("/my-renewals/ask", data={"enrollment_id": str(enrollment_id), "back": "/"})
    assert answer.location == "/"
    assert "Can be renewed now" not in page(employee.get("/"))
