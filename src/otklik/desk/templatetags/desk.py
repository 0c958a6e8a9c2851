"""Rows that stand on a page by the dozen: written here and not as templates, which would cost ten times as much."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from otklik.desk import rail
from otklik.desk.frame import Frame
from otklik.desk.pins import Standing
from otklik.desk.rail import NavItem, Part
from otklik.desk.rows import Line
from otklik.desk.settings_home import last_changes_of
from otklik.desk.workspace import File
from otklik.team.queries import Face
from otklik.ui.labels import Label
from otklik.ui.templatetags.ui import avatar, icon, ring_of

register = template.Library()
register.simple_tag(last_changes_of)


@register.simple_tag
def case_line(line: Line, choose: str = "", new_word: str = "") -> SafeString:
    """A case as one line of a list.

    ``choose``: the name of the tick box, '' for a list that is only read; ``new_word`` is heard if unread.
    """
    subject, when = conditional_escape(line.subject), f'datetime="{line.when_at}" title="{escape(line.when_whole)}"'
    tick = f'<input type="checkbox" name="case" value="{line.id}" aria-label="{escape(choose)}: {subject}">'
    unread = f'<span class="sr-only">{escape(new_word)} </span>'
    return mark_safe(  # noqa: S308  # every text is escaped here or in the parts below
        f'<li class="item" id="case-{line.id}"{" data-unread" if line.is_unread else ""}>'
        f"{tick if choose else '<span></span>'}{_clock(line)}"
        f'<span class="who cut">{escape(line.who)}</span><span class="what">{unread if line.is_unread else ""}'
        f'<a class="cut" href="/desk/cases/{line.id}/{line.anchor}">{subject}</a>'
        f'<span class="cut">{conditional_escape(line.preview)}</span></span>'
        f'<span class="tags">{_badges(line.badges)}{_tags(line.tags)}</span>'
        f'<span class="via">{icon(line.channel.icon, str(line.channel.text))}</span>'
        f"{avatar(line.owner.name, line.owner.photo, alt=True)}"
        f'<time class="when" {when}>{escape(line.when)}</time></li>'
    )


def _clock(line: Line) -> str:
    tone = f' data-tone="{line.tone}"' if line.tone else ""
    before = f'<span class="sr-only">{escape(line.clock_before)} </span>' if line.clock_before else ""
    text = escape(line.clock_text)
    left = " data-left" if line.is_counting else ""
    said = f'<time datetime="{line.clock_at}"{left}>{text}</time>' if line.clock_at else f"<span>{text}</span>"
    return f'<span class="clock"{tone}>{ring_of(line.dash) if line.dash else ""}{before}{said}</span>'


def _badges(badges: Sequence[Label]) -> str:
    return "".join(_badge(str(one.text), one.icon, one.tone) for one in badges)


@lru_cache(maxsize=256)
def _badge(text: str, picture: str, tone: str) -> SafeString:
    shown = format_html(' data-tone="{}"', tone) if tone else ""
    return format_html('<span class="badge"{}>{}{}</span>', shown, icon(picture) if picture else "", text)


def _tags(tags: Sequence[str]) -> SafeString:
    return format_html_join("", '<span class="badge">{}</span>', ((tag,) for tag in tags))


@register.simple_tag
def nav_row(item: NavItem, current: str = "") -> SafeString:
    """One row of the navigation that is no page of a section."""
    return mark_safe(f'<li class="section">{_nav_link(item, current, is_with_icon=True)}</li>')  # noqa: S308  # our own


def _nav_link(item: NavItem, current: str, *, is_with_icon: bool = False) -> str:
    here = ' aria-current="page"' if item.name == current else ""
    picture = icon(item.icon) if is_with_icon else ""
    label = f"{picture}<span>{escape(str(item.label))}</span>{_pill(item.count, item.tone)}"
    return f'<a href="{escape(item.url)}"{here}>{label}</a>'


def _pill(count: str, tone: str = "") -> str:
    shown = f' data-tone="{tone}"' if tone else ""
    return f'<span class="pill"{shown}>{count}</span>' if count else ""


@register.simple_tag(takes_context=True)
def nav_pins(context: Context) -> SafeString:
    """What this person keeps at hand, as the first section of the rail; nothing shows while there is nothing."""
    frame: Frame = context["frame"]
    if not frame.pins:
        return mark_safe('<li class="section pins" id="pins" hidden></li>')  # a constant
    waiting = rail.waiting(_parts(context)[0])
    rows = "".join(_pin_link(one, frame.address, waiting.get(one.pin.address)) for one in frame.pins)
    here = ' aria-current="page"' if context.get("section") == "pins" else ""
    label = f"{icon('pin')}<span>{escape(_('At hand'))}</span>"
    return mark_safe(  # noqa: S308  # every text is escaped here or in the parts
        f'<li class="section pins" id="pins" data-shown><a href="{reverse("desk:pins")}"{here}>{label}</a>'
        f'<div class="within"><ul data-move="{reverse("desk:pin-move")}">{rows}</ul></div></li>'
    )


def _pin_link(one: Standing, shown: str, same: NavItem | None) -> str:
    """``shown``: where one is; ``same``: the row of the rail that leads to the same place, and its count."""
    here, address = ' aria-current="page"' if one.pin.address == shown else "", escape(one.pin.address)
    count = _pill(same.count, same.tone) if same else ""
    label = f"{icon(one.icon)}<span>{escape(one.pin.name)}</span>{count}"
    return f'<li><a href="{address}" id="at-{address}" data-at="{one.at}"{here}>{label}</a></li>'


@register.simple_tag(takes_context=True)
def nav_sections(context: Context) -> SafeString:
    """The sections of the rail as rows, that of the current page open."""
    parts, current = _parts(context)
    return mark_safe("".join(_nav_section(one, current) for one in parts))  # noqa: S308  # escaped in its parts


def _parts(context: Context) -> tuple[list[Part], str]:
    """The sections, uncounted for the narrow rail, and the name of the page one is at ('' for none)."""
    frame: Frame = context["frame"]
    return frame.narrow if context.get("rail") else frame.sections, context.get("section") or ""


def _nav_section(part: Part, current: str) -> str:
    is_open = part.holds(current)
    here, shown = (' aria-current="true"', " data-shown") if is_open else ("", "")
    pages = "".join(f"<li>{_nav_link(one, current)}</li>" for one in part.pages)
    lists = "".join(
        f"<h2>{escape(str(heading))}</h2><ul>{''.join(f'<li>{_nav_link(one, current)}</li>' for one in rows)}</ul>"
        for heading, rows in part.lists
    )
    label = f"{icon(part.icon)}<span>{escape(str(part.label))}</span>{_pill(part.count)}"
    return (
        f'<li class="section" data-section="{part.name}"{shown}><a href="{escape(part.url)}"{here}>{label}</a>'
        f'<div class="within"><ul>{pages}</ul>{lists}</div></li>'
    )


@register.simple_tag(takes_context=True)
def thumbs(context: Context) -> SafeString:
    """The links at the bottom of a phone."""
    parts, current = _parts(context)
    return mark_safe("".join(_thumb(one, current) for one in rail.thumbs(parts)))  # noqa: S308  # escaped in its parts


def _thumb(thumb: rail.Thumb, current: str) -> str:
    item = thumb.item
    here = ' aria-current="page"' if item.name == current else ' aria-current="true"' if thumb.is_at(current) else ""
    label = f"{icon(item.icon)}<span>{escape(str(item.label))}</span>{_pill(item.count)}"
    return f'<a href="{escape(item.url)}"{here}>{label}</a>'


@register.simple_tag
def mention_rows(people: Sequence[Face]) -> SafeString:
    """Whom a note may mention."""
    return _mention_rows(tuple(people))


@lru_cache(maxsize=256)
def _mention_rows(people: tuple[Face, ...]) -> SafeString:
    row = '<li role="option" id="mention-{}" data-name="{}" data-whole="{}" aria-selected="false">{}{}</li>'
    return format_html_join(
        "", row, ((one.id, one.first_name, one.name, avatar(one.name, one.photo), one.name) for one in people)
    )


_MARKUP = re.compile(r"(<[^>]*>)")


@register.filter
def with_pictures(words: SafeString, pictures: Sequence[File]) -> SafeString:
    """The words of a letter with its pictures where the text names them; no markup is looked into, nor a name twice."""
    shown = {f"[{conditional_escape(one.name)}]": _picture(one) for one in reversed(pictures)}
    if not shown:
        return words
    named = re.compile("|".join(map(re.escape, sorted(shown, key=len, reverse=True))))
    pieces = _MARKUP.split(words)
    pieces[::2] = [named.sub(lambda found: shown[found[0]], text) for text in pieces[::2]]
    return mark_safe("".join(pieces))  # noqa: S308  # both parts are escaped


def _picture(one: File) -> SafeString:
    image = format_html('<img src="{}" alt="{}" loading="lazy">', one.url, one.name)
    return format_html('<a href="{}" target="_blank" rel="noopener">{}</a>', one.url, image)
