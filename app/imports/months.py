"""Names of months, in the normal form of wording: Gregorian in the languages met in the Gulf, and Hijri."""

from __future__ import annotations

from app.imports.wording import normal_form

_GREGORIAN = (
    # English, Arabic of the Gulf and Egypt, of the Levant and Iraq, of the Maghreb, French, German, Spanish
    "january jan|يناير|كانون الثاني|جانفي|janvier janv|januar|enero ene",
    "february feb|فبراير|شباط|فيفري|fevrier fevr fev|februar|febrero",
    "march mar|مارس|آذار||mars|marz mrz maerz|marzo",
    "april apr|أبريل ابريل|نيسان|أفريل|avril avr||abril abr",
    "may|مايو|أيار|ماي|mai|mai|mayo",
    "june jun|يونيو يونيه|حزيران|جوان|juin|juni|junio",
    "july jul|يوليو يوليه|تموز|جويلية|juillet juil|juli|julio",
    "august aug|أغسطس|آب|أوت|aout||agosto ago",
    "september sep sept|سبتمبر|أيلول||septembre||septiembre",
    "october oct|أكتوبر|تشرين الأول||octobre|oktober okt|octubre",
    "november nov|نوفمبر|تشرين الثاني||novembre||noviembre",
    "december dec|ديسمبر|كانون الأول||decembre|dezember dez|diciembre dic",
)
_HIJRI = (
    "محرم|muharram", "صفر|safar", "ربيع الأول|ربيع اول|rabi i|rabi awwal", "ربيع الآخر|ربيع الثاني|rabi ii|rabi thani",
    "جمادى الأولى|جمادى الاول|jumada i|jumada ula", "جمادى الآخرة|جمادى الثانية|جمادى الثاني|jumada ii|jumada akhirah",
    "رجب|rajab", "شعبان|shaban|sha ban", "رمضان|ramadan|ramadhan", "شوال|shawwal",
    "ذو القعدة|ذي القعدة|dhu qadah|dhul qadah", "ذو الحجة|ذي الحجة|dhu hijjah|dhul hijjah",
)  # fmt: skip
_TWO_WORDS = ("كانون", "تشرين")


def _gregorian() -> dict[str, int]:
    names: dict[str, int] = {}
    for number, line in enumerate(_GREGORIAN, start=1):
        for group in line.split("|"):
            parts = [group] if group.startswith(_TWO_WORDS) else group.split()
            names.update((normal_form(part), number) for part in parts)
    return names


MONTHS = _gregorian()
HIJRI_MONTHS = {
    normal_form(name): number for number, line in enumerate(_HIJRI, start=1) for name in line.split("|")
}
