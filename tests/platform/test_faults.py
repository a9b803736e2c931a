"""Things outside break: the database, Redis, the disk. Told in words, nothing half-done, and over without a restart."""

from __future__ import annotations

import io
import resource
import socket
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from rq import Queue

from app.enrollments.models import Evidence
from app.imports import jobs as imports
from app.imports.models import ImportBatch
from app.organisation.models import Department
from app.platform import redis
from app.platform.db import db
from app.platform.redis_server import EmbeddedRedis
from app.platform.scope import tenant_scope
from tests.conftest import PASSWORD, Organisation
from tests.databases import given_url
from tests.enrollments.test_evidence import row  # noqa: F401
from tests.imports.test_views import mapping_of
from tests.served import served_app

KILOBYTE = 1024
HSE = {"code": "HSE", "name": "Safety", "is_active": "y"}
HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="scan.pdf"\r\n\r\n'
PEOPLE = b"Employee number,Name\n77,Ada Lovelace\n"


# -- disk ------------------------------------------------------------------------------------------------

@contextmanager
def room_for(size):
    """No file of this process may grow beyond `size` bytes, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def kept_files(app):
    return {path for path in Path(app.config["FILES_DIRECTORY"]).rglob("*") if path.is_file()}


@pytest.mark.parametrize("size", [300, 900], ids=["while it is kept", "while it comes in"])
def test_a_full_disk_is_told_and_leaves_nothing_behind(context, acme, row, sign_in, size):  # noqa: F811
    officer, before = sign_in(acme, "officer"), kept_files(context)
    officer.get("/lang/ar")

    def send():
        body = HEAD + b"%PDF-1.7\n" + bytes(size * KILOBYTE) + b"\r\n--edge--\r\n"
        return officer.post(f"/enrollments/{row.id}/evidence", data=body,
                            content_type="multipart/form-data; boundary=edge")

    with room_for(200 * KILOBYTE):
        answer = send()
    assert (answer.status_code, answer.mimetype) == (507, "text/html")
    assert "لا يوجد متسع لهذا الملف" in answer.text
    assert kept_files(context) == before
    with tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count(Evidence.id))) == 0
    assert send().status_code == 302
    assert len(kept_files(context) - before) == 1


@pytest.mark.parametrize("size", [300, 900], ids=["while it is kept", "while it comes in"])
def test_a_full_disk_is_told_to_a_program_and_leaves_nothing_behind(context, acme, row, program, size):  # noqa: F811
    officer, before = program(acme, "officer"), kept_files(context)

    def send():
        body = HEAD + b"%PDF-1.7 of a program\n" + bytes(size * KILOBYTE) + b"\r\n--edge--\r\n"
        return officer.post(f"/api/v1/enrollments/{row.id}/evidence", data=body, headers={"Idempotency-Key": "scan"},
                            content_type="multipart/form-data; boundary=edge")

    with room_for(200 * KILOBYTE):
        answer = send()
    assert (answer.status_code, answer.json["code"], answer.json["details"]) == (507, "no_room", [])
    assert len(answer.json["traceId"]) == 32
    assert kept_files(context) == before
    with tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count(Evidence.id))) == 0
    again = send()  # with the same key: what failed on our side was not done
    assert (again.status_code, "Idempotent-Replay" in again.headers) == (201, False)
    assert len(kept_files(context) - before) == 1


# -- database and Redis ----------------------------------------------------------------------------------

class Door:
    """A way to a server that can be shut: whoever is connected is cut off, and nobody new comes through."""

    def __init__(self, host, port):
        self.target, self.open = (host, port), True
        self.listener, self.ways = socket.create_server(("127.0.0.1", 0)), []
        threading.Thread(target=self._let_in, daemon=True).start()

    def _let_in(self):
        while True:
            try:
                inside, _address = self.listener.accept()
            except OSError:
                return
            if not self.open:
                inside.close()
                continue
            outside = socket.create_connection(self.target)
            self.ways += [inside, outside]
            for one, other in ((inside, outside), (outside, inside)):
                threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    @staticmethod
    def _carry(one, other):
        try:
            while part := one.recv(65536):
                other.sendall(part)
        except OSError:
            pass
        for end in (one, other):
            end.close()

    def shut(self):
        self.open = False
        for end in self.ways:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.ways.clear()


class Outage:
    """The database of an application goes away and comes back: a server's connections are cut, a file is gone."""

    def __init__(self, folder):
        given = sa.make_url(given_url("sqlite://"))
        self.file = folder / "own.db"
        self.door = None if given.get_backend_name() == "sqlite" else Door(given.host, given.port)

    def through(self, app):
        """Have the application reach its database by the door."""
        if self.door is not None:
            url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
            port = self.door.listener.getsockname()[1]
            db.engines[None] = sa.create_engine(url.set(host="127.0.0.1", port=port), pool_pre_ping=True)

    @contextmanager
    def now(self, app):
        """Away for as long as the block lasts."""
        if self.door is not None:
            self.door.shut()
            yield
            self.door.open = True
            return
        with app.app_context():
            db.engine.dispose()
        aside = self.file.rename(self.file.with_suffix(".aside"))
        self.file.mkdir()
        yield
        with app.app_context():
            db.engine.dispose()
        self.file.rmdir()
        aside.rename(self.file)


@pytest.fixture
def redis_of_its_own(tmp_path):
    server = EmbeddedRedis(tmp_path / "redis", keep=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(tmp_path, redis_of_its_own):
    """An application with a database and a Redis of its own, an organisation in it, and its officer's browser."""
    outage = Outage(tmp_path)
    with served_app(tmp_path, REDIS_URL=redis_of_its_own.url, RATELIMIT_STORAGE_URI=redis_of_its_own.url) as app:
        with app.app_context():
            outage.through(app)
            acme = Organisation("acme")
        client = app.test_client()
        assert client.post("/login", data={"email": acme.emails["officer"], "password": PASSWORD}).status_code == 302
        yield app, acme, client, outage


def test_a_database_that_goes_and_comes_back(house):
    app, acme, client, outage = house
    client.get("/lang/ar")
    with outage.now(app):
        for answer in (client.get("/departments"), client.post("/departments/add", data=HSE)):
            assert (answer.status_code, answer.mimetype) == (503, "text/html")
            assert 'dir="rtl"' in answer.text and answer.headers["X-Trace-Id"] in answer.text
        answer = client.get("/api/v1/departments/")
        assert (answer.status_code, answer.json["code"]) == (503, "database_unavailable")
        assert client.get("/healthz").status_code == 503
    assert client.get("/healthz").status_code == 200
    assert client.get("/departments").status_code == 200  # still signed in
    assert client.post("/departments/add", data=HSE).status_code == 302
    with app.app_context(), tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count(Department.id))) == 1


def test_a_redis_that_goes_and_comes_back(house, redis_of_its_own):
    app, acme, client, _outage = house
    redis_of_its_own.stop()
    other = app.test_client()
    assert other.post("/login", data={"email": acme.emails["admin"], "password": PASSWORD}).status_code == 302
    assert other.get("/api/health/detailed").json["down"] == ["redis"]
    answer = client.post("/imports/add", data={"kind": "employees", "file": (io.BytesIO(PEOPLE), "people.csv")})
    assert answer.status_code == 302
    matched = mapping_of(client.get(answer.location).text)
    assert client.post(f"{answer.location}/match", data=matched).status_code == 302  # a job is to check the file
    redis_of_its_own.start()
    with app.app_context(), tenant_scope(acme.id):
        assert db.session.scalar(sa.select(sa.func.count(ImportBatch.id))) == 1
        assert Queue("imports", connection=redis.connection()).count == 0
        imports.sweep()
        assert Queue("imports", connection=redis.connection()).count == 1
    assert "redis" not in other.get("/api/health/detailed").json["down"]
