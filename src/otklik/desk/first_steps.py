"""The first steps of a new house, each done when it has really happened."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.foundation.actors import Actor, may
from otklik.foundation.database.remembering import remembered
from otklik.foundation.http.staff import actor_of
from otklik.foundation.policies import change_policies, policy
from otklik.reach.models import Conversation, Inbox, RawMessage
from otklik.reach.queries import first_mail_inbox
from otklik.team.models import Agent, WorkingTime
from otklik.team.queries import first_team
from otklik.team.working_time import ALWAYS
from otklik.ui.words import day

PUT_AWAY = "house.first_steps_put_away"
ALWAYS_OPEN = "house.works_round_the_clock"
_ENOUGH_PEOPLE = 2
_NAMED = 5
_LOOKED = "otk_first_steps"


@dataclass(frozen=True, kw_only=True)
class Way:
    """Where a step is taken; ``is_new_tab`` for pages outside the desk."""

    label: str
    url: str
    is_new_tab: bool = False


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """``news``: what has happened of it so far, in one sentence; '' while nothing has."""

    name: str
    title: str
    about: str
    is_done: bool
    news: str = ""
    ways: tuple[Way, ...] = ()


def first_steps() -> list[FirstStep]:
    """All of them as the house is now."""
    return [_inbox(), _people(), _hours(), _form(), _letter()]


def concern(actor: Actor) -> bool:
    """Whether the actor is one who sets the house up and still has steps before them."""
    return may(actor, "settings.edit") and not policy(PUT_AWAY) and steps_left() > 0


@remembered(seconds=15)
def steps_left() -> int:
    """As of some seconds ago, for the navigation around every page."""
    return sum(not step.is_done for step in first_steps())


def is_first_look(request: HttpRequest) -> bool:
    """Once in a session: an administrator comes to the desk of a house in which nothing has happened yet."""
    if request.GET or _LOOKED in request.session or not concern(actor_of(request)) or Case.objects.exists():
        return False
    request.session[_LOOKED] = True
    return True


def put_away(*, is_away: bool, actor: Actor) -> None:
    """Stop showing the steps to administrators, or show them again. Raises ``Refusal('not_allowed')``."""
    change_policies(values={PUT_AWAY: is_away}, actor=actor)


def say_always_open(*, actor: Actor) -> None:
    """The house really works round the clock, as it does from the start. Raises ``Refusal('not_allowed')``."""
    change_policies(values={ALWAYS_OPEN: True}, actor=actor)
    steps_left.forget()


def _inbox() -> FirstStep:
    inbox = first_mail_inbox()
    return FirstStep(
        name="inbox",
        title=_("Connect the address that customers write to"),
        about=_("A mailbox that you have, by IMAP and SMTP, or letters that come straight to this server."),
        is_done=inbox is not None,
        news=_("Connected: %(address)s") % {"address": inbox.address} if inbox else "",
        ways=(Way(label=_("Add an inbox"), url=reverse("reach:inbox-new")),),
    )


def _people() -> FirstStep:
    people = list(
        Agent.objects.filter(is_active=True).order_by("id").values_list("name", "came_at", "invitation_problem")
    )
    here = [name for name, came_at, _problem in people if came_at]
    coming = [name for name, came_at, problem in people if not came_at and not problem]
    lost = [name for name, came_at, problem in people if not came_at and problem]
    news = [_("At the desk: %(names)s.") % {"names": _some(here)}] if len(here) >= _ENOUGH_PEOPLE else []
    news += [_("Invited, not come yet: %(names)s.") % {"names": _some(coming)}] if coming else []
    news += [_("The invitation did not arrive: %(names)s.") % {"names": _some(lost)}] if lost else []
    return FirstStep(
        name="people",
        title=_("Invite the people who answer"),
        about=_("Each case has one person who accompanies it until the customer is satisfied."),
        is_done=len(here) >= _ENOUGH_PEOPLE,
        news=" ".join(news),
        ways=(Way(label=_("Invite a colleague"), url=reverse("team:agent-new")),),
    )


def _some(names: list[str]) -> str:
    return ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")


def _hours() -> FirstStep:
    calendar = first_team().working_time
    is_said = calendar.week != ALWAYS or bool(calendar.exceptions)
    agreed = not is_said and bool(policy(ALWAYS_OPEN))
    return FirstStep(
        name="hours",
        title=_("Say when you work"),
        about=_("Promises to customers count only these hours. Until you say otherwise they count round the clock."),
        is_done=is_said or agreed,
        news=_("You work round the clock.") if agreed else _hours_news(calendar) if is_said else "",
        ways=(Way(label=_("Set the hours"), url=reverse("team:calendar-edit", args=[calendar.pk])),),
    )


def _hours_news(calendar: WorkingTime) -> str:
    return _("Hours of the first team: %(calendar)s.") % {"calendar": calendar.name}


def _form() -> FirstStep:
    is_done = Conversation.objects.filter(inbox__in=_ids(Inbox.Kind.FORM)).exists()
    return FirstStep(
        name="form",
        title=_("Write through the form, as a customer would"),
        about=_("Your help pages have it already. One line of code brings it to your own site as a button."),
        is_done=is_done,
        news=_("A message has come through it.") if is_done else "",
        ways=(
            Way(label=_("Open the form"), url=reverse("portal:contact"), is_new_tab=True),
            Way(label=_("Put the button on your site"), url=reverse("portal:button")),
        ),
    )


def _ids(kind: str) -> list[int]:
    return list(Inbox.objects.filter(kind=kind).values_list("id", flat=True))


def _letter() -> FirstStep:
    inbox = first_mail_inbox()
    rows = RawMessage.objects.filter(state=RawMessage.State.RECEIVED).order_by("id").values_list("kept_at", flat=True)
    came = rows.first()
    words = _("Send a letter to %(address)s from your own mail: a minute later it is a case here, with an owner.")
    return FirstStep(
        name="letter",
        title=_("Let the first letter arrive"),
        about=words % {"address": inbox.address} if inbox else _("It can come as soon as an address is connected."),
        is_done=came is not None,
        news=_("The first one came on %(day)s.") % {"day": day(came, now=now())} if came else "",
        ways=(Way(label=_("Look at the cases"), url=reverse("desk:inbox")),) if came else (),
    )
