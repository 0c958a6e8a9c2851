"""The dictionary of topics on the desk, and what is said of each."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.complaints.labels import PROBLEM_STATES
from otklik.complaints.queries import problem_by_id
from otklik.foundation.actors import Actor, may
from otklik.foundation.errors import Refusal
from otklik.foundation.http.lists import Listing
from otklik.foundation.http.orders import Column
from otklik.foundation.http.pages import GET_OR_POST, do, done, shown, sorry
from otklik.foundation.http.setting_pages import policy_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.policies import policy
from otklik.topics.actions import give_examples, save_topic, watch_problem
from otklik.topics.charting import judged
from otklik.topics.counting import weeks_of
from otklik.topics.drawing import charts
from otklik.topics.forms import ExamplesForm, TopicForm, TopicsForm
from otklik.topics.labels import SOURCES
from otklik.topics.models import Text, Topic
from otklik.topics.queries import (
    examples_of,
    measure_of,
    perhaps_of,
    problems_of,
    said_of,
    signals,
    topic_by_id,
    topics,
)

TOPICS = Listing(
    template="topics/topics.html",
    columns=(
        Column(name="name", label=gettext_lazy("Topic"), by="path"),
        Column(name="examples", label=gettext_lazy("Examples"), by="examples", of=int, falls=True),
    ),
    live="topics.topics",
    size=100,
)
"""A house has dozens of topics, not thousands; by their paths they stand as a tree."""
_MOST_SAID, _MOST_PERHAPS, _MOST_EXAMPLES = 10, 5, 20


@require_GET
@staff("topics.see")
def dictionary(request: HttpRequest) -> HttpResponse:
    """All topics that are in use, with the retired ones if asked for."""
    actor, is_all = actor_of(request), "all" in request.GET
    rows = topics() if is_all else topics().filter(is_active=True)
    page = TOPICS.page(request, rows)
    shown_rows = [{"topic": row, "measure": measure_of(row)} for row in page["rows"]]
    told = signals(timezone.now())
    context = {
        "section": "topics",
        "signals": told,
        **page,
        "rows": shown_rows,
        "is_all": is_all,
        "may_edit": _may_edit(actor),
    }
    return shown(request, TOPICS.template, context)


def _may_edit(actor: Actor) -> bool:
    return may(actor, "topics.edit")


@require_http_methods(GET_OR_POST)
@staff("topics.see")
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    """One topic: how good it is, what is said of it, what might be of it. Examples are shown to it here."""
    actor, row = actor_of(request), topic_by_id(pk)
    form = ExamplesForm(request.POST or None)
    if form.is_bound and do(form, lambda typed: give_examples(topic=row, texts=typed["texts"], actor=actor)):
        return done(request, _("The examples are taken. In some minutes they are learnt."), "topics:topic", pk)
    return shown(request, "topics/topic.html", {**_facts(row, actor), "form": form})


def _facts(row: Topic, actor: Actor) -> dict[str, Any]:
    weeks = judged(weeks_of(row, until=timezone.now()), least=int(policy("topics.signal_from")))
    return {
        "section": "topics",
        "topic": row,
        "weeks": weeks,
        "charts": charts(weeks),
        "problems": [{"problem": one, "state": PROBLEM_STATES[one.state]} for one in problems_of(row)],
        "measure": measure_of(row),
        "said": _told(list(said_of(row, actor)[:_MOST_SAID])),
        "perhaps": _told(list(perhaps_of(row, actor)[:_MOST_PERHAPS])),
        "examples": _told(list(examples_of(row, actor)[:_MOST_EXAMPLES])),
        "may_edit": _may_edit(actor),
        "may_say": may(actor, "topics.say"),
    }


def _told(rows: list[Text]) -> list[dict[str, Any]]:
    return [{"text": row, "source": SOURCES[row.source], "url": _place(row)} for row in rows]


def _place(row: Text) -> str:
    """Where the words stand."""
    if row.complaint_id:
        return reverse("complaints:complaint", args=[row.complaint_id])
    if row.case_id:
        return reverse("desk:case", args=[row.case_id])
    return reverse("surveys:survey", args=[row.answer.sitting.version.survey_id]) if row.answer else ""


@require_http_methods(GET_OR_POST)
@staff("topics.edit")
def edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new topic, or a changed one."""
    actor, row = actor_of(request), None if pk is None else topic_by_id(pk)
    form = TopicForm(request.POST or None, topic=row)
    saved: list[Topic] = []

    def act(typed: dict[str, Any]) -> None:
        saved.append(save_topic(values=typed, actor=actor, topic=row))

    if form.is_bound and do(form, act):
        return done(request, _("Saved."), "topics:topic", saved[0].pk)
    back = reverse("topics:topic", args=[row.pk]) if row else reverse("topics:topics")
    return shown(request, "topics/edit.html", {"section": "topics", "topic": row, "form": form, "back": back})


@require_POST
@staff("topics.edit")
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """A problem is measured by the topic that was chosen on its page."""
    problem, chosen = problem_by_id(pk), request.POST.get("topic", "")
    topic = topic_by_id(int(chosen) if chosen.isascii() and chosen.isdecimal() else 0)
    try:
        watch_problem(problem=problem, topic=topic, actor=actor_of(request))
    except Refusal as refusal:
        if refusal.code != "watched_already":
            raise
        return sorry(request, refusal, "complaints:problem", pk)
    return done(request, _("It is measured by this topic now."), "complaints:problem", pk)


@require_http_methods(GET_OR_POST)
@staff("settings.edit")
def settings(request: HttpRequest) -> HttpResponse:
    return policy_page(request, TopicsForm, "topics:settings", _("Topics"))
