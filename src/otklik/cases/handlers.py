"""What the cases do when something happens below."""

from collections.abc import Callable
from functools import partial
from typing import cast

from django.utils import timezone, translation

from otklik.cases import letters
from otklik.cases.actions import (
    COUNTED,
    add_conversation,
    alert,
    count_promises_anew,
    dismiss_deputies,
    erase_cases,
    file_history,
    hear,
    keep_promise,
    move_cases,
    open_case,
    record_undelivered,
    tick_what_happened,
    untick_what_was_lost,
)
from otklik.cases.events import (
    Answered,
    AnswerLost,
    CaseOpened,
    CustomerChanged,
    DeputyNamed,
    OwnerChanged,
    SpamUnmarked,
)
from otklik.cases.models import Alert, Case, CasePurpose
from otklik.cases.queries import (
    Heard,
    case_of_conversation,
    conversation_to_answer,
    first_words_without_a_case,
    opened,
)  # fmt: skip
from otklik.customers.events import CustomerErased, CustomersMerged
from otklik.foundation.actors import SYSTEM
from otklik.foundation.database.compiled import Compiled, Given
from otklik.foundation.events.announcing import on, rebuild, whisper
from otklik.foundation.kept_rules import changed_rules
from otklik.foundation.models import Event
from otklik.foundation.policies import PoliciesChanged
from otklik.foundation.webhooks.events import WebhookDisabled
from otklik.reach.actions import deliver, send
from otklik.reach.events import (
    DOOR_BROKEN,
    CustomerComplained,
    DoorBroken,
    FilesCame,
    MessageAmended,
    MessageReceived,
    MessageRemoved,
    MessageSent,
    MessageUndelivered,
    OurMailRefused,
    TalkJoined,
)
from otklik.reach.models import Conversation, Message
from otklik.reach.queries import inbox_by_id, is_history, said_with
from otklik.standards.events import (
    StandardProposalDeclined,
    StandardProposalTaken,
    StandardProposed,
    StandardReviewDue,
)
from otklik.standards.queries import PERCENT_RULES, observed_facts, proposal_by_id
from otklik.team.events import (
    AgentCame,
    AgentCameBack,
    AgentJoined,
    InvitationFailed,
    TeamChanged,
    WorkingTimeChanged,
)
from otklik.team.models import Agent
from otklik.team.queries import admins, has_anybody, team_names, teams_working_by


@on(MessageReceived, urgent=True, when=lambda happened: not happened.is_taken)
def ensure_case(happened: MessageReceived) -> None:
    """A new matter becomes a case; a known case hears it. Safe to run twice: a heard message is not heard again."""
    message = _message(happened.message_id)
    if happened.is_history:
        if has_anybody():
            file_history(message=message)
        return
    case = None if happened.is_new_conversation else case_of_conversation(message.conversation_id)
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


@on(InvitationFailed)
def tell_the_admins_of_the_invitation(happened: InvitationFailed) -> None:
    """Somebody waits for a letter that did not arrive; only an admin can invite them again."""
    source = ":".join(filter(None, (str(happened.agent_id), happened.problem, happened.letter)))
    for admin in admins():
        alert(agent=admin, case=None, reason=Alert.Reason.INVITATION, source=source)


@on(OurMailRefused)
def tell_the_admins_of_refusals(happened: OurMailRefused) -> None:
    """Other servers do not take our letters, for a reason that only an admin can mend."""
    for admin in admins():
        alert(agent=admin, case=None, reason=Alert.Reason.MAIL_REFUSED, source=f"{happened.fault}:{happened.since}")


@on(DoorBroken)
def tell_the_admins_of_a_door(happened: DoorBroken) -> None:
    """Words wait at a door that only an admin can mend; each is told once for each time it breaks."""
    source = f"{happened.inbox_id}:{happened.since}"
    for admin in admins():
        alert(agent=admin, case=None, reason=DOOR_BROKEN, source=source)


@on(MessageAmended)
def show_the_changed_word(happened: MessageAmended) -> None:
    _look_again(happened.conversation_id)


@on(MessageRemoved)
def show_the_withdrawn_word(happened: MessageRemoved) -> None:
    _look_again(happened.conversation_id)


@on(FilesCame)
def show_the_files(happened: FilesCame) -> None:
    _look_again(happened.conversation_id)


@on(TalkJoined, urgent=True)
def go_on_in_a_messenger(happened: TalkJoined) -> None:
    """By our own link: the same case goes on there."""
    case = case_of_conversation(happened.beside)
    if case is not None:
        add_conversation(case=case, conversation_id=happened.conversation_id)


def _look_again(conversation_id: int) -> None:
    """Who has the case open sees what became of its words."""
    case = case_of_conversation(conversation_id)
    if case is not None:
        whisper("cases.changed", case_id=case.pk, actor=SYSTEM)


@on(StandardReviewDue)
def remind_the_keeper_of_a_standard(happened: StandardReviewDue) -> None:
    """Whoever keeps a standard reads it again; of one who has left, the admins hear."""
    keeper = Agent.objects.get(pk=happened.owner_id)
    for agent in (keeper,) if keeper.is_active else admins():
        alert(agent=agent, case=None, reason="standards.review_due", source=f"{happened.standard_id}:{happened.since}")


@on(StandardProposed)
def tell_the_keeper_of_a_proposal(happened: StandardProposed) -> None:
    """Whoever keeps the standard decides; where nobody does, or they have left, the leads and admins hear."""
    proposal, source = proposal_by_id(happened.proposal_id), f"{happened.standard_id}:{happened.proposal_id}"
    keeper = proposal.standard.owner
    for agent in (keeper,) if keeper is not None and keeper.is_active else admins():
        if agent.pk != proposal.author_id:
            alert(agent=agent, case=None, reason="standards.proposed", source=source)


@on(StandardProposalTaken)
def tell_the_author_that_it_was_taken(happened: StandardProposalTaken) -> None:
    _tell_the_author(happened)


@on(StandardProposalDeclined)
def tell_the_author_that_it_was_declined(happened: StandardProposalDeclined) -> None:
    _tell_the_author(happened)


def _tell_the_author(happened: StandardProposalTaken | StandardProposalDeclined) -> None:
    """They read what became of it, unless they decided it themselves."""
    proposal, source = proposal_by_id(happened.proposal_id), f"{happened.standard_id}:{happened.proposal_id}"
    if proposal.author.is_active and proposal.decided_by_id != proposal.author_id:
        alert(agent=proposal.author, case=None, reason="standards.proposal_decided", source=source)


@on(CustomerComplained)
def tell_the_owner_of_the_complaint(happened: CustomerComplained) -> None:
    """Whoever pressed "spam" should be called rather than written to."""
    case = case_of_conversation(happened.conversation_id)
    if case is not None and case.state != Case.State.SPAM:
        alert(agent=case.owner, case=case, reason=Alert.Reason.COMPLAINT, source=str(happened.message_id))


@on(CaseOpened)
def acknowledge(happened: CaseOpened) -> None:
    """The customer learns at once who accompanies them and when the first answer comes.

    The letter leaves by this same job: run again after a crash, it goes on where it was. Who is served already knows.
    """
    if happened.is_automatic or happened.from_case_id:
        return
    letter_id = said_with(happened.conversation_id, CasePurpose.ACKNOWLEDGEMENT) or _acknowledge(happened)
    if letter_id is not None:
        deliver(message_id=letter_id)


def _acknowledge(happened: CaseOpened) -> int | None:
    case, conversation, said = opened(happened.case_id or 0, happened.conversation_id)
    return None if case.state == Case.State.SPAM else _receipt(case, conversation, said)


def _receipt(case: Case, conversation: Conversation, said: Heard | None = None) -> int | None:
    with translation.override(case.customer.language):
        written = letters.receipt(case, conversation, said)
    letter = send(
        conversation=conversation,
        text=written.words,
        purpose=CasePurpose.ACKNOWLEDGEMENT,
        subject=written.subject,
        sheet=written.sheet,
        has_job=False,
    )
    return letter.pk if letter else None


@on(SpamUnmarked)
def acknowledge_after_all(happened: SpamUnmarked) -> None:
    """Who was called spam before any receipt had left gets it now, while the promise that it tells still holds."""
    case = _case(happened.case_id)
    if case.state != Case.State.OPEN or case.first_answered_at is not None:
        return
    if case.first_answer_by is None or case.first_answer_by < timezone.now():
        return
    opened = Event.objects.filter(case_id=case.pk, name=CaseOpened.event_name).first()
    if opened is not None:
        acknowledge(cast("CaseOpened", rebuild(opened)))


@on(CustomerChanged)
def welcome(happened: CustomerChanged) -> None:
    """Whose case it is now learns who accompanies it, and when the first answer comes."""
    case = _case(happened.case_id)
    said = Message.objects.filter(
        conversation__thread__case=case,
        purpose=CasePurpose.ACKNOWLEDGEMENT,
        pk__gt=happened.since_message_id,
    )
    if case.customer_id != happened.customer_id or case.state != Case.State.OPEN or said.exists():
        return
    conversation = conversation_to_answer(case)
    letter_id = _receipt(case, conversation) if conversation.way_back else None
    if letter_id is not None:
        deliver(message_id=letter_id)


@on(OwnerChanged)
def tell_the_new_name(happened: OwnerChanged) -> None:
    """After a hand-over the customer is told the new name, and that nothing need be told again."""
    case = _case(happened.case_id)
    _tell(case, partial(letters.new_owner, case), since_message_id=happened.note_id)


@on(DeputyNamed)
def tell_both_names(happened: DeputyNamed) -> None:
    """While the owner is away the customer is told both names."""
    case = _case(happened.case_id)
    heard = Message.objects.filter(conversation_id=happened.conversation_id, direction=Message.Direction.IN)
    last = heard.order_by("-id").values_list("id", flat=True).first()
    if case.deputy is not None:
        _tell(case, partial(letters.deputy_named, case, case.deputy), since_message_id=last or 0)


def _tell(case: Case, write: Callable[[Conversation], letters.Written], *, since_message_id: int) -> None:
    conversation = conversation_to_answer(case)
    said = Message.objects.filter(
        conversation__thread__case=case, purpose=CasePurpose.HANDOVER, pk__gt=since_message_id
    )
    if case.state != Case.State.OPEN or said.exists():
        return
    with translation.override(case.customer.language):
        written = write(conversation)
    send(
        conversation=conversation,
        text=written.words,
        purpose=CasePurpose.HANDOVER,
        subject=written.subject,
        sheet=written.sheet,
    )


@on(MessageSent, urgent=True, when=lambda happened: happened.purpose in COUNTED)
def keep_what_was_promised(happened: MessageSent) -> None:
    """An answer counts once it is handed over. Safe to run twice: each hand-over is counted once."""
    case = case_of_conversation(happened.conversation_id)
    if case is not None:
        keep_promise(case=case, answer_id=happened.message_id)


@on(Answered, when=lambda _happened: bool(observed_facts()))
def tick_steps_by_what_happened(happened: Answered) -> None:
    """What an answer shows need not be ticked by hand."""
    tick_what_happened(case=_case(happened.case_id), answer_id=happened.message_id)


@on(AnswerLost, when=lambda _happened: bool(observed_facts()))
def untick_what_did_not_arrive(happened: AnswerLost) -> None:
    untick_what_was_lost(case=_case(happened.case_id), answer_id=happened.message_id)


@on(MessageUndelivered)
def bring_back_undelivered(happened: MessageUndelivered) -> None:
    case = case_of_conversation(happened.conversation_id)
    if case is not None:
        record_undelivered(case=case, delivery_id=happened.delivery_id)


@on(AgentCame)
def take_up_what_waited_for_them(_happened: AgentCame) -> None:
    _take_up()


@on(AgentJoined)
def take_up_what_waited(_happened: AgentJoined) -> None:
    _take_up()


def _take_up() -> None:
    """Letters that came before the house had anybody wait for its first agent to come."""
    if not has_anybody():
        return
    for message in first_words_without_a_case():
        (file_history if is_history(message) else open_case)(message=message)


@on(AgentCameBack)
def let_deputies_step_down(happened: AgentCameBack) -> None:
    dismiss_deputies(owner_id=happened.agent_id)


@on(WorkingTimeChanged, when=lambda happened: happened.fields != ["name"])
def follow_the_working_time(happened: WorkingTimeChanged) -> None:
    count_promises_anew(team_ids=teams_working_by(happened.working_time_id), because="calendar")


@on(TeamChanged, when=lambda happened: "working_time" in happened.fields)
def follow_the_team(happened: TeamChanged) -> None:
    count_promises_anew(team_ids=[happened.team_id], because="calendar")


@on(PoliciesChanged, when=lambda happened: not PERCENT_RULES.isdisjoint(happened.names))
def follow_the_priorities(_happened: PoliciesChanged) -> None:
    """This process may still believe the rule as it was."""
    changed_rules.forget()
    count_promises_anew(team_ids=team_names(), because="priority")


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
