"""What an article said before, what has changed, and what its original says now."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import done, shown, sorry
from otklik.foundation.http.staff import actor_of, staff
from otklik.knowledge import authoring
from otklik.knowledge.actions import restore
from otklik.knowledge.differences import Stretch, difference, is_different
from otklik.knowledge.labels import page_of_article, state_of
from otklik.knowledge.models import Article, Version
from otklik.knowledge.queries import COLLEAGUE
from otklik.knowledge.queries import shown as words_shown
from otklik.knowledge.views.articles import around, article_by_id

MOST_SHOWN = 100


@require_GET
@staff()
def versions(request: HttpRequest, article_id: int) -> HttpResponse:
    """Every version; ``?from=1&to=3`` compares two of them, else the newest with what readers saw before it."""
    row = article_by_id(article_id)
    rows = list(authoring.versions_of(row)[:MOST_SHOWN])
    for one in rows:
        one.article = row
    new = _chosen(request, "to", rows) or rows[0]
    old = _chosen(request, "from", rows) or authoring.said_before(new)
    context = {
        **around(request, row, "versions"),
        "rows": [{"version": one, "state": state_of(one) if one == rows[0] else None} for one in rows],
        "new": new,
        "old": old,
        "changes": changes(old, new) if old is not None else [],
    }
    return shown(request, "knowledge/versions.html", context)


def _chosen(request: HttpRequest, name: str, rows: list[Version]) -> Version | None:
    wanted = request.GET.get(name, "")
    return next((one for one in rows if str(one.number) == wanted), None)


def changes(old: Version, new: Version) -> list[tuple[str, list[Stretch]]]:
    """Each part that differs, by its name on the screen."""
    parts = [
        (_("Title"), difference(old.title, new.title)),
        (_("In one sentence"), difference(old.summary, new.summary)),
        (_("Text"), difference(old.body, new.body)),
        (_("How customers ask this"), difference("\n".join(old.questions), "\n".join(new.questions))),
    ]
    return [(name, stretches) for name, stretches in parts if is_different(stretches)]


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
        "changes": changes(before, source.live) if before is not None else [],
        "words": words_shown(newest, reader=COLLEAGUE, address_of=page_of_article),
        "source_words": words_shown(source.live, reader=COLLEAGUE, address_of=page_of_article),
    }
    return shown(request, "knowledge/original.html", context)
