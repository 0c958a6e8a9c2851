"""Articles and what became of them. An article is an address and a keeper; its words are in its versions."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now, Upper
from django.utils import timezone

_AGENT = "team.Agent"


class Audience(models.TextChoices):
    """Who may read: everybody, those who proved their address, people of chosen organizations, only us."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    ORGANIZATION = "organization"
    STAFF = "staff"


class Place(models.TextChoices):
    """Where somebody searched or read."""

    PORTAL = "portal"
    FORM = "form"
    WIDGET = "widget"
    DESK = "desk"
    API = "api"


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

    ``external_id``: the id it had where it was imported from. ``original``: the article that this one translates.
    """

    section = models.ForeignKey(Section, null=True, on_delete=models.PROTECT, related_name="articles")
    language = models.CharField(max_length=5, default="ru")
    slug = models.SlugField(max_length=120)
    external_id = models.CharField(max_length=120, blank=True)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.PUBLIC)
    organizations = models.ManyToManyField("customers.Organization", related_name="+", blank=True)
    owner = models.ForeignKey(_AGENT, null=True, on_delete=models.PROTECT, related_name="articles")
    standard = models.ForeignKey("standards.Standard", null=True, on_delete=models.SET_NULL, related_name="articles")
    original = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="translations")
    live = models.OneToOneField("Version", null=True, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    review_every_days = models.PositiveSmallIntegerField(default=180)
    review_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(_AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["language", "slug"], name="an_address_holds_one_article"),
            models.UniqueConstraint(
                fields=["external_id", "language"], condition=~Q(external_id=""), name="an_imported_article_comes_once"
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


class Version(models.Model):
    """The words of an article at one time; ``body`` in Markdown, ``questions`` as customers ask them.

    ``edits`` counts savings of a draft, so that of two authors the second is told. ``approved_by`` is never the author.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        WAITING = "waiting"
        APPROVED = "approved"
        LIVE = "live"
        PAST = "past"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    title = models.CharField(max_length=500)
    summary = models.CharField(max_length=400, blank=True)
    body = models.TextField(blank=True)
    questions = models.JSONField(default=list)
    change_note = models.CharField(max_length=200, blank=True)
    author = models.ForeignKey(_AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(_AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    returned_because = models.TextField(blank=True)
    translated_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    edits = models.PositiveIntegerField(default=0)
    publish_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

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


# ── What people did ───────────────────────────────────────────────────────────────────────
class Search(models.Model):
    """One question to the help centre. ``visitor`` is a random key of one visit, never a person; '' when unknown.

    ``case_id``: the case that it became, by the main job's number; None while it did not.
    """

    words = models.CharField(max_length=300)
    language = models.CharField(max_length=5, blank=True)
    brand = models.ForeignKey(Brand, null=True, on_delete=models.SET_NULL, related_name="+")
    place = models.CharField(max_length=6, choices=Place)
    visitor = models.CharField(max_length=32, blank=True)
    found = models.PositiveSmallIntegerField()
    is_answered = models.BooleanField()
    top = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    opened = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")
    case_id = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["-at"], name="search_by_time"),
            models.Index(fields=["visitor", "-id"], name="search_of_visit", condition=~Q(visitor="")),
            models.Index(fields=["case_id"], name="search_of_case", condition=Q(case_id__isnull=False)),
        )


class Reading(models.Model):
    """An article was opened. ``case_id`` as with a search."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="readings")
    place = models.CharField(max_length=6, choices=Place)
    visitor = models.CharField(max_length=32, blank=True)
    case_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["article", "-at"], name="readings_of_article"),
            models.Index(fields=["visitor", "-id"], name="reading_of_visit", condition=~Q(visitor="")),
            models.Index(fields=["case_id"], name="reading_of_case", condition=Q(case_id__isnull=False)),
        )


class Feedback(models.Model):
    """ "Was it helpful?" about one version, once a visit; ``missing`` in the reader's words.

    ``settled_at``: when one of us had read these words, None while they wait for the keeper.
    """

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="feedback")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="feedback")
    visitor = models.CharField(max_length=32)
    is_helpful = models.BooleanField()
    missing = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["version", "visitor"], name="a_visit_says_once_whether_it_helped"),
        )
        indexes = (
            models.Index(fields=["article", "-at"], name="feedback_of_article"),
            models.Index(fields=["article"], name="words_to_read", condition=~Q(missing="") & Q(settled_at=None)),
        )


class SelfService(models.Model):
    """Somebody who was about to write to us pressed "this solved it": the only success that we count."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="successes")
    place = models.CharField(max_length=6, choices=Place)
    visitor = models.CharField(max_length=32)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "visitor"], name="a_visit_is_solved_by_an_article_once"),
        )
        indexes = (models.Index(fields=["-at"], name="self_service_by_time"),)


class Quote(models.Model):
    """An agent put an article, or the part under ``anchor``, into an answer to a customer."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="quotes")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    case_id = models.BigIntegerField()
    agent = models.ForeignKey(_AGENT, on_delete=models.PROTECT, related_name="+")
    anchor = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "case_id", "agent"], name="an_agent_quotes_it_in_a_case_once"),
        )
        indexes = (models.Index(fields=["case_id"], name="quotes_of_case"),)


class Verdict(models.Model):
    """What an agent said of an article suggested for a case: it fits, or it does not."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="verdicts")
    case_id = models.BigIntegerField()
    agent = models.ForeignKey(_AGENT, on_delete=models.PROTECT, related_name="+")
    is_right = models.BooleanField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "case_id", "agent"], name="an_agent_judges_a_suggestion_once"),
        )
        indexes = (models.Index(fields=["case_id"], name="verdicts_of_case"),)


class Correction(models.Model):
    """What an agent proposes to the author: words, and perhaps the whole ``body`` as it should be ('' if not)."""

    class State(models.TextChoices):
        OPEN = "open"
        TAKEN = "taken"
        DECLINED = "declined"

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="corrections")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    case_id = models.BigIntegerField(null=True)
    agent = models.ForeignKey(_AGENT, on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    body = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(_AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(words=""), name="a_correction_says_what_is_wrong"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False), name="a_decided_correction_has_its_moment"
            ),
        )
        indexes = (models.Index(fields=["article", "-at"], name="corrections_of_article"),)


# ── Words of the house ────────────────────────────────────────────────────────────────────
class Synonym(models.Model):
    """Words that mean the same to our customers: ``["впн", "vpn", "удалённый доступ"]``."""

    language = models.CharField(max_length=5)
    words = models.JSONField()


class StopWord(models.Model):
    """A word that says nothing in this house."""

    language = models.CharField(max_length=5)
    word = models.CharField(max_length=60)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["language", "word"], name="a_stop_word_stands_once"),)


# ── What the search needs ─────────────────────────────────────────────────────────────────
class Searchable(models.Model):
    """What the search derives from a version once: its plain words, and their meaning as int8 rows of 512 (title,
    each question, body). ``made_by`` names derivation and embedder: another name, and it is derived again."""

    version = models.OneToOneField(Version, primary_key=True, on_delete=models.CASCADE, related_name="searchable")
    words = models.TextField()
    vectors = models.BinaryField()
    made_by = models.CharField(max_length=60)


class SearchChange(models.Model):
    """Something that the search depends on was written; rows come by database triggers, so nothing is forgotten.

    A process compares how many there are, and the last, with what its index knows: both only change with a commit.
    """

    id = models.BigAutoField(primary_key=True)
