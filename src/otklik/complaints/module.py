"""What the app complaints brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.complaints.actions import forget_complaints
from otklik.complaints.checks import paper
from otklik.complaints.clock import mind_the_terms
from otklik.complaints.forms.settings import RulesForm
from otklik.complaints.labels import DECISIONS, PROBLEM_STATES, SEVERITIES
from otklik.complaints.letters import ACKNOWLEDGEMENT, CHANGED
from otklik.complaints.models import Problem, Term, Way
from otklik.complaints.queries import (
    beside_case,
    beside_customer,
    complaints_of,
    found,
    in_sight,
    number_names,
    problems_in_sight,
    waiting_for,
)
from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import (
    AlertKind,
    Coded,
    CustomerPanel,
    Entry,
    Every,
    Finder,
    LiveRows,
    Module,
    Move,
    Named,
    Panel,
    Policy,
    Purpose,
    Record,
    Section,
    SettingsPage,
    Switch,
)
from otklik.foundation.sentences import by_code, called

_STAGES = {
    "complaints.received": "inbox",
    "complaints.acknowledged": "mail-check",
    "complaints.assessed": "checklist",
    "complaints.entrusted": "user-check",
    "complaints.investigated": "search",
    "complaints.answered": "mail-forward",
    "complaints.accepted": "circle-check",
    "complaints.refused": "mood-sad",
    "complaints.ways_offered": "external-link",
    "complaints.exhausted": "circle-x",
    "complaints.withdrawn": "arrow-back-up",
    "complaints.improved": "adjustments",
}

MODULE = Module(
    name="complaints",
    switch=Switch(
        label=_("Complaints"),
        icon="flag",
        leaves=_("No case becomes a formal complaint, no deadlines run, and no case is kept open for one."),
        stays=_("Numbers, stages and records of complaints are kept."),
    ),
    permissions={"complaints.handle": EVERYBODY, "complaints.settle": LEADS, "complaints.mend": LEADS},
    policies=(
        Policy(
            name="complaints.acknowledge_at_once",
            default=True,
            label=pgettext_lazy("what was changed", "letter with the number at once"),
        ),
        Policy(
            name="complaints.hear_within_days",
            default=3,
            label=pgettext_lazy("what was changed", "working days until a customer who complained hears from us"),
        ),
        Policy(
            name="complaints.keeps_case_open",
            default=True,
            label=pgettext_lazy("what was changed", "whether a complaint keeps its case open"),
        ),
    ),
    navigation=(
        Entry(
            name="complaints",
            route="complaints:complaints",
            label=_("Complaints"),
            icon="flag",
            permission="complaints.handle",
            section=Section.VOICE,
            place=30,
            count=waiting_for,
        ),
        Entry(
            name="problems",
            route="complaints:problems",
            label=_("Problems"),
            icon="progress-check",
            permission="complaints.handle",
            section=Section.VOICE,
            place=31,
        ),
    ),
    settings=(
        SettingsPage(
            route="complaints:settings",
            label=_("Complaints"),
            icon="flag",
            permission="settings.edit",
            place=40,
            about=_("The first letter, when the customer hears from you, and whether a complaint keeps its case open."),
            section=Section.VOICE,
            form=RulesForm,
        ),
        SettingsPage(
            route="complaints:terms",
            label=_("Deadlines for complaints"),
            icon="calendar-time",
            permission="settings.edit",
            place=41,
            about=_("By when a complaint must be answered, by law or by your own rule."),
            section=Section.VOICE,
        ),
        SettingsPage(
            route="complaints:ways",
            label=_("Ways outside the company"),
            icon="external-link",
            permission="settings.edit",
            place=42,
            about=_("Where customers can turn if they do not accept your answer."),
            section=Section.VOICE,
        ),
    ),
    records=(
        Record(
            route="complaints:problem",
            key="pk",
            label=pgettext_lazy("behind complaints", "Problem"),
            icon="progress-check",
            in_sight=problems_in_sight,
            names=called(Problem, "title"),
            permission="complaints.handle",
        ),
        Record(
            route="complaints:complaint",
            key="number",
            label=_("Complaint"),
            icon="flag",
            in_sight=in_sight,
            names=number_names,
            permission="complaints.handle",
        ),
    ),
    sentences={
        "complaints.received": gettext_noop("Complaint No. %(complaint)s was registered"),
        "complaints.acknowledged": gettext_noop("The customer was told who looks into complaint No. %(complaint)s"),
        "complaints.assessed": gettext_noop("Complaint No. %(complaint)s was assessed: %(severity)s"),
        "complaints.entrusted": gettext_noop("%(agent)s looks into complaint No. %(complaint)s"),
        "complaints.investigated": gettext_noop("Complaint No. %(complaint)s was looked into"),
        "complaints.answered": gettext_noop("Complaint No. %(complaint)s was answered: %(decision)s"),
        "complaints.accepted": gettext_noop("The customer accepted the answer to complaint No. %(complaint)s"),
        "complaints.refused": gettext_noop("The customer does not accept the answer to complaint No. %(complaint)s"),
        "complaints.ways_offered": gettext_noop(
            "The customer was told what else can be done about complaint No. %(complaint)s"
        ),
        "complaints.exhausted": gettext_noop("Complaint No. %(complaint)s ended without the customer's consent"),
        "complaints.withdrawn": gettext_noop("Complaint No. %(complaint)s was withdrawn"),
        "complaints.improved": gettext_noop("Lessons from complaint No. %(complaint)s were recorded"),
        "complaints.linked": gettext_noop("Complaint No. %(complaint)s belongs to a problem: %(problem)s"),
        "complaints.case_linked": gettext_noop("The case shows a problem: %(problem)s"),
        "complaints.case_unlinked": gettext_noop("The case does not show this problem after all: %(problem)s"),
        "complaints.problem_saved": gettext_noop("The problem “%(problem)s” was changed: %(fields)s"),
        "complaints.problem_moved": gettext_noop("The problem “%(problem)s”: %(mended)s"),
        "complaints.fix_saved": gettext_noop("What is done about the problem “%(problem)s” was written down"),
        "complaints.touched_told": gettext_noop("Customers are told what has changed about “%(problem)s”: %(told)s"),
        "complaints.terms_changed": gettext_noop("Deadlines of complaint No. %(complaint)s have changed: %(whence)s"),
        "complaints.term_saved": gettext_noop("The deadline “%(term)s” for complaints was changed: %(fields)s"),
        "complaints.way_saved": gettext_noop("The outside way “%(way)s” was changed: %(fields)s"),
    },
    names=(
        Named(word="term", key="term_id", names=called(Term)),
        Named(word="problem", key="problem_id", names=called(Problem, "title")),
        Named(word="way", key="way_id", names=called(Way)),
    ),
    codes=(
        Coded(
            word="mended",
            key="state",
            means=by_code({str(key): label.text for key, label in PROBLEM_STATES.items()}),
        ),
        Coded(word="complaint", key="complaint_id", means=str),
        Coded(word="told", key="count", means=str),
        Coded(word="severity", key="severity", means=by_code({str(key): text for key, text in SEVERITIES.items()})),
        Coded(word="decision", key="decision", means=by_code({str(key): text for key, text in DECISIONS.items()})),
        Coded(
            word="whence",
            key="because",
            means=by_code(
                {
                    "choice": pgettext_lazy("what an event tells", "others were chosen"),
                    "calendar": pgettext_lazy("what an event tells", "the working time has changed"),
                }
            ),
        ),
    ),
    fields={
        "changes": pgettext_lazy("what was changed", "what we change"),
        "watch_weeks": pgettext_lazy("what was changed", "weeks that it must stay away"),
        "due_on": pgettext_lazy("what was changed", "day by which it is to be fixed"),
        "root_cause": pgettext_lazy("what was changed", "root cause"),
        "basis": pgettext_lazy("what was changed", "legal basis"),
        "days": pgettext_lazy("what was changed", "days"),
        "is_working": pgettext_lazy("what was changed", "whether working days are counted"),
        "moves_on": pgettext_lazy("what was changed", "whether it ends on a working day"),
        "starts": pgettext_lazy("what was changed", "when it begins"),
        "url": pgettext_lazy("what was changed", "address"),
        "warn_days": pgettext_lazy("what was changed", "days of warning"),
    },
    timeline={
        **_STAGES,
        "complaints.linked": "link",
        "complaints.case_linked": "link",
        "complaints.case_unlinked": "unlink",
    },
    alerts=(
        AlertKind(
            name="complaints.received",
            told=pgettext_lazy("what an event tells", "a complaint has come"),
            title=_("A complaint has come"),
            icon="flag",
            tone="accent",
        ),
        AlertKind(
            name="complaints.urgent",
            told=pgettext_lazy("what an event tells", "a complaint about health or safety"),
            title=_("A complaint about health or safety: act at once"),
            icon="alert-triangle",
            tone="late",
        ),
        AlertKind(
            name="complaints.entrusted",
            told=pgettext_lazy("what an event tells", "a complaint needs to be investigated"),
            title=_("Please look into a complaint"),
            icon="search",
            tone="accent",
        ),
        AlertKind(
            name="complaints.refused",
            told=pgettext_lazy("what an event tells", "the answer to a complaint was not accepted"),
            title=_("The customer does not accept the answer to their complaint"),
            icon="mood-sad",
            tone="back",
        ),
        AlertKind(
            name="complaints.came_again",
            told=pgettext_lazy("what an event tells", "a complaint about a problem that was called fixed"),
            title=_("A problem that was fixed has come again"),
            icon="refresh",
            tone="risk",
        ),
        AlertKind(
            name="complaints.due",
            told=pgettext_lazy("what an event tells", "a complaint is due soon"),
            title=_("The answer to a complaint is due soon"),
            icon="alarm",
            tone="risk",
        ),
        AlertKind(
            name="complaints.hear",
            told=pgettext_lazy("what an event tells", "a customer who complained is waiting to hear"),
            title=_("A customer was told that they would hear about their complaint by now"),
            icon="alarm",
            tone="risk",
        ),
        AlertKind(
            name="complaints.missed",
            told=pgettext_lazy("what an event tells", "a complaint was not answered in time"),
            title=_("A complaint was not answered in time"),
            icon="alarm",
            tone="late",
        ),
    ),
    lists=(
        LiveRows(
            name="complaints.complaints",
            events=(*_STAGES, "complaints.terms_changed"),
            permission="complaints.handle",
        ),
        LiveRows(
            name="complaints.problems",
            events=(
                "complaints.problem_saved",
                "complaints.problem_moved",
                "complaints.fix_saved",
                "complaints.touched_told",
                "complaints.linked",
                "complaints.case_linked",
                "complaints.case_unlinked",
                "complaints.improved",
            ),
            permission="complaints.handle",
        ),
    ),
    panels=(
        Panel(
            name="complaint",
            template="complaints/panel.html",
            facts=beside_case,
            permission="complaints.handle",
            place=10,
        ),
    ),
    customer_panels=(
        CustomerPanel(name="complaint", template="complaints/customer_panel.html", facts=beside_customer, place=10),
    ),
    moves=(
        Move(
            route="complaints:new",
            label=_("Register a complaint"),
            icon="flag",
            permission="complaints.handle",
            fits=lambda case: case.state != "spam",
        ),
        Move(
            route="complaints:case-problem",
            label=_("Problem behind it…"),
            icon="link",
            permission="complaints.handle",
            fits=lambda case: case.state != "spam",
        ),
    ),
    purposes=(
        Purpose(name=ACKNOWLEDGEMENT, told=_("Told the customer the number of their complaint"), is_automatic=True),
        Purpose(name=CHANGED, is_automatic=False),
    ),
    clock=(Every(minutes=5, run=mind_the_terms),),
    export=complaints_of,
    erase=forget_complaints,
    checks={"complaints on paper": paper},
    search=Finder(label=_("Complaints"), icon="flag", find=found),
    urls="otklik.complaints.urls",
    customer_urls="otklik.complaints.customer_urls",
    api="otklik.complaints.api.router",
    demo="otklik.complaints.demo.deeds",
)
