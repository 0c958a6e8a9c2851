"""Every page of the product: how to come to each, and why some addresses are no pages.

``test_every_page`` fails when an address that answers GET stands neither here nor there.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from playwright.sync_api import Page

from otklik.foundation.modules import foot, navigation, settings_pages
from tests.browser.furnishing import Furniture


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One page as somebody sees it."""

    path: str
    act: Callable[[Page], None] | None = None
    """What is done there before one looks."""
    is_agent: bool = False
    status: int = HTTPStatus.OK


def _send(selector: str, **fields: str) -> Callable[[Page], None]:
    """Fill in fields and send the form that holds the first button."""

    def act(page: Page) -> None:
        for name, value in fields.items():
            page.locator(f"main [name={name}]").first.fill(value)
        with page.expect_navigation():
            page.locator(selector).first.click()

    return act


def _open(selector: str, shown: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(selector).first.click()
        page.locator(shown).first.wait_for()

    return act


def _contact(page: Page) -> None:
    with page.expect_response("**/help/fits/") as looked_up:
        page.locator("[name=text]").fill("Подскажите, когда начнётся курс?")
    if looked_up.value.text().strip():
        page.locator("[name=offered]").wait_for(state="attached")
    page.locator("[name=email]").fill("guest@mail.example")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    assert "/contact/sent/" in page.url


def _offered(page: Page) -> None:
    """The page between the form and sending it, as without scripts."""
    asked = {"ru": "Как настроить арфу?", "en": "How do I tune a harp?"}
    page.locator("[name=text]").fill(asked[page.evaluate("document.documentElement.lang")])
    page.locator("[name=email]").fill("guest@mail.example")
    page.locator("[name=offered]").wait_for(state="attached")
    page.evaluate("document.querySelector('[name=offered]').remove()")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").first.click()
    page.locator("input[name=offered]").wait_for(state="attached")


def _fits(page: Page) -> None:
    asked = {"ru": "Как настроить арфу?", "en": "How do I tune a harp?"}
    page.locator("[name=text]").fill(asked[page.evaluate("document.documentElement.lang")])
    page.locator(".fitting").wait_for()


def _suggested(page: Page) -> None:
    asked = {"ru": "арф", "en": "harp"}
    page.locator("#q").press_sequentially(asked[page.evaluate("document.documentElement.lang")])
    page.locator("[role=option]:not([data-person])").first.wait_for()
    page.keyboard.press("ArrowDown")


def _says(word: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.context.clear_cookies(name="otk_said")
        page.reload()
        page.locator(f"#helped button[value={word}]").click()
        page.locator({"n": "#missing", "y": "#helped button[value=s]"}[word]).wait_for()

    return act


def _code(page: Page) -> None:
    _send("main form button[type=submit]", email="nobody@mail.example")(page)
    _send("main form.code button[type=submit]", code="000000")(page)


def _preview(page: Page) -> None:
    page.locator("#reply").fill("Здравствуйте! **Завтра** всё откроется.\n\n- урок\n- тест")
    page.locator(".to [data-open=preview]").click()
    page.frame_locator("#preview-letter").frame_locator(".letter-page").locator("ul li").first.wait_for()


def _note(page: Page) -> None:
    page.locator("form[data-kind=reply] [data-mode=note]").click()
    page.locator("#note").press_sequentially("@")
    page.locator("#mentions [role=option]").first.wait_for()


def _palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.locator("#palette input").fill("Козлов")
    page.locator("#found [role=option]").first.wait_for()


def portal(has: Furniture) -> list[Stop]:
    return [
        Stop(path="/"),
        Stop(path="/how-we-count/"),
        Stop(path="/contact/"),
        Stop(path="/contact/", act=_send("main form button[type=submit]", email="no address"), status=422),
        Stop(path="/contact/", act=_contact),
        Stop(path="/contact/", act=_offered),
        Stop(path="/contact/?q=синхрофазотрон", act=_fits),
        Stop(path="/help/"),
        Stop(path="/help/", act=_suggested),
        Stop(path="/help/s/study/"),
        Stop(path="/help/harp"),
        Stop(path="/help/harp", act=_says("n")),
        Stop(path="/help/harp", act=_says("y")),
        Stop(path="/help/harp", is_agent=True),
        Stop(path="/help/search"),
        Stop(path="/help/search?q=настроить арфу tune harp"),
        Stop(path="/help/search?q=синхрофазотрон"),
        Stop(path="/help/no-such-article", status=404),
        Stop(path="/help/solved/"),
        Stop(path=has.page),
        Stop(path=has.page, act=_send("main form[enctype] button[type=submit]"), status=422),
        Stop(path="/case/broken/", status=404),
        Stop(path=has.ask),
        Stop(path=has.ask, act=_send("form.answer button[type=submit]"), status=422),
        Stop(path=has.thanked),
        Stop(path=has.thanked.removesuffix("/thanks")),
        Stop(path="/answer/broken", status=404),
        Stop(path="/my/"),
        Stop(path="/my/", act=_send("main form button[type=submit]", email="no address"), status=422),
        Stop(path="/my/", act=_code, status=422),
        Stop(path="/my/served/"),
        Stop(path="/privacy/"),
        Stop(path="/privacy/request/"),
        Stop(path="/privacy/request/", act=_send("main form button[type=submit]"), status=422),
        Stop(path="/accessibility/"),
        Stop(path="/no-such-page/", status=404),
        Stop(path="/ui/"),
    ]


def account(_has: Furniture) -> list[Stop]:
    wrong = _send("main form button[type=submit]", login="vera@gorizont.example", password="wrong")
    return [
        Stop(path="/account/login/"),
        Stop(path="/account/login/", act=wrong),
        Stop(path="/account/inactive/"),
        Stop(path="/account/signup/", status=404),
        Stop(path="/account/password/reset/"),
        Stop(path="/account/password/reset/", act=_send("main form button[type=submit]", email="no@mail.example")),
        Stop(path="/account/password/reset/done/"),
        Stop(path="/account/password/reset/key/done/"),
        Stop(path="/account/password/reset/key/1-broken/"),
        Stop(path="/account/3rdparty/login/cancelled/"),
        Stop(path="/account/3rdparty/login/error/", status=401),
        Stop(path="/account/logout/", is_agent=True),
        Stop(path="/account/password/change/", is_agent=True),
        Stop(path="/account/email/", status=404, is_agent=True),
        Stop(path="/account/3rdparty/", status=404, is_agent=True),
        Stop(path="/account/reauthenticate/?next=/account/2fa/totp/activate/", is_agent=True),
        Stop(path="/account/2fa/", is_agent=True),
        Stop(path="/account/2fa/totp/activate/", is_agent=True),
        Stop(path="/account/2fa/webauthn/", is_agent=True),
        Stop(path="/account/2fa/webauthn/add/", is_agent=True),
    ]


def desk(has: Furniture) -> list[Stop]:
    case = f"/desk/cases/{has.letter}/"
    views = (
        "mine",
        "waiting",
        "at-risk",
        "solved",
        "came-back",
        "undelivered",
        "open",
        "closed",
        "unconfirmed",
        "spam",
        "all",
    )
    paths = [
        *(f"/desk/?view={view}" for view in views),
        "/desk/?view=all&kind=thanks&priority=urgent",
        "/desk/?view=all&sort=created",
        "/desk/new/",
        "/desk/search",
        f"/desk/search?q={has.customer_email}",
        "/desk/search?q=урок",
        "/desk/search?q=синхрофазотрон",
        *(f"/desk/cases/{number}/" for number in (has.lost, has.solved, has.satisfied, has.came_back, has.unconfirmed)),
        f"{case}messages/{has.html_message}/whole",
        f"{case}?do=solve",
        f"{case}?do=transfer",
        f"{case}?do=merge",
        f"{case}customer",
        f"/desk/cases/{has.solved}/?do=reopen",
        f"{case}standard",
        f"{case}?all=1",
        f"{case}?write=note",
        f"{case}articles",
        f"{case}known",
        f"{case}articles?q=синхрофазотрон",
        "/desk/pins/",
        f"/desk/cases/{has.second}/",
        *(f"/desk/cases/{has.second}/promises/{page}" for page in ("visit", "call_back/move", "call_back/keep")),
        f"/desk/cases/{has.lost}/apology",
        f"/desk/cases/{has.lost}/apology/said",
    ]
    call = f"/desk/cases/{has.second}/promises/call"
    empty = Stop(path=case, act=_refused_dialog, is_agent=True)
    return [
        *(Stop(path=path, is_agent=True) for path in paths),
        Stop(path="/desk/new/", act=_send("form.new-case button.primary", text=" "), status=422, is_agent=True),
        Stop(path=f"{case}customer", act=_send("main form button.primary", email=" "), status=422, is_agent=True),
        Stop(path=call, act=_send("form.wide-form button.primary", about=" "), status=422, is_agent=True),
        Stop(path="/desk/?view=all", act=_open("[popovertarget=filter]", "#filter"), is_agent=True),
        Stop(path="/desk/?view=all", act=_palette, is_agent=True),
        Stop(path="/desk/", act=lambda page: page.keyboard.press("?"), is_agent=True),
        Stop(path=case, is_agent=True),
        empty,
        Stop(path=case, act=_preview, is_agent=True),
        Stop(path=case, act=_note, is_agent=True),
        Stop(path=case, act=_open("[popovertarget=more]", "#more"), is_agent=True),
        Stop(path=case, act=_open("[popovertarget=sendmenu]", "#sendmenu"), is_agent=True),
        Stop(path=case, act=_open("[popovertarget=macros]", "#macros"), is_agent=True),
        Stop(path=case, act=_open("a.quote", ".whole .original"), is_agent=True),
        Stop(path="/desk/cases/999999/", status=404, is_agent=True),
        Stop(path="/desk/no-such-page/", status=404, is_agent=True),
    ]


def _refused_dialog(page: Page) -> None:
    page.locator("#solve-button [data-open=solve]").click()
    page.locator("#solve textarea[name=summary]").fill(" ")
    page.locator("#solve form button.primary").click()
    page.locator("#solve [aria-invalid=true]").wait_for()


def quiet(has: Furniture) -> list[Stop]:
    """The desk beside the inbox and the case, and all settings."""
    person = f"/desk/customers/{has.customer}/"
    paths = [
        "held/",
        "held/?only=deleted",
        "held/?only=spam",
        f"held/{has.held}/",
        "undelivered/",
        f"undelivered/{has.lost_delivery}/",
        "customers/",
        "customers/?q=nobody",
        f"customers/{has.customer}/",
        f"customers/{has.customer}/edit",
        f"customers/{has.customer}/erase",
        f"customers/{has.customer}/merge",
        f"customers/{has.customer}/wishes",
        "organizations/",
        "organizations/?q=nobody",
        "organizations/new",
        f"organizations/{has.organization}/",
        "alerts/",
        "team/",
        "team/?days=30",
        "team/rows/words/?days=30",
        "team/rows/people/?days=30",
        "figures/",
        "figures/?measure=satisfied&by=agent&days=365",
        "figures/?measure=solution&by=standard&time=working&percentile=90&days=365",
        "figures/cases/?measure=effort",
        "knowledge/figures/",
        "knowledge/questions/",
        "knowledge/corrections/",
        "audit/",
        "me/",
        "goodwill/",
        f"goodwill/{has.asked}/",
        f"goodwill/{has.asked}/reverse",
        f"goodwill/cases/{has.letter}/give",
        f"goodwill/cases/{has.letter}/give?gift=courier",
        f"goodwill/cases/{has.letter}/give?situation={has.situation}&q=срок",
        f"goodwill/{has.asked}/?say=no",
        f"settings/situations/{has.situation}",
        "settings/situations/new",
        f"goodwill/cases/{has.letter}/refuse",
        "goodwill/ledger/",
        "goodwill/figures/",
        "goodwill/figures/gifts/",
        "settings/budgets/",
        f"settings/budgets/agents/{has.agent}",
        f"settings/budgets/teams/{has.rows['teams']}",
        "settings/goodwill",
        "settings/channels/new/telegram",
        "settings/channels/new/vk",
        "settings/company",
        "settings/rules",
        "settings/safety",
        "settings/steps",
        "settings/tokens/",
        "settings/widget",
        f"settings/agents/{has.rows['agents']}/leave",
        f"settings/macros/{has.rows['macros']}/versions/",
    ]
    forms = {name: f"settings/{name}/{number}" for name, number in has.rows.items()}
    new = [f"settings/{name}/new" for name in has.rows]
    refused = [one for one in new if "facts" not in one] + ["organizations/new"]
    return [
        *(Stop(path=f"/desk/{path}", is_agent=True) for path in paths),
        *(Stop(path=f"/desk/settings/{name}/", is_agent=True) for name in forms),
        *(Stop(path=f"/desk/{path}", is_agent=True) for path in [*forms.values(), *new]),
        *(
            Stop(path=f"/desk/{path}", act=_send("form.form button.primary, form.wide-form button.primary"), status=422,
                 is_agent=True)
            for path in refused
        ),
        Stop(path=f"{person}erase", act=_send("main form button.danger"), status=422, is_agent=True),
        Stop(path="/desk/settings/tokens/", act=_send("main .form button.primary", name="Сайт"), is_agent=True),
    ]  # fmt: skip


def _type_and_see(page: Page) -> None:
    """The preview follows, the draft saves itself."""
    page.locator(".ProseMirror").press("Control+End")
    _see_after_typing(page, ".ProseMirror")


def _type_marks_and_see(page: Page) -> None:
    """The same on the side of Markdown."""
    page.locator("[data-mode=markdown]").click()
    page.locator("[name=body]").press("Control+End")
    _see_after_typing(page, "[name=body]")
    page.locator("[data-mode=visual]").click()


def _see_after_typing(page: Page, place: str) -> None:
    page.locator(place).press_sequentially("Новые слова")
    page.locator("[data-shown]", has_text="Новые слова").wait_for()
    page.locator("[data-status]", has_text=re.compile("[0-9]:[0-9]{2}")).wait_for()


def authors(has: Furniture) -> list[Stop]:
    """The help centre and the standards for those who write them."""
    article, translation = f"/desk/knowledge/{has.article}/", f"/desk/knowledge/{has.translation}/"
    paths = [
        "/desk/knowledge/",
        "/desk/knowledge/?state=behind",
        "/desk/knowledge/?q=синхрофазотрон",
        "/desk/knowledge/new",
        f"/desk/knowledge/new?of={has.article}&language=en",
        "/desk/knowledge/import",
        "/desk/knowledge/sections/",
        "/desk/knowledge/sections/new",
        "/desk/knowledge/words",
        f"/desk/knowledge/sections/{has.section}",
        article,
        f"{article}?show=draft",
        f"{article}?as=customers",
        f"{article}edit",
        f"{article}versions/",
        f"{article}versions/?from=1&to=3",
        f"{article}properties",
        translation,
        f"{translation}original",
        "/desk/knowledge/brands/",
        "/desk/knowledge/brands/new",
        "/desk/knowledge/brands/1",
    ]
    standard = f"/desk/standards/{has.standard}/"
    paths += ["/desk/standards/", "/desk/standards/new", standard, f"{standard}?version=2", f"{standard}edit"]
    paths += [
        f"{standard}versions/",
        f"{standard}properties",
        "/desk/standards/?archive=1",
        "/desk/standards/proposals/",
        "/desk/standards/figures/",
        "/desk/standards/figures/table",
        f"/desk/standards/figures/{has.standard}/",
        f"/desk/standards/figures/{has.standard}/served",
    ]
    refused = ["/desk/knowledge/new", "/desk/knowledge/sections/new", "/desk/standards/new"]
    return [
        *(Stop(path=path, is_agent=True) for path in paths),
        Stop(path=f"{article}edit", act=_type_and_see, is_agent=True),
        Stop(path=f"{article}edit", act=_type_marks_and_see, is_agent=True),
        Stop(path=f"{article}edit", act=_open("[popovertarget=callouts]", "#callouts"), is_agent=True),
        Stop(path=f"{article}edit", act=_open("[data-open=find-article]", "#find-article"), is_agent=True),
        *(Stop(path=path, act=_send("form.wide-form button.primary"), status=422, is_agent=True) for path in refused),
        Stop(path="/desk/knowledge/999999/", status=404, is_agent=True),
    ]


def complaints(has: Furniture) -> list[Stop]:
    """A complaint, its stages and its settings, and where a customer lodges one."""
    place = f"/desk/complaints/{has.complaint}/"
    steps = (
        "acknowledge",
        "assess",
        "investigate",
        "answer",
        "entrust",
        "refuse",
        "ways",
        "improve",
        "end",
        "withdraw",
    )
    paths = [
        "/desk/complaints/?stage=all",
        "/desk/complaints/?stage=improved",
        place,
        *(f"{place}do/{name}" for name in (*steps, "terms")),
        f"{place}do/problem",
        "/desk/problems/?all",
        "/desk/problems/new",
        f"/desk/problems/{has.problem}/",
        *(f"/desk/problems/{has.problem}/{page}" for page in ("edit", "fix", "no-help", "tell")),
        f"/desk/problems/cases/{has.letter}",
        f"/desk/cases/{has.letter}/complaint",
        "/desk/settings/complaints/terms/new",
        "/desk/settings/complaints/terms/1",
        "/desk/settings/complaints/ways/new",
        "/desk/settings/complaints/ways/1",
    ]
    refused = _send("form.wide-form button.primary", findings=" ")
    return [
        *(Stop(path=path, is_agent=True) for path in paths),
        Stop(path=f"{place}do/investigate", act=refused, status=422, is_agent=True),
        Stop(path=f"/desk/problems/{has.problem}/tell", act=_send("form.wide-form button.primary"), is_agent=True),
        Stop(path=f"{has.page}complaint/"),
        Stop(path=f"{has.page}complaint/", act=_send("main form.p-form button[type=submit]"), status=422),
    ]


def owners(has: Furniture) -> list[Stop]:
    """Who accompanies whom, who is away and what falls due meanwhile, and many cases that change hands."""
    place = f"/desk/absences/{has.absence}/"
    promised = f"{place}{has.second}/call_back/"
    many = f"/desk/hand-over?case={has.letter}&case={has.second}"
    paths = [
        "/desk/absences/",
        "/desk/absences/new",
        place,
        *(f"{promised}{page}" for page in ("pass", "move", "leave")),
        many,
        "/desk/hand-over",
        f"/desk/customers/{has.customer}/manager",
        f"/desk/organizations/{has.organization}/manager",
    ]
    send = _send("form.wide-form button.primary")
    return [
        *(Stop(path=path, is_agent=True) for path in paths),
        *(Stop(path=path, act=send, status=422, is_agent=True) for path in ("/desk/absences/new", many)),
        Stop(path=f"{promised}leave", act=send, status=422, is_agent=True),
    ]


def calls(has: Furniture) -> list[Stop]:
    """Talks written down, calls that we owe, a call that is asked for, the counter."""
    with_them = f"/desk/calls/new?customer={has.customer}"
    paths = [
        "/desk/calls/",
        "/desk/calls/?done=1",
        "/desk/calls/all/",
        "/desk/calls/new",
        "/desk/calls/visit",
        with_them,
    ]
    settings = [f"/desk/settings/{page}" for page in ("calls", "phones", "exchanges/", "exchanges/new", "counters/")]
    counter = f"/desk/settings/counters/{has.counter}"
    visitors = ["/call-me/", "/counter/"]
    return [
        *(Stop(path=path, is_agent=True) for path in (*paths, "/desk/calls/visit?customer=new")),
        Stop(path=with_them, act=_send("form.callnote button.primary"), status=422, is_agent=True),
        *(
            Stop(path=path, is_agent=True)
            for path in (*settings, "/desk/settings/counters/new", counter, f"{counter}/card")
        ),
        *(Stop(path=path) for path in visitors),
        Stop(path="/call-me/", act=_send("main form.p-form button[type=submit]"), status=422),
    ]


def surveys(has: Furniture) -> list[Stop]:
    """A survey on the desk, and the pages of whoever answers."""
    place = f"/desk/surveys/{has.survey}/"
    paths = (
        "/desk/surveys/",
        "/desk/surveys/new",
        place,
        f"{place}edit",
        f"{place}edit?part=s1",
        f"{place}edit?part=tangibles",
        f"{place}text",
        f"{place}card?place=Арбат",
        f"{place}asking",
        f"{place}asking/file",
        f"{place}people",
        f"{place}low",
        f"{place}linked",
        "/desk/settings/surveys",
    )
    go, later = _send("main form.survey button.primary"), _send("main .later button")
    return [
        *(Stop(path=path, is_agent=True) for path in paths),
        Stop(path=f"{place}text", act=_send("form.wide-form button.primary", text="{"), status=422, is_agent=True),
        Stop(path=has.survey_page),
        Stop(path=has.survey_page, act=go, status=422),
        Stop(path=f"{has.survey_page}?satisfied=4", act=go),
        Stop(path=f"{has.survey_page}?satisfied=4", act=_to_the_end),
        Stop(path=f"{has.survey_page}?kiosk=1"),
        Stop(path=f"{has.invited_page}asked/"),
        Stop(path=has.invited_page, act=later),
        Stop(path="/survey/nothing/", status=404),
    ]


def topics(has: Furniture) -> list[Stop]:
    """What customers write about: the dictionary, one topic, and how a problem is measured."""
    place = f"/desk/topics/{has.topic}/"
    paths = (
        "/desk/topics/",
        "/desk/topics/new",
        place,
        f"{place}edit",
        f"/desk/cases/{has.letter}/topic",
        "/desk/settings/topics",
    )
    return [
        *(Stop(path=path, is_agent=True) for path in paths),
        Stop(path="/desk/topics/new", act=_send("form.wide-form button.primary"), status=422, is_agent=True),
    ]


def suggestions(has: Furniture) -> list[Stop]:
    """What somebody would do better, on the desk and on the portal."""
    place = f"/desk/suggestions/{has.suggestion}/"
    paths = (
        "/desk/suggestions/?state=all",
        "/desk/suggestions/?words=синхрофазотрон",
        "/desk/suggestions/new",
        "/desk/suggestions/idea",
        f"/desk/suggestions/cases/{has.letter}",
        place,
        *(f"{place}{page}" for page in ("voices", "edit", "voice", "decline", "answer", "show", "link", "tell")),
        f"{place}merge",
        f"{place}merge?into={has.suggestion + 1}",
        "/desk/thanks/?mine=1",
        "/desk/thanks/whom",
        f"/desk/thanks/suggested/{has.suggestion}/{has.second}",
        f"/desk/thanks/{has.praise}/show",
    )
    return [
        *(Stop(path=path, is_agent=True) for path in paths),
        Stop(path=f"{place}decline", act=_send("form.wide-form button.primary"), status=422, is_agent=True),
        Stop(path="/ideas/"),
        Stop(path="/ideas/", act=_send("main form button[type=submit]", email="no address"), status=422),
        Stop(path="/ideas/", act=_like),
        Stop(path=f"{has.helped}?helped=no"),
        Stop(path=has.helped, act=_send("main form.p-form button")),
        Stop(path="/idea/broken/", status=404),
    ]


def _like(page: Page) -> None:
    page.locator("[name=text]").fill("Записи занятий остаются")
    page.locator("otk-similar li").first.wait_for()


def _to_the_end(page: Page) -> None:
    while page.locator("main form.survey").count():
        with page.expect_navigation():
            page.locator("main form.survey button.primary").click()


def offered(has: Furniture) -> list[Stop]:
    """The authors' pages, and what apps offer to which no other tour comes."""
    stops = authors(has)
    known = {stop.path for tour in (portal, account, desk, quiet, owners, calls, topics) for stop in tour(has)} | {
        one.path for one in stops
    }
    pages = [one for one in (*navigation(), *foot(), *settings_pages()) if one.route not in NO_PAGE]
    return [*stops, *(Stop(path=one.url, is_agent=True) for one in pages if one.url not in known)]


TOURS = {
    "portal": portal,
    "account": account,
    "desk": desk,
    "quiet": quiet,
    "authors": offered,
    "complaints": complaints,
    "suggestions": suggestions,
    "owners": owners,
    "calls": calls,
    "surveys": surveys,
    "topics": topics,
}

_NO_DEVICE = "wants a second factor: walked in test_second_factor"
NO_PAGE = {
    **dict.fromkeys(
        (
            "mfa_authenticate",
            "mfa_reauthenticate",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_reauthenticate_webauthn",
            "mfa_remove_webauthn",
            "mfa_edit_webauthn",
        ),
        _NO_DEVICE,
    ),
    "mfa_login_webauthn": "data for the script of the log-in page",
    "desk:settings": "leads to the first section",
    **dict.fromkeys(
        ("portal:widget", "portal:widget_search", "portal:widget_article", "portal:widget_contact"),
        "a part of the help button",
    ),
    **dict.fromkeys(
        (
            "cases:undelivered-bulk",
            "cases:alerts-bulk",
            "reach:held-bulk",
            "knowledge:articles-bulk",
            "knowledge:questions-bulk",
            "knowledge:corrections-bulk",
        ),
        "a number for the bar under a list",
    ),
    "calls:pop": "a part of every desk page",
    "calls:recording": "a sound to hear",
    "calls:exchange": "the form of a new one, with its address",
    "call:hook": "for programs, not for people",
    "call:hook-below": "for programs, not for people",
    "call:counter": "the only one, where /counter/ leads",
    "call:waiting": "visited by its form: tests/calls/test_calls_browser.py",
    "call:promised": "visited by its form: tests/calls/test_calls_browser.py",
    "cases:case-closing": "a field in the menu of the editor",
    "figures:in-short": "a part of the page of figures",
    "portal:widget_script": "a script",
    "portal:button-preview": "framed by the page of the help button",
    "portal:robots": "a text for machines",
    "portal:security": "a text for machines",
    "portal:favicon": "a picture",
    "portal:manifest": "a text for machines",
    "portal:logo": "a picture",
    "portal:sitemap": "a text for machines",
    "portal:ideas_like": "a part of the page of ideas",
    "suggestions:like": "a part of the pages on which somebody writes a suggestion",
    "portal:help_suggest": "data for the search field",
    "portal:help_read": "a picture that only tells that somebody reads",
    "portal:article_with_slash": "leads to the article",
    "portal:code": "visited by its form on /my/",
    "portal:sent": "visited by its form on /contact/",
    "reach:messenger": "asks a messenger first: tests/reach/channels/test_messenger_pages.py",
    "reach:messenger-first": "a part of the page of a messenger",
    "reach:restored": "stands in a restored house only: tests/reach/test_restored.py",
    "knowledge:export": "a file to keep",
    "knowledge:links": "data for the script of the editor",
    "cases:bulk-count": "a part of the list: how many all of the view are",
    "desk:onward": "leads to the next case",
    "desk:tags": "what a field for a tag suggests",
    "desk:session": "data for the script of every desk page",
    "desk:session-in": "where the log-in over a page ends: tests/browser/test_session.py",
    "desk:palette": "a part of every desk page",
    "desk:dialogs": "a part of the case page",
    "cases:insertable": "a part of the editor",
    "cases:article-correct": "stands in tests/desk/test_articles_browser.py, which makes an article",
    "knowledge:correction": "stands in tests/desk/test_articles_browser.py, which makes a correction",
    "desk:fresh": "a part of the case page",
    "ui:kind": "each kind long, empty and broken: tests/ui/test_kinds_browser.py",
    "desk:said": "a part of the case page",
    "complaints:file": "a file for paper, without a frame: tests/complaints/test_pages.py",
    "desk:original": "a file to keep",
    "surveys:file": "a file to keep",
    "surveys:try": "leads to the pages of whoever answers",
    "survey:sitting": "visited by its form",
    "survey:not-now": "visited by its form",
    "survey:stop": "where mail programs say at one press that no such letter is wanted: tests/surveys/test_asking.py",
    "survey:seen": "told by the script of the page",
    "reach:held-original": "a file to keep",
    "cases:customer-export": "a file to keep",
    "foundation:file": "a file to keep",
    "ui:theme": "only a choice",
    "set_language": "only a choice",
    "account_email_verification_sent": "nobody confirms an address here: an admin invites",
    "account_confirm_email": "nobody confirms an address here: an admin invites",
    "account_set_password": "leads to the change of the password: an agent always has one",
    "account_confirm_login_code": "codes by mail are switched off",
    "socialaccount_signup": "nobody signs up by themselves",
}
"""Addresses that answer GET and are not in a tour, with the reason."""
