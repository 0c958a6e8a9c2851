"""Where telephone exchanges knock. What they tell is written down before they hear "yes", and screens ring at once."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from otklik.calls.actions import greet_exchange, hear_exchange

_LARGEST = 200_000


@csrf_exempt  # no cookie means anything here: each call proves itself as its dialect does
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, route: str, _rest: str = "") -> HttpResponse:
    """``POST /hooks/cti/<route>``, also with what an exchange adds to the address; a GET only greets."""
    if request.method == "GET":
        return HttpResponse(greet_exchange(route=route, query=request.GET.dict()), content_type="text/plain")
    if int(request.headers.get("Content-Length") or 0) > _LARGEST or len(request.body) > _LARGEST:
        return JsonResponse({"error": "too_large"}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    headers = {name.lower(): value for name, value in request.headers.items()}
    status, code = hear_exchange(route=route, headers=headers, body=request.body)
    if status == HTTPStatus.OK:
        return JsonResponse({})
    answer = JsonResponse({"error": code}, status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer["Retry-After"] = "300"
    return answer
