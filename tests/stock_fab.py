"""Flask-AppBuilder as it comes, asked for each trap. Run as a program, so that nothing of ours is loaded.

    python -m tests.stock_fab FOLDER     prints {trap: what was seen} as JSON
"""

from __future__ import annotations

import json
import logging
import re
import sys
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_appbuilder import AppBuilder, Model, ModelRestApi, ModelView, action
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.filters import FilterEqual
from flask_appbuilder.models.sqla.interface import SQLAInterface
from flask_appbuilder.security.sqla.models import Role, User
from flask_wtf.csrf import CSRFProtect
from sqlalchemy.orm import Session, relationship, with_loader_criteria

logging.disable(logging.CRITICAL)
ACTED: list[Any] = []


class Dep(Model):
    """A related table."""

    __tablename__ = "dep"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40))

    def __repr__(self) -> str:
        return str(self.name)


class Person(Model):
    __tablename__ = "person"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(40), unique=True, nullable=False)
    dep_id = sa.Column(sa.Integer, sa.ForeignKey("dep.id"))
    dep = relationship(Dep)
    owner_id = sa.Column(sa.Integer, sa.ForeignKey("ab_user.id"))
    owner = relationship(User)


class Thing(Model):
    __tablename__ = "thing"
    id = sa.Column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    name = sa.Column(sa.String(40))
    other_id = sa.Column(sa.Uuid)


class Member(User):
    """What one would write to add a tenant to FAB's user."""

    __tablename__ = "member"
    id = sa.Column(sa.Integer, sa.ForeignKey("ab_user.id"), primary_key=True)
    tenant_id = sa.Column(sa.Integer)


class PersonView(ModelView):
    datamodel = SQLAInterface(Person)
    list_columns = ["name"]
    base_filters = [["name", FilterEqual, "visible"]]
    page_size = 2

    @action("touch", "Touch", single=True)
    def touch(self, items: Any) -> Any:
        ACTED.append(items.name if isinstance(items, Person) else [i.name for i in items])
        return "touched"


class EveryPersonView(ModelView):
    datamodel = SQLAInterface(Person)
    list_columns = ["name"]
    page_size = 2


class ThingView(ModelView):
    datamodel = SQLAInterface(Thing)
    list_columns = ["name"]


class ThingApi(ModelRestApi):
    resource_name = "thing"
    datamodel = SQLAInterface(Thing)
    allow_browser_login = True


class PersonApi(ModelRestApi):
    resource_name = "person"
    datamodel = SQLAInterface(Person)
    allow_browser_login = True
    add_columns = ["name", "dep", "owner"]
    list_columns = ["name", "dep.name"]


class KeyApi(ModelRestApi):
    resource_name = "key"
    datamodel = SQLAInterface(Person)
    list_columns = ["name", "dep_id"]


def make(folder: str, csrf: bool = False) -> tuple[Flask, AppBuilder, Any]:
    app = Flask("stock")
    app.config.update(SECRET_KEY="x" * 40, SQLALCHEMY_DATABASE_URI=f"sqlite:///{folder}/stock.db",
                      WTF_CSRF_ENABLED=csrf, WTF_CSRF_CHECK_DEFAULT=csrf)
    if csrf:
        CSRFProtect(app)
    db = SQLA(app, metadata=Model.metadata)
    with app.app_context():
        builder = AppBuilder(app, db.session)
        for view in (PersonView, EveryPersonView, ThingView):
            builder.add_view(view, view.__name__)
        for api in (ThingApi, PersonApi):
            builder.add_api(api)
        builder.sm.add_user("boss", "B", "Oss", "boss@x.example", builder.sm.find_role("Admin"), "password")
    return app, builder, db


def probe(folder: str) -> dict[str, Any]:
    app, builder, db = make(folder)
    with app.app_context():
        boss = db.session.scalars(sa.select(User)).one()
        db.session.add_all([Person(name="visible"), Person(name="hidden", owner=boss), Thing(name="a")])
        db.session.add_all([Person(name=f"p{n}") for n in range(150)])
        db.session.commit()
        thing = str(db.session.scalars(sa.select(Thing.id)).one())
        hidden = db.session.scalar(sa.select(Person.id).where(Person.name == "hidden"))
    client = app.test_client()
    client.post("/login/", data={"username": "boss", "password": "password"})

    def status(method: str, address: str, **more: Any) -> int:
        try:
            return client.open(address, method=method, **more).status_code
        except Exception:
            return 500

    found: dict[str, Any] = {
        "malformed id": status("GET", "/thingview/show/nonsense"),
        "good id": status("GET", f"/thingview/show/{thing}"),
        "rest get by uuid": status("GET", f"/api/v1/thing/{thing}"),
        "filters of a uuid column": list(
            SQLAInterface(Thing).get_filters(["other_id", "name"]).get_search_filters()),
        "duplicate key": status("POST", "/api/v1/person/", json={"name": "visible"}),
        "page size": client.get("/everypersonview/list/?psize_EveryPersonView=1000000").text.count("/show/"),
        "page abc": status("GET", "/everypersonview/list/?page_EveryPersonView=abc"),
        "hidden row shown": status("GET", f"/personview/show/{hidden}"),
        "hidden row acted on": status("POST", f"/personview/action/touch/{hidden}") == 200 and list(ACTED),
    }
    found["rest shows password hash"] = "scrypt:" in client.get(f"/api/v1/person/{hidden}").text
    found["unknown reference"] = status("POST", "/api/v1/person/", json={"name": "new", "dep": 99})
    with app.app_context():
        found["rows an unknown reference made"] = db.session.scalar(sa.select(sa.func.count()).select_from(Dep))
    nobodys = client.get("/api/v1/person/?q=(filters:!((col:dep,opr:rel_o_m,value:12345)),page_size:100)")
    found["rows of an unknown related id"] = nobodys.json.get("count")
    client.get("/everypersonview/list/?_flt_3_name=visible")
    view = next(v for v in builder.baseviews if type(v) is EveryPersonView)
    found["filter left for the next request"] = [value for value in view._filters.values if value]
    found["security screens"] = {path: status("GET", path) for path in (
        "/users/list/", "/users/show/1", "/users/edit/1", "/roles/list/", "/roles/edit/1", "/groups/list/",
        "/resetpassword/form?pk=1", "/resetmypassword/form", "/userstatschartview/chart/", "/users/userinfo/")}
    status("GET", f"/everypersonview/delete/{hidden}")
    with app.app_context():
        found["deleted by get"] = db.session.get(Person, hidden) is None
    found["form logins"] = [app.test_client().post("/login/", data={"username": "boss", "password": "no"}).status_code
                            for _ in range(6)]
    found["rest logins"] = [app.test_client().post("/api/v1/security/login", json={
        "username": "boss", "password": "no", "provider": "db"}).status_code for _ in range(6)]
    try:
        with app.app_context():
            builder.add_api(KeyApi)
        found["foreign key column"] = "starts"
    except Exception as error:
        found["foreign key column"] = type(error).__name__
    return found | subclass_leak(app, db)


def subclass_leak(app: Flask, db: Any) -> dict[str, Any]:
    with app.app_context():
        role = Role(name="Shared")
        db.session.add_all(Member(first_name="m", last_name="m", username=f"m{n}", email=f"m{n}@x.example",
                                  tenant_id=n, roles=[role]) for n in (1, 2))
        db.session.commit()
        db.session.remove()
        only_one = with_loader_criteria(Member, Member.tenant_id == 1, include_aliases=True)
        sa.event.listen(Session, "do_orm_execute", lambda state: setattr(
            state, "statement", state.statement.options(only_one)) if state.is_select else None)
        shared = db.session.scalars(sa.select(Role).where(Role.name == "Shared")).one()
        return {"logins of a role, by subclass": sorted(user.username for user in shared.user)}


def cookie_without_token(folder: str) -> dict[str, Any]:
    app, _builder, _db = make(folder, csrf=True)
    client = app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/login/").text)
    client.post("/login/", data={"username": "boss", "password": "password", "csrf_token": token[1] if token else ""})
    return {"cookie without token": client.post("/api/v1/person/", json={"name": "forged"}).status_code}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "csrf").mkdir()
    sys.stdout.write(json.dumps(cookie_without_token(str(folder / "csrf")) | probe(str(folder))))
