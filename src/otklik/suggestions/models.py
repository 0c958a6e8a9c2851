from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

AGENT = "team.Agent"


class State(models.TextChoices):
    NEW = "new"
    LOOKED_AT = "looked_at"
    PLANNED = "planned"
    IN_WORK = "in_work"
    DONE = "done"
    DECLINED = "declined"
    DUPLICATE = "duplicate"


TAKEN_UP = [State.PLANNED, State.IN_WORK, State.DONE]
"""States in which somebody has said yes."""
OVER = [State.DONE, State.DECLINED, State.DUPLICATE]
"""States in which nothing more is decided."""


class Suggestion(models.Model):
    """What somebody would do better. ``title`` is '' once it was erased together with whoever had said it.

    ``is_theirs``: the title is made of a person's own words, and goes when they do. ``about``: what we write beside it.
    ``may_be_shown``: whoever said it allowed to show their very words. ``shown_title`` and ``shown_words``: what stands
    on the board, as somebody of ours approved it. ``is_of_staff``: a colleague's; ``hinders``: it says what keeps them
    from serving well. Of a nameless one nobody knows whose, and ``created_at`` and ``changed_at`` are days.
    """

    title = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    is_theirs = models.BooleanField(default=False)
    may_be_shown = models.BooleanField(default=False)
    is_of_staff = models.BooleanField(default=False)
    hinders = models.BooleanField(default=False)
    is_nameless = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.NEW)
    reason = models.TextField(blank=True)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="duplicates")
    owner = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    shown_title = models.CharField(max_length=200, blank=True)
    shown_words = models.TextField(blank=True)
    shown_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())
    search = SearchVectorField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["state", "-id"], name="suggestion_by_state"),
            models.Index(fields=["changed_at", "id"], name="suggestion_by_change"),
            models.Index(fields=["-done_at"], name="suggestion_shown_done", condition=Q(shown_at__isnull=False)),
            GinIndex(fields=["search"], name="suggestion_search"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(state=State.DECLINED) | ~Q(reason=""), name="a_declined_suggestion_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state=State.DUPLICATE, duplicate_of__isnull=False)
                | (~Q(state=State.DUPLICATE) & Q(duplicate_of=None)),
                name="a_duplicate_leads_to_its_original",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of=None) | ~Q(duplicate_of=F("id")), name="no_suggestion_is_its_own_duplicate"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=TAKEN_UP) | Q(owner__isnull=False), name="what_is_taken_up_has_an_owner"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DONE) | Q(done_at__isnull=False), name="what_is_done_has_its_moment"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="an_official_answer_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None) | (Q(shown_by__isnull=False) & ~Q(shown_title="")),
                name="what_is_shown_was_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(is_of_staff=False), name="an_idea_of_staff_stays_in_the_house"
            ),
            models.CheckConstraint(
                condition=Q(is_of_staff=True) | Q(hinders=False, is_nameless=False),
                name="only_colleagues_say_what_hinders_or_stay_nameless",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Telling(models.Model):
    """ "We changed it because you said so", pressed by somebody who had read it: to so many people at once."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, related_name="tellings")
    words = models.TextField()
    people = models.PositiveIntegerField()
    agent = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(words=""), name="a_telling_says_what_has_changed"),)


class Voice(models.Model):
    """One person for one suggestion, however often they said it; a colleague in ``agent``, nobody's of a nameless one.

    ``telling``: that by which they are told, ``told_at`` when it was done, ``message_id`` the letter, ``not_told``
    why none could go. ``helped``: what they said of the change, None while they said nothing.
    """

    suggestion = models.ForeignKey(Suggestion, on_delete=models.PROTECT, related_name="voices")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    telling = models.ForeignKey(Telling, null=True, on_delete=models.PROTECT, related_name="voices")
    told_at = models.DateTimeField(null=True)
    message_id = models.BigIntegerField(null=True)
    not_told = models.CharField(max_length=40, blank=True)
    helped = models.BooleanField(null=True)
    helped_at = models.DateTimeField(null=True)
    helped_words = models.TextField(blank=True)

    class Meta:
        indexes = (models.Index(fields=["customer", "-id"], name="voice_of_customer"),)
        constraints = (
            models.UniqueConstraint(fields=["suggestion", "customer"], name="a_customer_has_one_voice"),
            models.UniqueConstraint(fields=["suggestion", "agent"], name="a_colleague_has_one_voice"),
            models.CheckConstraint(
                condition=Q(customer=None) | Q(agent=None), name="a_voice_is_a_customers_or_a_colleagues"
            ),
            models.CheckConstraint(
                condition=Q(told_at=None) | Q(telling__isnull=False), name="nobody_is_told_without_a_telling"
            ),
            models.CheckConstraint(condition=Q(told_at=None) | Q(not_told=""), name="nobody_is_told_and_not_told"),
            models.CheckConstraint(
                condition=Q(helped=None) | Q(helped_at__isnull=False), name="a_word_of_help_has_its_moment"
            ),
        )


class Word(models.Model):
    """What a person said, and where. ``text`` is '' once it was erased; a mere vote has no word.

    ``written_by``: the colleague who wrote it down for them. ``key``: one sending of a form, however often it was sent.
    """

    class Source(models.TextChoices):
        MESSAGE = "message"
        SURVEY = "survey"
        PORTAL = "portal"
        PHONE = "phone"
        STAFF = "staff"
        API = "api"

    voice = models.ForeignKey(Voice, on_delete=models.CASCADE, related_name="words")
    text = models.TextField(blank=True)
    source = models.CharField(max_length=8, choices=Source)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    message_id = models.BigIntegerField(null=True)
    written_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="what_is_sent_twice_is_said_once"),
            models.UniqueConstraint(
                fields=["voice", "message_id"],
                condition=Q(message_id__isnull=False),
                name="a_message_is_one_word_of_a_voice",
            ),
        )


class Link(models.Model):
    """What a suggestion has to do with: a case, an article or a standard."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="links")
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey("knowledge.Article", null=True, on_delete=models.PROTECT, related_name="+")
    standard = models.ForeignKey("standards.Standard", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False, article=None, standard=None)
                | Q(case=None, article__isnull=False, standard=None)
                | Q(case=None, article=None, standard__isnull=False),
                name="a_link_leads_to_one_thing",
            ),
            models.UniqueConstraint(fields=["suggestion", "case"], name="a_case_is_linked_once"),
            models.UniqueConstraint(fields=["suggestion", "article"], name="an_article_is_linked_once"),
            models.UniqueConstraint(fields=["suggestion", "standard"], name="a_standard_is_linked_once"),
        )


class Praise(models.Model):
    """Kind words of a customer, told to whom they praise. ``words`` is '' once they were erased.

    ``may_be_shown``: what the customer said when asked, None while they said nothing. ``shown_words``: as somebody of
    ours approved them for the portal.
    """

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    may_be_shown = models.BooleanField(null=True)
    shown_words = models.TextField(blank=True)
    shown_by = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    shown_at = models.DateTimeField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["-shown_at"], name="praise_shown", condition=Q(shown_at__isnull=False)),)
        constraints = (
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(may_be_shown=True, shown_by__isnull=False),
                name="kind_words_are_shown_with_consent_by_somebody",
            ),
        )


class Thanked(models.Model):
    """That a customer was thanked for something, once. ``source``: which suggestion, case or number it was."""

    class Reason(models.TextChoices):
        SUGGESTED = "suggested"
        WAITED = "waited"
        TENTH = "tenth"

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    source = models.BigIntegerField()
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey(AGENT, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["customer", "reason", "source"], name="a_customer_is_thanked_once_for_a_thing"
            ),
        )


class Step(models.Model):
    """A state that a suggestion came to, when and by whom."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10, choices=State)
    agent = models.ForeignKey(AGENT, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
