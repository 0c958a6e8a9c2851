"""Addresses of the desk: the inbox and the case here, all else in ``urls_settings``."""

from django.urls import include, path

from otklik.desk.views import acting, articles, case, inbox, opening, search, undoing, writing

app_name = "desk"

# ── Inbox, case, search, new case ─────────────────────────────────────────────────────────
working = [
    path("", inbox.inbox, name="inbox"),
    path("bulk", inbox.bulk, name="bulk"),
    path("new/", opening.new, name="new"),
    path("search", search.search, name="search"),
    path("palette", search.palette, name="palette"),
    path("cases/<int:number>/", case.case, name="case"),
    path("cases/<int:number>/fresh", case.fresh, name="fresh"),
    path("cases/<int:number>/dialogs", case.dialogs, name="dialogs"),
    path("cases/<int:number>/said", case.said, name="said"),
    path("cases/<int:number>/messages/<int:message_id>/whole", case.whole, name="whole"),
    path("cases/<int:number>/messages/<int:message_id>/original", case.original, name="original"),
    path("cases/<int:number>/messages/<int:message_id>/take-back", writing.take_back, name="take-back"),
    path("cases/<int:number>/deliveries/<int:delivery_id>/retry", writing.retry, name="retry"),
    path("cases/<int:number>/reply", writing.reply, name="reply"),
    path("cases/<int:number>/note", writing.note, name="note"),
    path("cases/<int:number>/drafts/reply", writing.draft, {"kind": "reply"}, name="draft-reply"),
    path("cases/<int:number>/drafts/note", writing.draft, {"kind": "note"}, name="draft-note"),
    path("cases/<int:number>/drafts/reply/files", writing.draft_file, {"kind": "reply"}, name="draft-file-reply"),
    path("cases/<int:number>/drafts/note/files", writing.draft_file, {"kind": "note"}, name="draft-file-note"),
    path("cases/<int:number>/drafts/files/<int:file_id>/remove", writing.remove_draft_file, name="draft-file-remove"),
    path("cases/<int:number>/preview", writing.preview, name="preview"),
    path("cases/<int:number>/solve", acting.solve, name="solve"),
    path("cases/<int:number>/reopen", acting.reopen, name="reopen"),
    path("cases/<int:number>/transfer", acting.transfer, name="transfer"),
    path("cases/<int:number>/merge", acting.merge, name="merge"),
    path("cases/<int:number>/stand-in", acting.stand_in, name="stand-in"),
    path("cases/<int:number>/edit", acting.edit, name="edit"),
    path("cases/<int:number>/tag", acting.tag, name="tag"),
    path("cases/<int:number>/presence", acting.presence, name="presence"),
    path("cases/<int:number>/articles", articles.suggested, name="case-articles"),
    path("cases/<int:number>/articles/<int:article_id>/judged", articles.judged, name="article-judged"),
    path("cases/<int:number>/insertable", articles.insertable, name="insertable"),
    path("undo/<str:token>", undoing.undo, name="undo"),
]

urlpatterns = [
    *working,
    path("", include("otklik.desk.urls_knowledge")),
    path("", include("otklik.desk.urls_settings")),
]
