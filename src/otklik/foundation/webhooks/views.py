"""Webhooks: who elsewhere is told of what, a test call, and what the last calls answered."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import Row, form_page, list_page, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.foundation.models import Webhook
from otklik.foundation.webhooks import queries
from otklik.foundation.webhooks.actions import add_webhook, check_webhook, edit_webhook, remove_webhook
from otklik.foundation.webhooks.forms import WebhookForm

_SHOWN = 50


@require_GET
@staff("webhooks.edit")
def webhooks(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.url,
            url=reverse("foundation:webhook-edit", args=[row.pk]),
            about=", ".join(row.events) if row.events != ["*"] else _("Everything that happens"),
            badge=_state(row),
            tone="late" if row.failing_since or row.disabled_because else "",
        )
        for row in queries.webhooks(actor_of(request))
    ]
    about = _("Your other programs are told at once what happens here. Every call is signed.")
    return list_page(
        request, "foundation:webhooks", _("Webhooks"), rows, about=about, new=reverse("foundation:webhook-new")
    )


def _state(row: Webhook) -> str:
    if not row.is_active:
        return _("Switched off")
    return _("Does not answer") if row.failing_since else ""


@require_http_methods(GET_OR_POST)
@staff("webhooks.edit")
def new_webhook(request: HttpRequest) -> HttpResponse:
    """The signing secret is shown once."""
    form = WebhookForm(request.POST or None)
    made: list[str] = []

    def act(cleaned: dict[str, Any]) -> None:
        made.append(add_webhook(url=cleaned["url"], events=cleaned["events"], actor=actor_of(request))[1])

    if request.method == "POST" and do(form, act):
        words = _("This secret signs every call. Copy it now: it is shown only once.")
        context = {"title": _("New webhook"), "words": words, "secret": made[0], "back": reverse("foundation:webhooks")}
        return settings_page(request, "ui/settings_once.html", "foundation:webhooks", **context)
    return form_page(request, form, "foundation:webhooks", _("New webhook"), lambda _cleaned: None)


@require_http_methods(GET_OR_POST)
@staff("webhooks.edit")
def webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    row = _webhook(request, webhook_id)
    initial = {"url": row.url, "events": row.events, "is_active": row.is_active}
    form = WebhookForm(request.POST or None, initial=initial, is_known=True)

    def act(cleaned: dict[str, Any]) -> None:
        edit_webhook(
            webhook=row,
            url=cleaned["url"],
            events=cleaned["events"],
            is_active=cleaned["is_active"],
            actor=actor_of(request),
        )

    context = {
        "webhook": row,
        "deliveries": queries.last_deliveries(row)[:_SHOWN],
        "template_after": "foundation/webhook_after.html",
    }
    return form_page(request, form, "foundation:webhooks", row.url, act, **context)


@require_POST
@staff("webhooks.edit")
def test(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Call it now and say what it answered."""
    delivery = check_webhook(webhook=_webhook(request, webhook_id), actor=actor_of(request))
    if delivery.state == delivery.State.SENT:
        messages.success(request, _("It answered with %(status)s.") % {"status": delivery.status})
    else:
        messages.error(request, _("It did not take the call: %(error)s") % {"error": delivery.problem})
    return redirect("foundation:webhook-edit", webhook_id)


@require_POST
@staff("webhooks.edit")
def remove(request: HttpRequest, webhook_id: int) -> HttpResponse:
    remove_webhook(webhook=_webhook(request, webhook_id), actor=actor_of(request))
    return done(request, _("It is told nothing any more."), "foundation:webhooks")


def _webhook(request: HttpRequest, webhook_id: int) -> Webhook:
    row = queries.webhooks(actor_of(request)).filter(pk=webhook_id).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row
