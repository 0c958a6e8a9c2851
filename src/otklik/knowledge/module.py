"""What the help centre brings to the house."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from otklik.foundation.actors import EVERYBODY, LEADS
from otklik.foundation.manifest import Entry, Every, LiveRows, Module, Named, Page, Policy, Record, Section, Switch
from otklik.foundation.sentences import called
from otklik.knowledge.actions.visiting import forget_visits
from otklik.knowledge.authoring import for_me
from otklik.knowledge.clock import forget_what_is_old, make_findable_what_is_not, publish_what_is_due
from otklik.knowledge.models import Article, Brand
from otklik.knowledge.models import Section as ArticleSection
from otklik.knowledge.queries import article_titles
from otklik.knowledge.visits import questions_of

MODULE = Module(
    name="knowledge",
    switch=Switch(
        label=_("Help centre"),
        icon="book",
        leaves=_(
            "The articles go from your site, the help button, the desk, the search and the API, and nothing is"
            " suggested to customers or to those who answer them."
        ),
        stays=_("Every article with its versions, what was asked and read, and your brands are kept."),
    ),
    permissions={"knowledge.write": EVERYBODY, "knowledge.publish": LEADS, "knowledge.arrange": LEADS},
    policies=(
        Policy(
            name="knowledge.second_pair_of_eyes",
            default=False,
            label=pgettext_lazy("what was changed", "second pair of eyes for articles"),
        ),
    ),
    navigation=(
        Entry(
            name="knowledge",
            route="knowledge:articles",
            label=_("Help centre"),
            icon="book",
            section=Section.KNOWLEDGE,
            count=for_me,
        ),
    ),
    pages=(
        Page(route="knowledge:questions", label=_("Questions asked in vain"), icon="message-question"),
        Page(route="knowledge:corrections", label=_("Corrections from colleagues"), icon="pencil"),
        Page(route="knowledge:sections", label=_("Sections"), icon="list"),
    ),
    records=(
        Record(
            route="knowledge:article",
            key="article_id",
            label=_("Article"),
            icon="book",
            in_sight=lambda _actor: Article.objects.all(),
            names=article_titles,
        ),
    ),
    lists=(
        LiveRows(
            name="knowledge.articles",
            events=(
                "knowledge.article_written",
                "knowledge.article_changed",
                "knowledge.draft_dropped",
                "knowledge.approval_asked",
                "knowledge.version_approved",
                "knowledge.version_returned",
                "knowledge.version_scheduled",
                "knowledge.article_published",
                "knowledge.article_reviewed",
                "knowledge.article_withdrawn",
            ),
        ),
        LiveRows(
            name="knowledge.corrections",
            events=(
                "knowledge.correction_proposed",
                "knowledge.correction_decided",
                "knowledge.correction_reopened",
            ),
        ),
    ),
    sentences={
        "knowledge.article_written": gettext_noop("Article “%(article)s” was begun"),
        "knowledge.article_changed": gettext_noop("Settings of article “%(article)s” were changed: %(fields)s"),
        "knowledge.draft_dropped": gettext_noop("A draft of article “%(article)s” was thrown away"),
        "knowledge.approval_asked": gettext_noop("A colleague was asked to approve article “%(article)s”"),
        "knowledge.version_approved": gettext_noop("Article “%(article)s” was approved"),
        "knowledge.version_returned": gettext_noop("Article “%(article)s” was sent back to its author"),
        "knowledge.version_scheduled": gettext_noop("Article “%(article)s” will be published later"),
        "knowledge.article_published": gettext_noop("Article “%(article)s” was published"),
        "knowledge.article_reviewed": gettext_noop("Article “%(article)s” was read again and is still true"),
        "knowledge.brand_changed": gettext_noop("Brand “%(brand)s” was changed: %(fields)s"),
        "knowledge.article_withdrawn": gettext_noop("Article “%(article)s” was withdrawn"),
        "knowledge.correction_proposed": gettext_noop("A correction to article “%(article)s” was proposed"),
        "knowledge.correction_decided": gettext_noop("A correction to article “%(article)s” was decided about"),
        "knowledge.correction_reopened": gettext_noop("A correction to article “%(article)s” waits again"),
        "knowledge.house_words_changed": gettext_noop("The words of the search were changed"),
        "knowledge.section_changed": gettext_noop("Section “%(section)s” of the help centre was changed: %(fields)s"),
    },
    names=(
        Named(word="article", key="article_id", names=article_titles),
        Named(word="brand", key="brand_id", names=called(Brand)),
        Named(word="section", key="section_id", names=called(ArticleSection, "titles")),
    ),
    fields={
        "archived_at": pgettext_lazy("what was changed", "put into the archive, or taken out"),
        "audience": pgettext_lazy("what was changed", "readers"),
        "brand": pgettext_lazy("what was changed", "brand"),
        "descriptions": pgettext_lazy("what was changed", "descriptions"),
        "host": pgettext_lazy("what was changed", "address of the site"),
        "original": pgettext_lazy("what was changed", "original of the translation"),
        "owner": pgettext_lazy("what was changed", "who keeps it"),
        "parent": pgettext_lazy("what was changed", "section above"),
        "review_at": pgettext_lazy("what was changed", "day to read it again"),
        "review_every_days": pgettext_lazy("what was changed", "days between readings"),
        "section": pgettext_lazy("what was changed", "section"),
        "slug": pgettext_lazy("what was changed", "address of the page"),
        "titles": pgettext_lazy("what was changed", "titles"),
    },
    clock=(
        Every(minutes=1, run=publish_what_is_due),
        Every(minutes=5, run=make_findable_what_is_not),
        Every(minutes=59, run=forget_what_is_old, while_off=True),
    ),
    api="otklik.knowledge.api.router",
    export=questions_of,
    erase=forget_visits,
    urls="otklik.knowledge.urls",
)
