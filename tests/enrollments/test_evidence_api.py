"""Files of an enrollment over REST: the same as on its page, by the same people."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest

from app.enrollments import queries
from app.platform import documents, files
from app.platform.scope import tenant_scope
from tests.enrollments.test_evidence import PDF, row  # noqa: F401

KEY = {"Idempotency-Key": "once"}


@pytest.fixture
def address(row):  # noqa: F811
    return f"/api/v1/enrollments/{row.id}/evidence"


def send(client, address, content=PDF, name="scans/card.pdf", **headers):
    return client.post(address, data={"file": (io.BytesIO(content), name)}, headers=headers)


def test_attached_listed_read_and_removed(acme, program, address):
    officer, employee = program(acme, "officer"), program(acme, "employee")
    sent = send(officer, address)
    assert (sent.status_code, sent.json["result"]["file_name"], sent.json["result"]["size"]) == (
        201, "card.pdf", len(PDF))
    assert employee.get(address).json == {"count": 1, "result": [sent.json["result"]], "next": None}
    own = f"{address}/{sent.json['id']}"
    answer = employee.get(own)
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=card.pdf"
    assert employee.get(own, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert officer.delete(own, headers={"If-Match": '"another"'}).json["code"] == "changed_meanwhile"
    assert officer.delete(own, headers={"If-Match": answer.headers["ETag"]}).json["id"] == sent.json["id"]
    assert officer.get(own).status_code == officer.delete(own).status_code == 404
    assert officer.get(address).json["count"] == 0


def test_only_who_sees_the_enrollment_sees_them_and_only_officers_change_them(acme, globex, program, address):
    own = f"{address}/{send(program(acme, 'officer'), address).json['id']}"
    asked = {who: program(acme, who) for who in ("employee", "foreman", "manager", "outsider")}
    asked["another's officer"] = program(globex, "officer")
    answers = {who: (client.get(address).status_code, client.get(own).status_code, send(client, address).status_code,
                     client.delete(own).status_code) for who, client in asked.items()}
    assert answers == {"employee": (200, 200, 403, 403), "foreman": (200, 200, 403, 403),
                       "manager": (200, 200, 403, 403), "outsider": (404, 404, 403, 403),
                       "another's officer": (404, 404, 404, 404)}


def test_a_file_of_another_enrollment_is_not_found_here(acme, program, address, row):  # noqa: F811
    officer = program(acme, "officer")
    kept = send(officer, address).json["id"]
    other = officer.post("/api/v1/enrollments/", json={
        "employee_id": str(row.employee_id), "course_id": str(row.course_id), "status": "completed",
        "completed_on": str(dt.date(2024, 6, 1))}).json["id"]
    elsewhere = f"/api/v1/enrollments/{other}/evidence/{kept}"
    assert officer.get(elsewhere).status_code == officer.delete(elsewhere).status_code == 404
    assert officer.get(f"{address}/{kept}").status_code == 200


def test_what_can_not_be_taken_is_told_with_a_code(acme, program, address):
    officer = program(acme, "officer")
    refused = [officer.post(address, json={}), officer.post(address, data={"file": "text"}),
               send(officer, address, b"MZ\x90 a program"),
               send(officer, address, PDF + bytes(documents.MEGABYTES * 1024 * 1024))]
    assert [(answer.status_code, answer.json["code"]) for answer in refused] == [
        (422, "file_missing"), (422, "file_missing"), (422, "file_kind"), (422, "file_too_large")]
    assert {answer.json["details"][0]["field"] for answer in refused} == {"file"}
    assert officer.get(address).json["count"] == 0


def test_more_than_the_server_takes_at_all_is_413(context, acme, program, address, monkeypatch):
    officer = program(acme, "officer")
    monkeypatch.setitem(context.config, "MAX_CONTENT_LENGTH", 1024)
    answer = send(officer, address, PDF + bytes(2048))
    assert (answer.status_code, answer.json["code"]) == (413, "request_entity_too_large")


def test_the_same_file_sent_again_with_the_same_key_is_attached_once(acme, program, address):
    officer = program(acme, "officer")
    first, again = (send(officer, address, **KEY) for _turn in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    assert again.headers["Idempotent-Replay"] == "true"
    other = send(officer, address, PDF + b" of somebody else", **KEY)
    assert (other.status_code, other.json["code"]) == (409, "idempotency_key_reused")
    assert officer.get(address).json["count"] == 1


def test_a_file_that_the_disk_lost_is_told(acme, program, address, row):  # noqa: F811
    officer = program(acme, "officer")
    own = f"{address}/{send(officer, address, PDF + b'soon lost').json['id']}"
    with tenant_scope(acme.id):
        [kept] = queries.evidence_of(row.id)
        Path(files.open_kept(kept.file_key).name).unlink()
    answer = officer.get(own)
    assert (answer.status_code, answer.json["code"]) == (404, "file_lost")
