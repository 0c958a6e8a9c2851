"""What a help page says to machines: its one address, its languages, its shape as schema.org knows it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from otklik.knowledge.models import Brand
from otklik.knowledge.queries import Shelf
from otklik.portal.reading import ArticlePage, SectionPage, address_of, shares_its_address

_ESCAPED = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
type Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Meta:
    """For the head of a page. ``languages``: language (or ``x-default``) → whole address."""

    url: str
    title: str
    description: str = ""
    kind: str = "website"
    languages: Mapping[str, str] = field(default_factory=dict)
    shapes: Sequence[Json] = ()
    is_found: bool = True
    """False: search engines should not keep it."""

    @property
    def data(self) -> list[SafeString]:
        """The shapes as JSON-LD: data, which the policy for scripts lets through."""
        return [_as_data({"@context": "https://schema.org", **shape}) for shape in self.shapes]


def _as_data(shape: Json) -> SafeString:
    """No word in it ends the element: ``<``, ``>`` and ``&`` stand as JSON escapes."""
    text = json.dumps(shape, ensure_ascii=False).translate(_ESCAPED)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308  # escaped above


def origin(brand: Brand | None) -> str:
    """Scheme and host under which this face of the company is found."""
    base = urlsplit(settings.BASE_URL)
    return f"{base.scheme}://{brand.host}" if brand and brand.host else settings.BASE_URL.rstrip("/")


def meta_of_article(page: ArticlePage, *, brand: Brand | None, house: str) -> Meta:
    home, article = origin(brand), page.article
    url = home + address_of(article)
    if shares_its_address(article):
        url += f"?language={article.language}"
    languages = {one.language: home + address_of(one) for one in page.others}
    if languages:
        languages |= {article.language: url}
        languages |= {"x-default": languages.get(settings.LANGUAGE_CODE, url)}
    shape: dict[str, Any] = {
        "@type": "Article",
        "headline": page.version.title[:110],
        "inLanguage": article.language,
        "mainEntityOfPage": url,
        "dateModified": page.changed_at.isoformat(timespec="seconds"),
        "datePublished": (page.version.published_at or page.changed_at).isoformat(timespec="seconds"),
        "publisher": {"@type": "Organization", "name": house},
    }
    if page.version.summary:
        shape["description"] = page.version.summary
    if page.author:
        shape["author"] = {"@type": "Person", "name": page.author.name}
    return Meta(
        url=url,
        title=page.version.title,
        description=page.version.summary,
        kind="article",
        languages=languages,
        shapes=[shape, _crumbs(home, [*_steps(page.way), (page.version.title, address_of(article))])],
        is_found=not page.is_limited,
    )


def meta_of_section(page: SectionPage, *, brand: Brand | None) -> Meta:
    home, path = origin(brand), reverse("portal:help_section", args=[page.section.slug])
    asked = [one for one in page.articles if one.live and one.live.summary and one.live.title.endswith("?")]
    shapes: list[Json] = [_crumbs(home, _steps(page.way))]
    if asked:
        shapes.append(
            {
                "@type": "FAQPage",
                "mainEntity": [
                    {
                        "@type": "Question",
                        "name": one.live.title,
                        "acceptedAnswer": {"@type": "Answer", "text": one.live.summary},
                        "url": home + address_of(one),
                    }
                    for one in asked
                    if one.live
                ],
            }
        )
    return Meta(
        url=home + path,
        title=page.shelf.title,
        description=page.shelf.description,
        languages=_by_parameter(home + path),
        shapes=shapes,
    )


def meta_of_start(*, brand: Brand | None, house: str) -> Meta:
    home, path = origin(brand), reverse("portal:help")
    search = home + reverse("portal:help_search") + "?q={search_term_string}"
    site = {
        "@type": "WebSite",
        "name": house,
        "url": home + path,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": search},
            "query-input": "required name=search_term_string",
        },
    }
    return Meta(
        url=home + path,
        title=_("Answers to questions"),
        description=_("Answers by topic, and a person who helps when none fits."),
        languages=_by_parameter(home + path),
        shapes=[site],
    )


def _by_parameter(url: str) -> dict[str, str]:
    """A page that stands in every language at one address, told apart by ``?language=``."""
    return {code: f"{url}?language={code}" for code, _name in settings.LANGUAGES} | {"x-default": url}


def _steps(way: Sequence[Shelf]) -> list[tuple[str, str]]:
    start = (_("Answers"), reverse("portal:help"))
    return [start, *((shelf.title, reverse("portal:help_section", args=[shelf.slug])) for shelf in way)]


def _crumbs(home: str, steps: Sequence[tuple[str, str]]) -> Json:
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": home + path}
            for place, (name, path) in enumerate(steps, 1)
        ],
    }
