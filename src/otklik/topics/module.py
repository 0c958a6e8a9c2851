"""What topics bring to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.cases.models import Case
from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    Entry,
    Every,
    Finder,
    LiveRows,
    Module,
    Move,
    Named,
    Policy,
    Record,
    Section,
    SettingsPage,
    Switch,
)
from otklik.topics.actions import forget_words
from otklik.topics.actions.watching import SIGNAL
from otklik.topics.clock import think, watch
from otklik.topics.forms import TopicsForm
from otklik.topics.models import Topic
from otklik.topics.panels import TOPIC
from otklik.topics.queries import found, texts_of_person, topic_names, topic_of_signal

MODULE = Module(
    name="topics",
    switch=Switch(
        label=_("Topics"),
        icon="tag",
        leaves=_("Nothing that customers say is sorted by topic, and nobody is told that something comes more often."),
        stays=_("The dictionary and what was said to be of which topic are kept."),
    ),
    permissions={"topics.see": EVERYBODY, "topics.say": EVERYBODY, "topics.edit": LEADS},
    policies=(
        Policy(
            name="topics.precision",
            default=90,
            label=pgettext_lazy("what was changed", "percent that must be right before a topic takes texts by itself"),
        ),
        Policy(
            name="topics.signal_from",
            default=5,
            label=pgettext_lazy("what was changed", "cases of one topic from which on it can be a signal"),
        ),
    ),
    alerts=(
        AlertKind(
            name=SIGNAL,
            told=pgettext_lazy("what an event tells", "more is said of a topic than usual"),
            title=_("More is said of a topic than usual"),
            icon="alert-triangle",
            tone="risk",
            about=_("“%(why)s” comes more often than chance explains: see the problem that was opened for it."),
            route="topics:topics",
            why=topic_of_signal,
        ),
    ),
    navigation=(
        Entry(
            name="topics",
            route="topics:topics",
            label=_("Topics"),
            icon="tag",
            permission="topics.see",
            section=Section.VOICE,
            place=25,
        ),
    ),
    settings=(
        SettingsPage(
            route="topics:settings",
            label=_("Topics"),
            icon="tag",
            permission="settings.edit",
            place=44,
            about=_("When a topic may take texts by itself, and when more than usual is a signal."),
            section=Section.VOICE,
            form=TopicsForm,
        ),
    ),
    records=(
        Record(
            route="topics:topic",
            key="pk",
            label=_("Topic"),
            icon="tag",
            in_sight=lambda _actor: Topic.objects.all(),
            names=topic_names,
            permission="topics.see",
        ),
    ),
    sentences={
        "topics.saved": gettext_noop("The topic “%(topic)s” was changed: %(fields)s"),
        "topics.said": gettext_noop("It was said what this is about: %(topic)s"),
        "topics.examples_given": gettext_noop("The topic “%(topic)s” was shown new examples: %(examples)s"),
        "topics.signal": gettext_noop("More is said of “%(topic)s” than usual"),
        "topics.watched": gettext_noop("The problem “%(problem)s” is measured by the topic “%(topic)s”"),
    },
    names=(Named(word="topic", key="topic_id", names=topic_names),),
    codes=(Coded(word="examples", key="count", means=str),),
    fields={
        "synonyms": pgettext_lazy("what was changed", "other words for it"),
    },
    timeline={"topics.said": "tag"},
    lists=(
        LiveRows(
            name="topics.topics",
            events=("topics.saved", "topics.examples_given", "topics.signal"),
            permission="topics.see",
        ),
    ),
    panels=(TOPIC,),
    moves=(
        Move(
            route="topics:case-topic",
            label=_("What it is about…"),
            icon="tag",
            permission="topics.say",
            fits=lambda case: case.state != Case.State.SPAM,
        ),
    ),
    clock=(Every(minutes=5, run=think), Every(minutes=30, run=watch)),
    export=texts_of_person,
    erase=forget_words,
    search=Finder(label=_("Topics"), icon="tag", find=found),
    urls="otklik.topics.urls",
    api="otklik.topics.api.router",
    demo="otklik.topics.demo.deeds",
)
