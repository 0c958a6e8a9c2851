"""Addresses under ``/desk/`` of pages that are about cases alone."""

from django.urls import path

from otklik.cases.views import (
    alerts,
    article_figures,
    articles,
    board,
    bulk,
    export,
    fields,
    leaving,
    macros,
    opening,
    people,
    undelivered,
    undoing,
)
from otklik.foundation.in_use import only_with

app_name = "cases"
_of_articles = only_with("knowledge")
urlpatterns = [
    path("new/", opening.new, name="new"),
    path("bulk", bulk.bulk, name="bulk"),
    path("bulk/count", bulk.count, name="bulk-count"),
    path("undo/<str:token>", undoing.undo, name="undo"),
    path("customers/<int:customer_id>/export", export.export, name="customer-export"),
    path("undelivered/", undelivered.letters, name="undelivered"),
    path("undelivered/many", undelivered.many, name="undelivered-bulk"),
    path("undelivered/<int:delivery_id>/", undelivered.retry, name="undelivered-retry"),
    path("undelivered/<int:delivery_id>/settle", undelivered.settle, name="undelivered-settle"),
    path("settings/agents/<int:agent_id>/leave", leaving.let_go, name="agent-leave"),
    path("settings/macros/", macros.macros, name="macros"),
    path("settings/macros/new", macros.macro, name="macro-new"),
    path("settings/macros/preview", macros.preview, name="macro-preview"),
    path("settings/macros/<int:macro_id>", macros.macro, name="macro-edit"),
    path("settings/macros/<int:macro_id>/versions/", macros.versions, name="macro-versions"),
    path("settings/macros/<int:macro_id>/versions/<int:number>/restore", macros.back_to, name="macro-restore"),
    path("settings/facts/", fields.facts, name="facts"),
    path("settings/facts/new", fields.fact, name="fact-new"),
    path("settings/facts/<int:field_id>", fields.fact, name="fact-edit"),
    path("customers/<int:customer_id>/", people.customer, name="customer"),
    path("customers/<int:customer_id>/edit", people.edit, name="customer-edit"),
    path("customers/<int:customer_id>/points", people.add_point, name="customer-points"),
    path("customers/<int:customer_id>/erase", people.erase, name="customer-erase"),
    path("organizations/<int:organization_id>/", people.organization, name="organization"),
    path("alerts/", alerts.alerts, name="alerts"),
    path("alerts/many", alerts.many, name="alerts-bulk"),
    path("alerts/seen", alerts.seen, name="alerts-seen"),
    path("knowledge/<int:article_id>/correct", _of_articles(articles.correct), name="article-correct"),
    path("team/", board.board, name="board"),
    path("team/rows/<slug:name>/", board.rows, name="board-rows"),
    path("cases/<int:number>/articles", _of_articles(articles.suggested), name="case-articles"),
    path("cases/<int:number>/articles/<int:article_id>/judged", _of_articles(articles.judged), name="article-judged"),
    path("cases/<int:number>/insertable", articles.insertable, name="insertable"),
    path("organizations/new", people.new_organization, name="organization-new"),
    path("knowledge/figures/", _of_articles(article_figures.figures), name="article-figures"),
    path("knowledge/figures/articles/", _of_articles(article_figures.table), name="article-figures-table"),
    path("cases/<int:number>/article", _of_articles(articles.from_case), name="case-to-article"),
]
