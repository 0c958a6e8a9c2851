"""A person says what a text is of: it counts at once, and it teaches."""

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import require_case
from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.topics.actions.dictionary import check_in_use
from otklik.topics.actions.reading import read_case
from otklik.topics.events import TopicSaid
from otklik.topics.models import Text, Topic


@in_one
def say_topic(*, text: Text, topic: Topic | None, actor: Actor) -> None:
    """What the text is of; None: of no topic. Said twice it is said once.

    Raises ``Refusal('not_found' | 'topic_retired')``.
    """
    if text.case is None:
        require(actor, "topics.say")
    else:
        require_case(actor, "topics.say", text.case)
    if topic is not None:
        check_in_use(topic)
    others = Text.objects.filter(pk=text.pk).exclude(said_at__isnull=False, topic=topic)
    by = actor.pk if actor.is_agent else None
    if not others.update(topic=topic, said_by_id=by, said_at=timezone.now()):
        return
    text.topic = topic
    about = {"case_id": text.case.pk, "customer_id": text.case.customer_id} if text.case else {}
    announce(TopicSaid(text_id=text.pk, topic_id=topic.pk if topic else None, **about), actor=actor)


@in_one
def say_topic_of_case(*, case: Case, topic: Topic | None, actor: Actor) -> None:
    """The same of how a case began. Raises ``Refusal('nothing_was_said')`` where the customer has written nothing."""
    require_case(actor, "topics.say", case)
    text = read_case(case)
    if text is None or not text.words:
        raise Refusal("nothing_was_said", _("The customer has written nothing in this case that could have a topic."))
    say_topic(text=text, topic=topic, actor=actor)
