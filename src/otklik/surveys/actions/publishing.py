"""From a draft to what is asked, and back to silence."""

from django.utils import timezone

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.versions import not_a_draft
from otklik.surveys.checking import flaws
from otklik.surveys.events import SurveyClosed, SurveyOpened, SurveyPublished
from otklik.surveys.models import Survey, Version
from otklik.surveys.queries import definition_of, draft_of, published_before
from otklik.surveys.wording import series_of


@in_one
def publish(*, survey: Survey, actor: Actor) -> Version:
    """Ask the draft from now on; whoever is going through the version before goes on with that one.

    Raises ``Refusal('not_a_draft')``, and with the code of the first of its flaws (``checking.flaws``), each of them
    among the fields under the key of its page or question.
    """
    require(actor, "surveys.edit")
    draft = draft_of(survey)
    if draft is None:
        raise not_a_draft()
    definition = definition_of(draft)
    found = flaws(definition)
    if found:
        fields = {one.place or "survey": one.text for one in reversed(found)}
        raise Refusal(found[0].code, found[0].text, fields=fields)
    Version.objects.filter(pk=draft.pk).update(series=series_of(definition, published_before(survey)))
    draft.hold(Version.objects.filter(survey=survey))
    survey.name, survey.family = definition.name.strip(), definition.family
    survey.save(update_fields=["name", "family"])
    announce(SurveyPublished(survey_id=survey.pk, number=draft.number), actor=actor)
    return draft


@in_one
def close_survey(*, survey: Survey, actor: Actor) -> None:
    """Take no answers any more; whoever opens its address is told so kindly. Closed twice is closed once."""
    require(actor, "surveys.edit")
    if Survey.objects.filter(pk=survey.pk, closed_at=None).update(closed_at=timezone.now()):
        announce(SurveyClosed(survey_id=survey.pk), actor=actor)


@in_one
def open_survey(*, survey: Survey, actor: Actor) -> None:
    """Take answers again."""
    require(actor, "surveys.edit")
    if Survey.objects.filter(pk=survey.pk, closed_at__isnull=False).update(closed_at=None):
        announce(SurveyOpened(survey_id=survey.pk), actor=actor)
