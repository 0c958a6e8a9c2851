"""Webhooks for programs."""

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from otklik.foundation.errors import Refusal
from otklik.foundation.http.paging import number_after, page_of
from otklik.foundation.http.responses import Limit, Problem, Text, actor_of, respond
from otklik.foundation.models import Webhook
from otklik.foundation.webhooks.actions import add_webhook, remove_webhook
from otklik.foundation.webhooks.queries import webhooks

router = Router(tags=["Webhooks"])


class WebhookOut(BaseModel):
    """A program elsewhere that is told of events."""

    id: int
    url: str = Field(examples=["https://shop.example/otklik"])
    events: list[str] = Field(examples=[["cases.*"]])
    is_active: bool
    failing_since: datetime | None = Field(description="It has not answered well since then.")
    disabled_because: str
    created_at: datetime


class NewWebhookOut(WebhookOut):
    secret: str = Field(description="Signs every call; told only now.")


class Webhooks(BaseModel):
    items: list[WebhookOut]
    next: str | None


class WebhookIn(BaseModel):
    url: Annotated[Text, Field(max_length=500)] = Field(examples=["https://shop.example/otklik"])
    events: Annotated[list[Text], Field(max_length=100)] = Field(
        default_factory=lambda: ["*"], description="Names, `cases.*`, or `*` for all.", examples=[["cases.*"]]
    )


class WebhookFilter(BaseModel):
    cursor: Text = Field("", description="`next` of the page before.")
    limit: Limit = 50


def _webhook_out(row: Webhook) -> WebhookOut:
    return WebhookOut.model_validate(row, from_attributes=True)


@router.get("/webhooks", response={200: Webhooks, 403: Problem}, summary="List webhooks")
def list_webhooks(request: HttpRequest, asked: Annotated[WebhookFilter, Query()]) -> HttpResponse:
    """Oldest first; for administrators."""
    rows = webhooks(actor_of(request)).filter(pk__gt=number_after(asked.cursor) or 0)
    page = page_of(list(rows[: asked.limit + 1]), size=asked.limit, key=lambda row: [row.pk])
    return respond(Webhooks(items=[_webhook_out(row) for row in page.items], next=page.next))


@router.post("/webhooks", response={201: NewWebhookOut, 403: Problem, 422: Problem}, summary="Be told of events")
def create_webhook(request: HttpRequest, data: WebhookIn) -> HttpResponse:
    """We POST each event to your address, signed with the secret that only this answer tells."""
    row, secret = add_webhook(url=data.url, events=data.events, actor=actor_of(request))
    row.refresh_from_db()
    return respond(NewWebhookOut(**_webhook_out(row).model_dump(), secret=secret), status=201)


@router.delete("/webhooks/{int:pk}", response={204: None, 404: Problem}, summary="Remove a webhook")
def delete_webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """What waits is not sent."""
    actor = actor_of(request)
    row = webhooks(actor).filter(pk=pk).first()
    if row is None:
        raise Refusal("not_found", _("There is no such webhook."))
    remove_webhook(webhook=row, actor=actor)
    return HttpResponse(status=204)
