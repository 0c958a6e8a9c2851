"""What was said in a conversation, in the words that a reply would repeat."""

from dataclasses import replace
from typing import Any, Final

from django.db.models import F

from otklik.foundation.database.compiled import Compiled, Given
from otklik.reach.adapters.email import text_from_html
from otklik.reach.adapters.incoming import Incoming
from otklik.reach.house import house_of
from otklik.reach.models import Conversation, Message
from otklik.reach.queries import inbox_by_id, way_out
from otklik.ui.letters import House, Pictures, letter_html, letter_text, sheet_of

_MOST_LETTERS: Final = 40
_MOST_PAGES: Final = 3
_LONGEST: Final = 100_000

_said = Compiled(
    lambda: (
        Message.objects.filter(conversation_id=Given("conversation"))
        .exclude(direction=Message.Direction.NOTE)
        .only("direction", "subject", "text", "full_text", "sheet")
        .annotate(language=F("conversation__customer__language"))
        .order_by("-id")[:_MOST_LETTERS]
    )
)


def knowing_what_was_said(incoming: Incoming, conversation: Conversation) -> Incoming:
    """The letter with its own words told apart by what was said before it in its conversation."""
    if incoming.knowing is None:
        return incoming
    letters: list[Any] = _said(conversation=conversation.pk)
    ours = [one for one in letters if one.direction == Message.Direction.OUT]
    theirs = [one.full_text[:_LONGEST] for one in letters if one.direction == Message.Direction.IN]
    house = house_of(way_out(conversation) or inbox_by_id(conversation.inbox_id))
    texts = [letter_text(sheet=sheet_of(one.sheet), words=one.text, house=house) for one in ours]
    pages = [_page(one, house, one.language) for one in ours[:_MOST_PAGES]]
    return replace(incoming, own_text=incoming.knowing([*texts, *pages], theirs))


def _page(message: Message, house: House, language: str) -> str:
    """What our letter says as a page, where a few words stand that its plain twin does not need."""
    sheet = sheet_of(message.sheet)
    page = letter_html(
        sheet=sheet,
        words=message.text,
        house=house,
        pictures=Pictures(mark="cid:mark", face="cid:face" if sheet.owner and sheet.owner.id else ""),
        subject=message.subject,
        language=language,
    )
    return text_from_html(str(page))
