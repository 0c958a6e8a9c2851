"""What the app surveys brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import Coded, Entry, Finder, LiveRows, Module, Named, Record, Section, Switch
from otklik.surveys.actions import forget_answers
from otklik.surveys.models import Survey
from otklik.surveys.queries import answers_of, found, names_of_surveys

_CHANGES = ("surveys.written", "surveys.published", "surveys.closed", "surveys.opened")

MODULE = Module(
    name="surveys",
    switch=Switch(
        label=_("Surveys"),
        icon="checklist",
        leaves=_("Nobody is asked by a survey, and its addresses lead nowhere. The question after a case stays."),
        stays=_("Surveys and answers are kept."),
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
    },
    names=(Named(word="survey", key="survey_id", names=names_of_surveys),),
    codes=(Coded(word="asked_version", key="number", means=str),),
    lists=(LiveRows(name="surveys.surveys", events=_CHANGES, permission="surveys.see"),),
    export=answers_of,
    erase=forget_answers,
    search=Finder(label=_("Surveys"), icon="checklist", find=found),
    urls="otklik.surveys.urls",
    customer_urls="otklik.surveys.customer_urls",
    api="otklik.surveys.api.router",
    demo="otklik.surveys.demo.deeds",
)
