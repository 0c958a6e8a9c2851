"""Addresses of those who answer; they stand in letters and on cards, so they are never changed."""

from django.urls import path

from otklik.foundation.in_use import only_with
from otklik.surveys.views import peace, player

app_name = "survey"
_here = only_with("surveys")
urlpatterns = [
    path("survey/<str:link>/", _here(player.survey), name="survey"),
    path("survey/<str:link>/not-now/", _here(player.not_now), name="not-now"),
    path("survey/<str:link>/stop/", _here(peace.stop), name="stop"),
    path("survey/<str:link>/asked/", _here(peace.asked), name="asked"),
    path("survey/<str:link>/seen/", _here(peace.seen), name="seen"),
    path("survey/<str:link>/<str:token>/", _here(player.sitting), name="sitting"),
]
