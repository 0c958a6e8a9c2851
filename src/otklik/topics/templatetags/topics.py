"""How weeks and rates of topics are said."""

from django import template
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from otklik.foundation.figures import Estimate
from otklik.topics.charting import Judged

register = template.Library()
_HALF_A_SIGN = 5


@register.filter
def week_said(one: Judged) -> str:
    """``21 сентября: 14,3 (выше предела)``."""
    day = date_format(one.week.begins, "j E")
    rate = "—" if one.rate is None else number_format(round(one.rate, 1), 1)
    return f"{day}: {rate}" + (f" ({_('above the limit')})" if one.is_signal else "")


@register.filter
def between_rates(found: Estimate) -> str:
    """``от 2,6 до 6,3``."""
    ends = {"low": found.low or 0.0, "high": found.high or 0.0}
    said = {name: number_format(round(value, 1), 1) for name, value in ends.items()}
    return _("from %(low)s to %(high)s") % said


@register.filter
def minus(value: float) -> float:
    """Where the corner of a sign stands whose middle is there."""
    return round(value - _HALF_A_SIGN, 1)
