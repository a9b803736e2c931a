from __future__ import annotations

import re

import pytest

from app.accounts.models import SYSTEM
from app.kpi import operations, panels
from app.kpi.metrics import METRICS
from app.platform.unit_of_work import unit_of_work
from tests.kpi.conftest import DAY, TODAY

MOST_STATEMENTS = 12


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_dashboard_shows_every_figure_and_where_its_rows_are(requests, plant, sign_in):
    page = sign_in(plant.acme, "officer").get("/kpi-dashboard").text
    for name in METRICS:
        assert f'id="kpi-{name}"' in page, name
    assert "30 %" in text(page)
    assert 'href="/kpi/compliance?part=hits"' in page
    assert "/kpi/renewal_turnaround?" not in page  # nothing was decided, so there are no rows


def test_a_dashboard_costs_a_dozen_statements(requests, plant, sign_in, statements):
    with unit_of_work():
        operations.take_snapshot(SYSTEM)
    for who, address in (("officer", "/kpi-dashboard"), ("manager", "/kpi-dashboard"), ("foreman", "/team"),
                         ("officer", f"/kpi-dashboard?department={plant.places['plant'].id}")):
        client = sign_in(plant.acme, who)
        client.get(address)
        with statements() as found:
            assert client.get(address).status_code == 200
        assert len(found) <= MOST_STATEMENTS, "\n".join([who, address, *(one[:90] for one in found)])


def test_the_rows_behind_a_tile(plant, sign_in):
    officer = sign_in(plant.acme, "officer")
    page = text(officer.get("/kpi/overdue").text)
    assert "Overdue: 7" in page
    assert "Foreman Acme" in page
    assert "7 entries" in page
    assert 'href="/kpi-dashboard"' in officer.get("/kpi/overdue").text
    assert 'href="/kpi-dashboard' not in sign_in(plant.acme, "employee").get("/kpi/overdue").text  # has none
    foreman = text(sign_in(plant.acme, "foreman").get("/kpi/overdue").text)
    assert "Outsider Acme" not in foreman


def test_a_bar_leads_to_its_rows(requests, plant, sign_in):
    officer = sign_in(plant.acme, "officer")
    page = officer.get("/kpi-dashboard").text
    assert 'href="/kpi/expiring_90?part=week_2"' in page and "part=week_3" not in page
    assert 'href="/kpi/approvals_waiting?part=waits_0"' in page
    week = text(officer.get("/kpi/expiring_90?part=week_2").text)
    assert "In the week from" in week and "Employee Acme" in week and "1 entry" in week
    assert "Waiting for 0 to 2 days" in text(officer.get("/kpi/approvals_waiting?part=waits_0").text)
    assert "No rows" in text(officer.get("/kpi/approvals_waiting?part=waits_15").text)
    assert len(officer.get("/kpi/expiring_90/export.csv?part=week_2").text.splitlines()) == 2


def test_somebody_elses_people_are_in_no_number_whatever_the_filter(plant, sign_in):
    outsider = plant.acme.employees["outsider"]
    foreman = sign_in(plant.acme, "foreman")
    assert "Compliance: –" in text(foreman.get(f"/kpi/compliance?team={outsider}").text)
    assert "Compliance: –" in text(foreman.get(f"/kpi/compliance?department={plant.places['office'].id}").text)


def test_a_filter_that_is_no_id_matches_nobody_and_an_unknown_metric_is_not_there(plant, sign_in):
    officer = sign_in(plant.acme, "officer")
    assert "Overdue: 0" in text(officer.get("/kpi/overdue?department=nonsense").text)
    assert officer.get("/kpi/nonsense").status_code == 404
    assert officer.get("/kpi-dashboard?as_of=nonsense&category=%00").status_code == 200


def test_a_past_day_as_known_then_and_now(plant, sign_in):
    officer, yesterday = sign_in(plant.acme, "officer"), (TODAY - DAY).isoformat()
    assert "No figures were on record" in text(officer.get(f"/kpi-dashboard?as_of={yesterday}&known=then").text)
    with unit_of_work():
        operations.take_snapshot(SYSTEM, day=TODAY - DAY)
    page = text(officer.get(f"/kpi-dashboard?as_of={yesterday}&known=then").text)
    assert "As it was known on" in page
    people = text(officer.get(f"/kpi/overdue?as_of={yesterday}&known=then").text)
    assert "Overdue: 7" in people
    assert "Foreman Acme" in people
    assert "as the records say now" in text(officer.get(f"/kpi-dashboard?as_of={yesterday}").text)


def test_what_was_known_then_is_never_shown_as_if_it_were_narrowed(plant, sign_in, program):
    """The record keeps people, not courses, job roles and grades: a number under such a filter would be of all."""
    officer, yesterday = sign_in(plant.acme, "officer"), (TODAY - DAY).isoformat()
    with unit_of_work():
        operations.take_snapshot(SYSTEM, day=TODAY - DAY)
    then, place = f"as_of={yesterday}&known=then", plant.places["plant"].id
    for narrower in ("category=safety", f"course={plant.courses['fire'].id}", f"job_role={plant.fitter.id}"):
        page = officer.get(f"/kpi-dashboard?{then}&{narrower}&department={place}").text
        assert "The daily record knows people" in text(page) and "/kpi/overdue" not in page
        assert f'<option value="{place}" selected>' in page  # what was chosen stays chosen
        assert "as the records say now" not in text(page)
        assert "The daily record knows people" in text(officer.get(f"/kpi/overdue?{then}&{narrower}").text)
        assert officer.get(f"/kpi/overdue/export.csv?{then}&{narrower}").status_code == 422
        for address in ("summary", "rows/overdue"):
            refused = program(plant.acme, "officer").get(f"/api/v1/kpi/{address}?{then}&{narrower}")
            assert (refused.status_code, refused.json["code"]) == (422, "not_on_record")


def test_what_was_known_then_adds_up_over_rest_and_in_the_file(requests, plant, sign_in, program):
    then = f"as_of={(TODAY - DAY).isoformat()}&known=then"
    with unit_of_work():
        operations.take_snapshot(SYSTEM, day=TODAY - DAY)
    plant.completed("code", TODAY - 5 * DAY)  # found out later: what was known then does not move
    caller = program(plant.acme, "officer")
    for told in caller.get(f"/api/v1/kpi/summary?{then}").json["result"]:
        found = caller.get(told["rows"]).json
        assert sum(one["hits"] for one in found["result"]) == told["hits"], told["name"]
        assert sum(one["among"] for one in found["result"]) == told["among"], told["name"]
    officer = sign_in(plant.acme, "officer")
    assert f"/kpi/overdue/export.csv?{then.replace('&', '&amp;')}" in officer.get(f"/kpi/overdue?{then}").text
    lines = officer.get(f"/kpi/overdue/export.csv?{then}").get_data(as_text=True).splitlines()[1:]
    assert sum(int(line.split(",")[-2]) for line in lines) == 7
    assert caller.get("/api/v1/kpi/rows/overdue?as_of=2020-01-01&known=then").status_code == 409
    assert officer.get("/kpi/overdue/export.csv?as_of=2020-01-01&known=then").status_code == 409


def test_nothing_on_a_day_is_not_told_as_if_nothing_were_there_at_all(plant, sign_in):
    page = text(sign_in(plant.acme, "officer").get("/kpi-dashboard?category=nonsense").text)
    assert "Nothing counts here" in page and "Figures appear as soon as" not in page


def test_the_team_of_a_foreman(plant, sign_in):
    page = text(sign_in(plant.acme, "foreman").get("/team").text)
    assert "2 people" in page
    assert "Employee Acme" in page
    assert "Manager Acme" not in page.split("Expiring in 90 days")[-1]


def test_a_number_of_one_person_leads_to_its_rows_and_a_row_to_what_it_is_about(requests, plant, sign_in, program):
    foreman, who = sign_in(plant.acme, "foreman"), plant.acme.employees["employee"]
    team = foreman.get("/team").text
    addresses = re.findall(rf'href="(/kpi/[a-z_0-9]+\?employee={who}[^"]*)"><b>(\d+)', team)
    assert {address.split("?")[0] for address, _number in addresses} >= {"/kpi/overdue", "/kpi/approvals_waiting"}
    for address, number in addresses:
        page = foreman.get(address.replace("&amp;", "&")).text
        rows = re.findall(r'<tr data-opens="([^"]+)"', page)
        assert len(rows) == int(number), address
        assert "Employee <b><bdi>Employee Acme" in page
        assert all(foreman.get(row).status_code == 200 for row in rows)
    [passed] = re.findall(r'<tr data-opens="([^"]+)"', foreman.get(f"/kpi/training_completion?employee={who}").text)
    assert foreman.get(passed).status_code == 200
    outsider = plant.acme.employees["outsider"]
    assert "Overdue: 0" in text(foreman.get(f"/kpi/overdue?employee={outsider}").text)
    officer = program(plant.acme, "officer")
    for address in ("summary", "trend/overdue"):
        assert officer.get(f"/api/v1/kpi/{address}?employee=nonsense").status_code == 200


def test_one_person_then_and_over_time_is_that_person_alone(plant, program):
    with unit_of_work():
        operations.take_snapshot(SYSTEM, day=TODAY - DAY)
    officer, who = program(plant.acme, "officer"), plant.acme.employees["employee"]
    then = officer.get(f"/api/v1/kpi/summary?employee={who}&as_of={TODAY - DAY}&known=then").json["result"][1]
    [point] = officer.get(f"/api/v1/kpi/trend/overdue?employee={who}").json["result"]
    assert (then["name"], then["hits"]) == ("overdue", 2) and point["value"] == 2


def test_a_page_beyond_the_last_is_the_last(plant, sign_in):
    page = text(sign_in(plant.acme, "officer").get("/kpi/overdue?page=99").text)
    assert "No rows" not in page and "Foreman Acme" in page


def test_the_front_page_of_a_large_organisation_does_not_wait_for_its_figures(plant, sign_in, monkeypatch):
    client = sign_in(plant.acme, "officer")
    whole = client.get("/kpi/at-home").get_data(as_text=True)
    assert 'class="tiles"' in whole and whole in client.get("/").get_data(as_text=True)
    monkeypatch.setattr(panels, "MANY", 2)
    text = client.get("/").get_data(as_text=True)
    assert 'data-part="/kpi/at-home"' in text and 'class="tiles"' not in text
    assert 'data-part' not in sign_in(plant.acme, "employee").get("/").get_data(as_text=True)


@pytest.mark.parametrize(("who", "title"), [("officer", "How training stands"), ("foreman", "How the team stands"),
                                            ("employee", "What I must have")])
def test_the_front_page_of_each_role(plant, sign_in, who, title):
    page = sign_in(plant.acme, who).get("/").text
    assert title in page
    assert "/kpi/compliance" in page


@pytest.mark.parametrize("address", ["/", "/kpi-dashboard", "/kpi/compliance", "/kpi"])
def test_a_tenant_without_anything_says_so(acme, sign_in, address):
    page = sign_in(acme, "officer").get(address)
    assert page.status_code == 200
    assert "None" not in text(page.text)


def test_the_figures_over_rest(plant, program, sign_in):
    employee = program(plant.acme, "employee").get("/api/v1/kpi/summary").json
    compliance = next(one for one in employee["result"] if one["name"] == "compliance")
    assert (compliance["hits"], compliance["among"], compliance["value"], compliance["unit"]) == (1, 3, 33.3, "percent")
    officer = program(plant.acme, "officer")
    assert officer.get("/api/v1/kpi/trend/nonsense").status_code == 404
    assert officer.get("/api/v1/kpi/trend/compliance?category=safety").json["code"] == "not_on_record"
    with unit_of_work():
        operations.take_snapshot(SYSTEM)
    [point] = officer.get("/api/v1/kpi/trend/compliance").json["result"]
    assert (point["day"], point["value"]) == (TODAY.isoformat(), 30.0)
    assert officer.get("/api/v1/kpi/summary?as_of=2020-01-01&known=then").status_code == 409
