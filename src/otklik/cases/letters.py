"""What the house itself writes to a customer about a case: words, subject, and what stands around them.

Everything is said in the language in force; the caller sets the customer's.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import Heard, case_url
from otklik.cases.zones import zone_of, zone_words
from otklik.customers.models import ContactPoint
from otklik.reach.models import Conversation, Inbox
from otklik.reach.queries import Recipients
from otklik.team.models import Agent
from otklik.ui.letters import Button, Owner, Promise, Quote, Sheet

_LONGEST_QUOTE = 700
_LONGEST_MATTER = 120
_REPLY = re.compile(r"^(?:(?:re|aw|sv|fwd?|отв|ответ|на|пересл)\s?:\s*)+", re.IGNORECASE)
_LEADS_AWAY = re.compile(
    r"(?:\w+://|www\.)\S+|\S+@\S+\.\w{2,}|\b(?:[\w-]+\.)+(?:com|net|org|ru|su|io|me|cc|ly|to|gg|biz|info|top|xyz|site|online"
    r"|shop|store|club|pro|link|click|live|app|dev|by|kz|ua|рф|рус|москва)\b(?:/\S*)?|\b[\w.-]+\.\w{2,}/\S+",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter of the house, ready for ``reach.actions.send``."""

    subject: str
    words: str
    sheet: Sheet


type Asking = Callable[[Case, Conversation], Written]


def receipt(case: Case, conversation: Conversation, said: Heard | None) -> Written:
    """The first answer to a first word: who, by when, and what was heard. A form is no letter."""
    is_letter = conversation.inbox.kind == Inbox.Kind.EMAIL
    heading = _("your letter has reached me") if is_letter else _("your request has reached me")
    add = _("Would you like to add something? Just answer this letter: nothing has to be told again.")
    hints = [] if conversation.peer else [add]
    if case.deputy:
        names = {"owner": case.owner.name, "deputy": case.deputy.name}
        hints.append(_("While %(owner)s is away, %(deputy)s answers you and knows everything.") % names)
    promise = _promise(_("First answer"), case.first_answer_by, case) if case.first_answer_by else None
    sheet = Sheet(
        owner=accompanies(case.owner),
        glance=f"{promise.label}: {promise.moment}" if promise else "",
        heading=addressed(case, heading),
        promise=promise,
        buttons=[_to_the_case(case)],
        hints=hints,
        quote=_quote(said, case) if said else None,
    )
    words = _("I accompany your matter and stay with you until you say that all is well.")
    return Written(subject=subject_of(case, conversation, is_answer=is_letter), words=words, sheet=sheet)


def new_owner(case: Case, conversation: Conversation) -> Written:
    """The name has changed, the promise has not."""
    sheet = Sheet(
        owner=accompanies(case.owner),
        heading=addressed(case, _("from now on I am with you")),
        promise=_promise(_("What was promised holds"), case.due_at, case) if case.due_at else None,
        buttons=[_to_the_case(case)],
    )
    words = _("I accompany your matter now and have read everything that was written: nothing has to be told again.")
    return Written(subject=subject_of(case, conversation), words=words, sheet=sheet)


def deputy_named(case: Case, deputy: Agent, conversation: Conversation) -> Written:
    """Both names: who still accompanies the case, and who answers meanwhile."""
    values = {"owner": case.owner.name, "deputy": deputy.name}
    sheet = Sheet(
        owner=Owner(id=deputy.pk, name=deputy.name, role=_("answers for %(owner)s") % values),
        heading=addressed(case, _("for now it is I who answers you")),
        promise=_promise(_("What was promised holds"), case.due_at, case) if case.due_at else None,
        buttons=[_to_the_case(case)],
    )
    words = _("%(owner)s still accompanies your matter. %(deputy)s answers meanwhile and knows the whole story.")
    return Written(subject=subject_of(case, conversation), words=words % values, sheet=sheet)


def answer(
    case: Case,
    conversation: Conversation,
    author: Agent,
    recipients: Recipients,
    points: Sequence[ContactPoint],
    asking: Asking | None = None,
    *,
    sorry_by: datetime | None = None,
) -> Written:
    """What stands around an agent's own words; ``asking``: with the question whether all is solved; ``sorry_by``: with
    an apology for a broken promise, and by when the customer hears next.

    The question and the way to the whole case are for the customer alone; ``points``: their addresses.
    """
    reader, is_alone = _reader(conversation, recipients, points), len(recipients.addresses) == 1
    role = _("accompanies your matter") if author.pk == case.owner_id else ""
    link = Button(label=_("All letters of case No. %(number)d") % {"number": case.pk}, url=case_url(case))
    owner = Owner(id=author.pk, name=author.name, role=role)
    sheet = Sheet(owner=owner, link=link if reader and is_alone else None)
    if asking is not None and reader:
        sheet = replace(sheet.asking_as(asking(case, conversation).sheet), reader="" if is_alone else reader)
    sheet = _with_apology(case, sheet, sorry_by) if sorry_by else sheet
    return Written(subject=subject_of(case, conversation), words="", sheet=sheet)


def _with_apology(case: Case, sheet: Sheet, by: datetime) -> Sheet:
    """Where we broke our word the letter says so first, and under an agent's own words by when they hear."""
    promise = _promise(_("Now my word to you"), by, case)
    heading = addressed(case, _("we did not keep our word. Please forgive us"))
    glance = f"{promise.label}: {promise.moment}"
    return replace(sheet, heading=heading, promise=promise, glance=glance)


def _reader(conversation: Conversation, recipients: Recipients, points: Sequence[ContactPoint]) -> str:
    """The customer's own address among those who get the letter; '' when there is none, or nobody knows who wrote."""
    ours = {point.value for point in points}
    theirs = (person.email for person in (*recipients.to, *recipients.cc) if person.email in ours)
    return next(theirs, "") if conversation.is_sender_trusted else ""


# ── Parts that several letters share ──────────────────────────────────────────────────────
def accompanies(agent: Agent) -> Owner:
    return Owner(id=agent.pk, name=agent.name, role=_("accompanies your matter"))


def addressed(case: Case, sentence: str) -> str:
    """«Ольга Сергеевна, ваше письмо у меня», or the sentence alone when we know no name to call them by."""
    name = case.customer.greeted_as
    return f"{name}, {sentence}" if name else sentence[:1].upper() + sentence[1:]


def subject_of(case: Case, conversation: Conversation, *, is_answer: bool = True) -> str:
    """The customer's own matter and the number, the same in all letters of a case, so that they stay together."""
    matter = Truncator(harmless(_REPLY.sub("", conversation.subject.strip()))).chars(_LONGEST_MATTER)
    named = _("%(matter)s · No. %(number)d") if matter else _("Your request No. %(number)d")
    subject = named % {"matter": matter, "number": case.pk}
    return f"Re: {subject}" if is_answer and matter else subject


def harmless(text: str) -> str:
    """Anybody may write anybody's address into a form: what we repeat to them leads nowhere."""
    return _LEADS_AWAY.sub("…", text)


def _to_the_case(case: Case) -> Button:
    return Button(label=_("Open case No. %(number)d") % {"number": case.pk}, url=case_url(case))


def _promise(label: str, moment: datetime, case: Case) -> Promise:
    local = moment.astimezone(zone_of(case))
    words = _("by %(time)s on %(day)s") % {"time": f"{local:%H:%M}", "day": _day(local)}
    return Promise(label=label, moment=words, zone=zone_words(case, at=moment))


def _quote(said: Heard, case: Case) -> Quote | None:
    text = Truncator(harmless(said.text.strip())).chars(_LONGEST_QUOTE)
    local = said.at.astimezone(zone_of(case))
    hour = f"{local:%H:%M} ({zone_words(case, at=said.at)})"
    label = _("You wrote on %(day)s at %(time)s") % {"day": _day(local), "time": hour}
    return Quote(label=label, text=text) if text else None


def day_words(moment: datetime, case: Case) -> str:
    """«30 ноября» where the customer lives."""
    return _day(moment.astimezone(zone_of(case)))


def _day(local: datetime) -> str:
    today = timezone.now().astimezone(local.tzinfo)
    words = date_format(local, "j E" if translation.get_language() == "ru" else "j F")
    near = {0: _("today"), 1: _("tomorrow")}.get((local.date() - today.date()).days)
    return f"{near}, {words}" if near else words
