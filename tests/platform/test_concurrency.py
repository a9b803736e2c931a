"""Requests that run side by side, and what one leaves behind for the next."""

from __future__ import annotations

import datetime as dt
import re
import sys
import threading

import pytest
import time_machine

from app.accounts.models import SYSTEM
from app.organisation import operations as departments
from app.platform.db import db
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from tests.conftest import NOW, PASSWORD, Organisation
from tests.served import served_app


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with served_app(tmp_path_factory.mktemp("served")) as app:
        with app.app_context():
            app.organisations = [Organisation("acme"), Organisation("globex")]
        yield app


def browser(app, organisation, name):
    client = app.test_client()
    answer = client.post("/login", data={"email": organisation.emails[name], "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_a_request_gives_its_session_and_connection_back(served):
    acme, globex = served.organisations
    browsers = [browser(served, acme, "officer"), browser(served, globex, "officer")]
    for client in browsers * 10:  # more requests than the pool has connections
        assert client.get("/departments").status_code == 200
        assert client.get("/api/v1/departments/").status_code == 200
    assert db.session.registry.registry == {}
    with served.app_context():
        assert db.engine.pool.checkedout() == 0


# -- eight threads ---------------------------------------------------------------------------------------

# Each turn asks a screen and REST: 1,008 requests. With Flask-AppBuilder's own filters, which all requests share,
# half of the pages are wrong.
THREADS, TURNS = 8, 63


@pytest.fixture
def impatient():
    """Let threads take turns a thousand times as often as usual, as a loaded server would."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.fixture(scope="module")
def stocked(served):
    """`served`, both tenants with a department for each thread; its name tells whose and which it is."""
    with served.app_context():
        for organisation in served.organisations:
            with tenant_scope(organisation.id), unit_of_work():
                for number in range(THREADS):
                    departments.create_department(SYSTEM, code=f"D{number}", name=mark(organisation, number))
    return served


def mark(organisation, number):
    return f"{organisation.slug} number {number}"


def ask(app, number, start, wrong, asked):
    """One person's session: always the same filter, on screen and over REST."""
    organisation = app.organisations[number % 2]
    client = browser(app, organisation, ("officer", "admin")[number % 2])
    own = mark(organisation, number)
    start.wait()
    for _ in range(TURNS):
        page = client.get(f"/departments?_flt_3_code=D{number}").text
        answer = client.get(f"/api/v1/departments/?q=(filters:!((col:code,opr:eq,value:D{number})))").json
        shown = {name for o in app.organisations for n in range(THREADS) if (name := mark(o, n)) in page}
        filters = set(re.findall(r"_flt_\d_code=(D\d)", page)) | set(re.findall(r"_flt_3_code\" value=\"(D\d)", page))
        asked.append(2)
        if shown != {own} or not filters <= {f"D{number}"} or [row["name"] for row in answer["result"]] != [own]:
            wrong.append((own, shown, filters, answer))


def test_a_thousand_requests_in_eight_threads_never_see_each_others_filters_or_rows(stocked, impatient):
    assert "equal" in str(_third_filter_of_departments(stocked)).lower()
    start, wrong, asked = threading.Barrier(THREADS), [], []
    threads = [threading.Thread(target=ask, args=(stocked, number, start, wrong, asked)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert sum(asked) == THREADS * TURNS * 2
    assert db.session.registry.registry == {}


def _third_filter_of_departments(app):
    view = next(v for v in app.appbuilder.baseviews if type(v).__name__ == "DepartmentView")
    return view._filters.get_search_filters()["code"][3].name


def test_the_same_code_saved_at_the_same_moment_is_one_row_and_one_refusal(served):
    acme = served.organisations[0]
    clients = [browser(served, acme, who) for who in ("officer", "admin")]
    for number in range(5):
        start, answers = threading.Barrier(2), []
        form = {"code": f"SAME{number}", "name": "Same", "is_active": "y"}
        threads = [threading.Thread(target=_post_together, args=(client, form, start, answers)) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answers) == [302, 422]


def _post_together(client, form, start, answers):
    start.wait()
    answers.append(client.post("/departments/add", data=form).status_code)


def test_one_version_is_saved_over_once(served):
    acme = served.organisations[0]
    clients = [browser(served, acme, who) for who in ("officer", "admin")]
    address = clients[0].post("/departments/add", data={"code": "V", "name": "V", "is_active": "y"}).location
    for number in range(5):
        with time_machine.travel(NOW + dt.timedelta(minutes=number + 1), tick=False):
            page = clients[0].get(f"{address}/edit").text
            version = re.search(r'name="_version" value="([^"]+)"', page)[1]
            form = {"code": "V", "is_active": "y", "_version": version}
            start, answers = threading.Barrier(2), []
            threads = [threading.Thread(target=_edit_together, args=(
                client, address, form | {"name": f"{number} by {turn}"}, start, answers))
                for turn, client in enumerate(clients)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert sorted(answers) == [302, 422]


def _edit_together(client, address, form, start, answers):
    start.wait()
    answers.append(client.post(f"{address}/edit", data=form).status_code)
