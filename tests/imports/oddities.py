"""What a person sees in each file of the sample folder: sheet, header rows, rows of data, first headings.

`Seen(sheet, header, rows, headings, left_out)`, or the code of the refusal. Headings stop at the first three;
`left_out` counts rows that are no data.
"""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """A table as a person would describe it; header None: the file has none, and a person is asked."""

    sheet: str
    header: tuple[int, int] | None
    rows: int
    headings: list[str]
    left_out: int = 0


ODDITIES: dict[str, Seen | str] = {
    "blank-cells.csv": Seen("", (1, 1), 5, ["id", "name"]),
    "blank-headers.csv": Seen("", (1, 1), 2, ["id", "Column B", "age"]),
    "blank-rows-multiple.csv": Seen("", (1, 1), 2, ["id", "name", "age"]),
    "bom.csv": Seen("", (1, 1), 2, ["id", "name"]),
    "duplicate-column.csv": Seen("", (1, 1), 1, ["A", "B", "B (2)"]),
    "duplicate-headers.csv": Seen("", (1, 1), 2, ["id", "name", "id (2)"]),
    "duplicate-rows.csv": Seen("", (1, 1), 3, ["id", "name", "age"]),
    "empty.csv": "file_empty",
    "encoding-issue-274.csv": Seen("", (1, 1), 507, ["id", "name", "abbreviation"]),
    "escaping.csv": Seen("", (1, 1), 3, ["ID", "Test"]),
    "issue-1009-semicolon.csv": Seen("", (1, 1), 1, ["fieldNameA", "fieldNameB"]),
    "issue-1066-largecellsize.csv": Seen("", (1, 1), 19, ["Description", "status"]),
    "issue-277.csv": Seen("", (1, 1), 75, ["Source", "Type", "Sub-Type"]),
    "issue-305.csv": Seen("", (1, 1), 338, ["data_id", "iso", "event_id_cnty"]),
    "issue-312.xlsx": Seen("invalid", (1, 1), 4, ["id", "name", "Column C"]),
    "issue-320.xlsx": Seen("IPC", (10, 12), 46, ["Country", "Level 1 Name", "Area"], left_out=2),
    "issue-870.xlsx": Seen("Sheet1", (1, 1), 9, ["0", "First Name", "Last Name"]),
    "latin1.csv": Seen("", (1, 1), 2, ["id", "name"]),
    "leading-zeros.csv": Seen("", (1, 1), 3, ["value"]),
    "long.csv": Seen("", (1, 1), 6, ["id", "name"]),
    "merged-cells.xlsx": Seen("Лист1", (1, 3), 0, ["data"]),
    "multiline-headers.xlsx": Seen(
        "Лист1", (1, 5), 1,
        ["Region", "Caloric contribution (%)",
         "Cumulative impact of changes on cost of food basket from previous quarter"],
    ),
    "number-format-multicode.xlsx": Seen("Sheet1", (1, 1), 3, ["col1"]),
    "preserve-formatting.xlsx": Seen("Sheet1", (1, 1), 1, ["empty", "0", "0.00"]),
    "sheets.xlsx": Seen("Sheet1", (1, 1), 1, ["id", "name"]),
    "skip-rows.xlsx": Seen("Sheet 1", (2, 2), 1, ["A", "B"], left_out=1),
    "structure-errors.csv": Seen("", (1, 1), 3, ["id", "name", "age"]),
    "table-infer-iso-8859-7.csv": Seen("", (1, 1), 4, ["id", "age", "name"]),
    "table-unicode-headers.csv": Seen("", (1, 1), 2, ["id", "国人"]),
    "table-with-two-sheets.ods": Seen("Лист1", (1, 1), 2, ["id", "name"]),
    "table.tsv": Seen("", (1, 1), 3, ["id", "name"]),
    "table.xls": Seen("Лист1", (1, 1), 2, ["id", "name"]),
    "wide.csv": Seen("", (1, 1), 3, ["id", "100022", "100025"]),
    "without-headers.csv": Seen("", None, 3, ["Column A", "Column B"]),
    "without-rows.csv": Seen("", (1, 1), 0, ["id", "name"]),
}  # fmt: skip

SAMPLES: dict[str, Seen] = {
    "oracle_departments.csv": Seen("", (1, 1), 27, ["DEPARTMENT_ID", "DEPARTMENT_NAME", "MANAGER_ID"]),
    "oracle_employees.csv": Seen("", (1, 1), 107, ["EMPLOYEE_ID", "FIRST_NAME", "LAST_NAME"]),
    "ibm_employees.csv": Seen("", (1, 1), 1470, ["Age", "Attrition", "BusinessTravel"]),
    "employees_ar.xlsx": Seen("الموظفون", (4, 4), 240, ["القسم", "الرقم الوظيفي", "الاسم"], left_out=1),
    "training_tracker_matrix.xlsx": Seen("Tracker", (3, 3), 180, ["Emp #", "Name", "Dept"]),
    "courses_cp1256.csv": Seen("", (1, 1), 8, ["رمز الدورة", "اسم الدورة", "الاسم بالإنجليزية"]),
    "completions_unicode.txt": Seen("", (1, 1), 900, ["Employee No", "Course", "Completed On"]),
}
