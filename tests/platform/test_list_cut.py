"""What a list shows beside its rows is joined to the page, not to everything that matches."""

from __future__ import annotations

import re

from app.platform.fab.cursor import Cursor
from app.platform.fab.view import resource_view
from app.platform.scope import tenant_scope


def test_relations_are_joined_after_the_page_is_cut(acme, context, statements):
    with tenant_scope(acme.id), context.test_request_context():
        data = resource_view(context.appbuilder, "users").datamodel
        with statements() as found:
            data.page(None, ("name", "asc"), 3)
        [rows] = [sql for sql in found if "JOIN" in sql]
        assert re.search(r"\bIN \(SELECT .*\bLIMIT\b.*\)", rows, re.S)


def test_pages_forwards_and_backwards_meet(acme, context):
    with tenant_scope(acme.id), context.test_request_context():
        data = resource_view(context.appbuilder, "users").datamodel
        for order in (("name", "asc"), ("name", "desc"), ("hired_on", "asc"), ("hired_on", "desc"), ("", "desc")):
            everybody = [row.id for row in data.stream(None, order)]
            first = data.page(None, order, 4)
            second = data.page(None, order, 4, after=first.next)
            assert [row.id for row in first.rows + second.rows] == everybody
            assert [row.id for row in data.page(None, order, 4, before=second.previous).rows] == everybody[:4]
            assert Cursor(data.obj, *order).at(first.rows[-1]) == first.next
