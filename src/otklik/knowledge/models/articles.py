"""Articles and what became of them. An article is an address and a keeper; its words are in its versions."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils import timezone

from otklik.foundation.versions import Drafted

AGENT = "team.Agent"


class Audience(models.TextChoices):
    """Who may read: everybody, those who proved their address, people of chosen organizations, only us."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    ORGANIZATION = "organization"
    STAFF = "staff"


class Brand(models.Model):
    """One face of the company. ``host``: the address of its help centre ('help.school.example'), '' for any other."""

    name = models.CharField(max_length=120, unique=True)
    host = models.CharField(max_length=253, blank=True)
    is_first = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["host"], condition=~Q(host=""), name="a_host_is_one_brand"),
            models.UniqueConstraint(fields=["is_first"], condition=Q(is_first=True), name="one_brand_is_the_first"),
        )

    def __str__(self) -> str:
        return self.name


class Section(models.Model):
    """A shelf of the help centre. ``titles`` and ``descriptions``: language → text. ``brand`` None: every brand."""

    brand = models.ForeignKey(Brand, null=True, on_delete=models.PROTECT, related_name="sections")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    slug = models.SlugField(max_length=80, unique=True)
    titles = models.JSONField(default=dict)
    descriptions = models.JSONField(default=dict)
    icon = models.CharField(max_length=40, blank=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(parent=None) | ~Q(parent=F("id")), name="no_section_stands_in_itself"),
        )

    def __str__(self) -> str:
        return self.slug


class Article(models.Model):
    """What stands at one address in one language. ``live`` is the version that readers see, None until published.

    ``external_id``: the id it had where it was imported from, ``source``: where that was ('' our own tables and
    folders), since two programs may count from 1. ``original``: the article that this one translates.
    """

    section = models.ForeignKey(Section, null=True, on_delete=models.PROTECT, related_name="articles")
    language = models.CharField(max_length=5, default="ru")
    slug = models.SlugField(max_length=120)
    external_id = models.CharField(max_length=120, blank=True)
    source = models.CharField(max_length=120, blank=True, default="", db_default="")
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.PUBLIC)
    organizations = models.ManyToManyField("customers.Organization", related_name="+", blank=True)
    owner = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="articles")
    standard = models.ForeignKey("standards.Standard", null=True, on_delete=models.SET_NULL, related_name="articles")
    original = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="translations")
    live = models.OneToOneField("Version", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    review_every_days = models.PositiveSmallIntegerField(default=180)
    review_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["language", "slug"], name="an_address_holds_one_article"),
            models.UniqueConstraint(
                fields=["source", "external_id", "language"],
                condition=~Q(external_id=""),
                name="an_imported_article_comes_once_from_each_source",
            ),
            models.UniqueConstraint(
                fields=["original", "language"],
                condition=Q(original__isnull=False),
                name="one_translation_in_each_language",
            ),
            models.CheckConstraint(
                condition=Q(original=None) | ~Q(original=F("id")), name="no_article_translates_itself"
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | Q(live=None), name="an_archived_article_is_not_shown"
            ),
        )
        indexes = (
            models.Index(fields=["review_at"], name="article_to_review", condition=Q(live__isnull=False)),
            models.Index(fields=["section", "place", "id"], name="articles_of_section"),
        )

    def __str__(self) -> str:
        return self.slug

    @property
    def may_be_out_of_date(self) -> bool:
        """Its keeper wanted to read it again before now and has not."""
        return self.live_id is not None and self.review_at is not None and self.review_at < timezone.now()


class Version(Drafted):
    """The words of an article at one time; ``body`` in Markdown, ``questions`` as customers ask them."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=500)
    summary = models.CharField(max_length=400, blank=True)
    body = models.TextField(blank=True)
    questions = models.JSONField(default=list)
    translated_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    publish_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "number"], name="versions_are_numbered"),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=["draft", "waiting", "approved"]),
                name="one_version_is_in_work",
            ),
            models.UniqueConstraint(fields=["article"], condition=Q(state="live"), name="one_version_is_shown"),
            models.CheckConstraint(condition=~Q(title=""), name="a_version_has_a_title"),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(author=None) | ~Q(approved_by=F("author")),
                name="a_second_pair_of_eyes_approves",
            ),
            models.CheckConstraint(
                condition=~Q(state="live") | Q(published_at__isnull=False), name="a_shown_version_was_published"
            ),
        )
        indexes = (
            models.Index(fields=["publish_at"], name="version_to_publish", condition=Q(state="approved")),
            GinIndex(
                OpClass(Upper("title"), name="gin_trgm_ops"),
                OpClass(Upper("body"), name="gin_trgm_ops"),
                name="version_by_part",
            ),
        )

    def __str__(self) -> str:
        return self.title


class OldAddress(models.Model):
    """An address that an article had before; it still leads to it."""

    language = models.CharField(max_length=5)
    slug = models.SlugField(max_length=120)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="old_addresses")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["language", "slug"], name="an_old_address_leads_to_one"),)


class ArticleFile(models.Model):
    """A picture or an attachment that the Markdown calls by its name: ``![…](file:name.png)``.

    ``width`` and ``height`` in pixels, None for what is no picture.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["article", "name"], name="a_file_of_an_article_has_its_name"),)
