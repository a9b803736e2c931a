"""When a message may go out, by which way, and what becomes of one that did not. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

FLOOD = 10  # mails a day to one address, from which on what can wait is collected
RETRIES = (1, 2, 5, 10, 20, 40, 60)  # minutes before the next attempt; the last one goes on for ever
REFUSED_RETRIES = (60, 6 * 60, 24 * 60)  # minutes after a final refusal, which relays give in passing too
UNKNOWN_RETRIES = (30, 2 * 60, 8 * 60, 24 * 60)  # minutes after no answer to a mail, each of which may be a copy
GIVE_UP_AFTER = timedelta(days=14)  # from the first attempt: an outage of a week loses nothing

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà")
_GSM_EXTENDED = frozenset("^{}\\[~]|€\f")


# -- when ------------------------------------------------------------------------------------------------

def is_quiet(hour: int, start: int | None, end: int | None) -> bool:
    """Whether `hour` (0 to 23) lies in the quiet hours from `start` up to `end`, over midnight too."""
    if start is None or end is None or start == end:
        return False
    return start <= hour < end if start < end else hour >= start or hour < end


def quiet_over(local: datetime, start: int | None, end: int | None) -> datetime | None:
    """When the quiet hours end in which `local` (a wall clock with its zone) lies; None: it lies in none."""
    return next_digest(local, end) if end is not None and is_quiet(local.hour, start, end) else None


def next_digest(local: datetime, hour: int) -> datetime:
    """When the next digest goes out after `local` (a wall clock with its zone): the next full `hour`.

    Reckoned on the wall clock, so that it stays at that hour when the clocks change.
    """
    at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return at if at > local else at + timedelta(days=1)


def next_attempt(now: datetime, attempts: int, first_tried_at: datetime | None) -> datetime | None:
    """When to try again after the `attempts`-th attempt came to nothing; None: give up."""
    return _next(RETRIES, now, attempts, first_tried_at)


def after_unknown(now: datetime, unknown: int, first_tried_at: datetime | None) -> datetime | None:
    """When to try again after a mail was handed over for the `unknown`-th time without an answer; None: give up.

    A server that takes mails and is too slow to say so (RFC 1047) would otherwise get hundreds of copies.
    """
    return _next(UNKNOWN_RETRIES, now, unknown, first_tried_at)


def _next(minutes: Sequence[int], now: datetime, count: int, first_tried_at: datetime | None) -> datetime | None:
    if first_tried_at is not None and now - first_tried_at > GIVE_UP_AFTER:
        return None
    return now + timedelta(minutes=minutes[min(max(count, 1), len(minutes)) - 1])


def after_refusal(now: datetime, refusals: int) -> datetime | None:
    """When to try again after the `refusals`-th final refusal of this message; None: give up."""
    return now + timedelta(minutes=REFUSED_RETRIES[refusals - 1]) if refusals <= len(REFUSED_RETRIES) else None


# -- by which way ----------------------------------------------------------------------------------------

def way(choice: str, *, is_urgent: bool, mails_today: int, is_digest_off: bool) -> str:
    """What becomes of a mail: 'now', 'digest' or 'off', as chosen and as far as that is no flood."""
    if choice == "off":
        return "off"
    if is_urgent:
        return "now"
    wanted = "digest" if choice == "digest" or mails_today >= FLOOD else "now"
    return "off" if wanted == "digest" and is_digest_off else wanted


def international(phone: str | None) -> str | None:
    """The number as E.164 has it ('+966501234567'); None where it is none, or names no country."""
    digits = re.sub(r"[\s().\-/\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", phone or "")
    digits = digits.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    return digits if re.fullmatch(r"\+[1-9][0-9]{6,14}", digits) else None


def sms_parts(text: str) -> int:
    """How many messages an SMS of `text` costs (GSM 03.38 and 03.40: 160 or 153 letters, else 70 or 67)."""
    if all(letter in _GSM_BASIC or letter in _GSM_EXTENDED for letter in text):
        length, one, several = len(text) + sum(letter in _GSM_EXTENDED for letter in text), 160, 153
    else:
        length, one, several = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if length <= one else -(-length // several)


# -- words -----------------------------------------------------------------------------------------------

def in_braces(text: str) -> str:
    """A translation's `%(course)s` as `{course}`, the form that administrators write."""
    return re.sub(r"%\((\w+)\)s", r"{\1}", text).replace("%%", "%")


def placeholders(text: str) -> set[str]:
    """The names between braces."""
    return set(_PLACEHOLDER.findall(text))


def filled(text: str, words: Mapping[str, str]) -> str:
    """`text` with each `{name}` replaced; one that `words` does not know stays as it is written."""
    return _PLACEHOLDER.sub(lambda found: words.get(found[1], found[0]), text)


def set_apart(text: str, is_rtl: bool) -> str:
    """`text` with each line that begins in the other direction than the words around it isolated (Unicode UAX 9), so
    that its full stop and its numbers stay where they belong. `is_rtl`: those words run from right to left."""
    return "\n".join(f"\u2068{line}\u2069" if _runs_right_to_left(line) is (not is_rtl) else line
                     for line in text.split("\n"))


def _runs_right_to_left(line: str) -> bool | None:
    """By its first letter; None: it has none."""
    strong = (unicodedata.bidirectional(letter) for letter in line)
    return next((kind != "L" for kind in strong if kind in ("L", "R", "AL")), None)


def one_line(text: str) -> str:
    """`text` without line breaks and control characters: fit for a header, whatever a value brought along."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]+", " ", text).split())
