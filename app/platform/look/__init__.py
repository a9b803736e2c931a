"""What templates may call: icons, badges, dates, cells, navigation. No page is decided here."""

from __future__ import annotations

from flask import Flask

from app.platform import wording
from app.platform.fab import listing
from app.platform.look import (
    actions,
    assets,
    cells,
    dates,
    filter_bar,
    fragments,
    navigation,
    people,
    rows,
    states,
)

__all__ = ["before_templates", "init_app"]


def before_templates(app: Flask) -> None:
    """What must stand before the first template is compiled."""
    app.jinja_env.add_extension(assets.NoInlineStyle)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def init_app(app: Flask) -> None:
    """Register the globals and filters of our templates."""
    app.jinja_env.globals.update(
        asset=assets.asset, icon=assets.icon, navigation=navigation.navigation, accent=navigation.accent,
        logo=navigation.logo, person_name=people.person_name,
        state_badge=cells.state_badge, STATES=states.STATES, cell=cells.cell, columns=cells.columns,
        link_column=cells.link_column, filter_fields=filter_bar.filter_fields, chips=filter_bar.chips,
        page_link=listing.link, days_left=dates.days_left, page_sizes=listing.PAGE_SIZES, localised=wording.localised,
        row_actions=actions.row_actions, bulk_actions=actions.bulk_actions, export_link=actions.export_link,
        table_rows=rows.table_rows, fragment=fragments.fragment,
    )
    app.jinja_env.filters.update(day=dates.day, instant=dates.instant, number=dates.number, show=cells.show)
    assets.keep_static(app)
