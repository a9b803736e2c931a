"""Spreadsheets of departments and employees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.accounts import operations as accounts
from app.imports.importer import Field, Importer, Table, Target
from app.imports.lookups import code_and_name, new_code_and_name
from app.organisation import operations, queries
from app.organisation.models import Department, Employee, Grade, JobRole
from app.organisation.schemas import DepartmentSchema, EmployeeSchema
from app.platform import drafts as platform_drafts
from app.platform.drafts import Draft

_ARABIC_LETTERS = re.compile("[\u0621-\u064a]")


def _named(code: str, name: str) -> dict[str, Any]:
    return {"code": code, "name": name, **({"name_ar": name} if _ARABIC_LETTERS.search(name) else {})}


def _grade(code: str, name: str) -> dict[str, Any]:
    digits = re.search(r"\d{1,3}", code)
    return {"code": code.upper(), "name": name.upper() if name == code else name,
            "rank": int(digits[0]) if digits else 0}


def _department_from_one_cell(values: dict[str, Any]) -> None:
    """'ERTMD - Transmission' in the code's column, or a name alone, where the file has no column of names."""
    text = values.get("code")
    if text and not values.get("name"):
        values |= _named(*new_code_and_name(text))


def _person_from_one_cell(values: dict[str, Any]) -> None:
    """'E-1001 / Ahmed Ali' in the number's column, where the file has no column of names."""
    both = code_and_name(values["number"]) if values.get("number") and not values.get("name") else None
    if both is not None:
        values["number"], values["name"] = both


def _write_employees(actor: Any, drafts: Sequence[Draft], at: datetime) -> None:
    """People who leave can no longer sign in; those who come back can."""
    platform_drafts.write(Employee, drafts, at)
    moved = {draft.id: draft.changes["is_active"][1] for draft in drafts if "is_active" in draft.changes}
    for employee_id, user_id in queries.logins_of(moved):
        accounts.update_login(actor, user_id, active=moved[employee_id])


DEPARTMENT_ROWS = Table(resource="departments", label=_l("Departments"), model=Department,
                        plan=operations.plan_departments)
GRADE_ROWS = Table(resource="grades", label=_l("Grades"), model=Grade,
                   plan=lambda actor, drafts, coming=(), *, lock=True: operations.plan_grades(actor, drafts, lock=lock))
JOB_ROLE_ROWS = Table(
    resource="job-roles", label=_l("Job roles"), model=JobRole,
    plan=lambda actor, drafts, coming=(), *, lock=True: operations.plan_job_roles(actor, drafts, lock=lock))
EMPLOYEE_ROWS = Table(resource="users", label=_l("People"), model=Employee, plan=operations.plan_employees,
                      write=_write_employees)

DEPARTMENT = Target(table=DEPARTMENT_ROWS, make=_named, unknown=_l('There is no department "%(text)s".'))
EMPLOYEE = Target(table=EMPLOYEE_ROWS, code="number", names=("name", "name_ar", "email"), is_small=False,
                  unknown=_l('There is no employee "%(text)s", neither here nor in the file.'))
ACTIVE = Field(
    name="is_active", label=_l("Active"), type="boolean", headings=("status", "is active", "enabled",
                                                                    "employment status",
    "employee status", "worker status", "active status", "assignment status"),
    arabic=("نشط", "فعال", "الحالة"), note=_l("Yes or no. Empty: as it is; yes for a new one."), example=_l("yes"))

DEPARTMENTS = Importer(
    kind="departments", label=_l("Departments"), resource="departments", table=DEPARTMENT_ROWS,
    intro=_l("How the organisation is divided: one row per department."),
    schema=DepartmentSchema, key=("code",), complete=_department_from_one_cell,
    fields=(
        Field(name="code", label=_l("Code"), type="code", required=True, example="HSE",
              headings=("department code", "department id", "dept code", "dept id", "department no", "department",
                        "dept", "unit code", "org unit", "orgeh"),
              arabic=("رمز القسم", "رمز الإدارة", "كود القسم", "رقم القسم", "رقم الإدارة", "القسم", "الإدارة", "الرمز"),
              note=_l("Short and unique. It finds the department that is there already.")),
        Field(name="name", label=_l("Name"), required=True, example="Health and safety",
              headings=("department name", "dept name", "unit name", "title", "name en", "english name"),
              arabic=("اسم القسم", "اسم الإدارة", "الاسم", "الاسم بالإنجليزية")),
        Field(name="name_ar", label=_l("Name in Arabic"), example="الصحة والسلامة",
              headings=("arabic name", "name ar", "department name ar", "department name arabic"),
              arabic=("الاسم بالعربية", "الاسم بالعربي", "الاسم العربي", "اسم القسم بالعربية", "القسم بالعربي")),
        Field(name="parent_id", label=_l("Part of"), type="code", target=Target(
                  table=DEPARTMENT_ROWS,
                  unknown=_l('There is no department "%(text)s", neither here nor in the file.')),
              headings=("parent", "parent department", "parent code", "reports to", "parent id", "division"),
              arabic=("القسم الأعلى", "الإدارة الأعلى", "يتبع", "تابع ل", "القسم الرئيسي", "الإدارة الرئيسية"),
              note=_l("The code of the department it belongs to. It may stand further down in the file.")),
        ACTIVE,
    ))

EMPLOYEES = Importer(
    kind="employees", label=_l("People"), resource="users", table=EMPLOYEE_ROWS,
    intro=_l("Everybody who works here: one row per person."),
    schema=EmployeeSchema, key=("number",), complete=_person_from_one_cell,
    fields=(
        Field(name="number", label=_l("Employee number"), type="code", required=True, example="10025",
              headings=("number", "employee id", "emp id", "emp no", "emp #", "employee no", "staff no",
                        "staff id", "personnel number", "badge", "badge no", "badge number", "payroll number", "id",
                        "person id", "person number", "pernr", "file no", "iqama no", "emp code", "employee code",
                        "id no",
                        "id number", "global id", "worker id", "matricule", "numéro", "personalnummer", "sicil no",
                        "sicil numarası", "employee"),
              arabic=("الرقم الوظيفي", "رقم الموظف", "الرقم", "رقم الملف", "كود الموظف", "رقم الهوية الوظيفية",
                      "رقم العامل"),
              note=_l("Unique. It finds the person who is there already.")),
        Field(name="name", label=_l("Name"), required=True, example="Sara Al-Harbi",
              headings=("full name", "employee name", "emp name", "english name", "name en", "staff name", "legal name",
                        "display name", "name of employee", "worker", "worker name", "ename", "nom complet",
                        "nom et prénom", "adı soyadı", "ad soyad", "vollständiger name"),
              arabic=("الاسم", "اسم الموظف", "الاسم الكامل", "الاسم الرباعي", "الاسم بالإنجليزية"),
              parts=(("first name", "given name", "forename", "legal first name", "vorname", "prénom", "ad", "adı",
                      "الاسم الأول"),
                     ("middle name", "اسم الأب"),
                     ("last name", "family name", "surname", "legal last name", "nachname", "nom", "nom de famille",
                     "soyad",
                      "soyadı", "اسم العائلة", "اللقب"))),
        Field(name="name_ar", label=_l("Name in Arabic"), example="سارة الحربي",
              headings=("arabic name", "name ar", "name arabic"),
              arabic=("الاسم بالعربية", "الاسم بالعربي", "الاسم العربي", "اسم الموظف بالعربية")),
        Field(name="email", label=_l("E-mail"), type="email", example="sara@example.com",
              headings=("email", "email address", "e-mail address", "mail", "work email", "email work",
                        "business email",
                        "adresse e-mail", "courriel", "e-posta"),
              arabic=("البريد الإلكتروني", "الإيميل", "البريد")),
        Field(name="phone", label=_l("Phone"), type="code", example="+966500000000",
              headings=("phone number", "mobile", "mobile number", "telephone", "contact number", "tel", "cell",
                        "cell phone", "contact no", "téléphone", "handy", "cep telefonu"),
              arabic=("الجوال", "رقم الجوال", "الهاتف", "رقم الهاتف", "هاتف")),
        Field(name="department_id", label=_l("Department"), type="code", target=DEPARTMENT, example="HSE",
              headings=("department", "dept", "department code", "department name", "department id", "division", "unit",
                        "section", "org unit", "organizational unit", "business unit", "cost center", "cost centre",
                        "supervisory organization", "orgeh", "service", "abteilung", "departman", "bölüm"),
              arabic=("القسم", "الإدارة", "رمز القسم", "اسم القسم"),
              note=_l("The code or the name of a department.")),
        Field(name="grade_id", label=_l("Grade"), type="code", example="G5",
              target=Target(table=GRADE_ROWS, make=_grade, unknown=_l('There is no grade "%(text)s".')),
              headings=("grade code", "job grade", "pay grade"), arabic=("الدرجة", "المرتبة", "الدرجة الوظيفية")),
        Field(name="job_role_id", label=_l("Job role"), type="code", example="Electrician",
              target=Target(table=JOB_ROLE_ROWS, make=_named, unknown=_l('There is no job role "%(text)s".')),
              headings=("role", "position", "job title", "title", "job", "designation", "occupation", "trade",
                        "business title", "plstx", "fonction", "poste", "stelle", "unvan"),
              arabic=("الوظيفة", "المسمى الوظيفي", "المهنة", "المنصب")),
        Field(name="foreman_id", label=_l("Foreman"), type="code", target=EMPLOYEE, example="10007",
              headings=("foreman no", "foreman number", "foreman id", "supervisor", "supervisor id", "crew leader"),
              arabic=("المشرف", "الملاحظ", "رقم المشرف", "المشرف المباشر"),
              note=_l("The employee number of the foreman, who may stand further down in the file.")),
        Field(name="manager_id", label=_l("Manager"), type="code", target=EMPLOYEE, example="10001",
              headings=("manager no", "manager number", "manager id", "line manager", "reports to", "direct manager",
                        "boss", "worker's manager", "manager name", "manager email", "manager user id",
                        "responsable", "vorgesetzter", "yönetici"),
              arabic=("المدير", "المدير المباشر", "رقم المدير", "الرئيس المباشر"),
              note=_l("The employee number of the manager, who may stand further down in the file.")),
        Field(name="hired_on", label=_l("Hired on"), type="date", example="2021-03-14",
              headings=("hire date", "hiring date", "date of joining", "joining date", "join date", "start date",
                        "employment date", "date hired", "entry date", "hired", "date of hire", "doj",
                        "original hire date", "joined", "eintrittsdatum", "eintritt", "date d'embauche",
                        "date d'entrée",
                        "işe giriş tarihi"),
              arabic=("تاريخ الالتحاق", "تاريخ التعيين", "تاريخ المباشرة", "تاريخ التوظيف")),
        Field(name="left_on", label=_l("Left on"), type="date",
              headings=("leaving date", "termination date", "end date", "last working day", "date left",
                        "austrittsdatum",
                        "date de sortie", "exit date", "işten çıkış tarihi"),
              arabic=("تاريخ المغادرة", "تاريخ انتهاء الخدمة", "تاريخ ترك العمل")),
        ACTIVE,
    ))
