"""Addresses under ``/desk/`` of goodwill."""

from django.urls import path

from otklik.goodwill.views import arranging, asking, books, giving

app_name = "goodwill"
urlpatterns = [
    path("goodwill/", asking.waiting, name="waiting"),
    path("goodwill/<int:pk>/", asking.asked, name="asked"),
    path("goodwill/<int:pk>/reverse", giving.reversing, name="reverse"),
    path("goodwill/cases/<int:number>/give", giving.giving, name="give"),
    path("goodwill/cases/<int:number>/refuse", giving.refusing, name="refuse"),
    path("goodwill/ledger/", books.books, name="ledger"),
    path("goodwill/figures/", books.figures, name="figures"),
    path("goodwill/figures/<slug:name>/", books.rows, name="rows"),
    path("settings/gifts/", arranging.gifts, name="gifts"),
    path("settings/gifts/new", arranging.gift, name="gift-new"),
    path("settings/gifts/<int:gift_id>", arranging.gift, name="gift-edit"),
    path("settings/situations/", arranging.situations, name="situations"),
    path("settings/situations/new", arranging.situation, name="situation-new"),
    path("settings/situations/<int:situation_id>", arranging.situation, name="situation-edit"),
    path("settings/refusals/", arranging.rules, name="rules"),
    path("settings/refusals/new", arranging.rule, name="rule-new"),
    path("settings/refusals/<int:rule_id>", arranging.rule, name="rule-edit"),
    path("settings/budgets/", arranging.limits, name="limits"),
    path("settings/budgets/agents/<int:agent_id>", arranging.limit, name="limit-edit"),
    path("settings/budgets/teams/<int:team_id>", arranging.budget, name="budget-edit"),
    path("settings/goodwill", arranging.house, name="house"),
]
