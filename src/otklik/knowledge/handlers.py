"""What follows when an article is published."""

from otklik.foundation.events.announcing import on
from otklik.knowledge.actions.finding import make_findable
from otklik.knowledge.events import ArticlePublished
from otklik.knowledge.models import Version


@on(ArticlePublished)
def derive_what_the_search_needs(event: ArticlePublished) -> None:
    version = Version.objects.filter(pk=event.version_id, state=Version.State.LIVE).first()
    if version is not None:
        make_findable(version)
