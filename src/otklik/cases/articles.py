"""Help articles for whoever answers a case: what fits it, and each article or part of it as text for a letter."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.conf import settings
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import conversation_ids
from otklik.foundation.actors import Actor
from otklik.foundation.in_use import is_in_use
from otklik.knowledge.models import Article, Audience, Verdict
from otklik.knowledge.queries import COLLEAGUE, readable_by
from otklik.knowledge.rendering import render, without_staff_blocks
from otklik.knowledge.search import LONGEST_ASKED, find, suggest
from otklik.reach.models import Message

MOST = 5
_HEADING = re.compile(r"^#{2,3}[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CALLOUT = re.compile(r"^>[ \t]*\[!\w+\][ \t]*\n", re.MULTILINE)
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_INNER_LINK = re.compile(r"\]\((article|file):([^)\s]+)\)")


@dataclass(frozen=True, kw_only=True)
class Part:
    """What is put into a letter: the whole article ('' for ``title``) or what stands under one heading."""

    title: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One article on offer. ``url`` is for the customer, '' when no customer may read it; ``read_url`` is for us."""

    article: Article
    title: str
    summary: str
    url: str
    read_url: str
    link: str
    parts: Sequence[Part]
    verdict: bool | None


@dataclass(frozen=True, kw_only=True)
class Offers:
    """``is_answered`` False: nothing fits well enough to be suggested."""

    offers: Sequence[Offer]
    is_answered: bool


def address_of(article: Article) -> str:
    return f"{settings.BASE_URL}/help/{article.slug}"


def asked_in(case: Case) -> str:
    """The matter in the customer's words: the subject and the last thing they wrote."""
    said = Message.objects.filter(conversation_id__in=conversation_ids(case), direction=Message.Direction.IN)
    last = said.order_by("-id").values_list("text", flat=True).first() or ""
    return ". ".join(said for said in (case.subject, last) if said)[:LONGEST_ASKED]


def offered(case: Case, *, actor: Actor, typed: str = "") -> Offers:
    """Articles for this case, or for what the agent is typing; what they called wrong is left out unless typed.

    Spam is no question: nothing answers it. Nor is anything offered in a house without a help centre, as in
    ``found_articles``.
    """
    if not is_in_use("knowledge") or (case.state == Case.State.SPAM and not typed):
        return Offers(offers=(), is_answered=False)
    verdicts = dict(
        Verdict.objects.filter(case_id=case.pk, agent_id=actor.agent_id).values_list("article_id", "is_right")
    )
    most = MOST + len(verdicts)
    found = (
        suggest(typed, reader=COLLEAGUE, limit=most) if typed else find(asked_in(case), reader=COLLEAGUE, limit=most)
    )
    ids = [hit.id for hit in found.items if typed or verdicts.get(hit.id, True)][:MOST]
    articles = {article.pk: article for article in readable_by(COLLEAGUE).filter(pk__in=ids)}
    return Offers(
        offers=[offer_of(articles[pk], verdicts.get(pk)) for pk in ids if pk in articles],
        is_answered=found.is_answered,
    )


def found_articles(typed: str, *, most: int = 3) -> list[Offer]:
    """Articles for words that are being typed anywhere in the desk; without a case nothing is judged."""
    if not is_in_use("knowledge"):
        return []
    found = suggest(typed, reader=COLLEAGUE, limit=most)
    articles = {
        article.pk: article for article in readable_by(COLLEAGUE).filter(pk__in=[hit.id for hit in found.items])
    }
    return [offer_of(articles[hit.id]) for hit in found.items if hit.id in articles]


def offer_of(article: Article, verdict: bool | None = None) -> Offer:  # noqa: FBT001  # three answers: yes, no, not yet
    assert article.live is not None, "only what is published is offered"
    read_url = address_of(article)
    url = "" if article.audience == Audience.STAFF else read_url
    parts = parts_of(article) if url else []
    title = article.live.title
    link = f"[{title}]({url})" if url else ""
    return Offer(
        article=article,
        title=title,
        summary=article.live.summary,
        url=url,
        read_url=read_url,
        link=link,
        parts=parts,
        verdict=verdict,
    )


def parts_of(article: Article) -> list[Part]:
    """The whole, then each part under a heading of the second or third level, ready for a letter."""
    assert article.live is not None, "only what is published has parts"
    body, url = without_staff_blocks(article.live.body), address_of(article)
    anchors = {heading.text: heading.anchor for heading in render(article.live.body).headings}
    more = _("More about it:")
    whole = Part(title="", text=f"{for_letter(body)}\n\n{more} [{article.live.title}]({url})")
    cut = [whole]
    for title, text in _sections(body):
        anchor = anchors.get(title, "")
        address = f"{url}#{anchor}" if anchor else url
        cut.append(Part(title=title, text=f"{for_letter(text)}\n\n{more} [{article.live.title}]({address})"))
    return cut


def _sections(body: str) -> list[tuple[str, str]]:
    """Headings outside code, each with the Markdown below it."""
    code = [match.span() for match in _FENCE.finditer(body)]
    headings = [
        match for match in _HEADING.finditer(body) if not any(start <= match.start() < end for start, end in code)
    ]
    ends = [match.start() for match in headings[1:]]
    pieces = [(match[1], body[match.end() : end].strip()) for match, end in zip_longest(headings, ends)]
    return [(title, text) for title, text in pieces if text]


def for_letter(body: str) -> str:
    """Markdown of an article as Markdown of a letter: inner links get their full address, pictures their words."""
    text = _CALLOUT.sub("", _PICTURE.sub(lambda picture: picture[1], body))
    return _INNER_LINK.sub(_full, text).strip()


def _full(link: re.Match[str]) -> str:
    return f"]({settings.BASE_URL}/help/{link[2]})" if link[1] == "article" else "]"
