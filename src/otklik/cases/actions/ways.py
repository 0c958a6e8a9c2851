"""An answer by another way than that on which the customer spoke last."""

from django.utils.translation import gettext as _

from otklik.cases.actions.opening import add_conversation
from otklik.cases.models import Case
from otklik.cases.queries import conversation_to_answer
from otklik.customers.models import ContactPoint
from otklik.foundation.errors import Refusal
from otklik.reach.actions import begin_conversation, speak_first
from otklik.reach.models import Conversation
from otklik.reach.queries import door_of_people, first_mail_inbox


def conversation_by(case: Case, via: str) -> Conversation:
    """The conversation of a way (``cases.queries.Way.key``), which begins now if it was not used in this case.

    '' is where the customer spoke last. The caller holds the case. Raises ``Refusal('way_unknown' |
    'merged_already')``.
    """
    natural = conversation_to_answer(case)
    number = int(via[1:]) if via[1:].isdecimal() else 0
    if not via or via == f"c{natural.pk}":
        return natural
    if via.startswith("c"):
        talks = Conversation.objects.select_related("inbox", "customer").filter(thread__case=case)
        found = talks.filter(pk=number).first()
    else:
        point = ContactPoint.objects.filter(pk=number, customer_id=case.customer_id).first()
        found = _begun(case, point) if point else None
    if found is None:
        raise Refusal("way_unknown", _("This way to the customer is no longer known. Choose another one."))
    return found


def _begun(case: Case, point: ContactPoint) -> Conversation | None:
    inbox = first_mail_inbox() if point.is_mail else door_of_people(point.kind)
    if inbox is None:
        return None
    if point.is_mail:
        talk = begin_conversation(customer=case.customer, inbox=inbox, address=point.value, subject=case.subject)
    else:
        talk = speak_first(customer=case.customer, inbox=inbox, peer=point.value)
    add_conversation(case=case, conversation_id=talk.pk)
    return talk
