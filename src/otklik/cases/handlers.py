"""What the cases do when something happens below."""

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from otklik.cases.actions import alert, dismiss_deputies, erase_cases, hear, move_cases, open_case, record_undelivered
from otklik.cases.events import CaseOpened, DeputyNamed, OwnerChanged
from otklik.cases.models import Alert, Case
from otklik.cases.queries import (
    case_of_conversation,
    case_url,
    conversation_to_answer,
    first_words_without_a_case,
    opened,
)  # fmt: skip
from otklik.customers.events import CustomerErased, CustomersMerged
from otklik.foundation.compiled import Compiled, Given
from otklik.foundation.events import on
from otklik.foundation.mail_text import letter_text
from otklik.foundation.models import Event
from otklik.foundation.webhooks.events import WebhookDisabled
from otklik.reach.actions import deliver, send
from otklik.reach.events import MessageReceived, MessageUndelivered
from otklik.reach.models import Message
from otklik.reach.queries import inbox_by_id, said_with
from otklik.team.events import AgentCameBack, AgentJoined
from otklik.team.queries import admins, has_anybody


@on(MessageReceived, urgent=True, when=lambda happened: not happened.is_taken)
def ensure_case(happened: MessageReceived) -> None:
    """A new matter becomes a case; a known case hears it. Safe to run twice: a heard message is not heard again."""
    message = _message(happened.message_id)
    case = None if happened.is_new_conversation else case_of_conversation(happened.conversation_id)
    if case is None:
        if has_anybody():
            open_case(message=message)
    elif not _is_heard(case, message):
        hear(case=case, message=message)


_said = Compiled(
    lambda: (
        Message.objects.select_related("conversation__customer")
        .defer("full_text", "html", "search")
        .filter(pk=Given("message"))
    )
)


def _message(message_id: int) -> Message:
    [message] = _said(message=message_id)
    message.conversation.inbox = inbox_by_id(message.conversation.inbox_id)
    return message


def _is_heard(case: Case, message: Message) -> bool:
    return Event.objects.filter(case_id=case.pk, name="cases.heard", payload__message_id=message.pk).exists()


@on(WebhookDisabled)
def tell_the_admins(happened: WebhookDisabled) -> None:
    """A program elsewhere hears nothing any more: those who may switch it on again must know."""
    for admin in admins():
        alert(agent=admin, case=None, reason=Alert.Reason.WEBHOOK, source=f"{happened.webhook_id}:{happened.since}")


@on(CaseOpened)
def acknowledge(happened: CaseOpened) -> None:
    """The customer learns at once who accompanies them and when the first answer comes.

    The letter leaves by this same job: run again after a crash, it goes on where it was.
    """
    if happened.is_automatic:
        return
    letter_id = said_with(happened.conversation_id, Message.Purpose.ACKNOWLEDGEMENT) or _acknowledge(happened)
    if letter_id is not None:
        deliver(message_id=letter_id)


def _acknowledge(happened: CaseOpened) -> int | None:
    case, conversation = opened(happened.case_id or 0, happened.conversation_id)
    with translation.override(case.customer.language):
        text = letter_text("cases/mail/acknowledgement.txt", case=case, promised=_moment(case), url=case_url(case))
        letter = send(
            conversation=conversation,
            text=text,
            purpose=Message.Purpose.ACKNOWLEDGEMENT,
            subject=_("Case %(number)d: we have your letter") % {"number": case.pk},
            has_job=False,
        )
    return letter.pk if letter else None


def _moment(case: Case) -> str:
    local = timezone.localtime(case.first_answer_by)
    return date_format(local, "j E, H:i") if translation.get_language() == "ru" else date_format(local, "j F, H:i")


@on(OwnerChanged)
def tell_the_new_name(happened: OwnerChanged) -> None:
    """After a hand-over the customer is told the new name, and that nothing need be told again."""
    _tell(_case(happened.case_id), "cases/mail/new_owner.txt", since_message_id=happened.note_id)


@on(DeputyNamed)
def tell_both_names(happened: DeputyNamed) -> None:
    """While the owner is away the customer is told both names."""
    case = _case(happened.case_id)
    heard = Message.objects.filter(conversation_id=happened.conversation_id, direction=Message.Direction.IN)
    last = heard.order_by("-id").values_list("id", flat=True).first()
    if case.deputy is not None:
        _tell(case, "cases/mail/deputy.txt", since_message_id=last or 0)


def _tell(case: Case, template: str, *, since_message_id: int) -> None:
    conversation = conversation_to_answer(case)
    said = Message.objects.filter(
        conversation__thread__case=case, purpose=Message.Purpose.HANDOVER, pk__gt=since_message_id
    )
    if case.state != Case.State.OPEN or said.exists():
        return
    with translation.override(case.customer.language):
        text = letter_text(template, case=case)
        send(conversation=conversation, text=text, purpose=Message.Purpose.HANDOVER)


@on(MessageUndelivered)
def bring_back_undelivered(happened: MessageUndelivered) -> None:
    case = case_of_conversation(happened.conversation_id)
    if case is not None:
        record_undelivered(case=case, delivery_id=happened.delivery_id)


@on(AgentJoined)
def take_up_what_waited(_happened: AgentJoined) -> None:
    """Letters that came before the house had anybody wait for its first agent."""
    for message in first_words_without_a_case():
        open_case(message=message)


@on(AgentCameBack)
def let_deputies_step_down(happened: AgentCameBack) -> None:
    dismiss_deputies(owner_id=happened.agent_id)


@on(CustomersMerged)
def bring_their_cases_together(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        move_cases(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)


@on(CustomerErased)
def forget_their_cases(happened: CustomerErased) -> None:
    if happened.customer_id is not None:
        erase_cases(customer_id=happened.customer_id)


def _case(case_id: int | None) -> Case:
    return Case.objects.select_related("customer", "owner", "deputy").defer("search").get(pk=case_id or 0)
