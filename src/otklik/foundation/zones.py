"""Whose hour it is: a moment told to a customer stands in their zone, else in the team's, and the zone is named."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

_CITIES: dict[str, str | Promise] = {
    "Europe/Kaliningrad": pgettext_lazy("city", "Kaliningrad"),
    "Europe/Moscow": pgettext_lazy("city", "Moscow"),
    "Europe/Samara": pgettext_lazy("city", "Samara"),
    "Asia/Yekaterinburg": pgettext_lazy("city", "Yekaterinburg"),
    "Asia/Omsk": pgettext_lazy("city", "Omsk"),
    "Asia/Novosibirsk": pgettext_lazy("city", "Novosibirsk"),
    "Asia/Krasnoyarsk": pgettext_lazy("city", "Krasnoyarsk"),
    "Asia/Irkutsk": pgettext_lazy("city", "Irkutsk"),
    "Asia/Yakutsk": pgettext_lazy("city", "Yakutsk"),
    "Asia/Vladivostok": pgettext_lazy("city", "Vladivostok"),
    "Asia/Magadan": pgettext_lazy("city", "Magadan"),
    "Asia/Kamchatka": pgettext_lazy("city", "Petropavlovsk-Kamchatsky"),
    "Europe/Volgograd": pgettext_lazy("city", "Volgograd"),
    "Europe/Saratov": pgettext_lazy("city", "Saratov"),
    "Europe/Ulyanovsk": pgettext_lazy("city", "Ulyanovsk"),
    "Europe/Astrakhan": pgettext_lazy("city", "Astrakhan"),
    "Europe/Kirov": pgettext_lazy("city", "Kirov"),
    "Europe/Simferopol": pgettext_lazy("city", "Simferopol"),
    "Asia/Barnaul": pgettext_lazy("city", "Barnaul"),
    "Asia/Tomsk": pgettext_lazy("city", "Tomsk"),
    "Asia/Novokuznetsk": pgettext_lazy("city", "Novokuznetsk"),
    "Asia/Chita": pgettext_lazy("city", "Chita"),
    "Asia/Khandyga": pgettext_lazy("city", "Khandyga"),
    "Asia/Ust-Nera": pgettext_lazy("city", "Ust-Nera"),
    "Asia/Sakhalin": pgettext_lazy("city", "Yuzhno-Sakhalinsk"),
    "Asia/Srednekolymsk": pgettext_lazy("city", "Srednekolymsk"),
    "Asia/Anadyr": pgettext_lazy("city", "Anadyr"),
    "Europe/Minsk": pgettext_lazy("city", "Minsk"),
    "Europe/Kyiv": pgettext_lazy("city", "Kyiv"),
    "Europe/Chisinau": pgettext_lazy("city", "Chisinau"),
    "Asia/Almaty": pgettext_lazy("city", "Almaty"),
    "Asia/Tashkent": pgettext_lazy("city", "Tashkent"),
    "Asia/Bishkek": pgettext_lazy("city", "Bishkek"),
    "Asia/Dushanbe": pgettext_lazy("city", "Dushanbe"),
    "Asia/Ashgabat": pgettext_lazy("city", "Ashgabat"),
    "Asia/Yerevan": pgettext_lazy("city", "Yerevan"),
    "Asia/Baku": pgettext_lazy("city", "Baku"),
    "Asia/Tbilisi": pgettext_lazy("city", "Tbilisi"),
    "Europe/Riga": pgettext_lazy("city", "Riga"),
    "Europe/Vilnius": pgettext_lazy("city", "Vilnius"),
    "Europe/Tallinn": pgettext_lazy("city", "Tallinn"),
    "Europe/Berlin": pgettext_lazy("city", "Berlin"),
    "Europe/Paris": pgettext_lazy("city", "Paris"),
    "Europe/London": pgettext_lazy("city", "London"),
    "Europe/Istanbul": pgettext_lazy("city", "Istanbul"),
    "Europe/Belgrade": pgettext_lazy("city", "Belgrade"),
    "Europe/Warsaw": pgettext_lazy("city", "Warsaw"),
    "Europe/Madrid": pgettext_lazy("city", "Madrid"),
    "Europe/Rome": pgettext_lazy("city", "Rome"),
    "Europe/Prague": pgettext_lazy("city", "Prague"),
    "Asia/Dubai": pgettext_lazy("city", "Dubai"),
    "Asia/Jerusalem": pgettext_lazy("city", "Jerusalem"),
    "Asia/Shanghai": pgettext_lazy("city", "Shanghai"),
    "Asia/Tokyo": pgettext_lazy("city", "Tokyo"),
    "Asia/Seoul": pgettext_lazy("city", "Seoul"),
    "Asia/Bangkok": pgettext_lazy("city", "Bangkok"),
    "Asia/Kolkata": pgettext_lazy("city", "Kolkata"),
    "America/New_York": pgettext_lazy("city", "New York"),
    "America/Los_Angeles": pgettext_lazy("city", "Los Angeles"),
}


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of this IANA name; None for '' and for what is none."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone_words(zone: ZoneInfo, *, at: datetime, is_yours: bool = False) -> str:
    """«по вашему времени: Владивосток, UTC+10», «по московскому времени, UTC+3», «время: Омск, UTC+6»."""
    values = {"city": _city(zone), "offset": _offset(at.astimezone(zone))}
    if is_yours:
        return _("your time: %(city)s, %(offset)s") % values
    if zone.key == "Europe/Moscow":
        return _("Moscow time, %(offset)s") % values
    return _("time of %(city)s, %(offset)s") % values if "/" in zone.key else values["offset"]


def zone_label(name: str, *, at: datetime) -> str:
    """«Владивосток, UTC+10»: a zone among others, or where it is shown; the name itself where it is none."""
    zone = zone_named(name)
    if zone is None:
        return name
    return f"{_city(zone)}, {_offset(at.astimezone(zone))}" if "/" in zone.key else _offset(at.astimezone(zone))


def known_cities() -> list[str]:
    """IANA names of the zones whose city has a name in every language, ours and our neighbours' first."""
    return list(_CITIES)


def _city(zone: ZoneInfo) -> str:
    return str(_CITIES.get(zone.key, zone.key.rpartition("/")[2].replace("_", " ")))


def _offset(local: datetime) -> str:
    """``UTC+10``, ``UTC+5:30``, ``UTC−3``, ``UTC``."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "\N{MINUS SIGN}"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"


def moment_words(moment: datetime, zone: ZoneInfo, *, is_yours: bool = False) -> str:
    """«30 ноября, 18:00 (по вашему времени: Владивосток, UTC+10)», in the language in force."""
    local = moment.astimezone(zone)
    day = date_format(local, "j E" if translation.get_language() == "ru" else "j F")
    return f"{day}, {local:%H:%M} ({zone_words(zone, at=moment, is_yours=is_yours)})"
