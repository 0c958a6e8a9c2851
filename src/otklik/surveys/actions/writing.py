"""Writing a survey: its draft is the whole of it, and nobody sees it before it is published."""

import secrets

from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.versions import begun, not_a_draft
from otklik.surveys.definition import Definition
from otklik.surveys.events import SurveyWritten
from otklik.surveys.models import Survey, Version
from otklik.surveys.queries import definition_of, draft_of, version_to_show


@in_one
def write_survey(*, definition: Definition, actor: Actor) -> Survey:
    """A new survey with its first draft. Raises ``Refusal('name_missing')``."""
    require(actor, "surveys.edit")
    name = _named(definition)
    survey = Survey.objects.create(name=name, family=definition.family, link=secrets.token_urlsafe(12))
    _begin(survey, definition, actor)
    announce(SurveyWritten(survey_id=survey.pk), actor=actor)
    return survey


def _named(definition: Definition) -> str:
    name = definition.name.strip()
    if not name:
        said = _("A name is missing.")
        raise Refusal("name_missing", said, fields={"name": said})
    return name


def _begin(survey: Survey, definition: Definition, actor: Actor) -> Version:
    about = begun(Version.objects.filter(survey=survey), actor)
    return Version.objects.create(survey=survey, definition=dict(definition.source), names=definition.names, **about)


@once_more_if_taken
@in_one
def change_survey(*, survey: Survey, definition: Definition, actor: Actor, edits: int | None = None) -> Version:
    """Save the draft, or begin one with these words; what is asked now goes on as it is until that is published.

    ``edits``: the count that the author saw. Raises ``Refusal('name_missing' | 'changed_meanwhile')``.
    """
    require(actor, "surveys.edit")
    _named(definition)
    draft = draft_of(survey)
    if draft is None:
        return _begin(survey, definition, actor)
    words = {"definition": dict(definition.source), "names": definition.names}
    return draft.save_words(words, note="", actor=actor, edits=edits)


@in_one
def copy_survey(*, survey: Survey, name: str, actor: Actor) -> Survey:
    """A new survey with the words of another. Raises ``Refusal('name_missing')``."""
    return write_survey(definition=definition_of(version_to_show(survey)).called(name), actor=actor)


@in_one
def drop_draft(*, survey: Survey, actor: Actor) -> None:
    """Throw the draft away; one that was never published keeps its first. Raises ``Refusal('not_a_draft')``."""
    require(actor, "surveys.edit")
    draft = draft_of(survey)
    if draft is None or not Version.objects.filter(survey=survey, published_at__isnull=False).exists():
        raise not_a_draft()
    draft.sittings.all().delete()  # trials
    draft.drop()
