"""What the app suggestions brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    CustomerPanel,
    Entry,
    Finder,
    LiveRows,
    Module,
    Move,
    Named,
    Page,
    Policy,
    Purpose,
    Record,
    Section,
    SettingsPage,
    Switch,
)
from otklik.foundation.sentences import by_code
from otklik.suggestions.actions import forget_suggestions
from otklik.suggestions.actions.deciding import ENTRUSTED
from otklik.suggestions.actions.telling import DONE_FOR_YOU, NOT_HELPED
from otklik.suggestions.actions.thanking import PRAISED
from otklik.suggestions.forms import BoardForm
from otklik.suggestions.labels import REASONS, STATES
from otklik.suggestions.letters import TOLD
from otklik.suggestions.queries import (
    found,
    in_sight,
    names_of,
    praise_of_customer,
    suggestions_of,
    unanswered,
    waiting_for,
)


def _title_of(source: str) -> str:
    """What the suggestion is called that an alert is about: its source is ``7`` or ``7:3``."""
    pk = int(source.partition(":")[0])
    return names_of([pk]).get(pk, "—")


_YES_OR_NO = by_code(
    {
        "True": pgettext_lazy("what an event tells", "yes"),
        "False": pgettext_lazy("what an event tells", "no"),
    }
)

MODULE = Module(
    name="suggestions",
    switch=Switch(
        label=_("Suggestions"),
        icon="bulb",
        leaves=_("No word becomes a suggestion, the page of ideas is gone, and nobody is told that it is done."),
        stays=_("Suggestions, voices and answers are kept."),
    ),
    permissions={
        "suggestions.see": EVERYBODY,
        "suggestions.write": EVERYBODY,
        "suggestions.decide": LEADS,
    },
    policies=(
        Policy(
            name="suggestions.board_is_open",
            default=False,
            label=pgettext_lazy("what was changed", "whether customers see the board of suggestions"),
        ),
    ),
    navigation=(
        Entry(
            name="suggestions",
            route="suggestions:suggestions",
            label=_("Suggestions"),
            icon="bulb",
            permission="suggestions.see",
            section=Section.VOICE,
            place=20,
            count=waiting_for,
        ),
        Entry(
            name="thanks",
            route="suggestions:thanks",
            label=_("Kind words"),
            icon="heart",
            permission="suggestions.see",
            section=Section.VOICE,
            place=25,
            count=unanswered,
        ),
    ),
    pages=(
        Page(
            route="suggestions:whom",
            label=_("Whom to thank"),
            icon="heart",
            permission="suggestions.write",
        ),
    ),
    settings=(
        SettingsPage(
            route="suggestions:settings",
            label=_("Suggestions"),
            icon="bulb",
            permission="settings.edit",
            place=50,
            about=_("Whether customers see what others suggest, and can add their voice."),
            section=Section.VOICE,
            form=BoardForm,
        ),
    ),
    records=(
        Record(
            route="suggestions:suggestion",
            key="pk",
            label=_("Suggestion"),
            icon="bulb",
            in_sight=in_sight,
            names=names_of,
            permission="suggestions.see",
        ),
    ),
    sentences={
        "suggestions.written": gettext_noop("It was written down as a suggestion: %(suggestion)s"),
        "suggestions.heard": gettext_noop("One more voice for a suggestion: %(suggestion)s"),
        "suggestions.voice_withdrawn": gettext_noop("A voice was taken back from a suggestion: %(suggestion)s"),
        "suggestions.edited": gettext_noop("The suggestion “%(suggestion)s” was changed: %(fields)s"),
        "suggestions.moved": gettext_noop("The suggestion “%(suggestion)s”: %(fate)s"),
        "suggestions.answered": gettext_noop("The suggestion “%(suggestion)s” was answered"),
        "suggestions.shown": gettext_noop("The suggestion “%(suggestion)s” is on the board, its words were approved"),
        "suggestions.hidden": gettext_noop("The suggestion “%(suggestion)s” was taken off the board"),
        "suggestions.merged": gettext_noop("The suggestion “%(suggestion)s” was joined with “%(joined)s”"),
        "suggestions.linked": gettext_noop("It has to do with a suggestion: %(suggestion)s"),
        "suggestions.unlinked": gettext_noop("It has nothing to do with a suggestion after all: %(suggestion)s"),
        "suggestions.praised": gettext_noop("Kind words for %(agent)s"),
        "suggestions.praise_allowed": gettext_noop(
            "The customer said whether their kind words may be shown: %(allows)s"
        ),
        "suggestions.praise_shown": gettext_noop("Kind words on the portal: %(stands)s"),
        "suggestions.thanked": gettext_noop("The customer was thanked: %(thanked)s"),
        "suggestions.told": gettext_noop("Everyone who had asked for “%(suggestion)s” is told that it is done"),
        "suggestions.voice_told": gettext_noop("The customer was told that it is done: %(suggestion)s"),
        "suggestions.helped": gettext_noop("Whether “%(suggestion)s” helps: %(helps)s"),
    },
    names=(
        Named(word="suggestion", key="suggestion_id", names=names_of),
        Named(word="joined", key="into_id", names=names_of),
    ),
    codes=(
        Coded(word="allows", key="is_allowed", means=_YES_OR_NO),
        Coded(word="stands", key="is_shown", means=_YES_OR_NO),
        Coded(word="thanked", key="reason", means=by_code({key: label.text for key, label in REASONS.items()})),
        Coded(word="fate", key="state", means=by_code({key: label.text for key, label in STATES.items()})),
        Coded(
            word="helps",
            key="is_helped",
            means=by_code(
                {
                    "True": pgettext_lazy("what an event tells", "yes"),
                    "False": pgettext_lazy("what an event tells", "not yet"),
                }
            ),
        ),
    ),
    timeline={
        "suggestions.praised": "heart",
        "suggestions.thanked": "heart",
        "suggestions.written": "bulb",
        "suggestions.heard": "bulb",
        "suggestions.linked": "link",
        "suggestions.unlinked": "unlink",
    },
    alerts=(
        AlertKind(
            name=ENTRUSTED,
            told=pgettext_lazy("what an event tells", "a suggestion was given to somebody"),
            title=_("A suggestion is yours to see to"),
            icon="bulb",
            tone="accent",
            about=_("“%(why)s”: see what weighs for it, and say what becomes of it."),
            route="suggestions:suggestions",
            why=_title_of,
        ),
        AlertKind(
            name=PRAISED,
            told=pgettext_lazy("what an event tells", "kind words have come"),
            title=_("Kind words have come"),
            icon="heart",
            tone="satisfied",
        ),
        AlertKind(
            name=DONE_FOR_YOU,
            told=pgettext_lazy("what an event tells", "what a colleague had suggested is done"),
            title=_("We changed it because you said so"),
            icon="circle-check",
            tone="satisfied",
            about=_("“%(why)s” is done. Thank you for saying it."),
            route="suggestions:suggestions",
            why=_title_of,
        ),
        AlertKind(
            name=NOT_HELPED,
            told=pgettext_lazy("what an event tells", "a change does not help whoever had asked for it"),
            title=_("Somebody says that the change does not help"),
            icon="mood-sad",
            tone="back",
            about=_("“%(why)s” is done, but somebody who had asked for it says: not yet."),
            route="suggestions:suggestions",
            why=_title_of,
        ),
    ),
    lists=(
        LiveRows(
            name="suggestions.suggestions",
            events=(
                "suggestions.written",
                "suggestions.heard",
                "suggestions.voice_withdrawn",
                "suggestions.edited",
                "suggestions.moved",
                "suggestions.merged",
            ),
            permission="suggestions.see",
        ),
    ),
    moves=(
        Move(
            route="suggestions:from-case",
            label=_("Write down a suggestion…"),
            icon="bulb",
            permission="suggestions.write",
            fits=lambda case: case.state != "spam",
        ),
    ),
    customer_panels=(
        CustomerPanel(name="kind-words", template="suggestions/praise_panel.html", facts=praise_of_customer, place=20),
    ),
    purposes=(Purpose(name=TOLD, is_automatic=False),),
    export=suggestions_of,
    erase=forget_suggestions,
    search=Finder(label=_("Suggestions"), icon="bulb", find=found),
    urls="otklik.suggestions.urls",
    customer_urls="otklik.suggestions.customer_urls",
    api="otklik.suggestions.api.router",
    demo="otklik.suggestions.demo.deeds",
)
