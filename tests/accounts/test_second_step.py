"""A code beside the password: once each, within its half minute, with a way back for a lost phone."""

from __future__ import annotations

import datetime as dt
import re

import pyotp
import pytest
import sqlalchemy as sa

from app.accounts import second_step
from app.accounts.models import User
from app.audit.models import AuditEntry
from app.platform.db import db
from app.platform.errors import Conflict
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW, PASSWORD


@pytest.fixture
def armed(context, acme, sign_in):
    """The officer with an authenticator app: its secret and the recovery codes."""
    client = sign_in(acme, "officer")
    secret = re.search(r'<code dir="ltr">(\w{32})</code>', client.get("/account/second-step").text)[1]
    page = client.post("/account/second-step", data={"code": pyotp.TOTP(secret).at(NOW)})
    assert page.status_code == 200, page.text
    return secret, re.findall(r"<code>([0-9a-f]{6}-[0-9a-f]{6})</code>", page.text)


def first_step(app, acme):
    client = app.test_client()
    answer = client.post("/login?next=/departments", data={"email": acme.emails["officer"], "password": PASSWORD})
    return client, answer


def enter(client, code):
    return client.post("/login/code?next=/departments", data={"code": code})


def test_the_password_alone_opens_nothing_then(context, acme, armed):
    client, answer = first_step(context, acme)
    assert answer.location == "/login/code?next=/departments"
    assert client.get("/departments").status_code == 302
    assert client.get("/api/auth/me").status_code == 401


def test_the_code_opens_and_works_once(context, acme, armed, time_machine):
    secret, _codes = armed
    time_machine.move_to(NOW + dt.timedelta(minutes=2))
    code = pyotp.TOTP(secret).at(NOW + dt.timedelta(minutes=2))
    client, _answer = first_step(context, acme)
    assert enter(client, code).location == "/departments"
    assert client.get("/departments").status_code == 200
    other, _answer = first_step(context, acme)
    assert enter(other, code).status_code == 401


@pytest.mark.parametrize(("seconds", "opens"), [(-60, False), (-30, True), (30, True), (60, False), (-600, False)])
def test_a_code_opens_in_its_half_minute_and_the_ones_beside_it(context, acme, armed, time_machine, seconds, opens):
    secret, _codes = armed
    time_machine.move_to(at := NOW + dt.timedelta(minutes=30), tick=False)
    code = pyotp.TOTP(secret).at(at + dt.timedelta(seconds=seconds))
    assert (enter(first_step(context, acme)[0], code).status_code == 302) is opens


def test_a_recovery_code_opens_once_and_is_kept_as_a_digest(context, acme, armed):
    _secret, codes = armed
    assert len(codes) == 10
    assert enter(first_step(context, acme)[0], codes[0].upper()).status_code == 302
    assert enter(first_step(context, acme)[0], codes[0]).status_code == 401
    with tenant_scope(acme.id):
        user = acme.actor("officer")
        assert len(user.recovery_codes) == 9
        assert not any(code in str(user.recovery_codes) for code in codes)
        used = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "RecoveryCodeUsed")).one()
        assert used.data == {"left": 9}


def test_guessing_codes_is_locked_as_guessing_passwords_is(context, acme, armed, time_machine):
    secret, _codes = armed
    time_machine.move_to(NOW + dt.timedelta(minutes=2))
    client, _answer = first_step(context, acme)
    for _ in range(5):
        assert enter(client, "000000").status_code == 401
    assert enter(client, pyotp.TOTP(secret).at(NOW + dt.timedelta(minutes=2))).status_code == 401


def test_half_way_lasts_five_minutes(context, acme, armed, time_machine):
    client, _answer = first_step(context, acme)
    time_machine.move_to(NOW + dt.timedelta(minutes=5, seconds=1))
    assert client.get("/login/code").location.startswith("/login")


def test_nobody_reaches_the_second_door_without_the_first(context, acme, armed):
    assert context.test_client().get("/login/code").status_code == 302
    assert enter(context.test_client(), armed[1][0]).status_code == 302


def test_programs_send_the_code_too(context, acme, armed):
    body = {"email": acme.emails["officer"], "password": PASSWORD}
    answer = context.test_client().post("/api/auth/login", json=body)
    assert (answer.status_code, answer.json["code"]) == (403, "code_needed")
    answer = context.test_client().post("/api/auth/login", json=body | {"code": "000000"})
    assert (answer.status_code, answer.json["code"]) == (403, "code_wrong")
    assert context.test_client().post("/api/auth/login", json=body | {"code": armed[1][0]}).status_code == 200


def test_a_wrong_first_code_switches_nothing_on(context, acme, sign_in):
    client = sign_in(acme, "officer")
    assert client.post("/account/second-step", data={"code": "000000"}).status_code == 422
    assert first_step(context, acme)[1].location == "/departments"


def test_the_secret_is_kept_encrypted(acme, armed):
    with tenant_scope(acme.id):
        stored = db.session.scalars(sa.select(User.totp_secret).where(User.totp_secret.isnot(None))).one()
    assert armed[0] not in stored


def test_switching_off_asks_for_the_password(context, acme, armed, sign_in):
    client, _answer = first_step(context, acme)
    enter(client, armed[1][0])
    client.post("/account/second-step/remove", data={"password": "wrong password"})
    assert first_step(context, acme)[1].location.startswith("/login/code")
    client.post("/account/second-step/remove", data={"password": PASSWORD})
    assert first_step(context, acme)[1].location == "/departments"


def test_an_administrator_helps_whoever_lost_phone_and_codes_and_the_person_is_told(acme, armed, context, sign_in):
    admin, address = sign_in(acme, "admin"), f"/users/{acme.employees['officer']}/login"
    form = {"role": "Training Officer", "active": "y"}
    admin.post(address, data=form)
    assert first_step(context, acme)[1].location.startswith("/login/code")
    admin.post(address, data=form | {"forget_second_step": "y"})
    client, answer = first_step(context, acme)
    assert answer.location == "/departments"
    assert "Admin Acme had your login ask for its password only" in client.get("/notifications").text
    again = admin.post(address, data=form | {"forget_second_step": "y"})
    assert again.status_code == 422
    assert "This login asks for no code" in again.text


def test_nobody_else_does_so(acme, armed, context, sign_in):
    address = f"/users/{acme.employees['officer']}/login"
    for name in ("employee", "foreman", "manager"):
        assert sign_in(acme, name).post(address, data={"role": "Training Officer", "forget_second_step": "y"}
                                        ).status_code in (403, 404)
    assert first_step(context, acme)[1].location.startswith("/login/code")


def test_a_code_that_somebody_was_quicker_with_is_not_taken(acme, armed):
    _secret, codes = armed
    with tenant_scope(acme.id):
        user = acme.actor("officer")
        assert second_step.is_right(user, codes[0])
        with unit_of_work():
            second_step.use_code(user.id, codes[0])
        for late in (codes[0], "nonsense"):
            with pytest.raises(Conflict, match="used before"), unit_of_work():
                second_step.use_code(user.id, late)


# -- over REST --------------------------------------------------------------------------------------------


def sign_in_by(app, acme, code=""):
    body = {"email": acme.emails["officer"], "password": PASSWORD, "code": code}
    return app.test_client().post("/api/auth/login", json=body)


@pytest.fixture
def armed_over_rest(acme, program):
    """The officer's program, its app's secret and the recovery codes."""
    officer = program(acme, "officer")
    made = officer.post("/api/auth/second-step/secret")
    assert made.headers["Cache-Control"] == "no-store"
    secret = made.json["secret"]
    assert pyotp.parse_uri(made.json["uri"]).secret == secret
    answer = officer.post("/api/auth/second-step", json={"secret": secret, "code": pyotp.TOTP(secret).at(NOW)})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store"), answer.json
    return officer, secret, answer.json["recoveryCodes"]


def test_a_program_switches_the_second_step_on(context, acme, armed_over_rest):
    officer, _secret, codes = armed_over_rest
    assert len(set(codes)) == 10
    assert officer.get("/api/auth/second-step").json == {"isOn": True, "recoveryCodesLeft": 10}
    assert sign_in_by(context, acme).json["code"] == "code_needed"
    assert sign_in_by(context, acme, codes[0]).status_code == 200
    assert officer.get("/api/auth/second-step").json["recoveryCodesLeft"] == 9


@pytest.mark.parametrize(("secret", "code"), [
    ("A" * 32, "000000"), ("A" * 31, "000000"), ("a" * 32, "000000"), ("", ""), ("A" * 32, ""), ("1" * 32, "000000"),
])
def test_nothing_is_switched_on_by_a_wrong_code_or_a_weak_secret(context, acme, program, secret, code):
    answer = program(acme, "officer").post("/api/auth/second-step", json={"secret": secret, "code": code})
    assert answer.status_code == 422, answer.json
    assert sign_in_by(context, acme).status_code == 200


def test_it_is_switched_on_once(acme, armed_over_rest):
    officer, secret, _codes = armed_over_rest
    body = {"secret": secret, "code": pyotp.TOTP(secret).at(NOW)}
    answer = officer.post("/api/auth/second-step", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "second_step_there")


def test_new_recovery_codes_end_the_old_ones_and_ask_for_the_password(context, acme, armed_over_rest):
    officer, _secret, old = armed_over_rest
    refused = officer.post("/api/auth/second-step/recovery-codes", json={"password": "a guess"})
    assert (refused.status_code, refused.json["code"]) == (422, "password_wrong")
    answer = officer.post("/api/auth/second-step/recovery-codes", json={"password": PASSWORD})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    new = answer.json["recoveryCodes"]
    assert len(new) == 10
    assert set(new).isdisjoint(old)
    assert sign_in_by(context, acme, old[0]).json["code"] == "code_wrong"
    assert sign_in_by(context, acme, new[0]).status_code == 200
    with tenant_scope(acme.id):
        assert db.session.scalars(sa.select(AuditEntry).where(AuditEntry.event == "RecoveryCodesRenewed")).one()


def test_a_program_switches_it_off_with_the_password_only(context, acme, armed_over_rest):
    officer, _secret, _codes = armed_over_rest
    assert officer.post("/api/auth/second-step/remove", json={"password": "a guess"}).status_code == 422
    assert sign_in_by(context, acme).json["code"] == "code_needed"
    assert officer.post("/api/auth/second-step/remove", json={"password": PASSWORD}).json == {"isOn": False}
    assert officer.get("/api/auth/second-step").json == {"isOn": False, "recoveryCodesLeft": 0}
    assert sign_in_by(context, acme).status_code == 200
    for path in ("remove", "recovery-codes"):
        again = officer.post(f"/api/auth/second-step/{path}", json={"password": PASSWORD})
        assert (again.status_code, again.json["code"]) == (409, "second_step_absent")


def test_five_wrong_passwords_lock_the_second_step_too(acme, armed_over_rest):
    officer, _secret, _codes = armed_over_rest
    for _guess in range(5):
        officer.post("/api/auth/second-step/remove", json={"password": "a guess"})
    locked = officer.post("/api/auth/second-step/remove", json={"password": PASSWORD})
    assert (locked.status_code, locked.json["code"]) == (422, "password_wrong")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("POST", ""), ("POST", "/secret"), ("POST", "/remove"),
                                              ("POST", "/recovery-codes")])
def test_no_key_and_no_visitor_reaches_a_second_step(context, acme, program, method, path):
    key = program(acme, "officer").post("/api/v1/api-keys/", json={"name": "Wide", "access": "write"}).json["result"]
    address = f"/api/auth/second-step{path}"
    with_key = context.test_client().open(address, method=method, headers={"Authorization": f"Bearer {key['key']}"})
    assert with_key.status_code == 403
    assert context.test_client().open(address, method=method).status_code == 401


def test_the_screen_gives_new_recovery_codes(context, acme, armed, sign_in):
    _secret, old = armed
    client, _answer = first_step(context, acme)
    enter(client, old[0])
    assert "9 recovery codes are left" in client.get("/account/second-step").text
    refused = client.post("/account/second-step/recovery-codes", data={"password": "a guess"}, follow_redirects=True)
    assert "not your current password" in refused.text
    page = client.post("/account/second-step/recovery-codes", data={"password": PASSWORD})
    new = re.findall(r"<code>([0-9a-f]{6}-[0-9a-f]{6})</code>", page.text)
    assert (len(new), page.headers["Cache-Control"]) == (10, "no-store")
    assert enter(first_step(context, acme)[0], old[1]).status_code == 401
    assert enter(first_step(context, acme)[0], new[0]).status_code == 302


def test_the_password_alone_is_no_sign_in_in_the_trail(context, acme, armed):
    signed_in = sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.event == "SignedIn")
    with tenant_scope(acme.id):
        before = db.session.scalar(signed_in)
    first_step(context, acme)
    with tenant_scope(acme.id):
        assert db.session.scalar(signed_in) == before
