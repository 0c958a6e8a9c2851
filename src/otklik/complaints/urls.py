"""Addresses of complaints under ``/desk/``."""

from django.urls import path

from otklik.complaints.views import complaints, mending, problems, settings, steps

app_name = "complaints"
urlpatterns = [
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/<int:number>/", complaints.complaint, name="complaint"),
    path("complaints/<int:number>/file", complaints.file, name="file"),
    path("complaints/<int:number>/do/<slug:name>", steps.step, name="step"),
    path("problems/", problems.problems, name="problems"),
    path("problems/new", problems.edit, name="problem-new"),
    path("problems/<int:pk>/", problems.problem, name="problem"),
    path("problems/<int:pk>/edit", problems.edit, name="problem-edit"),
    path("problems/<int:pk>/fix", mending.fix, name="problem-fix"),
    path("problems/<int:pk>/no-help", mending.no_help, name="problem-no-help"),
    path("problems/<int:pk>/tell", mending.tell, name="problem-tell"),
    path("problems/cases/<int:number>", problems.of_case, name="case-problem"),
    path("cases/<int:number>/complaint", steps.new, name="new"),
    path("settings/complaints", settings.rules, name="settings"),
    path("settings/complaints/terms/", settings.terms, name="terms"),
    path("settings/complaints/terms/new", settings.term, name="term-new"),
    path("settings/complaints/terms/<int:term_id>", settings.term, name="term-edit"),
    path("settings/complaints/ways/", settings.ways, name="ways"),
    path("settings/complaints/ways/new", settings.way, name="way-new"),
    path("settings/complaints/ways/<int:way_id>", settings.way, name="way-edit"),
]
