"""Which encoding a text file was saved in, judged soundly also when it is short.

A byte order mark settles it. Then come UTF-16 (by its regular pattern of bytes) and strict UTF-8, both nearly
impossible to meet by accident. What is left was saved in an eight-bit code page, which only plausibility can
tell: each candidate is scored by how its words look to a reader (one script per word, capitals where capitals
go, frequent letters).
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from functools import lru_cache
from itertools import islice

SAMPLE = 256 * 1024  # bytes looked at to choose among code pages
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In the order of preference where the text gives no reason to prefer one.
_CODE_PAGES = ("cp1252", "cp1256", "cp1254", "cp1250", "cp1251", "iso8859-6", "iso8859-7", "cp1253")
# How much a reader trusts a page against Windows-1256 and -1252: hardly met since Windows 95, or from afar.
_PRIOR = {"iso8859-6": 0.85, "iso8859-7": 0.8, "cp1253": 0.8}
# Letters by how often they occur; one that is not listed is rare.
_LETTERS = {
    "ARABIC": "اليمونرتبةعدسفهكقأحجشصىخإطذضزثءغئظآؤ",
    "GREEK": "αοιετσνηυρπκμλςωάέίόδγήθχφύώβξζψϊΐϋΰ",
    "LATIN": "éàèüöäçáışíğóñêâôîûãõåøæúëïùßìòœýÿðþ",
}
_FREQUENCY = {
    script: {letter: 1 - 0.9 * place / len(letters) for place, letter in enumerate(letters)}
    for script, letters in _LETTERS.items()
}
_TURKISH, _NEVER_TURKISH = frozenset("şğı"), frozenset("áéíóúæøåäñß")
_TELLING_LINE = re.compile(rb"[^\r\n]*[\x80-\xff][^\r\n]*")
_TELLING_LINES = 5000
_WORD = re.compile(r"[^\W\d_]+")


def find_encoding(content: bytes) -> str | None:
    """The Python codec name for `content` (a whole text file), or None when it is no text at all."""
    for mark, name in _MARKS:
        if content.startswith(mark):
            return name
    wide = _wide_encoding(content[:SAMPLE])
    if wide:
        return wide
    if _is_binary(content[:SAMPLE]):
        return None
    return "utf-8" if _is_utf8(content) else best_code_page(content)


def best_code_page(content: bytes) -> str:
    """The most plausible eight-bit encoding of `content`; Windows-1252 when nothing speaks for another."""
    lines = (found[0] for found in _TELLING_LINE.finditer(content))
    sample = b"\n".join(islice(lines, _TELLING_LINES))[:SAMPLE]
    return max(_CODE_PAGES, key=lambda name: _score(sample, name))


def _wide_encoding(sample: bytes) -> str | None:
    """UTF-16 without a mark: one byte of each pair is nearly always the same few values."""
    pairs = len(sample) // 2
    if pairs < 2 or b"\0" not in sample:
        return None
    for name, high in (("utf-16-le", sample[1 : pairs * 2 : 2]), ("utf-16-be", sample[0 : pairs * 2 : 2])):
        usual = sum(high.count(byte) for byte in (0x00, 0x06, 0x20))
        if high.count(0) and usual > 0.9 * pairs and _decodes(sample[: pairs * 2], name):
            return name
    return None


def _decodes(content: bytes, name: str) -> bool:
    text = content.decode(name, "replace")
    return text.count("\ufffd") <= 1 and not any(ord(char) < 9 for char in text)


def _is_binary(sample: bytes) -> bool:
    # A few stray NULs or control characters happen in exports; code and pictures are full of them.
    controls = sum(sample.count(byte) for byte in range(32) if byte not in (9, 10, 12, 13, 26, 27))
    return controls > max(8, len(sample) // 50)


def _is_utf8(content: bytes) -> bool:
    """Strictly, or with one sequence in twenty broken: a code page would break nearly all of them."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(content), SAMPLE):
            decoder.decode(content[start : start + SAMPLE])
        decoder.decode(b"", final=True)
        return True
    except UnicodeDecodeError:
        lines = (found[0] for found in _TELLING_LINE.finditer(content))
        text = b"\n".join(islice(lines, _TELLING_LINES)).decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(not char.isascii() for char in text) - broken > 20 * broken


def _score(sample: bytes, name: str) -> float:
    try:
        text = sample.decode(name)
    except UnicodeDecodeError:
        if name != "cp1252":
            return float("-inf")
        text = sample.decode(name, "replace")  # the last resort has five holes of its own
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    symbols = sum(text.count(symbol) for symbol in "×÷¤¦¨¬¸\ufffd\x81\x8d\x8f\x90\x9d")
    score = sum(_plausibility(word) for word in words) - symbols
    return score * _PRIOR.get(name, 1) if score > 0 else score


@lru_cache(maxsize=10_000)
def _plausibility(word: str) -> float:
    """How likely a person wrote this: about plus or minus one per letter outside ASCII."""
    scripts = {_script(char) for char in word}
    strange = [char for char in word.lower() if not char.isascii()]
    script = next(iter(scripts))
    if len(scripts) > 1 or not _well_formed(word, script) or _mixes_languages(strange):
        return -len(strange)
    frequency = _FREQUENCY.get(script, {})
    article = 1.0 if word.startswith("ال") else 0.0
    return sum(frequency.get(char, 0.1) for char in strange) + article


def _script(char: str) -> str:
    return "LATIN" if char.isascii() else unicodedata.name(char, "?").split(" ")[0]


def _mixes_languages(strange: list[str]) -> bool:
    """Turkish letters beside those that Turkish has not: Icelandic read as Turkish."""
    return not _TURKISH.isdisjoint(strange) and not _NEVER_TURKISH.isdisjoint(strange)


def _well_formed(word: str, script: str) -> bool:
    if script == "LATIN" and len(word) > 1 and not any(map(str.isascii, word)):
        return False  # no Latin word is made of accented letters alone
    has_case = word.lower() != word.upper()
    return not has_case or word.islower() or word.isupper() or word[1:].islower() or len(word) == 1
