"""Questions asked and answers given."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.customers.queries import customer_now
from otklik.foundation.errors import Refusal
from otklik.foundation.manifest import Person
from otklik.foundation.policies import policy
from otklik.voice.models import Answer, Invitation


def invitation_by_token(token: str) -> Invitation:
    """Raises ``Refusal('link_invalid' | 'link_expired')``."""
    invitation = (
        Invitation.objects.select_related("case__owner", "case__deputy", "case__team__working_time", "customer")
        .filter(token=token, customer__erased_at=None)
        .first()
    )
    if invitation is None:
        raise Refusal("link_invalid", _("This link is not complete. Open it from the letter once more."))
    check_theirs(invitation, invitation.case)
    if invitation.expires_at < timezone.now():
        raise Refusal("link_expired", _("This link has expired. Write to us, nothing is lost."))
    return invitation


def is_theirs(invitation: Invitation, case: Case) -> bool:
    """Whether who was asked, or the record in which they live on, still has the case."""
    asked = invitation.customer_id
    return asked == case.customer_id or case.customer_id in customer_now(asked)


def check_theirs(invitation: Invitation, case: Case) -> None:
    """Raises ``Refusal('link_invalid')`` for the question to somebody who has the case no more."""
    if not is_theirs(invitation, case):
        raise Refusal("link_invalid", _("This link no longer leads to a case."))


def answer_url(invitation: Invitation) -> str:
    """The address in the letter; fixed by contract, so it lives here and not in the portal's patterns."""
    return f"{settings.BASE_URL}/answer/{invitation.token}"


def due_for_reminder(now: datetime) -> QuerySet[Case]:
    """Solved cases whose customer has been silent long enough for the next reminder."""
    ladder = list(policy("voice.reminders_after_hours"))
    due = Case.objects.none()
    for sent, hours in enumerate(ladder):
        due = due | Case.objects.filter(
            state=Case.State.SOLVED, reminders=sent, solved_at__lte=now - timedelta(hours=hours)
        )
    return due.order_by("id")


def due_for_closing(now: datetime) -> QuerySet[Case]:
    """Solved cases that stayed silent after all reminders."""
    ladder = list(policy("voice.reminders_after_hours"))
    hours = int(policy("voice.unconfirmed_after_hours"))
    return Case.objects.filter(
        state=Case.State.SOLVED, reminders__gte=len(ladder), solved_at__lte=now - timedelta(hours=hours)
    ).order_by("id")


def latest_invitation(invitation: Invitation) -> Invitation:
    """The question of the case's current attempt: an answer to an older letter is about the case as it is now."""
    rows = Invitation.objects.select_related("case__owner__photo", "case__deputy", "customer")
    return rows.filter(case_id=invitation.case_id).order_by("-round")[:1].get()


def answers_of(person: Person) -> dict[str, Any]:
    """What the person answered about these cases, as it is taken out with their data."""
    rows = Answer.objects.filter(invitation__case__in=person.cases).order_by("id")
    return {
        "answers": list(
            rows.values("invitation__case_id", "is_solved", "satisfaction", "ease", "explained_twice", "words", "at")
        )
    }
