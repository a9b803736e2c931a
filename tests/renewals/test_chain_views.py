"""The page of the chains says who decides, by name where a step names somebody."""

from __future__ import annotations

from app.accounts.models import SYSTEM
from app.organisation import operations as organisation
from app.platform.unit_of_work import unit_of_work
from app.renewals import chains


def test_a_chain_shows_whom_it_names(inside, sign_in, statements):
    with unit_of_work():
        people = [organisation.create_employee(SYSTEM, number=f"N{n}", name=f"Named {n}") for n in range(4)]
        chain = chains.create_chain(inside.actor("admin"), category="safety", step_1="foreman", step_3="person",
                                    person_3_id=people[0].id)
    browser = sign_in(inside, "admin")
    for address in ("/approval-chains", f"/approval-chains/{chain.id}"):
        page = browser.get(address).get_data(as_text=True)
        assert "Foreman" in page
        assert "Named 0" in page
    with unit_of_work():
        chains.create_chain(inside.actor("admin"), category="technical", **{
            f"{part}_{n}{end}": value for n in (1, 2, 3) for part, end, value in (
                ("step", "", "person"), ("person", "_id", people[n].id))})
    with statements() as found:
        assert "Named 3" in browser.get("/approval-chains").get_data(as_text=True)
    assert len([sql for sql in found if "FROM employees" in sql or "approval_chains" in sql]) <= 3
