"""What the address of a list says: filters, order, size, and the links that change one of them."""

from __future__ import annotations

import pytest

from app.platform.fab import listing


@pytest.fixture
def at(app):
    """at('q=x&size=50') -> a request for that address."""
    return lambda query="": app.test_request_context(f"/departments?{query}")


@pytest.fixture
def view(app):
    return next(v for v in app.appbuilder.baseviews if type(v).__name__ == "DepartmentView")


@pytest.mark.parametrize(("query", "order"), [
    ("", ("code", "asc")), ("order=name", ("name", "asc")), ("order=-name", ("name", "desc")),
    ("order=search_key", ("code", "asc")), ("order=--name", ("code", "asc")), ("order=", ("code", "asc")),
])
def test_order(at, view, query, order):
    with at(query):
        assert listing.read_order(view.order_columns, view.default_order) == order


@pytest.mark.parametrize(("query", "size"), [
    ("", 25), ("size=50", 50), ("size=100", 100), ("size=26", 25), ("size=-1", 25), ("size=x", 25),
    ("size=1000000", 25),
])
def test_page_size(at, query, size):
    with at(query):
        assert listing.read_page_size(25) == size


def test_filters_of_the_address_are_put_in_force(at, view):
    with at("_flt_3_code=HSE&_flt_0_name=Saf&_flt_99_code=x&_flt_0_tenant_id=x&_flt_0_name=&other=1"):
        active, unknown = listing.read_filters(view._filters)
        assert [(f.argument, f.column, f.value) for f in active] == [
            ("_flt_3_code", "code", "HSE"), ("_flt_0_name", "name", "Saf")]
        assert unknown == ["_flt_99_code", "_flt_0_tenant_id"]
        assert view._filters.values == [["HSE"], ["Saf"]] or len(view._filters.values) == 2


def test_links_change_one_thing_and_start_at_the_first_page(at):
    with at("q=a&size=50&after=xyz&_flt_0_name=S&_flt_0_name=T"):
        assert listing.link(order="-name") == "/departments?q=a&size=50&_flt_0_name=S&_flt_0_name=T&order=-name"
        assert listing.link(q=None, size=None) == "/departments?_flt_0_name=S&_flt_0_name=T"
        one = listing.ActiveFilter("_flt_0_name", "name", "Starts with", "S")
        assert listing.without_filter(one) == "/departments?q=a&size=50&_flt_0_name=T"
    with at("q=a"):
        assert listing.link(q=None) == "/departments"
        assert listing.link(q='x&y="z"') == "/departments?q=x%26y%3D%22z%22"
