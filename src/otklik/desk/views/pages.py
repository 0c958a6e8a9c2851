"""The two ways of a page with a form: shown again with what is wrong, or done and told so."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from otklik.desk.forms.base import DeskForm
from otklik.desk.views.frame import show
from otklik.foundation.errors import Refusal

_NOT_ABOUT_THE_FORM = frozenset({"not_allowed", "not_found"})


def do(form: DeskForm, act: Callable[[dict[str, Any]], object]) -> bool:
    """Act on a valid form in one transaction; a refusal goes to its field. True when it is done."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            act(form.cleaned_data)
    except Refusal as refusal:
        if refusal.code in _NOT_ABOUT_THE_FORM:
            raise
        form.refuse(refusal)
        return False
    return True


def attempt(request: HttpRequest, act: Callable[[], object], text: str) -> None:
    """Act without a form, and say what was done or why not."""
    try:
        act()
    except Refusal as refusal:
        if refusal.code in _NOT_ABOUT_THE_FORM:
            raise
        messages.error(request, refusal.text)
    else:
        messages.success(request, text)


def shown(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """The page with ``section`` current in the navigation; 422 when its form says what is wrong."""
    form = context.get("form")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form is not None and form.is_bound and form.errors else HTTPStatus.OK
    return show(request, template, context, current=context.get("section", ""), status=status)


def done(request: HttpRequest, text: str, to: str, *args: object) -> HttpResponse:
    """Say what was done and go on."""
    messages.success(request, text)
    return redirect(to, *args)


def sorry(request: HttpRequest, refusal: Refusal, to: str, *args: object) -> HttpResponse:
    """Say why nothing was done and go back to what is true now."""
    messages.error(request, refusal.text)
    return redirect(to, *args)
