from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.imports.files.cells import UNCALCULATED, CellError, Percent, from_serial
from app.imports.formats import Limits
from app.imports.reader import Workbook, open_workbook
from app.platform.errors import Invalid
from tests.imports.workbooks import csv, ods, package, xlsx, zipped

OLD_XLS = zlib.decompress(base64.b85decode((Path(__file__).parent / "small.xls.b85").read_text().strip()))
_BIFF_START = b"\x09\x08\x10\x00\x00\x06\x05\x00"


def rows(file: io.BytesIO) -> list[tuple[int, list[Any]]]:
    return [(row.number, row.values) for row in open_workbook(file).sheets[0].rows() if row.values]


def refusal(file: io.BytesIO, limits: Limits | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        for sheet in open_workbook(file, limits=limits).sheets:
            list(sheet.rows())
    assert str(caught.value).endswith(".")
    return caught.value.code


def with_password_record(content: bytes) -> io.BytesIO:
    changed = bytearray(content)
    at = changed.find(_BIFF_START) + 20
    changed[at : at + 2] = b"\x2f\x00"
    return io.BytesIO(bytes(changed))


ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (io.BytesIO(b""), "file_empty"),
        (io.BytesIO(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)), "not_a_spreadsheet"),
        (io.BytesIO(b"%PDF-1.7\n1 0 obj"), "not_a_spreadsheet"),
        (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(50)), "not_a_spreadsheet"),
        (io.BytesIO(bytes(range(256)) * 20), "not_a_spreadsheet"),
        (zipped({"word/document.xml": b"<w/>"}), "not_a_spreadsheet"),
        (zipped({"readme.txt": b"hello"}), "not_a_spreadsheet"),
        (io.BytesIO(ENCRYPTED), "password_protected"),
        (with_password_record(OLD_XLS), "password_protected"),
        (io.BytesIO(ENCRYPTED[:600] + "WordDocument".encode("utf-16-le")), "not_a_spreadsheet"),
        (io.BytesIO(b"<html><table><tr><td>Employee</td></tr></table></html>"), "web_page"),
        (io.BytesIO(b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'), "web_page"),
        (zipped({"xl/workbook.bin": b"", "[Content_Types].xml": b""}), "xlsb_not_read"),
        (io.BytesIO(xlsx(["a"], ["b"]).getvalue()[:-200]), "file_damaged"),
        (io.BytesIO(OLD_XLS[:1500]), "not_a_spreadsheet"),
        (package("<sheetData><row r='1'><c r='A1'><v>1</c></row></sheetData>"), "file_damaged"),
        (package("", workbook=DOCTYPE + "<workbook>&b;</workbook>"), "file_damaged"),
        (csv('id,name\n1,"never closed\n2,b\n3,c\n'), "quote_not_closed"),
    ],
)
def test_what_can_not_be_read_is_refused_with_a_reason(file: io.BytesIO, code: str) -> None:
    assert refusal(file) == code


def test_a_file_over_the_limit_is_refused() -> None:
    assert refusal(csv("id\n" + "1\n" * 100), Limits(file_bytes=100)) == "file_too_large"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"xl/workbook.xml": b"", "xl/worksheets/sheet1.xml": bytes(30_000_000)})
    assert refusal(bomb) == "unpacks_too_large"
    many = zipped({"xl/workbook.xml": b""} | {f"xl/media/{number}": b"" for number in range(50)})
    assert refusal(many, Limits(entries=40)) == "unpacks_too_large"


def test_a_part_that_lies_about_its_size_never_grows_beyond_it() -> None:
    file = package("<sheetData>" + "<row r='1'><c r='A1'><v>1</v></c></row>" * 1000 + "</sheetData>")
    content = bytearray(file.getvalue())
    directory = content.rfind(b"PK\x01\x02", 0, content.rfind(b"xl/worksheets/sheet1.xml"))
    content[directory + 24 : directory + 28] = (100).to_bytes(4, "little")
    assert refusal(io.BytesIO(bytes(content))) == "file_damaged"


def test_entities_are_refused_wherever_they_are_declared() -> None:
    cell = "<sheetData><row r='1'><c r='A1' s='0' t='s'><v>0</v></c></row></sheetData>"
    source = zipfile.ZipFile(package(cell, strings="<si><t>x</t></si>", styles="<cellXfs><xf/></cellXfs>"))
    sound = {name: source.read(name) for name in source.namelist()}
    assert rows(zipped(sound)) == [(1, ["x"])]
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"):
        assert refusal(zipped(sound | {part: DOCTYPE.encode() + sound[part]})) == "file_damaged", part


def test_numbers_dates_and_texts_come_as_a_person_sees_them() -> None:
    file = xlsx(
        ["70014", 70014, 12.5, True, "  text "],
        [dt.date(2024, 3, 15), (45366.5, "moment"), (0.92, "percent"), (123, "padded"), (0.75, "clock")],
        [(1.5, "elapsed"), (45366, "arabic"), (45366, "quoted"), (-3, "day")],
        moment="dd/mm/yyyy hh:mm", percent="0%", padded="00000", clock="hh:mm", elapsed="[h]:mm",
        arabic="[$-2010000]yyyy/mm/dd;@", quoted='0" days"', day="dd/mm/yyyy",
    )  # fmt: skip
    assert [values for _number, values in rows(file)] == [
        ["70014", 70014, 12.5, True, "  text "],
        [dt.date(2024, 3, 15), dt.datetime(2024, 3, 15, 12), Percent(0.92), "00123", dt.time(18)],
        [dt.timedelta(days=1.5), dt.date(2024, 3, 15), 45366, -3],
    ]


def test_day_numbers_follow_excel_around_the_day_that_never_was() -> None:
    days = [from_serial(number) for number in (1, 59, 61, 366, 0, -1, 3_000_000)]
    dates = [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(1900, 12, 31)]
    assert days == [*dates, 0, -1, 3_000_000]


def test_the_calendar_of_old_mac_workbooks_is_kept() -> None:
    workbook = (
        '<workbook xmlns:r="o"><workbookPr date1904="1"/><sheets><sheet name="S" r:id="r1"/></sheets></workbook>'
    )
    file = package(
        "<sheetData><row r='1'><c r='A1' s='1'><v>43904</v></c></row></sheetData>",
        workbook=workbook, styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
    )  # fmt: skip
    book = open_workbook(file)
    assert book.date1904 and next(book.sheets[0].rows()).values == [dt.date(2024, 3, 15)]


def test_errors_and_formulas_never_worked_out_are_told_from_blanks() -> None:
    file = package(
        "<sheetData><row r='3'>"
        "<c r='A3' t='e'><f>B1</f><v>#REF!</v></c><c r='B3'><f>1+1</f></c><c r='C3'><f>1+1</f><v/></c>"
        "<c r='D3' t='str'><f>\"\"</f><v></v></c><c r='E3' t='str'><f>A1</f><v>ok</v></c>"
        "<c r='F3'><f>1+1</f><v>2</v></c>"
        "</row></sheetData>"
    )
    assert rows(file) == [(3, [CellError("#REF!"), UNCALCULATED, UNCALCULATED, None, "ok", 2])]


def test_sheets_of_other_writers_are_read_alike() -> None:
    """Prefixed names, attributes in another order, cells without addresses, rich text, CDATA, phonetic guides."""
    file = package(
        "<x:sheetData><x:row><x:c t='s' s='0'><x:v>0</x:v></x:c><x:c><x:v>5</x:v></x:c></x:row>"
        "<x:row><x:c t='inlineStr'><x:is><x:r><x:t>ri</x:t></x:r><x:r><x:t>ch</x:t></x:r>"
        "<x:rPh><x:t>no</x:t></x:rPh></x:is></x:c>"
        "<x:c t='inlineStr'><x:is><x:t><![CDATA[a</row>b]]></x:t></x:is></x:c></x:row></x:sheetData>",
        prefix="x", strings="<si><r><t>sha</t></r><r><t>red</t></r><rPh><t>no</t></rPh></si>",
        styles="<cellXfs><xf numFmtId='0'/></cellXfs>",
    )  # fmt: skip
    assert rows(file) == [(1, ["shared", 5]), (2, ["rich", "a</row>b"])]


def test_text_that_looks_like_the_end_of_a_row_is_text() -> None:
    cell = "<c r='A{0}' t='inlineStr'><is><t><![CDATA[a</row>b]]></t></is></c>"
    lines = "".join(f"<row r='{number}'>{cell.format(number)}</row>" for number in (1, 2))
    assert rows(package(f"<sheetData>{lines}</sheetData>")) == [(1, ["a</row>b"]), (2, ["a</row>b"])]


def test_what_is_left_under_a_merged_cell_is_not_seen() -> None:
    lines = "".join(f"<row r='{n}'><c r='A{n}'><v>{n}</v></c><c r='B{n}'><v>7</v></c></row>" for n in (1, 2, 3))
    file = package(f"<sheetData>{lines}</sheetData><mergeCells count='1'><mergeCell ref='A1:A2'/></mergeCells>")
    assert [row.values for row in open_workbook(file).sheets[0].filled_rows()] == [[1, 7], [1, 7], [3, 7]]


def test_control_characters_go_and_line_breaks_stay() -> None:
    text = "a_x0000_b_x0007_c_x000D_\nd &amp; e_xD83D_"
    cell = f"<c r='A1' t='inlineStr'><is><t xml:space='preserve'>{text}</t></is></c>"
    assert rows(package(f"<sheetData><row r='1'>{cell}</row></sheetData>")) == [(1, ["abc\nd & e\ufffd"])]
    assert rows(csv("a\0b;c\x07d\n1;2\n")) == [(1, ["ab", "cd"]), (2, ["1", "2"])]


def test_very_long_text_is_kept_whole() -> None:
    assert rows(csv("note\n" + "x" * 200_000)) == [(1, ["note"]), (2, ["x" * 200_000])]


def test_merged_cells_fill_down_and_stop_at_the_table() -> None:
    file = xlsx(["Dept", "No"], ["HSE", 1], [None, 2], ["OPS", 3], [None, 4], [None, " "], ["Total", 4],
                merges=("A2:A3", "A4:A6"))  # fmt: skip
    sheet = open_workbook(file).sheets[0]
    assert [row.values for row in sheet.filled_rows()] == [
        ["Dept", "No"], ["HSE", 1], ["HSE", 2], ["OPS", 3], ["OPS", 4], [None, " "], ["Total", 4],
    ]  # fmt: skip


def test_a_million_blank_formatted_rows_are_not_read() -> None:
    blank = "".join(f"<row r='{number}' s='1'><c r='A{number}' s='1'/></row>" for number in range(3, 200_000))
    file = package(f"<sheetData><row r='1'><c r='A1'><v>1</v></c></row>{blank}</sheetData><mergeCells/>")
    sheet = open_workbook(file).sheets[0]
    assert sheet.estimated_rows == 1
    stream = file
    assert [row.number for row in sheet.rows()] == [1]
    assert stream.tell() < 200_000  # it stopped near the top of some 10 MB


def test_hidden_sheets_are_told_and_charts_are_not_sheets() -> None:
    workbook = (
        '<workbook xmlns:r="o"><sheets><sheet name="Lists" state="veryHidden" r:id="r1"/>'
        '<sheet name="Chart" r:id="r2"/></sheets></workbook>'
    )
    sheets = open_workbook(package("<sheetData/>", workbook=workbook)).sheets
    assert [(sheet.name, sheet.hidden) for sheet in sheets] == [("Lists", True)]


def test_libreoffice_workbooks_with_repeats_merges_errors_and_formulas() -> None:
    cell = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'
    first = (
        '<table:table table:name="One" table:style-name="h"><table:table-row>'
        '<table:table-cell table:number-columns-repeated="2"/>' + cell.format("string", "", "a<text:s/>b")
        + cell.format("float", 'office:value="7.0"', "7") + cell.format("float", 'office:value="7"', "007")
        + cell.format("percentage", 'office:value="0.92"', "92%")
        + cell.format("date", 'office:date-value="2024-03-15"', "15.3.24")
        + cell.format("boolean", 'office:boolean-value="true"', "TRUE") + cell.format("string", "", "#REF!")
        + '<table:table-cell table:formula="of:=[.A1]"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="3"/><table:table-row table:number-rows-repeated="2">'
        + cell.format("string", 'table:number-rows-spanned="2" table:number-columns-spanned="1"', "m")
        + '</table:table-row><table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="1024"/></table:table-row></table:table>'
    )  # fmt: skip
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    book = open_workbook(ods(first, '<table:table table:name="Two"/>', styles=style))
    one, two = book.sheets
    assert (one.hidden, two.hidden, two.estimated_rows) == (True, False, 0)
    assert [(row.number, row.values) for row in one.rows()] == [
        (1, [None, None, "a b", 7, "007", Percent(0.92), dt.date(2024, 3, 15), True, CellError("#REF!"), UNCALCULATED]),
        (5, ["m"]), (6, ["m"]),
    ]  # fmt: skip


def test_old_excel_workbooks() -> None:
    book = open_workbook(io.BytesIO(OLD_XLS))
    assert [(sheet.name, sheet.hidden) for sheet in book.sheets] == [("People", False), ("Hidden", True)]
    assert [(row.number, row.values) for row in book.sheets[0].filled_rows()][1:] == [
        (4, [None, "Dept", "No", "Joined", "Sum"]),
        (5, [None, "HSE", 7001, dt.date(2024, 3, 15)]),
        (6, [None, "HSE", "7002", None, True]),
    ]


ARABIC = "رقم;الاسم\n1;محمد\n"


@pytest.mark.parametrize(
    ("text", "encoding", "delimiter"),
    [
        ("id,name\n1,english\n", "utf-8", ","),
        ("id,name\n1,مها\n", "utf-8-sig", ","),
        ("id\tname\n1\tمها\n", "utf-16", "\t"),
        ("id\tname\n1\tمها\n", "utf-16-le", "\t"),
        ("id\tname\n1\tenglish\n", "utf-16-be", "\t"),
        (ARABIC, "cp1256", ";"),
        ("القسم\nالسلامة\n", "cp1256", ","),
        ("كود,اسم\n1,من\n", "cp1256", ","),
        ("id,dept\n1,إدارة\n", "cp1256", ","),
        ("id,site\n1,ΑΘΗΝΑ\n", "iso8859-7", ","),
        (ARABIC, "iso8859-6", ";"),
        ("id;name\n1;Café Éclair, à côté\n", "cp1252", ";"),
        ("id|name\n1|Müller\n2|Ñandú\n", "cp1252", "|"),
        ("id,age,name\n1,39,Λεωνιδας\n2,23,Αλεξανδρος\n", "iso8859-7", ","),
        ('name;cost\n"a, b, c";468,75\n"d, e";1,5\n', "utf-8", ";"),
        ("title of it all\n\nid;name;cost\n1;b, c;2,5\n2;d;3,5\n", "utf-8", ";"),
    ],
)
def test_encoding_and_delimiter_are_found(text: str, encoding: str, delimiter: str) -> None:
    book = open_workbook(csv(text, encoding))
    assert (book.encoding, book.delimiter) == (encoding, delimiter)
    cells = [cell for row in book.sheets[0].rows() for cell in row.values if cell]
    assert cells[-1] in text and not any("\ufffd" in cell for cell in cells)


def test_a_heading_may_begin_like_a_program() -> None:
    assert rows(csv("MZone,Name\n1,Ali\n"))[0] == (1, ["MZone", "Name"])


def test_a_few_broken_characters_do_not_make_utf8_another_encoding() -> None:
    file = io.BytesIO(("name\n" + "محمد عبد الله\n" * 10).encode() + b"caf\xe9\n")
    assert open_workbook(file).encoding == "utf-8"
    assert rows(file)[-1] == (12, ["caf\ufffd"])


def test_rows_of_text_files_are_numbered_as_excel_shows_them() -> None:
    file = csv('sep=;\r\nid;note\r\n1;"two\r\nlines"\r\n\r\n2;last;;\r\n')
    assert rows(file) == [(1, ["id", "note"]), (2, ["1", "two\nlines"]), (4, ["2", "last"])]
    assert rows(csv("id,n\r1,a\r2,b\r")) == [(1, ["id", "n"]), (2, ["1", "a"]), (3, ["2", "b"])]


def test_a_workbook_opened_by_path_closes_its_file(tmp_path: Path) -> None:
    path = tmp_path / "named.exe"
    path.write_bytes(xlsx(["a"], ["b"]).getvalue())
    with open_workbook(path) as book:
        assert [row.values for row in book.sheets[0].rows()] == [["a"], ["b"]]


def read_all(file: io.BytesIO) -> None:
    book: Workbook = open_workbook(file)
    for sheet in book.sheets:
        list(sheet.filled_rows())


CELLS = st.sampled_from(
    [
        "<c r='{0}'><v>1</v></c>", '<c r="{0}"><v>1.5</v></c>', '<c r="{0}" s="1" t="n"><v>45366</v></c>',
        '<c r="{0}"/>', '<c r="{0}" t="s"><v>0</v></c>', '<c r="{0}" s="1" t="inlineStr"><is><t>a</t></is></c>',
        '<c r="{0}" s="2"></c>',
        '<c r="{0}" t="inlineStr"><is><t xml:space="preserve"> a &amp; b</t></is></c>', '<c r="{0}" t="b"><v>1</v></c>',
        '<c r="{0}" t="e"><v>#N/A</v></c>', '<c r="{0}"><f>A1</f></c>', '<c r="{0}" t="str"><v>x_x000D_</v></c>',
        '<c t="s" r="{0}"><v>1</v></c>', '<c r="{0}" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r></is></c>',
        '<c r="{0}"><v></v></c>', '<c r="{0}" t="inlineStr"><is><t/></is></c>', '<c r="{0}" s="2"><v>0.5</v></c>',
    ]
)  # fmt: skip
ROWS = st.lists(st.tuples(st.sampled_from(['<row r="{}">', '<row r="{}" spans="1:3">', "<row>", '<row ht="1" r="{}">']),
                          st.lists(CELLS, max_size=4)), max_size=6)  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(ROWS, st.sampled_from(["ACDF", "CAFD"]))
def test_the_quick_way_reads_what_the_parser_reads(written: list[tuple[str, list[str]]], letters: str) -> None:
    lines = "".join(
        opening.format(number)
        + "".join(cell.format(f"{letter}{number}") for cell, letter in zip(cells, letters, strict=False))
        + "</row>"
        for number, (opening, cells) in enumerate(written, start=1)
    )  # fmt: skip
    parts = {"styles": '<cellXfs><xf/><xf numFmtId="14"/><xf numFmtId="9"/></cellXfs>',
             "strings": "<si><t>one</t></si><si><t>two</t></si>"}  # fmt: skip
    quick = rows(package(f"<sheetData>{lines}</sheetData>", **parts))
    assert quick == rows(package(f"<!-- read by the parser --><sheetData>{lines}</sheetData>", **parts))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=400))
def test_random_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        read_all(io.BytesIO(content))
    except Invalid:
        pass


SAMPLES = [
    xlsx(["Name", "Date"], ["Ali", dt.date(2024, 1, 1)], ["Mona", 5.5], merges=("A2:A3",)).getvalue(),
    ods('<table:table table:name="T"><table:table-row><table:table-cell office:value-type="float" '
        'office:value="1"/></table:table-row></table:table>').getvalue(),
    OLD_XLS,
    csv(ARABIC, "utf-16").getvalue(),
]  # fmt: skip


@settings(deadline=None, max_examples=100)
@given(
    st.integers(0, len(SAMPLES) - 1),
    st.lists(st.tuples(st.floats(0, 0.9999), st.binary(min_size=1, max_size=4)), max_size=6),
)
def test_damaged_files_are_read_or_refused(sample: int, damages: list[tuple[float, bytes]]) -> None:
    content = bytearray(SAMPLES[sample])
    for place, bytes_ in damages:
        at = int(place * len(content))
        content[at : at + len(bytes_)] = bytes_
    try:
        read_all(io.BytesIO(bytes(content)))
    except Invalid:
        pass


@settings(deadline=None, max_examples=100)
@given(
    st.integers(0, 1),
    st.floats(0, 0.9999),
    st.floats(0, 0.9999),
    st.binary(max_size=3) | st.sampled_from([b"<", b">", b"&", b'"', b"9" * 12, b"-1", b"_xD800_", b"<row/>"]),
    st.integers(0, 20),
)
def test_damaged_parts_are_read_or_refused(sample: int, part: float, place: float, put: bytes, taken: int) -> None:
    source = zipfile.ZipFile(io.BytesIO(SAMPLES[sample]))
    parts = {name: source.read(name) for name in source.namelist()}
    name = sorted(parts)[int(part * len(parts))]
    at = int(place * len(parts[name]))
    parts[name] = parts[name][:at] + put + parts[name][at + taken :]
    try:
        read_all(zipped(parts))
    except Invalid:
        pass
