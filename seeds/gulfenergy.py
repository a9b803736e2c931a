"""GulfEnergy: a refinery and its power plant, three departments, fifteen people."""

from __future__ import annotations

from seeds.shapes import (
    ADMIN,
    EMPLOYEE,
    FOREMAN,
    HALF_YEARLY,
    MANAGER,
    OFFICER,
    ONCE,
    THREE_YEARS,
    TWO_YEARS,
    YEARLY,
    CourseSeed,
    Named,
    Person,
    TenantSeed,
)

DEPARTMENTS = (
    Named("REF", "Refining", "التكرير"),
    Named("PWR", "Power Generation", "توليد الطاقة"),
    Named("CORP", "Corporate Services", "الخدمات المؤسسية"),
)

JOB_ROLES = (
    Named("PROC", "Process operator", "مشغل عمليات"),
    Named("BOIL", "Boiler operator", "مشغل غلايات"),
    Named("TURB", "Turbine technician", "فني توربينات"),
    Named("ELEC", "Electrical technician", "فني كهرباء"),
    Named("SHFT", "Shift foreman", "ملاحظ وردية"),
    Named("MNGR", "Department manager", "مدير إدارة"),
    Named("TRNC", "Training coordinator", "منسق تدريب"),
    Named("SYSA", "Systems administrator", "مسؤول أنظمة"),
)

PEOPLE = (
    Person("G-101", "Maryam Al-Hajri", "مريم الهاجري", ADMIN, "admin", "CORP", "SYSA", "G7", 7),
    Person("G-102", "Jassim Al-Mannai", "جاسم المناعي", OFFICER, "officer", "CORP", "TRNC", "G6", 5.5),
    Person("G-103", "Khalifa Al-Suwaidi", "خليفة السويدي", MANAGER, "manager", "REF", "MNGR", "G8", 17),
    Person("G-104", "Salem Al-Ketbi", "سالم الكتبي", MANAGER, "salem.alketbi", "PWR", "MNGR", "G8", 15),
    Person("G-105", "Hind Al-Falasi", "هند الفلاسي", MANAGER, "hind.alfalasi", "CORP", "MNGR", "G8", 10),
    Person("G-106", "Rashid Al-Nuaimi", "راشد النعيمي", FOREMAN, "foreman", "REF", "SHFT", "G7", 11, None, "G-103"),
    Person("G-107", "Vikram Menon", "فيكرام مينون", FOREMAN, "vikram.menon", "REF", "SHFT", "G7", 8, None, "G-103"),
    Person("G-108", "Saif Al-Dhaheri", "سيف الظاهري", FOREMAN, "saif.aldhaheri", "PWR", "SHFT", "G7", 9, None, "G-104"),
    Person("G-109", "Aisha Al-Zaabi", "عائشة الزعابي", FOREMAN, "aisha.alzaabi", "CORP", "SHFT", "G7", 6, None,
           "G-105"),
    Person("G-110", "Hamdan Al-Blooshi", "حمدان البلوشي", EMPLOYEE, "employee", "REF", "PROC", "G5", 4, "G-106",
           "G-103"),
    Person("G-111", "Carlos Mendoza", "كارلوس ميندوزا", EMPLOYEE, "carlos.mendoza", "REF", "PROC", "G6", 7.4, "G-106",
           "G-103"),
    Person("G-112", "Obaid Al-Shamsi", "عبيد الشامسي", EMPLOYEE, "obaid.alshamsi", "REF", "BOIL", "G4", 1, "G-107",
           "G-103"),
    Person("G-113", "Anil Sharma", "أنيل شارما", EMPLOYEE, "anil.sharma", "PWR", "TURB", "G6", 9.1, "G-108", "G-104"),
    Person("G-114", "Majid Al-Mazrouei", "ماجد المزروعي", EMPLOYEE, "majid.almazrouei", "PWR", "ELEC", "G5", 3.3,
           "G-108", "G-104"),
    Person("G-115", "Fatima Al-Kaabi", "فاطمة الكعبي", EMPLOYEE, "fatima.alkaabi", "CORP", "TRNC", "G5", 2.2, "G-109",
           "G-105"),
)

COURSES = (
    CourseSeed("S-01", "Site induction", "التهيئة للموقع", "safety", "classroom", 4, ONCE, True),
    CourseSeed("S-02", "Hydrogen sulphide and breathing apparatus", "كبريتيد الهيدروجين وأجهزة التنفس", "safety",
               "on_the_job", 8, {"kind": "anniversary", "months": 12, "window_before_days": 60, "window_after_days": 30,
                                "grace_days": 14}, True, "REF"),
    CourseSeed("S-03", "Fire watch", "مراقبة الحريق", "safety", "on_the_job", 4, YEARLY, True, "REF"),
    CourseSeed("S-04", "Arc flash protection", "الوقاية من القوس الكهربائي", "safety", "classroom", 6,
               TWO_YEARS | {"grace_days": 30}, False, "PWR"),
    CourseSeed("S-05", "Respirator fit test", "اختبار ملاءمة الكمامة", "safety", "on_the_job", 1, HALF_YEARLY, False,
               "REF"),
    CourseSeed("T-01", "Boiler operation licence", "رخصة تشغيل الغلايات", "technical", "on_the_job", 40,
               {"kind": "anniversary", "months": 36, "window_before_days": 90, "window_after_days": 0}, False, "REF"),
    CourseSeed("T-02", "Gas turbine fundamentals", "أساسيات التوربينات الغازية", "technical", "classroom", 24,
               THREE_YEARS, False, "PWR"),
    CourseSeed("T-03", "High voltage switching", "مناورات الجهد العالي", "technical", "on_the_job", 24,
               TWO_YEARS, False, "PWR"),
    CourseSeed("T-04", "Process safety for operators", "سلامة العمليات للمشغلين", "technical", "classroom", 16,
               YEARLY | {"grace_days": 14}, True, "REF"),
    CourseSeed("L-01", "Shift leadership", "قيادة الوردية", "leadership", "classroom", 16, THREE_YEARS),
    CourseSeed("I-01", "Cyber security for plant systems", "الأمن السيبراني لأنظمة المصانع", "it", "online", 2,
               {"kind": "fixed", "fixed_month": 6, "fixed_day": 30, "window_before_days": 60}, True),
    CourseSeed("I-02", "Shift handover in the log system", "تسليم الوردية في نظام السجلات", "it", "online", 2, ONCE),
    CourseSeed("C-01", "Anti-corruption", "مكافحة الفساد", "compliance", "online", 1,
               {"kind": "fixed", "fixed_month": 12, "fixed_day": 31, "window_before_days": 30, "grace_days": 31}, True),
    CourseSeed("C-02", "Permit to work: issuer", "تصاريح العمل: المُصدر", "compliance", "classroom", 8, TWO_YEARS,
               True, "REF", after=("S-01",)),
    CourseSeed("K-01", "Talking through a toolbox meeting", "إدارة اجتماع السلامة اليومي", "soft_skills", "classroom",
               4, ONCE),
)

GULFENERGY = TenantSeed("gulfenergy", "GulfEnergy", "طاقة الخليج", "Asia/Dubai", DEPARTMENTS, JOB_ROLES, PEOPLE,
                        COURSES, enrollments=40)
