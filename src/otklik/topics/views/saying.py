"""What a text or a case is about, said by one press; the panel beside a case answers with itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from otklik.cases.queries import case_by_number
from otklik.foundation.actors import Actor
from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, do, done, is_part, shown, sorry
from otklik.foundation.http.panels import panel_of
from otklik.foundation.http.staff import actor_of, staff
from otklik.topics.actions import say_topic, say_topic_of_case
from otklik.topics.forms import NONE, OfCaseForm
from otklik.topics.models import Topic
from otklik.topics.panels import TOPIC
from otklik.topics.queries import text_by_id, topic_by_id, topics_in_use


@require_POST
@staff("topics.say")
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """``topic`` holds the number of a topic, or ``none``; the page of the topic that offered it follows."""
    actor = actor_of(request)
    text, offered = text_by_id(pk, actor=actor), topic_by_id(_number(request.POST.get("from", "")))
    try:
        say_topic(text=text, topic=_topic(request.POST.get("topic", "")), actor=actor)
    except Refusal as refusal:
        if refusal.code != "topic_retired":
            raise
        return sorry(request, refusal, "topics:topic", offered.pk)
    return done(request, _("Thank you, this teaches."), "topics:topic", offered.pk)


@require_http_methods(GET_OR_POST)
@staff("topics.say")
def of_case(request: HttpRequest, number: int) -> HttpResponse:
    """What a case is about, chosen from all topics, or by one press beside the case."""
    actor = actor_of(request)
    case = case_by_number(number, actor=actor)
    form = OfCaseForm(request.POST or None)
    if form.is_bound and do(form, lambda typed: _say(number, typed["topic"], actor)):
        if is_part(request):
            return HttpResponse(panel_of(request, case, TOPIC).html)
        return done(request, _("Thank you, this teaches."), "desk:case", case.pk)
    if is_part(request):
        return redirect("desk:case", case.pk)
    context = {"section": "topics", "case": case, "form": form, "has_topics": topics_in_use().exists()}
    return shown(request, "topics/of_case.html", context)


def _say(number: int, chosen: str, actor: Actor) -> None:
    say_topic_of_case(case=case_by_number(number, actor=actor), topic=_topic(chosen), actor=actor)


def _topic(chosen: str) -> Topic | None:
    return None if chosen == NONE else topic_by_id(_number(chosen))


def _number(text: str) -> int:
    """0 for what is none: no row has it."""
    return int(text) if text.isascii() and text.isdecimal() else 0
