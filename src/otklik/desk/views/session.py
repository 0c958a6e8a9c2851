"""Whose session it is, for a page that stands open while sessions end and begin."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from otklik.foundation.http.staff import staff
from otklik.team.models import Agent


@require_GET
@never_cache
def session(request: HttpRequest) -> HttpResponse:
    """Who is logged in and the token that their forms need now; 401 when nobody is."""
    if not isinstance(request.user, Agent):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED)
    return JsonResponse({"agent": request.user.pk, "token": get_token(request)})


@require_GET
@staff()
def session_in(request: HttpRequest) -> HttpResponse:
    """Where the log-in in a frame ends: it tells the page around it."""
    return render(request, "desk/session_in.html")
