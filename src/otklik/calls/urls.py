"""Addresses of calls and visits under ``/desk/``."""

from django.urls import path

from otklik.calls.values import Way
from otklik.calls.views import desk, notes, settings

app_name = "calls"
urlpatterns = [
    path("calls/", desk.owed_page, name="owed"),
    path("calls/all/", desk.calls_page, name="calls"),
    path("calls/new", notes.note, {"way": Way.PHONE}, name="note"),
    path("calls/visit", notes.note, {"way": Way.VISIT}, name="visit"),
    path("calls/pop", desk.pop, name="pop"),
    path("calls/<int:call_id>/not-me", desk.not_me, name="not-me"),
    path("calls/<int:call_id>/recording", desk.recording, name="recording"),
    path("calls/walk-in/<int:walk_in_id>/go", desk.go, name="go"),
    path("calls/walk-in/<int:walk_in_id>/gone", desk.gone, name="gone"),
    path("settings/calls", settings.rules, name="settings"),
    path("settings/phones", settings.numbers, name="numbers"),
    path("settings/exchanges/", settings.exchange_list, name="exchanges"),
    path("settings/exchanges/new", settings.exchange, name="exchange-new"),
    path("settings/exchanges/<int:inbox_id>", settings.exchange, name="exchange"),
    path("settings/counters/", settings.counter_list, name="counters"),
    path("settings/counters/new", settings.counter, name="counter-new"),
    path("settings/counters/<int:counter_id>", settings.counter, name="counter"),
    path("settings/counters/<int:counter_id>/card", settings.card, name="card"),
]
