"""Inboxes: addresses, servers, and a test that really tries."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import GET_OR_POST, do, done
from otklik.foundation.http.setting_pages import Row, list_page, settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.reach.actions import add_email_inbox, edit_inbox, inbox_problems
from otklik.reach.forms import InboxForm
from otklik.reach.models import Inbox


@require_GET
@staff("reach.edit")
def inboxes(request: HttpRequest) -> HttpResponse:
    rows = [
        Row(
            title=row.address,
            url=reverse("reach:inbox-edit", args=[row.pk]),
            about=row.name,
            badge="" if row.is_active else _("Switched off"),
        )
        for row in Inbox.objects.filter(kind=Inbox.Kind.EMAIL).order_by("address")
    ]
    about = _("Addresses at which customers write to you.")
    return list_page(request, "reach:inboxes", _("Inboxes"), rows, about=about, new=reverse("reach:inbox-new"))


@require_http_methods(GET_OR_POST)
@staff("reach.edit")
def inbox(request: HttpRequest, inbox_id: int | None = None) -> HttpResponse:
    """Save, or with the second button try the connection with what is typed, without saving."""
    row = _inbox(inbox_id)
    form = InboxForm(request.POST or None, inbox=row)
    tried: list[tuple[str, str]] | None = None
    if request.method == "POST" and "try" in request.POST:
        tried = _tried(form, row, request) if form.is_valid() else None
    elif request.method == "POST" and do(form, lambda cleaned: _save(form, row, cleaned, request)):
        return done(request, _("Saved."), "reach:inboxes")
    context = {
        "form": form, "title": row.address if row else _("New inbox"), "back": reverse("reach:inboxes"), "tried": tried,
        "has_passwords": bool(row and (row.imap_secret or row.smtp_secret)), "about": "",
    }  # fmt: skip
    return settings_page(request, "reach/inbox.html", "reach:inboxes", **context)


def _inbox(inbox_id: int | None) -> Inbox | None:
    if inbox_id is None:
        return None
    row = Inbox.objects.filter(pk=inbox_id, kind=Inbox.Kind.EMAIL).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    return row


def _save(form: InboxForm, row: Inbox | None, cleaned: dict[str, Any], request: HttpRequest) -> None:
    actor = actor_of(request)
    if row is None and Inbox.objects.filter(kind=Inbox.Kind.EMAIL, address=cleaned["address"].lower()).exists():
        text = _("There is already an inbox with this address.")
        raise Refusal("address_taken", text, fields={"address": text})
    made = row or add_email_inbox(address=cleaned["address"], name=cleaned["name"], actor=actor)
    edit_inbox(inbox=made, actor=actor, changes=form.changes())


def _tried(form: InboxForm, row: Inbox | None, request: HttpRequest) -> list[tuple[str, str]]:
    changes = form.changes()
    found = inbox_problems(
        inbox=row, actor=actor_of(request), imap_url=changes["imap_url"], smtp_url=changes["smtp_url"],
        imap_password=changes["imap_password"], smtp_password=changes["smtp_password"],
    )  # fmt: skip
    names = {"imap": _("Fetching letters (IMAP)"), "smtp": _("Sending letters (SMTP)")}
    return [(names[way], problem) for way, problem in found.items()]
