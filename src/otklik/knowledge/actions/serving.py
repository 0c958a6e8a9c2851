"""What agents do with articles while they serve: quote them, judge suggestions, propose corrections."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from otklik.foundation.actors import Actor, require
from otklik.foundation.database.transactions import in_one
from otklik.foundation.errors import Refusal
from otklik.foundation.events.announcing import announce
from otklik.knowledge.actions.writing import Words, edit_draft, start_draft
from otklik.knowledge.events import CorrectionDecided, CorrectionProposed, CorrectionReopened
from otklik.knowledge.models import Article, Correction, Feedback, Quote, Search, Verdict, Version
from otklik.knowledge.queries import linked_in


def note_quotes(*, text: str, case_id: int, actor: Actor) -> int:
    """Remember which articles an answer links to; returns how many are new to this case. No link, no query."""
    if not actor.is_agent:
        return 0
    quotes = [
        Quote(article=article, version=article.live, case_id=case_id, agent_id=actor.agent_id, anchor=anchor)
        for article, anchor in linked_in(text)
    ]
    return len(Quote.objects.bulk_create(quotes, ignore_conflicts=True)) if quotes else 0


def forget_quotes(*, text: str, kept: Iterable[str], case_id: int, actor: Actor) -> None:
    """The answer with this text was taken back; ``kept``: what else this agent has told the customer in the case."""
    gone = {article.pk for article, _anchor in linked_in(text)}
    if gone:
        gone -= {article.pk for article, _anchor in linked_in("\n".join(kept))}
        Quote.objects.filter(article__in=gone, case_id=case_id, agent_id=actor.agent_id).delete()


@in_one
def judge(*, article: Article, case_id: int, is_right: bool, actor: Actor) -> None:
    """Say whether a suggestion fits this case; the last word of each agent counts."""
    require(actor, "knowledge.write")
    Verdict.objects.update_or_create(
        article=article, case_id=case_id, agent_id=actor.agent_id, defaults={"is_right": is_right}
    )


@in_one
def propose_correction(
    *, article: Article, words: str, actor: Actor, case_id: int | None = None, body: str = ""
) -> Correction:
    """Tell the author what is wrong, perhaps with the body as it should be.

    Raises ``Refusal('words_missing' | 'not_published')``.
    """
    require(actor, "knowledge.write")
    if not words.strip():
        text = _("Say what should be different.")
        raise Refusal("words_missing", text, fields={"words": text})
    if article.live is None:
        raise Refusal("not_published", _("This article is not shown to anybody now."))
    body = "" if body.strip() == article.live.body.strip() else body
    correction = Correction.objects.create(
        article=article,
        version=article.live,
        case_id=case_id,
        agent_id=actor.agent_id,
        words=words.strip(),
        body=body,
    )
    announce(CorrectionProposed(article_id=article.pk, correction_id=correction.pk, case_id=case_id), actor=actor)
    return correction


@in_one
def decide_correction(*, correction: Correction, is_taken: bool, actor: Actor, answer: str = "") -> None:
    """The author, or who keeps the article, answers. Raises ``Refusal('changed_meanwhile' | 'answer_missing')``."""
    require(actor, "knowledge.write")
    if not is_taken and not answer.strip():
        text = _("Tell your colleague why not.")
        raise Refusal("answer_missing", text, fields={"answer": text})
    state = Correction.State.TAKEN if is_taken else Correction.State.DECLINED
    decided = Correction.objects.filter(pk=correction.pk, state=Correction.State.OPEN).update(
        state=state, answer=answer.strip(), decided_by_id=actor.agent_id, decided_at=Now()
    )
    if not decided:
        raise Refusal("changed_meanwhile", _("Somebody has already decided about this."))
    correction.refresh_from_db()
    announce(CorrectionDecided(article_id=correction.article_id, correction_id=correction.pk), actor=actor)


@in_one
def reopen_correction(*, correction: Correction, actor: Actor) -> None:
    """Take back that it was declined: it waits again. Raises ``Refusal('changed_meanwhile')``."""
    require(actor, "knowledge.write")
    declined = Correction.objects.filter(pk=correction.pk, state=Correction.State.DECLINED)
    if not declined.update(state=Correction.State.OPEN, answer="", decided_by=None, decided_at=None):
        raise Refusal("changed_meanwhile", _("This is not declined any more."))
    correction.refresh_from_db()
    announce(CorrectionReopened(article_id=correction.article_id, correction_id=correction.pk), actor=actor)


@in_one
def take_correction(*, correction: Correction, actor: Actor, answer: str = "") -> Version:
    """Agree, and put the proposed body into the article's draft; returns the draft.

    Raises ``Refusal('changed_meanwhile' | 'not_a_draft')``; the latter when a version waits for approval.
    """
    decide_correction(correction=correction, is_taken=True, actor=actor, answer=answer)
    draft = start_draft(article=correction.article, actor=actor)
    if not correction.body:
        return draft
    words = Words(title=draft.title, body=correction.body, summary=draft.summary, questions=draft.questions)
    return edit_draft(version=draft, words=words, actor=actor, edits=draft.edits)


@in_one
def settle_words(*, article: Article, until: int, actor: Actor) -> int:
    """What readers missed in the article is read, up to the ``Feedback`` number ``until``; returns how many words."""
    require(actor, "knowledge.write")
    rows = Feedback.objects.filter(~Q(missing=""), article=article, settled_at=None, pk__lte=until)
    return rows.update(settled_at=Now())


@in_one
def settle_searches(*, words: str, language: str, actor: Actor) -> int:
    """Take one question off the authors' work list; it comes back with the next such search. Returns how many rows."""
    require(actor, "knowledge.write")
    rows = Search.objects.filter(words__iexact=words, language=language, settled_at=None)
    return rows.update(settled_at=Now())


@in_one
def unsettle_search(*, search: Search, actor: Actor) -> None:
    """Put a question back on the authors' work list, as it stood. Raises ``Refusal('changed_meanwhile')``."""
    require(actor, "knowledge.write")
    rows = Search.objects.filter(words__iexact=search.words, language=search.language, settled_at=search.settled_at)
    if search.settled_at is None or not rows.update(settled_at=None):
        raise Refusal("changed_meanwhile", _("This question stands on the list already."))
