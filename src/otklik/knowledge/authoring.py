"""What authors look for: articles by their newest words, what waits for somebody, what the original changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language

from otklik.foundation.actors import Actor, may
from otklik.foundation.database.alphabet import ByName
from otklik.knowledge.models import Article, Feedback, Section, Version
from otklik.standards.models import Standard

_State = Version.State


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which articles; each '' or None: whatever. ``state`` also ``archived``, ``due``, ``behind``, ``for_me``."""

    words: str = ""
    section: Section | None = None
    language: str = ""
    state: str = ""
    owner_id: int | None = None
    audience: str = ""


def newest() -> QuerySet[Version]:
    """The newest version of each article: its draft if it has one, else what readers see or saw last."""
    newer = Version.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"))
    rows = Version.objects.filter(~Exists(newer))
    return rows.select_related("article__section", "article__owner", "article__live", "article__original", "author")


def found(wanted: Wanted, actor: Actor) -> QuerySet[Version]:
    """Articles by their newest version, the one changed last first; the archive only when asked for."""
    rows = newest().filter(article__archived_at__isnull=wanted.state != "archived")
    exact = {
        "article__section_id__in": _with_inner(wanted.section) if wanted.section else None,
        "article__language": wanted.language,
        "article__owner_id": wanted.owner_id,
        "article__audience": wanted.audience,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if wanted.words:
        rows = rows.filter(_says(wanted.words[:200]))
    return _in_state(rows, wanted.state, actor).order_by("-changed_at", "-id")


def _says(words: str) -> Q:
    """Of newest versions: the words stand in them, in the address or in the title that readers see.

    Each part is a query of its own, so that PostgreSQL asks the index of parts instead of reading every body.
    """
    titled = Version.objects.filter(title__icontains=words).values("pk")
    told = Version.objects.filter(body__icontains=words).values("pk")
    named = Q(article__slug__icontains=words) | Q(article__live__in=titled)
    return Q(pk__in=titled) | Q(pk__in=told) | named


def _in_state(rows: QuerySet[Version], state: str, actor: Actor) -> QuerySet[Version]:
    match state:
        case "due":
            return rows.filter(review_due())
        case "behind":
            return rows.filter(is_behind())
        case "for_me":
            return rows.filter(article__in=for_me(actor))
        case _ if state in _State.values:
            return rows.filter(state=state)
        case _:
            return rows


def title_of_section() -> ByName:
    """Of versions: what their section is called in the language of the reader, else in any."""
    titles = "article__section__titles"
    languages = dict.fromkeys([get_language() or "ru", "ru", "en"])
    return ByName(Coalesce(*(KeyTextTransform(one, titles) for one in languages)))


def _with_inner(section: Section) -> list[int]:
    """The section and all that stand in it."""
    tree = list(Section.objects.values_list("pk", "parent_id"))
    inside = [section.pk]
    for pk in inside:
        inside += [child for child, parent in tree if parent == pk]
    return inside


# ── What waits ────────────────────────────────────────────────────────────────────────────
def review_due() -> Q:
    """Of newest versions: readers see the article and its keeper should have read it again."""
    return Q(article__live__isnull=False, article__review_at__lte=timezone.now())


def is_behind() -> Q:
    """Of newest versions: the original says something else than when this was translated."""
    return Q(article__original__live__isnull=False) & ~Q(article__original__live=F("translated_from"))


def for_me(actor: Actor, now: datetime | None = None) -> QuerySet[Article]:
    """Articles with which this agent should do something.

    To approve what others offer; to mend what came back; to publish what was approved; of what they keep, to read
    again what is due and what readers missed.
    """
    mine = Q(author_id=actor.pk)
    returned = mine & Q(state=_State.DRAFT) & ~Q(returned_because="")
    approved = mine & Q(state=_State.APPROVED, publish_at=None)
    waiting = Q(state=_State.WAITING) & ~mine if may(actor, "knowledge.publish") else Q(pk__in=[])
    in_work = Version.objects.filter(returned | approved | waiting).values("article_id")
    due = Q(live__isnull=False, review_at__lte=now or timezone.now())
    to_read = Q(owner_id=actor.pk) & (due | Q(Exists(_UNREAD.filter(article=OuterRef("pk")))))
    return Article.objects.filter(Q(pk__in=in_work) | to_read, archived_at=None)


_UNREAD = Feedback.objects.filter(~Q(missing=""), settled_at=None)
MOST_WORDS = 50


def unread_words(article: Article) -> list[Feedback]:
    """What readers missed in the article and none of us has read yet, at most 50, the oldest first."""
    return list(_UNREAD.filter(article=article).select_related("version").order_by("id")[:MOST_WORDS])


def articles_about(standard: Standard) -> QuerySet[Version]:
    """The newest versions of articles that explain this standard."""
    return newest().filter(article__standard=standard, article__archived_at=None).order_by(ByName("title"))


# ── One article ───────────────────────────────────────────────────────────────────────────
def family(article: Article) -> Sequence[Article]:
    """The original and its translations, the article itself among them, by language."""
    first = article.original_id or article.pk
    rows = Article.objects.filter(Q(pk=first) | Q(original_id=first)).select_related("live")
    return sorted(rows, key=lambda one: (one.pk != first, one.language))


def versions_of(article: Article) -> QuerySet[Version]:
    """Newest first."""
    return article.versions.select_related("author", "approved_by").order_by("-number")


def said_before(version: Version) -> Version | None:
    """What readers saw when this version was written: the version before it that was ever shown."""
    earlier = Version.objects.filter(article_id=version.article_id, number__lt=version.number)
    return earlier.filter(published_at__isnull=False).order_by("-number").first()
