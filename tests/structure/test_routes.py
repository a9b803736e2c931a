"""What other structure tests need to know about routes is said of each of them."""

from __future__ import annotations

from tests.structure.routes import PUBLIC, TABLES, routes


def test_every_address_with_an_id_says_of_which_table(app):
    """Where a view has no table of its own, tests/structure/routes.py TABLES names it."""
    known = [route for route in routes(app) if route.ids and route.endpoint not in PUBLIC]
    assert [str(route) for route in known if not hasattr(route.view, "datamodel")
            and not {route.endpoint, route.endpoint.partition(".")[0]} & set(TABLES)] == []
    views = {route.endpoint.partition(".")[0] for route in known} | {route.endpoint for route in known}
    assert set(TABLES) <= views
