"""Tokens by which programs act as somebody at the desk."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.foundation.errors import Refusal
from otklik.foundation.http.pages import do, done
from otklik.foundation.http.setting_pages import settings_page
from otklik.foundation.http.staff import actor_of, staff
from otklik.team.actions import create_token, revoke_token
from otklik.team.forms.people import TokenForm
from otklik.team.models import ApiToken


@require_GET
@staff("team.edit")
def tokens(request: HttpRequest) -> HttpResponse:
    rows = ApiToken.objects.select_related("agent").order_by("revoked_at", "-id")[:200]
    context = {"tokens": rows, "form": TokenForm(initial={"agent": actor_of(request).pk}), "title": _("API tokens")}
    return settings_page(request, "team/tokens.html", "team:tokens", **context)


@require_POST
@staff("team.edit")
def new_token(request: HttpRequest) -> HttpResponse:
    """Shown once; only its hash is kept."""
    form = TokenForm(request.POST)
    made: list[str] = []
    if do(
        form,
        lambda cleaned: made.append(
            create_token(agent=cleaned["agent"], name=cleaned["name"], actor=actor_of(request))
        ),
    ):
        words = _("Copy it now: it is shown only once, and we keep only its fingerprint.")
        context = {"title": _("New API token"), "words": words, "secret": made[0], "back": reverse("team:tokens")}
        return settings_page(request, "ui/settings_once.html", "team:tokens", **context)
    rows = ApiToken.objects.select_related("agent").order_by("revoked_at", "-id")[:200]
    return settings_page(request, "team/tokens.html", "team:tokens", tokens=rows, form=form, title=_("API tokens"))


@require_POST
@staff("team.edit")
def revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    row = ApiToken.objects.filter(pk=token_id).first()
    if row is None:
        raise Refusal("not_found", _("This is no longer here."))
    revoke_token(token=row, actor=actor_of(request))
    return done(request, _("The token no longer opens anything."), "team:tokens")
