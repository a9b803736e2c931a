"""Three stories of the demo data, from asking to being enrolled again: a technician, a foreman, a manager."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from app.enrollments.models import Enrollment
from app.notifications.models import Notification
from app.organisation.models import Employee
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.renewals import queries
from app.renewals.models import RenewalRequest
from app.tenancy import queries as tenancy
from seeds.democorp import DEMOCORP
from seeds.organisation import PASSWORD
from tests.walks.certificates import running_out


class Demo:
    """DemoCorp as it is seeded, and its people's browsers."""

    def __init__(self, app):
        self.app, self.id = app, tenancy.tenant_by_slug("democorp").id

    def browser(self, login):
        client = self.app.test_client()
        answer = client.post("/login", data={"email": f"{login}@democorp.local", "password": PASSWORD,
                                             "organisation": "democorp"})
        assert answer.status_code == 302, answer.text
        return client

    def certificate(self, number):
        """Something of somebody's that runs out in nine days, and was not asked for yet."""
        with tenant_scope(self.id):
            return running_out(number)

    def request(self, enrollment_id):
        with tenant_scope(self.id):
            return db.session.scalar(sa.select(RenewalRequest).where(
                RenewalRequest.enrollment_id == enrollment_id).order_by(RenewalRequest.id.desc()))

    def waits_for(self, enrollment_id):
        """(name or pool, address of the case) of the step that is open."""
        with tenant_scope(self.id):
            step = queries.open_step(self.request(enrollment_id).id)
            return (str(step.assignee) if step.assignee else step.pool), f"/approvals/{step.id}"

    def timeline(self, enrollment_id):
        with tenant_scope(self.id):
            return [line.event for line in queries.log_of(self.request(enrollment_id).id)]

    def told(self, number):
        """The kinds of what somebody was told."""
        with tenant_scope(self.id):
            user_id = db.session.scalar(sa.select(Employee.user_id).where(Employee.number == number))
            return set(db.session.scalars(sa.select(Notification.kind).where(Notification.user_id == user_id)))


@pytest.fixture
def demo(context, planted):
    planted(DEMOCORP)
    return Demo(context)


def decide(browser, address, verdict, comment=""):
    answer = browser.post(f"{address}/decide", data={"verdict": verdict, "comment": comment}, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_technician_asks_the_foreman_asks_back_and_the_manager_approves(demo):
    """Ahmed needs his certificate; Saeed wants to know why; Abdullah has the last word."""
    old = demo.certificate("1015")
    ahmed = demo.browser("employee")
    assert str(old) in ahmed.get("/my-renewals").text
    ahmed.post("/my-renewals/ask", data={"enrollment_id": str(old), "reason": "Shutdown in spring",
                                         "file": (io.BytesIO(b"%PDF-1.4 medical"), "medical.pdf")},
               content_type="multipart/form-data")
    who, case = demo.waits_for(old)
    assert who == "Saeed Al-Shehri"

    saeed = demo.browser("foreman")
    page = saeed.get(case).text
    assert "Ahmed Al-Rashidi" in page and "Shutdown in spring" in page and "medical.pdf" in page
    decide(saeed, case, "returned", "Which unit?")
    ahmed.post(f"/my-renewals/{demo.request(old).id}/answer", data={"answer": "Unit 4"})
    assert "Unit 4" in saeed.get(case).text
    decide(saeed, case, "approved")

    who, case = demo.waits_for(old)
    assert who == "Abdullah Al-Ghamdi"
    assert demo.browser("rajesh.nair").get(case).status_code in (302, 404)  # another crew's foreman: not his
    decide(demo.browser("manager"), case, "approved", "Book the first course")

    done = demo.request(old)
    assert done.status == "approved"
    with tenant_scope(demo.id):
        assert db.session.get(Enrollment, done.new_enrollment_id).renews_id == old
    assert demo.timeline(old) == ["requested", "opened", "returned", "answered", "approved", "opened", "approved",
                                  "completed"]
    assert {"renewal-question", "renewal-approved"} <= demo.told("1015")
    assert re.search(r"Approved", ahmed.get("/my-renewals").text)


def test_a_foreman_asks_and_the_manager_says_why_not(demo):
    """Saeed leads a crew himself: nobody stands between him and Abdullah, and Abdullah says no."""
    old = demo.certificate("1009")
    saeed = demo.browser("foreman")
    saeed.post("/my-renewals/ask", data={"enrollment_id": str(old), "reason": "Due"})
    who, case = demo.waits_for(old)
    assert who == "Abdullah Al-Ghamdi"
    assert demo.timeline(old) == ["requested", "skipped", "opened"]
    manager = demo.browser("manager")
    refused = manager.post(f"{case}/decide", data={"verdict": "rejected", "comment": ""})
    assert refused.status_code == 422 and demo.request(old).status == "pending"
    decide(manager, case, "rejected", "The course is replaced in May")
    assert demo.request(old).status == "rejected"
    assert "The course is replaced in May" in saeed.get("/my-renewals").text + saeed.get(
        f"/all-renewals/{demo.request(old).id}").text
    assert "renewal-rejected" in demo.told("1009")


def test_a_managers_request_goes_to_the_training_officers(demo):
    """Abdullah has nobody above him: either of the training officers decides, and the second comes too late."""
    old = demo.certificate("1005")
    demo.browser("manager").post("/my-renewals/ask", data={"enrollment_id": str(old), "reason": "Due"})
    who, case = demo.waits_for(old)
    assert who == "officers"
    assert {"approval-waiting"} <= demo.told("1003") & demo.told("1004")
    mona, thomas = demo.browser("officer"), demo.browser("thomas.george")
    assert "Abdullah Al-Ghamdi" in mona.get(case).text
    assert "Abdullah Al-Ghamdi" in thomas.get(case).text  # both have it open
    decide(mona, case, "approved")
    thomas.post(f"{case}/decide", data={"verdict": "rejected", "comment": "No"})
    assert demo.request(old).status == "approved"
    assert demo.timeline(old).count("approved") == 1 and "rejected" not in demo.timeline(old)
