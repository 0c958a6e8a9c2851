from datetime import datetime

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Inbox(models.Model):
    """One door of a channel: help@…, the site's form, the API, another program. Secrets are encrypted.

    ``route``: the unguessable word of its hook. ``settings`` and ``secrets`` (encrypted JSON) are the channel's own.
    ``problem``: why the door is shut since ``problem_since``, '' while it is open; ``forged``: calls that were not
    them. ``told_groups``: where it was said that groups are not answered. ``last_in_at`` and ``last_out_at`` are some
    seconds behind.
    """

    class Kind(models.TextChoices):
        EMAIL = "email"
        FORM = "form"
        API = "api"
        HTTP = "http"
        TELEGRAM = "telegram"
        MAX = "max"
        VK = "vk"
        CTI = "cti"

    class Forms(models.TextChoices):
        """Whether letters to it are sent by the robot of a site in the name of its visitors."""

        GUESS = "guess"
        ALWAYS = "always"
        NEVER = "never"

    class Earlier(models.TextChoices):
        """What becomes of letters from before ``since`` when a mailbox is read for the first time."""

        LEAVE = "leave"
        FILE = "file"

    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=120)
    team = models.ForeignKey("team.Team", null=True, on_delete=models.PROTECT, related_name="inboxes")
    is_active = models.BooleanField(default=True)
    since = models.DateField(null=True)
    earlier = models.CharField(max_length=10, choices=Earlier, default=Earlier.LEAVE, db_default=Earlier.LEAVE)
    forms = models.CharField(max_length=10, choices=Forms, default=Forms.GUESS, db_default=Forms.GUESS)
    imap_url = models.CharField(max_length=300, blank=True)
    smtp_url = models.CharField(max_length=300, blank=True)
    imap_secret = models.TextField(blank=True)
    smtp_secret = models.TextField(blank=True)
    imap_state = models.JSONField(default=dict)
    route = models.CharField(max_length=40, blank=True, default="", db_default="")
    settings = models.JSONField(default=dict, db_default={})
    secrets = models.TextField(blank=True, default="", db_default="")
    told_groups = models.JSONField(default=list, db_default=[])
    problem = models.CharField(max_length=300, blank=True, default="", db_default="")
    problem_since = models.DateTimeField(null=True)
    forged = models.PositiveIntegerField(default=0, db_default=0)
    last_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["kind", "address"], name="an_address_is_one_inbox"),
            models.UniqueConstraint(fields=["route"], condition=~Q(route=""), name="a_route_leads_to_one_door"),
            models.CheckConstraint(
                condition=Q(problem="") | Q(problem_since__isnull=False), name="a_problem_has_its_moment"
            ),
        )

    def __str__(self) -> str:
        return self.address

    @property
    def is_shut(self) -> bool:
        """Nothing leaves by it now: somebody paused it, or it does not work."""
        return not self.is_active or bool(self.problem)

    @property
    def people(self) -> str:
        """The kind of the identities that it gives to people."""
        return f"{self.kind}:{self.address}"


class RawMessage(models.Model):
    """The bytes as they came, kept before anything could fail. ``body`` is zlib-compressed; large ones are files.

    ``sha256``: of the bytes; where a channel gives what it brings an id of its own, of the door and that id.

    ``is_history``: it lay in a mailbox from before the day on which this house began to read it. ``deleted_at``: when a
    person threw it away; its bytes are kept for some days after, and then it is None.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RECEIVED = "received"
        DOUBLE = "double"
        HELD = "held"
        DELETED = "deleted"
        RETURNED = "returned"

    sha256 = models.CharField(max_length=64, unique=True)
    body = models.BinaryField(null=True)
    file = models.ForeignKey("foundation.StoredFile", null=True, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveBigIntegerField()
    inbox = models.ForeignKey(Inbox, null=True, on_delete=models.PROTECT, related_name="+")
    door = models.CharField(max_length=10)
    envelope_from = models.CharField(max_length=320, blank=True)
    envelope_to = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    held_reason = models.CharField(max_length=40, blank=True)
    held_detail = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_history = models.BooleanField(default=False, db_default=False)
    deleted_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="raw_waiting", condition=Q(state="waiting")),
            models.Index(fields=["-id"], name="raw_held", condition=Q(state="held")),
            models.Index(fields=["deleted_at"], name="raw_in_the_bin", condition=Q(deleted_at__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(body__isnull=False) | Q(file__isnull=False) | Q(state="deleted"),
                name="what_was_kept_has_its_bytes",
            ),
            models.CheckConstraint(condition=~Q(state="held") | ~Q(held_reason=""), name="a_held_message_has_a_reason"),
            models.CheckConstraint(
                condition=Q(deleted_at=None) | Q(state="deleted"), name="only_what_was_deleted_is_in_the_bin"
            ),
        )


class Conversation(models.Model):
    """One thread in one channel with one customer. ``address`` is where letters go that answer it, '' for nowhere.

    ``peer``: their id in a channel that has one partner for each talk; '' where letters are written. A talk with a peer
    has no end of its own: when its matter is over it waits until ``ends_at``, and a word after that begins another one,
    which ``follows`` it. Their next word is said in the talk that ``is_current``.
    """

    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="conversations")
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    is_sender_trusted = models.BooleanField(default=True)
    peer = models.CharField(max_length=200, blank=True, default="", db_default="")
    ends_at = models.DateTimeField(null=True)
    is_current = models.BooleanField(default=True, db_default=True)
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["inbox", "peer"],
                condition=~Q(peer="") & Q(is_current=True),
                name="a_peer_has_one_current_talk_by_a_door",
            ),
        )
        indexes = (models.Index(fields=["inbox", "peer"], name="talks_of_a_peer", condition=~Q(peer="")),)

    @property
    def way_back(self) -> str:
        """Whom answers go to, in the terms of its channel; '' when there is no way back."""
        return self.peer or self.address


class Message(models.Model):
    """What was said to or by the customer, or a note that never leaves the house (a trigger refuses its delivery).

    ``external_id``: Message-ID without brackets, unique. ``text``: own words; ``full_text``: with quotations.
    ``automatic_because``: a machine wrote it; ``silent_because``: a person did, but no machine may answer.
    ``at``: when it came or was written here; ``written_at``: the date that a letter from outside bears, if plausible.
    ``purpose``: why it was said; apps bring theirs, those of every house are ``Purpose``.
    ``sheet``: what leaves around the words of our letter (``ui.letters.Sheet``): owner, buttons, links, quotation.
    ``earlier``: what stood there before they changed it, as ``{"text", "until"}``; ``reactions``: ``{"by", "sign"}``;
    ``besides``: what it is or holds besides words and files (``adapters.channels.Besides``); ``known_as``: by what else
    the other side calls it, such as the pictures of an album.
    ``coming``: files that are being fetched, and ``lost`` those that could not be, each with its ``name``.
    """

    class Direction(models.TextChoices):
        IN = "in"
        OUT = "out"
        NOTE = "note"

    class Purpose(models.TextChoices):
        WORD = "word"
        ANSWER = "answer"
        CODE = "code"

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=4, choices=Direction)
    purpose = models.CharField(max_length=40, default=Purpose.WORD)
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(max_length=200, blank=True)
    author_address = models.CharField(max_length=254, blank=True)
    is_sender_verified = models.BooleanField(default=True)
    automatic_because = models.CharField(max_length=40, blank=True)
    silent_because = models.CharField(max_length=40, blank=True, default="", db_default="")
    external_id = models.CharField(max_length=500, unique=True)
    in_reply_to = models.CharField(max_length=500, blank=True)
    people = models.JSONField(default=dict)
    verdicts = models.JSONField(default=dict)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    full_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    sheet = models.JSONField(default=dict)
    is_truncated = models.BooleanField(default=False)
    notices = models.JSONField(default=list)
    raw = models.ForeignKey(RawMessage, null=True, on_delete=models.PROTECT, related_name="messages")
    search = SearchVectorField(null=True)
    search_version = models.PositiveSmallIntegerField(default=0)
    send_after = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    edited_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    earlier = models.JSONField(default=list, db_default=[])
    reactions = models.JSONField(default=list, db_default=[])
    besides = models.JSONField(default=list, db_default=[])
    known_as = models.JSONField(default=list, db_default=[])
    coming = models.JSONField(default=list, db_default=[])
    lost = models.JSONField(default=list, db_default=[])
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (
            models.Index(fields=["conversation", "id"], name="message_in_conversation"),
            GinIndex(fields=["search"], name="message_search"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(direction="out") | ~Q(purpose="answer") | Q(agent__isnull=False),
                name="an_answer_is_written_by_somebody",
            ),
        )

    @property
    def dated(self) -> datetime:
        """What is shown as its date: its own, else when it came."""
        return self.written_at or self.at


class Attachment(models.Model):
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    file = models.ForeignKey("foundation.StoredFile", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=150)
    content_id = models.CharField(max_length=255, blank=True)
    is_inline = models.BooleanField(default=False)


class Delivery(models.Model):
    """One recipient of one of our letters, and what became of it.

    ``verdict``: of ``adapters.delivering.Verdict``, why it did not arrive; ``taken``: what the other side calls the
    parts that it has taken, in their order, so that a later try goes on after them.
    """

    class Role(models.TextChoices):
        TO = "to"
        CC = "cc"

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        BOUNCED = "bounced"
        CANCELLED = "cancelled"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=2, choices=Role, default=Role.TO)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    verdict = models.CharField(max_length=20, blank=True, default="", db_default="")
    taken = models.JSONField(default=list, db_default=[])
    next_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["next_at"], name="delivery_due", condition=Q(state__in=["queued", "sending"])),)
        constraints = (
            models.UniqueConstraint(fields=["message", "address"], name="a_letter_goes_to_an_address_once"),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="a_sent_letter_has_its_time"
            ),
        )


class GateRefusal(models.Model):
    """A word that was not sent, the step that stopped it and why; shown to the agent and to the customer."""

    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="+")
    conversation = models.ForeignKey(Conversation, null=True, on_delete=models.PROTECT, related_name="+")
    address = models.CharField(max_length=254)
    purpose = models.CharField(max_length=40)
    step = models.CharField(max_length=30)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = (models.Index(fields=["customer", "-id"], name="refusals_of_customer"),)


class StartMark(models.Model):
    """A link from a case into a messenger, good once: whoever follows it is this customer, in this case.

    ``mark``: a hash of the word in the link. ``agent``: who made it; None when the customer did, on their own page.
    ``used_at``, ``point``: when it was followed, and which identity was joined by it.
    """

    mark = models.CharField(max_length=64, unique=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, related_name="+")
    agent = models.ForeignKey("team.Agent", null=True, on_delete=models.PROTECT, related_name="+")
    point = models.ForeignKey("customers.ContactPoint", null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
