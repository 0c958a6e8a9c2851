"""Rows that stand on a page by the dozen: written here and not as templates, which would cost ten times as much."""

from collections.abc import Sequence
from functools import lru_cache
from html import escape

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from otklik.desk.labels import Label
from otklik.desk.rows import Line
from otklik.desk.sections import HELP_CENTRE, open_to
from otklik.desk.shell import actor_of
from otklik.desk.views.frame import NavItem
from otklik.team.queries import Face
from otklik.ui.templatetags.ui import avatar, icon, ring_of

register = template.Library()


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
    """One row of the navigation."""
    here = ' aria-current="page"' if item.name == current else ""
    tone = f' data-tone="{item.tone}"' if item.tone else ""
    count = f'<span class="pill"{tone}>{item.count}</span>' if item.count else ""
    label = f"{icon(item.icon)}<span>{escape(str(item.label))}</span>{count}"
    return mark_safe(f'<li><a href="{escape(item.url)}"{here}>{label}</a></li>')  # noqa: S308  # the rest is our own


@register.inclusion_tag("desk/knowledge/tabs.html", takes_context=True)
def help_centre_tabs(context: Context, current: str) -> dict[str, object]:
    """The pages of the help centre that are open to whoever looks."""
    return {"tabs": open_to(actor_of(context["request"]), HELP_CENTRE), "current": current}


@register.simple_tag
def mention_rows(people: Sequence[Face]) -> SafeString:
    """Whom a note may mention."""
    return _mention_rows(tuple(people))


@lru_cache(maxsize=256)
def _mention_rows(people: tuple[Face, ...]) -> SafeString:
    row = '<li role="option" data-name="{}" data-whole="{}" aria-selected="false">{}{}</li>'
    return format_html_join(
        "", row, ((one.first_name, one.name, avatar(one.name, one.photo), one.name) for one in people)
    )
