"""Where other programs knock: what they bring is kept before they hear "yes"."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from otklik.reach.actions import admit

_LARGEST = 2_000_000


@csrf_exempt  # no cookie means anything here: each call proves itself by its signature
@require_POST
def hook(request: HttpRequest, kind: str, route: str) -> HttpResponse:
    """``POST /hooks/<kind>/<route>``: 200 once it is kept, 403 for a forged call, 503 while the door is paused."""
    if int(request.headers.get("Content-Length") or 0) > _LARGEST or len(request.body) > _LARGEST:
        return _no(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large")
    headers = {name.lower(): value for name, value in request.headers.items()}
    said = admit(kind=kind, route=route, headers=headers, body=request.body, at=timezone.now())
    if said.status != HTTPStatus.OK:
        return _no(HTTPStatus(said.status), said.reason)
    return HttpResponse(said.answer, content_type=said.content_type)


def _no(status: HTTPStatus, code: str) -> HttpResponse:
    answer = JsonResponse({"error": code}, status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        answer["Retry-After"] = "300"
    return answer
