"""A survey for one person, and their wish to be left in peace."""

import secrets
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.customers.models import Customer
from otklik.foundation.actors import Actor, ActorKind, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.surveys.events import SurveysSilenced
from otklik.surveys.models import Invitation, Silence, Survey
from otklik.surveys.queries import live_of

_VALID_FOR = timedelta(days=90)
DELAYS = (7, 30, 90)
"""Days after which somebody may want to be asked again."""
MOST_LETTERS = 3
"""With the first one; the database keeps it."""


@in_one
def invite(*, survey: Survey, customer: Customer, actor: Actor, segment: str = "") -> Invitation:
    """An address of a survey that is this person's own. Raises ``Refusal('survey_closed')``."""
    require(actor, "surveys.edit")
    live_of(survey)
    return Invitation.objects.create(
        survey=survey,
        customer=customer,
        token=secrets.token_urlsafe(24),
        segment=segment[:80],
        expires_at=timezone.now() + _VALID_FOR,
    )


@in_one
def stay_silent(*, invitation: Invitation, days: int | None) -> None:
    """The customer does not want to be asked now, or (``days`` None) never again, by any survey of this family.

    Of two wishes the longer holds. Raises ``Refusal('delay_invalid')``.
    """
    if days is not None and days not in DELAYS:
        raise Refusal("delay_invalid", _("Choose when we may ask again."))
    until = None if days is None else timezone.now() + timedelta(days=days)
    rows = Invitation.objects.filter(pk=invitation.pk).exclude(state=Invitation.State.FINISHED)
    state = Invitation.State.NEVER if until is None else Invitation.State.LATER
    may_write = until is not None and 0 < invitation.letters < MOST_LETTERS
    rows.update(state=state, ask_again_at=until, remind_at=until if may_write else None)
    silence, is_new = Silence.objects.get_or_create(
        customer_id=invitation.customer_id, family=invitation.survey.family, defaults={"until": until}
    )
    if not is_new and silence.until is not None and (until is None or until > silence.until):
        Silence.objects.filter(pk=silence.pk).update(until=until, at=timezone.now())
    customer = Actor(kind=ActorKind.CUSTOMER, pk=invitation.customer_id)
    happened = SurveysSilenced(
        survey_id=invitation.survey_id, customer_id=invitation.customer_id, is_for_ever=until is None
    )
    announce(happened, actor=customer)


@in_one
def break_silence(*, invitation: Invitation) -> None:
    """The customer may be asked again by surveys of this family: they have changed their mind."""
    Silence.objects.filter(customer_id=invitation.customer_id, family=invitation.survey.family).delete()
