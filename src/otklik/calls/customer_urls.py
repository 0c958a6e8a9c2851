"""Addresses from the root: the hook of telephone exchanges, a call asked for, the counter. They are never changed."""

from django.urls import path

from otklik.calls.views import counter, hook, wanted

app_name = "call"
urlpatterns = [
    path("hooks/cti/<str:route>", hook.hook, name="hook"),
    path("hooks/cti/<str:route>/<path:_rest>", hook.hook, name="hook-below"),
    path("call-me/", wanted.call_me, name="call-me"),
    path("call-me/<str:link>/", wanted.promised, name="promised"),
    path("counter/", counter.choose, name="counters"),
    path("counter/<str:mark>/", counter.counter, name="counter"),
    path("counter/<str:mark>/<str:key>/", counter.waiting, name="waiting"),
]
