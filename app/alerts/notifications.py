"""What people are told about expiries."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from app.notifications.kinds import DIGEST, Kind

GROUP = _l("Expiring certificates")
COURSE = {"en": "First aid", "ar": "الإسعافات الأولية"}

EXPIRY_WARNING = Kind(
    "expiry-warning", GROUP, _l("A certificate of mine runs out"), _l("%(course)s: %(when)s"),
    _l("The last day on which your certificate is valid is %(day)s.\n\n"
       "Ask for its renewal in good time, or talk to your foreman if you have renewed it already."),
    samples={"course": COURSE, "when": {"en": "expires in 14 days", "ar": "تنتهي الصلاحية خلال 14 يومًا"},
             "day": date(2026, 3, 14)},
    icon="clock-alert", link_label=_l("See the certificate"))

TEAM_EXPIRY = Kind(
    "team-expiry", GROUP, _l("Certificates of my team run out and nobody acted"), _l("%(what)s"),
    _l("%(why)s\n\n%(people)s\n\nEnrol them again, or have them ask for a renewal."),
    samples={"what": {"en": "3 certificates of your team run out", "ar": "3 شهادات في فريقك تنتهي صلاحيتها"},
             "why": {"en": "The people were warned and nothing has happened since.",
                     "ar": "نُبّه أصحابها ولم يحدث شيء منذ ذلك."},
             "people": {"en": "Saeed Al-Shehri – First aid: expires in 7 days",
                        "ar": "سعيد الشهري – الإسعافات الأولية: تنتهي الصلاحية خلال 7 أيام"}},
    email=DIGEST, icon="users", link_label=_l("See the warnings"))

KIND_NAMES = (EXPIRY_WARNING.name, TEAM_EXPIRY.name)
