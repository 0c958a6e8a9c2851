"""Addresses under ``/desk/``: inboxes, letters that were held, and what waits after a restore."""

from django.urls import path

from otklik.reach.views import channels, held, inboxes, messengers, restored

app_name = "reach"
urlpatterns = [
    path("held/", held.letters, name="held"),
    path("held/many", held.many, name="held-bulk"),
    path("held/<int:raw_id>/", held.letter, name="held-letter"),
    path("held/<int:raw_id>/original", held.original, name="held-original"),
    path("held/<int:raw_id>/release", held.release, name="held-release"),
    path("held/<int:raw_id>/delete", held.delete, name="held-delete"),
    path("held/<int:raw_id>/bring-back", held.bring_back, name="held-bring-back"),
    path("restored/", restored.restored, name="restored"),
    path("settings/channels/", channels.channels, name="channels"),
    path("settings/channels/new", channels.new_channel, name="channel-new"),
    path("settings/channels/new/<slug:kind>", messengers.new_messenger, name="messenger-new"),
    path("settings/channels/<int:inbox_id>/door", messengers.messenger, name="messenger"),
    path("settings/channels/<int:inbox_id>/first", messengers.first_word, name="messenger-first"),
    path("settings/channels/law", messengers.law, name="messenger-law"),
    path("settings/channels/<int:inbox_id>", channels.channel, name="channel"),
    path("settings/channels/<int:inbox_id>/do", channels.do_with_channel, name="channel-do"),
    path("settings/inboxes/", inboxes.inboxes, name="inboxes"),
    path("settings/inboxes/new", inboxes.inbox, name="inbox-new"),
    path("settings/inboxes/<int:inbox_id>", inboxes.inbox, name="inbox-edit"),
]
