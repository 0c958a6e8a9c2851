"""Addresses of surveys under ``/desk/``."""

from django.urls import path

from otklik.surveys.views import asking, builder, desk, results

app_name = "surveys"
urlpatterns = [
    path("surveys/", desk.surveys_page, name="surveys"),
    path("surveys/new", desk.new, name="new"),
    path("surveys/<int:survey_id>/", results.survey, name="survey"),
    path("surveys/<int:survey_id>/edit", builder.edit, name="edit"),
    path("surveys/<int:survey_id>/change", builder.change, name="change"),
    path("surveys/<int:survey_id>/text", desk.text, name="text"),
    path("surveys/<int:survey_id>/do", desk.act, name="act"),
    path("surveys/<int:survey_id>/try", desk.try_it, name="try"),
    path("surveys/<int:survey_id>/card", desk.card, name="card"),
    path("surveys/<int:survey_id>/file", desk.export, name="file"),
    path("surveys/<int:survey_id>/asking", asking.asking, name="asking"),
    path("surveys/<int:survey_id>/asking/file", asking.take, name="take"),
    path("surveys/<int:survey_id>/asking/one", asking.hand, name="hand"),
    path("surveys/<int:survey_id>/people", asking.people, name="people"),
    path("surveys/<int:survey_id>/low", asking.low, name="low"),
    path("surveys/<int:survey_id>/linked", results.linked, name="linked"),
    path("surveys/<int:survey_id>/table/<slug:name>", results.table, name="table"),
    path("surveys/<int:survey_id>/note", asking.note, name="note"),
    path("settings/surveys", asking.clocks, name="clocks"),
]
