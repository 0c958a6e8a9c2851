"""What an article said before, what has changed, and what its original says now."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.http.versions import MOST_SHOWN, Parts, Row, changes, versions_part
from otklik.knowledge import authoring
from otklik.knowledge.actions import restore
from otklik.knowledge.labels import page_of_article, state_of
from otklik.knowledge.models import Article, Version
from otklik.knowledge.queries import COLLEAGUE
from otklik.knowledge.queries import shown as words_shown
from otklik.knowledge.views.articles import around, article_by_id


@require_GET
@staff()
def versions(request: HttpRequest, article_id: int) -> HttpResponse:
    """Every version; ``?from=1&to=3`` compares two of them, else the newest with what readers saw before it."""
    row = article_by_id(article_id)
    versions = list(authoring.versions_of(row)[:MOST_SHOWN])
    for one in versions:
        one.article = row
    shown_rows = [_row(one, is_newest=one == versions[0]) for one in versions]
    part = versions_part(request, shown_rows, parts=parts, before=authoring.said_before)
    return shown(request, "knowledge/versions.html", {**around(request, row, "versions"), **part})


def _row(version: Version, *, is_newest: bool) -> Row[Version]:
    state = state_of(version) if is_newest else None
    badge, tone = (state.text, state.tone) if state else ("", "")
    if version.pk == version.article.live_id:
        badge, tone = _("Readers see it"), "satisfied"
    back = "" if is_newest else reverse("knowledge:restore", args=[version.article_id, version.number])
    return Row(version=version, badge=badge, tone=tone, back=back)


def parts(version: Version) -> Parts:
    return (
        (_("Title"), version.title),
        (_("In one sentence"), version.summary),
        (_("Text"), version.body),
        (_("How customers ask this"), "\n".join(version.questions)),
    )


@require_POST
@staff("knowledge.write")
def back_to(request: HttpRequest, article_id: int, number: int) -> HttpResponse:
    """A new draft with the words of this version."""
    version = Version.objects.filter(article_id=article_id, number=number).first()
    if version is None:
        raise Refusal("not_found", _("This is no longer here."))
    try:
        restore(version=version, actor=actor_of(request))
    except Refusal as refusal:
        return sorry(request, refusal, "knowledge:versions", article_id)
    return done(request, _("The earlier words are a draft now."), "knowledge:edit", article_id)


@require_GET
@staff()
def original(request: HttpRequest, article_id: int) -> HttpResponse:
    """What the original changed since it was translated, beside the translation."""
    row = article_by_id(article_id)
    source: Article | None = row.original
    if source is None or source.live is None:
        raise Refusal("not_found", _("This article translates nothing that is published."))
    newest = authoring.versions_of(row).select_related("translated_from").first()
    assert newest is not None, "an article has at least one version"
    newest.article = row
    before = newest.translated_from
    context = {
        **around(request, row, "original"),
        "source": source,
        "before": before,
        "changes": changes(parts(before), parts(source.live)) if before is not None else [],
        "words": words_shown(newest, reader=COLLEAGUE, address_of=page_of_article),
        "source_words": words_shown(source.live, reader=COLLEAGUE, address_of=page_of_article),
    }
    return shown(request, "knowledge/original.html", context)
