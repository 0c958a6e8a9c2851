"""Addresses of suggestions under ``/desk/``."""

from django.urls import path

from otklik.suggestions.views import lists, record, settings, thanks, writing

app_name = "suggestions"
urlpatterns = [
    path("suggestions/", lists.suggestions, name="suggestions"),
    path("suggestions/like", lists.like, name="like"),
    path("suggestions/new", writing.new, name="new"),
    path("suggestions/idea", writing.idea, name="idea"),
    path("suggestions/cases/<int:number>", writing.from_case, name="from-case"),
    path("suggestions/<int:pk>/", record.suggestion, name="suggestion"),
    path("suggestions/<int:pk>/voices", lists.voices, name="voices"),
    path("suggestions/<int:pk>/do", record.act, name="act"),
    path("suggestions/<int:pk>/edit", writing.edit, name="edit"),
    path("suggestions/<int:pk>/voice", writing.voice, name="voice"),
    path("suggestions/<int:pk>/decline", writing.decline, name="decline"),
    path("suggestions/<int:pk>/answer", writing.answer, name="answer"),
    path("suggestions/<int:pk>/show", writing.show, name="show"),
    path("suggestions/<int:pk>/link", writing.link, name="link"),
    path("suggestions/<int:pk>/merge", writing.merge, name="merge"),
    path("suggestions/<int:pk>/tell", writing.tell, name="tell"),
    path("thanks/", thanks.praises, name="thanks"),
    path("thanks/whom", thanks.whom, name="whom"),
    path("thanks/<int:pk>/show", thanks.show, name="praise-show"),
    path("thanks/<int:pk>/hide", thanks.hide, name="praise-hide"),
    path("thanks/<slug:reason>/<int:source>/<int:number>", thanks.thank, name="thank"),
    path("settings/suggestions", settings.settings, name="settings"),
]
