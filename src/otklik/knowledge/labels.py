"""Articles in the authors' words: what states are called, and where things stand."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from otklik.knowledge.models import Article, Audience, Section, Version
from otklik.knowledge.queries import title_in
from otklik.ui.labels import Label

STATES = {
    "draft": Label(text=pgettext_lazy("state of an article", "Draft"), icon="pencil"),
    "waiting": Label(text=_("Waits for approval"), icon="hourglass", tone="risk"),
    "approved": Label(text=pgettext_lazy("state of an article", "Approved"), icon="check", tone="solved"),
    "scheduled": Label(text=_("Will be published"), icon="clock", tone="solved"),
    "live": Label(text=pgettext_lazy("state of an article", "Published"), icon="world", tone="satisfied"),
    "past": Label(text=pgettext_lazy("state of an article", "Earlier"), icon="history"),
    "archived": Label(text=_("In the archive"), icon="archive"),
}
AUDIENCES = {
    Audience.PUBLIC: Label(text=_("Everybody"), icon="world"),
    Audience.SIGNED_IN: Label(text=_("Customers who logged in"), icon="user-check"),
    Audience.ORGANIZATION: Label(text=_("Chosen organizations"), icon="building"),
    Audience.STAFF: Label(text=_("Colleagues only"), icon="lock"),
}


def state_of(version: Version) -> Label:
    if version.article.archived_at is not None:
        return STATES["archived"]
    if version.state == Version.State.APPROVED and version.publish_at is not None:
        return STATES["scheduled"]
    return STATES[version.state]


def audience_of(article: Article) -> Label:
    return AUDIENCES[Audience(article.audience)]


def page_of_article(article: Article) -> str:
    """Where colleagues read it."""
    return reverse("knowledge:article", args=[article.pk])


def page_for_readers(article: Article) -> str:
    """Where customers read it, '' while they do not."""
    if article.live_id is None or article.audience == Audience.STAFF:
        return ""
    return f"{reverse('portal:article', args=[article.slug])}?language={article.language}"


def tree(language: str) -> list[tuple[Section, int, str]]:
    """Every section with its depth (0 at the top) and its title, in the order of the shelves."""
    rows = list(Section.objects.select_related("brand").order_by("place", "id"))
    inside: dict[int | None, list[Section]] = {}
    for row in rows:
        inside.setdefault(row.parent_id, []).append(row)
    found: list[tuple[Section, int, str]] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in inside.get(parent, ()):
            found.append((row, depth, title_in(row, language)))
            walk(row.pk, depth + 1)

    walk(None, 0)
    return found
