"""The words of ``otklik.ui.words`` and the smallest parts (icon, avatar, ring) for templates.

In a list of many rows prefer ``{% icon %}``, ``{% avatar %}`` and ``{% ring %}`` to their ``<c-…>`` twins:
they cost a few microseconds each.
"""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django import template
from django.forms import BoundField
from django.template import Context
from django.template.defaultfilters import linebreaks_filter, urlize
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info, gettext, pgettext
from django_cotton.templatetags import Attrs

from otklik.ui import words
from otklik.ui.letters import words_text

register = template.Library()
register.filter("filesize", words.filesize)
register.filter("initials", words.initials)
register.filter("hue", words.hue)
register.filter("ring_dash", words.ring_dash)
register.filter("tel", words.phone_link)
register.filter("phone", words.phone)
register.filter("duration", words.duration)

RING = (
    '<svg class="ring" viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="7.5"/>'
    '<circle cx="10" cy="10" r="7.5" pathLength="100" stroke-dasharray="{}"/></svg>'
)


_MAYBE_LINK = re.compile(r"[.:@]\S")


@register.filter
def prose(text: str) -> SafeString:
    """What a person wrote: paragraphs, with links where an address stands."""
    return linebreaks_filter(urlize(text) if _MAYBE_LINK.search(text) else text)


@register.filter
def plain(text: str) -> str:
    """Words of ours without the signs that give them their look."""
    return words_text(text)


@register.filter
def when(moment: datetime | None) -> str:
    """``<time>`` with ``сегодня, 14:02``; nothing for ``None``."""
    return _time(moment, words.when(moment, now=timezone.now())) if moment else ""


@register.filter
def when_short(moment: datetime | None) -> str:
    """``<time>`` with ``14:02``, ``вчера`` or ``17 ноя``; the whole moment is one hover away."""
    if not moment:
        return ""
    now = timezone.now()
    return format_html(
        '<time class="when" datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        words.when(moment, now=now),
        words.when_short(moment, now=now),
    )


@register.filter
def time_left(deadline: datetime | None) -> str:
    """``<time data-left>`` with ``ещё 25 мин``; ``elements/time.js`` keeps it fresh."""
    if not deadline:
        return ""
    text = words.time_left(deadline, now=timezone.now())
    return format_html('<time datetime="{}" data-left>{}</time>', deadline.isoformat(timespec="seconds"), text)


@register.filter
def late_by(deadline: datetime) -> str:
    """``опаздываем на 12 мин``."""
    return _time(deadline, words.late(deadline, now=timezone.now()))


@register.filter
def language_name(code: str) -> str:
    """``ru`` as ``русский``; a code that nobody knows stays as it is."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _time(moment: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), text)


@register.simple_tag
def options(choices: Iterable[tuple[object, str | Promise]], chosen: object = None) -> SafeString:
    """``<option>`` of each value and text; the chosen value is selected."""
    return _options(tuple((str(value), str(text)) for value, text in choices), None if chosen is None else str(chosen))


@lru_cache(maxsize=512)
def _options(choices: tuple[tuple[str, str], ...], chosen: str | None) -> SafeString:
    rows = ((value, mark_safe(" selected") if value == chosen else "", text) for value, text in choices)
    return format_html_join("", '<option value="{}"{}>{}</option>', rows)


@register.simple_tag(takes_context=True)
def sorted_head(context: Context, name: str, kind: str = "") -> SafeString:
    """The ``<th>`` of a column by which the list is sorted at a press (``order`` of the context); ``kind``: a class."""
    way = next(one for one in context["order"].ways if one.name == name)
    address = context["request"].GET.copy()
    for part in {"sort", "after"} & set(address):
        del address[part]
    if way.sort:
        address["sort"] = way.sort
    now = format_html(' aria-sort="{}"', way.now) if way.now else ""
    sign = icon("arrow-down" if way.now == "descending" else "arrow-up") if way.now else ""
    html = '<th scope="col" class="{}"{}><a href="?{}">{}{}</a></th>'
    return format_html(html, kind, now, address.urlencode(), way.label, sign)


@register.simple_tag
def pick(key: object, name: str) -> SafeString:
    """The box that chooses a row of a list for what is done to many; ``name``: what the row is called."""
    html = '<input class="pick" id="pick-{0}" type="checkbox" form="bulk" name="row" value="{0}" aria-label="{1}">'
    return format_html(html, key, gettext("Select: %(name)s") % {"name": name})


@register.simple_tag
@lru_cache(maxsize=1024)
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite; decorative unless ``label`` names it."""
    role = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', role, static("ui/icons/sprite.svg"), name)


@register.simple_tag
@lru_cache(maxsize=4096)
def avatar(name: str, photo: str | None = "", *, size: str = "", alt: bool = False) -> SafeString:
    """A photo, else initials on the person's own hue. ``alt=True`` when no name stands beside it."""
    data_size = format_html(' data-size="{}"', size) if size else ""
    if photo:
        html = '<img class="avatar"{} src="{}" alt="{}" title="{}" width="80" height="80" loading="lazy">'
        return format_html(html, data_size, photo, name if alt else "", name)
    role = format_html('role="img" aria-label="{}"', name) if alt else mark_safe('aria-hidden="true"')
    inside = words.initials(name) or icon("user")
    return format_html(
        '<span class="avatar"{} data-hue="{}" title="{}" {}>{}</span>', data_size, words.hue(name), name, role, inside
    )


@register.simple_tag
def ring(share: float) -> SafeString:
    """The small clock: how much (0..1) of a promised time is spent. Decorative: words stand beside it."""
    return ring_of(words.ring_dash(share))


@lru_cache(maxsize=128)
def ring_of(dash: str) -> SafeString:
    """The same for a ``stroke-dasharray`` that is worked out already."""
    return format_html(RING, dash)


@register.filter
def html_attributes(attrs: Attrs) -> SafeString:
    """What a component passes on to its element, escaped (cotton's own ``{{ attrs }}`` trusts ``:bound`` values)."""
    kept = ((key, value) for key, value in attrs.attrs_dict().items() if value is not False and value is not None)
    return format_html_join("", "{}", ((_attribute(key, value),) for key, value in kept))


def _attribute(key: str, value: object) -> SafeString:
    return format_html(" {}", key) if value is True else format_html(' {}="{}"', key, value)


@register.filter
def shape(field: BoundField) -> str:
    """How ``<c-field>`` arranges a bound field: ``hidden``, ``check``, ``group`` or ``line``."""
    if field.is_hidden:
        return "hidden"
    if field.use_fieldset:
        return "group"
    return "check" if getattr(field.field.widget, "input_type", "") == "checkbox" else "line"


@register.simple_tag
def still(template_name: str) -> SafeString:
    """A part of a page that reads no context and says the same to everybody: drawn once for each language."""
    return _still(template_name, get_language())


@lru_cache(maxsize=64)
def _still(template_name: str, _language: str | None) -> SafeString:
    return render_to_string(template_name)


@register.simple_tag
def script_words() -> str:
    """The few words that scripts say, as JSON for ``<meta name="otk-words">``."""
    return _script_words(get_language())


@lru_cache(maxsize=16)
def _script_words(_language: str | None) -> str:
    return json.dumps(
        {
            "left": gettext("%(duration)s left") % {"duration": "{}"},
            "min": pgettext("duration", "%(count)d min").replace("%(count)d", "{}"),
            "kb": pgettext("file size", "KB"),
            "mb": pgettext("file size", "MB"),
            "undo": gettext("Undo"),
            "close": gettext("Close"),
            "live": gettext("Updates itself"),
            "lost": gettext("Connection lost"),
            "saved": gettext("Draft saved at {}"),
            "unsaved": gettext("Kept in this browser only. We will try again"),
            "elsewhere": gettext("This draft was changed in another tab:"),
            "empty": gettext("Nothing is written there"),
            "mine": gettext("Keep what stands here"),
            "theirs": gettext("Take the other text"),
            "over": gettext("Your session is over. What you have written is kept: log in and go on."),
            "enter": gettext("Log in"),
            "door": gettext("Log-in"),
            "remove": gettext("Remove {}"),
            "problem": gettext("That did not work. Nothing is lost, try again"),
        },
        ensure_ascii=False,
    )
