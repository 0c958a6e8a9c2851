"""Writing: a standard, what stands around it, and its draft."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one, once_more_if_taken
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.foundation.versions import begun, draft_in_work
from otklik.standards.choosing import ORDER
from otklik.standards.events import StandardChanged, StandardDraftDropped, StandardWritten
from otklik.standards.models import Standard, Version
from otklik.standards.observed import FACTS
from otklik.standards.queries import in_force, in_work, observed_facts, require_author, version_by_id

LONGEST_TEXT = 4_000
MOST_STEPS = 20
_LONGEST_WORD = 40
_EDITABLE = ("name", *ORDER, "is_default", "owner", "review_every_days", "review_at")
_MINUTES = ("first_answer_minutes", "next_word_minutes", "solution_minutes")


@dataclass(frozen=True, kw_only=True)
class Words:
    """What an author writes. ``how``: the steps, ``ticked_by``: what ticks each by itself; minutes are working ones
    unless ``is_round_the_clock``."""

    why: str = ""
    emotion: str = ""
    how: Sequence[str] = ()
    ticked_by: Sequence[str] = ()
    good: str = ""
    good_because: str = ""
    bad: str = ""
    bad_because: str = ""
    first_answer_minutes: int = 240
    next_word_minutes: int = 480
    solution_minutes: int = 1440
    is_round_the_clock: bool = False
    change_note: str = ""

    def fields(self) -> dict[str, Any]:
        """As a version keeps them, without the note."""
        facts = [*self.ticked_by, *[""] * len(self.how)][: len(self.how)]
        values = {**asdict(self), "how": list(self.how), "ticked_by": facts if any(facts) else []}
        del values["change_note"]
        return values

    @classmethod
    def of(cls, version: Version) -> "Words":
        """The words of a version, without its note."""
        return cls(**{name: getattr(version, name) for name in cls.__dataclass_fields__ if name != "change_note"})


@once_more_if_taken
@in_one
def write_standard(*, name: str, words: Words, actor: Actor, values: Mapping[str, Any] | None = None) -> Standard:
    """A new standard with its first draft, owned by whoever writes it unless ``values`` say otherwise.

    It holds for no case until the draft is published. Raises ``Refusal('name_missing' | 'name_taken' |
    'matter_taken' | 'minutes_invalid' | 'text_too_long' | 'steps_too_many' | 'fact_unknown')``.
    """
    require(actor, "standards.edit")
    _check(words)
    chosen = {"owner_id": actor.pk if actor.is_agent else None, **_chosen({**(values or {}), "name": name})}
    if "owner" in chosen:
        del chosen["owner_id"]
    standard = Standard()
    _check_free(standard, chosen)
    if chosen.get("is_default"):
        Standard.objects.filter(is_default=True).update(is_default=False)
    standard = Standard.objects.create(**chosen)
    _new_version(standard, words, actor)
    announce(StandardWritten(standard_id=standard.pk), actor=actor)
    return standard


@once_more_if_taken
@in_one
def set_standard(*, standard: Standard, actor: Actor, values: Mapping[str, Any]) -> Standard:
    """Change what stands around the words; at most one holds when no other does, and one for each sort of matter.

    Raises ``Refusal('name_missing' | 'name_taken' | 'matter_taken' | 'archived')``.
    """
    require(actor, "standards.edit")
    chosen = _chosen(values)
    if chosen.get("is_default") and standard.archived_at:
        raise archived()
    _check_free(standard, chosen)
    changed = [field for field, value in chosen.items() if getattr(standard, field) != value]
    if "is_default" in changed and chosen["is_default"]:
        Standard.objects.filter(is_default=True).exclude(pk=standard.pk).update(is_default=False)
    for field in changed:
        setattr(standard, field, chosen[field])
    if changed:
        standard.save(update_fields=changed)
        forget()
        announce(StandardChanged(standard_id=standard.pk, fields=changed), actor=actor)
    return standard


@in_one
def start_draft(*, standard: Standard, actor: Actor) -> Version:
    """The version in work; when there is none, a copy of the one that holds."""
    require_author(actor, "standards.edit", standard)
    Standard.objects.select_for_update().get(pk=standard.pk)
    draft = in_work(standard)
    if draft is not None:
        return draft
    last = standard.versions.order_by("-number").first()
    return _new_version(standard, Words.of(standard.live or last or Version()), actor)


@in_one
def edit_draft(*, version: Version, words: Words, actor: Actor, edits: int | None = None) -> Version:
    """Save the draft. ``edits``: the count the author saw; None overwrites whatever is there.

    Raises ``Refusal('changed_meanwhile' | 'not_a_draft' | 'minutes_invalid' | 'text_too_long' | 'steps_too_many' |
    'fact_unknown')``.
    """
    require_author(actor, "standards.edit", version.standard)
    _check(words)
    return version.save_words(words.fields(), note=words.change_note, actor=actor, edits=edits)


@in_one
def restore(*, version: Version, actor: Actor) -> Version:
    """A new draft with the words of an earlier version; raises ``Refusal('draft_in_work')`` while there is another."""
    require_author(actor, "standards.edit", version.standard)
    standard = Standard.objects.select_for_update().get(pk=version.standard_id)
    if in_work(standard) is not None:
        raise draft_in_work()
    return _new_version(standard, Words.of(version), actor, as_in=version.number)


@in_one
def drop_draft(*, version: Version, actor: Actor) -> Standard | None:
    """Throw the draft away; what holds stays. With its only version the standard goes, too, and None is returned.

    Raises ``Refusal('not_a_draft')``.
    """
    require_author(actor, "standards.edit", version.standard)
    standard = Standard.objects.select_for_update().get(pk=version.standard_id)
    version.drop()
    announce(StandardDraftDropped(standard_id=standard.pk), actor=actor)
    if standard.versions.exists():
        return standard
    standard.delete()
    return None


def forget() -> None:
    """Whatever was remembered of standards may be different now."""
    in_force.forget()
    observed_facts.forget()
    version_by_id.forget()


def _new_version(standard: Standard, words: Words, actor: Actor, as_in: int | None = None) -> Version:
    values = {**begun(standard.versions.all(), actor), **words.fields(), "change_note": words.change_note}
    return Version.objects.create(standard=standard, as_in=as_in, **values)


def _chosen(values: Mapping[str, Any]) -> dict[str, Any]:
    chosen = {field: values[field] for field in _EDITABLE if field in values}
    if "name" in chosen:
        chosen["name"] = str(chosen["name"]).strip()
    for name in ("tag", "tier"):
        if name in chosen:
            chosen[name] = " ".join(str(chosen[name]).lower().split())[:_LONGEST_WORD]
    return chosen


def _check(words: Words) -> None:
    texts = {name: value for name, value in words.fields().items() if isinstance(value, str)}
    for field, text in {**texts, "how": "".join(words.how)}.items():
        if len(text) > LONGEST_TEXT:
            said = _("At most %(most)s characters, please: a standard is read beside a customer's letter.")
            said %= {"most": LONGEST_TEXT}
            raise Refusal("text_too_long", said, fields={field: said})
    if len(words.how) > MOST_STEPS:
        said = _("At most %(most)s steps, please.") % {"most": MOST_STEPS}
        raise Refusal("steps_too_many", said, fields={"how": said})
    if not {fact for fact in words.ticked_by if fact} <= set(FACTS):
        said = _("Nothing of this kind can be seen by itself.")
        raise Refusal("fact_unknown", said, fields={"how": said})
    for field in _MINUTES:
        if getattr(words, field) < 1:
            said = _("A promise needs at least one minute.")
            raise Refusal("minutes_invalid", said, fields={field: said})


def _check_free(standard: Standard, values: Mapping[str, Any]) -> None:
    others = Standard.objects.exclude(pk=standard.pk)
    if "name" in values and not values["name"]:
        raise Refusal("name_missing", _("Give the standard a name."), fields={"name": _("A name is missing.")})
    if "name" in values and others.filter(name=values["name"]).exists():
        text = _("There is already a standard with this name.")
        raise Refusal("name_taken", text, fields={"name": text})
    check_matter_free(standard, values)


def check_matter_free(standard: Standard, values: Mapping[str, Any]) -> None:
    """Two standards for the same sort of matter could not be told apart. Raises ``Refusal('matter_taken')``."""
    matter = {name: values[name] if name in values else getattr(standard, name) for name in ORDER}
    if standard.archived_at is not None or not any(matter.values()):
        return
    other = Standard.objects.exclude(pk=standard.pk).filter(**matter, archived_at=None).first()
    if other is not None:
        text = _("“%(name)s” already covers exactly the same cases.") % {"name": other.name}
        raise Refusal("matter_taken", text, fields={"case_kind": text})


def archived() -> Refusal:
    return Refusal("archived", _("This standard is in the archive. Bring it back first."))
