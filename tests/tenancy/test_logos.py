"""The tenant's own picture: what is taken, who sees it, where it stands."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import current_app, g
from PIL import Image
from pypdf import PdfReader

from app.platform.db import db
from app.platform.errors import ChangedMeanwhile, DomainError
from app.platform.fab.versions import tag_of
from app.platform.scope import tenant_scope
from app.platform.unit_of_work import unit_of_work
from app.reports import jobs, operations, queries
from app.reports.downloads import taken
from app.tenancy import logos
from app.tenancy import queries as tenancy
from app.tenancy.logo_api import LogoApi
from app.tenancy.models import Tenant


def picture(size=(1200, 300), kind="JPEG"):
    file = io.BytesIO()
    Image.new("RGB", size, "#0c6272").save(file, kind)
    return file.getvalue()


def send(client, content):
    return client.post("/logo/edit", data={"file": (io.BytesIO(content), "logo.png")})


def test_an_administrator_sets_it_and_only_the_tenant_sees_it(acme, globex, sign_in):
    admin, employee = sign_in(acme, "admin"), sign_in(acme, "employee")
    assert employee.get("/logo").status_code == 404
    assert send(admin, picture()).status_code == 302
    assert 'class="tenant-logo" src="/logo?v=' in employee.get("/").get_data(as_text=True)
    answer = employee.get("/logo")
    assert (answer.mimetype, Image.open(io.BytesIO(answer.data)).size) == ("image/png", (800, 200))
    assert sign_in(globex, "admin").get("/logo").status_code == 404
    assert send(employee, picture()).status_code == 403
    assert admin.post("/logo/edit", data={"remove": "1"}).status_code == 302
    assert employee.get("/logo").status_code == 404


def test_a_program_sets_reads_and_takes_it_away(acme, globex, program):
    admin, employee, address = program(acme, "admin"), program(acme, "employee"), "/api/v1/settings/logo"

    def put(client, content, **headers):
        return client.put(address, data={"file": (io.BytesIO(content), "logo.png")}, headers=headers)

    assert employee.get(address).status_code == 404
    assert put(admin, picture()).json == {"result": {"has_logo": True}}
    answer = employee.get(address)
    assert (answer.mimetype, Image.open(io.BytesIO(answer.data)).size) == ("image/png", (800, 200))
    assert employee.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert program(globex, "admin").get(address).status_code == 404
    for who in ("employee", "foreman", "manager", "officer"):
        client = program(acme, who)
        assert (put(client, picture()).status_code, client.delete(address).status_code) == (403, 403), who
    for refused, code in ((put(admin, b"<svg>"), "logo_kind"), (admin.put(address, json={}), "file_missing"),
                          (put(admin, picture((4001, 10), "PNG")), "logo_too_large")):
        assert (refused.status_code, refused.json["code"], refused.json["details"][0]["field"]) == (422, code, "file")
    assert employee.get(address).data == answer.data
    assert [admin.delete(address).json["result"]["has_logo"] for _turn in range(2)] == [False, False]
    assert employee.get(address).status_code == 404


def test_of_two_that_saw_the_same_logo_only_the_first_replaces_it(inside):
    with current_app.test_request_context(method="DELETE", headers={"If-Match": f'"{tag_of("seen")}"'}):
        g.user, tenant = inside.actor("admin"), tenancy.current_tenant()

        def set_by_another(logo):
            db.session.execute(sa.update(Tenant).where(Tenant.id == inside.id).values(flags={"logo": logo}),
                               execution_options={"synchronize_session": False})

        set_by_another("seen")
        db.session.refresh(tenant)
        set_by_another("theirs")  # after this request read the tenant
        assert tenant.logo == "seen"
        with pytest.raises(ChangedMeanwhile):
            LogoApi().delete_logo()
        db.session.rollback()


@pytest.mark.parametrize(("content", "code"), [
    (b"<svg onload=alert(1)>", "logo_kind"), (picture()[:200], "logo_kind"), (b"", "logo_kind"),
    (picture(kind="GIF"), "logo_kind"), (picture((4001, 10), "PNG"), "logo_too_large"),
    (picture() + b" " * logos.MOST_BYTES, "logo_too_large"),
])
def test_what_is_no_small_picture_is_refused(inside, content, code):
    with pytest.raises(DomainError) as refusal, unit_of_work():
        logos.set_logo(inside.actor("admin"), file=io.BytesIO(content))
    assert refusal.value.code == code


def test_it_stands_in_the_head_of_a_report(acme):
    with tenant_scope(acme.id):
        actor = acme.actor("admin")
        with unit_of_work():
            logos.set_logo(actor, file=io.BytesIO(picture()))
            run_id = operations.request_run(actor, "compliance", {}).id
        jobs.make(run_id)
        with taken(actor, queries.run(run_id), "pdf") as file:
            [page] = PdfReader(file).pages
            assert len(page.images) == 1
