"""Addresses of surveys under ``/desk/``."""

from django.urls import path

from otklik.surveys.views import builder, desk

app_name = "surveys"
urlpatterns = [
    path("surveys/", desk.surveys_page, name="surveys"),
    path("surveys/new", desk.new, name="new"),
    path("surveys/<int:survey_id>/", desk.survey, name="survey"),
    path("surveys/<int:survey_id>/edit", builder.edit, name="edit"),
    path("surveys/<int:survey_id>/change", builder.change, name="change"),
    path("surveys/<int:survey_id>/text", desk.text, name="text"),
    path("surveys/<int:survey_id>/do", desk.act, name="act"),
    path("surveys/<int:survey_id>/try", desk.try_it, name="try"),
    path("surveys/<int:survey_id>/card", desk.card, name="card"),
    path("surveys/<int:survey_id>/file", desk.export, name="file"),
]
