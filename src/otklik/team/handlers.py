"""What the team does when something happens."""

import smtplib
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from otklik.customers.events import CustomersMerged
from otklik.foundation.events.announcing import on
from otklik.team.actions import note_coming, note_invitation
from otklik.team.actions.managers import join_managers
from otklik.team.events import AgentInvited, LoginChanged, ResetAsked
from otklik.team.login import send_change, send_invitation, send_reset
from otklik.team.models import Agent

_FOR_GOOD = range(500, 600)


@on(AgentInvited)
def send_the_invitation(happened: AgentInvited) -> None:
    """A new agent chooses their own password by the link in a letter; a letter that does not leave is no secret."""
    agent = Agent.objects.get(pk=happened.agent_id)
    try:
        send_invitation(agent)
    except (OSError, smtplib.SMTPException) as error:
        is_refused = _is_for_good(error)
        problem = Agent.InvitationProblem.REFUSED if is_refused else Agent.InvitationProblem.NOT_SENT
        note_invitation(agent=agent, problem=problem)
        if not is_refused:
            raise
    else:
        note_invitation(agent=agent, problem="")


def _is_for_good(error: OSError | smtplib.SMTPException) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code in _FOR_GOOD for code, _words in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code in _FOR_GOOD


@receiver(user_logged_in)
def note_who_comes(user: Any, **_signal: Any) -> None:
    if isinstance(user, Agent) and user.came_at is None:
        note_coming(agent=user)


@on(ResetAsked)
def send_the_reset(happened: ResetAsked) -> None:
    agent = Agent.objects.filter(pk=happened.agent_id, is_active=True).first()
    if agent is not None:
        send_reset(agent)


@on(LoginChanged)
def tell_of_the_change(happened: LoginChanged) -> None:
    """Whose log-in it is learns of it by letter, whoever changed it."""
    send_change(Agent.objects.get(pk=happened.agent_id), happened.what)


@on(CustomersMerged)
def let_their_manager_come_along(happened: CustomersMerged) -> None:
    if happened.customer_id is not None:
        join_managers(from_customer_id=happened.from_customer_id, to_customer_id=happened.customer_id)
