"""What a mail looks like: its text and its HTML, in the reader's language and direction.

The HTML carries its style on each element, because mail programs know nothing else; it is put together here
and not in a template, where inline styles are refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.platform.addresses import public_url
from app.platform.wording import RIGHT_TO_LEFT

FONT = "font-family:'IBM Plex Sans','IBM Plex Sans Arabic','Segoe UI',Tahoma,Arial,sans-serif"
INK, SOFT, LINE, GROUND, ACCENT = "#1c2733", "#5b6875", "#d9dfe5", "#f3f5f7", "#0c6272"


@dataclass(frozen=True)
class Entry:
    """One thing that a mail tells: a line, more about it, a path to it and what its button says."""

    title: str
    body: str = ""
    link: str = ""
    link_label: str = ""


@dataclass(frozen=True)
class Page:
    """A mail: who it is to, what it tells, in sections for a digest. `unsubscribe` is a path, or nothing."""

    locale: str
    name: str
    sender: str  # the tenant's name
    title: str
    sections: list[tuple[str, list[Entry]]]
    unsubscribe: str = ""
    left_out: int = 0


def text_of(page: Page) -> str:
    """The mail as plain text."""
    with force_locale(page.locale):
        parts = [_("Good day, %(name)s", name=page.name)] if page.name else []
        for heading, entries in page.sections:
            parts += [heading.upper()] if heading else []
            parts += [_entry_text(entry, bool(heading)) for entry in entries]
        parts += [_more(page.left_out)] if page.left_out else []
        return "\n\n".join([*parts, "-- \n" + "\n".join(_footer(page))]) + "\n"


def _entry_text(entry: Entry, is_listed: bool) -> str:
    lines = [f"- {entry.title}" if is_listed else entry.title, *([entry.body] if entry.body else [])]
    url = public_url(entry.link)
    return "\n".join([*lines, *([f"{entry.link_label}: {url}" if entry.link_label else url] if url else [])])


def _more(count: int) -> str:
    return _("and %(count)s more in TrainFlow", count=count)


def _footer(page: Page) -> list[str]:
    preferences, unsubscribe = public_url("/notifications/preferences"), public_url(page.unsubscribe)
    lines = [_("%(tenant)s by way of TrainFlow", tenant=page.sender)]
    lines += [_("Choose what you are told, and how: %(url)s", url=preferences)] if preferences else []
    return lines + ([_("No more daily digest: %(url)s", url=unsubscribe)] if unsubscribe else [])


def html_of(page: Page) -> str:
    """The mail as HTML."""
    with force_locale(page.locale):
        greeting = _p(_("Good day, %(name)s", name=page.name)) if page.name else Markup("")
        body = [_section(heading, entries) for heading, entries in page.sections]
        body += [_p(_more(page.left_out))] if page.left_out else []
        footer = Markup("<br>").join(map(_linked, _footer(page)))
    direction = "rtl" if page.locale in RIGHT_TO_LEFT else "ltr"
    return str(FRAME.format(locale=page.locale, direction=direction, title=page.title, greeting=greeting,
                            body=Markup("").join(body), footer=footer, font=FONT, ink=INK, soft=SOFT, line=LINE,
                            ground=GROUND))


FRAME = Markup(
    '<!DOCTYPE html>\n<html lang="{locale}" dir="{direction}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>{title}</title></head>'
    '<body dir="{direction}" style="margin:0;padding:24px 12px;background:{ground};color:{ink};{font};'
    'font-size:16px;line-height:1.5"><div style="max-width:560px;margin:0 auto;padding:24px;background:#ffffff;'
    'border:1px solid {line};border-radius:8px">{greeting}{body}</div>'
    '<p style="max-width:560px;margin:16px auto 0;color:{soft};font-size:13px">{footer}</p></body></html>\n')


def _section(heading: str, entries: Iterable[Entry]) -> Markup:
    head = Markup('<h2 style="margin:24px 0 8px;font-size:15px;color:{}">{}</h2>').format(SOFT, heading)
    return (head if heading else Markup("")) + Markup("").join(_entry_html(entry, bool(heading)) for entry in entries)


def _entry_html(entry: Entry, is_listed: bool) -> Markup:
    url = public_url(entry.link)
    if is_listed:
        title = Markup('<a href="{}" style="color:{}">{}</a>').format(url, ACCENT, entry.title) if url else entry.title
        return Markup('<p style="margin:0 0 8px">{}</p>').format(title)
    button = Markup('<p style="margin:20px 0 0"><a href="{}" style="display:inline-block;padding:10px 18px;'
                    'border-radius:6px;background:{};color:#ffffff;text-decoration:none;font-weight:600">{}</a></p>'
                    ).format(url, ACCENT, entry.link_label) if url else Markup("")
    head = Markup('<h1 style="margin:0 0 8px;font-size:20px;line-height:1.3">{}</h1>').format(entry.title)
    return head + Markup("").join(_p(part) for part in entry.body.split("\n\n") if part) + button


def _p(text: str) -> Markup:
    return Markup('<p style="margin:0 0 12px">{}</p>').format(Markup("<br>").join(text.split("\n")))


def _linked(line: str) -> Markup:
    words, found, url = line.rpartition(": http")
    if not found:
        return escape(line)
    return Markup('<a href="http{}" style="color:{}">{}</a>').format(url, SOFT, words)
