"""A satisfied case as the beginning of an article: what was asked and answered, without whose it was."""

from django.urls import reverse
from django.utils.translation import gettext as _

from otklik.cases.models import Case
from otklik.cases.queries import CaseFile
from otklik.foundation.modules import automatic_purposes
from otklik.foundation.text.masking import masked
from otklik.knowledge.actions import Words
from otklik.reach.models import Message
from otklik.team.models import Agent

_LONGEST_TITLE = 200
_LONGEST_QUESTION = 300


def words_from(file: CaseFile) -> Words:
    """The draft: the customer's words, ours, and for its author a link to the case that readers never get."""
    names = _people(file)
    letters = [letter.message for letter in file.letters if not letter.is_taken_back]
    said = [one for one in letters if one.purpose not in automatic_purposes() and not one.automatic_because]
    asked = [masked(one.text.strip(), names=names) for one in said if one.direction == Message.Direction.IN]
    answered = [masked(one.text.strip(), names=names) for one in said if one.direction == Message.Direction.OUT]
    title = masked(file.case.subject, names=names)[:_LONGEST_TITLE]
    first = " ".join(asked[0].split())[:_LONGEST_QUESTION] if asked else ""
    parts = [
        _remark(file.case),
        f"## {_('The question')}",
        *("\n".join(f"> {line}".rstrip() for line in text.splitlines()) for text in asked if text),
        f"## {_('The answer')}",
        *(text for text in answered if text),
    ]
    questions = [question for question in dict.fromkeys((title, first)) if question]
    return Words(title=title or _("New article"), body="\n\n".join(parts) + "\n", questions=questions)


def _remark(case: Case) -> str:
    where = f"[{_('Case %(number)d') % {'number': case.number}}]({reverse('desk:case', args=[case.number])})"
    told = _("Names, addresses and numbers are hidden; read it all once more, and write it as if for anybody.")
    return f":::staff\n{where}. {told}\n:::"


def _people(file: CaseFile) -> list[str]:
    """Everybody who is spoken of: the customer, whoever wrote, those of us who answered."""
    customer, messages = file.case.customer, [letter.message for letter in file.letters]
    ids = {one.agent_id for one in messages if one.agent_id} | {file.case.owner_id}
    ours = Agent.objects.filter(pk__in=ids).values_list("name", flat=True)
    named = [customer.name, customer.organization.name if customer.organization else ""]
    return [name for name in (*named, *(one.author_name for one in messages), *ours) if name]
