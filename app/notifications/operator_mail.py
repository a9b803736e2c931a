"""Mail to platform operators. They belong to no tenant, so there is no outbox to put it in."""

from __future__ import annotations

from flask_babel import force_locale
from uuid_utils.compat import uuid7

from app.accounts import queries as accounts
from app.notifications.channels import Parcel, channel
from app.notifications.kinds import Kind
from app.notifications.letters import domain
from app.notifications.mail_pages import Entry, Page, html_of, text_of

SENDER = "TrainFlow"


def send_link(kind: Kind, user_id: int) -> None:
    """Mail an operator the link to choose a new password; in the platform's scope.

    Raises what the channel raises, for the job to be tried again.
    """
    user = accounts.login(user_id)
    if user is not None:
        with channel("email").session() as session:
            session.send(_parcel(kind, user, f"/login/reset/{accounts.reset_token(user_id)}"), lambda: None)


def _parcel(kind: Kind, user: accounts.User, link: str) -> Parcel:
    locale, name, key = user.locale or "en", str(user.get_full_name()), uuid7()
    with force_locale(locale):
        title, entry = str(kind.title), Entry(str(kind.title), str(kind.body), link, str(kind.link_label))
    page = Page(locale, name, SENDER, title, [("", [entry])])
    return Parcel(id=key, lease="", address=user.email, name=name, locale=locale, title=title, text=text_of(page),
                  html=html_of(page), message_id=f"<{key.hex}@{domain()}>", unsubscribe="", unsure_since=None)
