"""What the app surveys brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    Entry,
    Every,
    Finder,
    LiveRows,
    Module,
    Named,
    Policy,
    Purpose,
    Record,
    Section,
    SettingsPage,
    Switch,
)
from otklik.foundation.sentences import by_code
from otklik.surveys.actions import LOW_SCORE, forget_answers
from otklik.surveys.asked_words import RULES
from otklik.surveys.clock import ask_whose_turn_it_is, bring_tallies_up_to_date, mind_the_silent
from otklik.surveys.labels import score_words
from otklik.surveys.letters import INVITATION, REMINDER
from otklik.surveys.models import Survey
from otklik.surveys.policy_forms import ClocksForm
from otklik.surveys.queries import answers_of, found, names_of_surveys

_TURNS = ("surveys.invited", "surveys.passed_over", "surveys.list_taken")
_CHANGES = ("surveys.written", "surveys.published", "surveys.closed", "surveys.opened")

MODULE = Module(
    name="surveys",
    switch=Switch(
        label=_("Surveys"),
        icon="checklist",
        leaves=_("Nobody is asked by a survey, and its addresses lead nowhere. The question after a case stays."),
        stays=_("Surveys and answers are kept."),
    ),
    policies=(
        Policy(
            name="surveys.days_between_all",
            default=30,
            label=pgettext_lazy("what was changed", "days between two surveys of one person"),
        ),
        Policy(
            name="surveys.days_between_family",
            default=90,
            label=pgettext_lazy("what was changed", "days between two surveys of one family and one person"),
        ),
    ),
    settings=(
        SettingsPage(
            route="surveys:clocks",
            label=_("Whom surveys do not ask"),
            icon="checklist",
            permission="settings.edit",
            place=50,
            about=_("How many days pass before the same person is asked again."),
            section=Section.VOICE,
            form=ClocksForm,
        ),
    ),
    alerts=(
        AlertKind(
            name=LOW_SCORE,
            told=pgettext_lazy("what an event tells", "a low score in a survey"),
            title=_("A low score in a survey"),
            icon="mood-sad",
            tone="back",
        ),
    ),
    purposes=(
        Purpose(name=INVITATION, told=_("Asked the customer by a survey"), is_automatic=True),
        Purpose(name=REMINDER, told=_("Reminded the customer of a survey"), is_automatic=True),
    ),
    clock=(
        Every(minutes=1, run=ask_whose_turn_it_is),
        Every(minutes=1, run=bring_tallies_up_to_date),
        Every(minutes=10, run=mind_the_silent),
    ),
    permissions={"surveys.see": EVERYBODY, "surveys.edit": LEADS},
    navigation=(
        Entry(
            name="surveys",
            route="surveys:surveys",
            label=_("Surveys"),
            icon="checklist",
            permission="surveys.see",
            section=Section.VOICE,
            place=10,
        ),
    ),
    records=(
        Record(
            route="surveys:survey",
            key="survey_id",
            label=_("Survey"),
            icon="checklist",
            in_sight=lambda _actor: Survey.objects.all(),
            names=names_of_surveys,
            permission="surveys.see",
        ),
    ),
    sentences={
        "surveys.written": gettext_noop("The survey “%(survey)s” was begun"),
        "surveys.published": gettext_noop("Version %(asked_version)s of the survey “%(survey)s” is asked now"),
        "surveys.closed": gettext_noop("The survey “%(survey)s” was closed"),
        "surveys.opened": gettext_noop("The survey “%(survey)s” takes answers again"),
        "surveys.silenced": gettext_noop("The customer does not want to be asked now by surveys like “%(survey)s”"),
        "surveys.planned": gettext_noop("It was changed how the survey “%(survey)s” asks by itself"),
        "surveys.list_taken": gettext_noop("A list of people to be asked by “%(survey)s” was taken in"),
        "surveys.invited": gettext_noop("The customer was asked by the survey “%(survey)s”"),
        "surveys.passed_over": gettext_noop(
            "The customer was not asked by the survey “%(survey)s”. %(against_asking)s"
        ),
        "surveys.low_score": gettext_noop("A low score, %(score)s, in the survey “%(survey)s”"),
        "surveys.day_noted": gettext_noop("A note of a day was written beside the trends of surveys, or taken away"),
    },
    names=(Named(word="survey", key="survey_id", names=names_of_surveys),),
    codes=(
        Coded(word="asked_version", key="number", means=str),
        Coded(word="against_asking", key="rule", means=by_code(RULES), is_sentence=True),
        Coded(word="score", key="score", means=score_words),
    ),
    timeline={"surveys.low_score": "mood-sad"},
    lists=(
        LiveRows(name="surveys.surveys", events=_CHANGES, permission="surveys.see"),
        LiveRows(name="surveys.turns", events=_TURNS, permission="surveys.see"),
    ),
    export=answers_of,
    erase=forget_answers,
    search=Finder(label=_("Surveys"), icon="checklist", find=found),
    urls="otklik.surveys.urls",
    customer_urls="otklik.surveys.customer_urls",
    api="otklik.surveys.api.router",
    demo="otklik.surveys.demo.deeds",
)
