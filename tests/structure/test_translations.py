"""Everything that people see can be read in Arabic, and says the same with the same values."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "Said": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")


def _extracted() -> set[str]:
    with (ROOT / "babel" / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS, comment_tags=())
    return {message if isinstance(message, str) else message[0] for _file, _line, message, _notes, _ctx in found}


def _arabic() -> Catalog:
    path = ROOT / "babel" / "translations" / "ar" / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(path.read_bytes()), locale="ar")


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


MESSAGES = [message for message in _arabic() if message.id]


def test_every_string_has_arabic() -> None:
    written = {message.id if isinstance(message.id, str) else message.id[0]
               for message in MESSAGES if all(_forms(message))}
    assert sorted(_extracted() - written) == []


def test_the_arabic_names_the_same_values() -> None:
    told = [message for message in MESSAGES if isinstance(message.id, str)]
    assert [message.id for message in told
            if sorted(PLACEHOLDER.findall(message.id)) != sorted(PLACEHOLDER.findall(message.string))] == []


def test_counted_words_have_the_six_arabic_forms() -> None:
    counted = [message for message in MESSAGES if not isinstance(message.id, str)]
    assert {len(_forms(message)) for message in counted} == {6}
    assert {form for message in counted for form in PLACEHOLDER.findall(" ".join(_forms(message)))} <= {
        "%(num)s", "%(num)d"}
