"""What each messenger is called, how a bot of ours comes about there, what it can and cannot: said before it opens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Messenger:
    """``steps``: what is done over there first. ``asks``: which fields its form has besides."""

    name: str | Promise
    icon: str
    steps: Sequence[str | Promise]
    token: str | Promise
    can: Sequence[str | Promise]
    cannot: Sequence[str | Promise]
    asks: Sequence[str] = ()


_CASE: Final = _("One talk, many matters: what is written soon after the end opens the same case again.")

MESSENGERS: Final[Mapping[str, Messenger]] = {
    "telegram": Messenger(
        name="Telegram",
        icon="brand-telegram",
        steps=(
            _("Open @BotFather in Telegram and write /newbot to it."),
            _("Choose the name that customers see, and an address that ends in “bot”."),
            _("Forbid groups: /setjoingroups, Disable. What people ask us is their own affair."),
            _("Copy the token that @BotFather gives you."),
        ),
        token=_("Token of the bot"),
        can=(
            _("Text of up to 4,096 signs; a longer one leaves as several messages, torn between words."),
            _("Bold, italics, links, quotations, code, both ways."),
            _("Files: up to 20 MB to us, up to 50 MB from us; albums whole, both ways."),
            _("Voice, video, stickers, places, contacts, what was passed on, edits, reactions, answers to one word."),
            _("The customer's “Yes, it is solved” by a button in the talk itself."),
            _CASE,
        ),
        cannot=(
            _("Say whether a word was read: Telegram does not tell bots."),
            _("Tell us what the customer deleted: with us the word stays as it was."),
            _("Write first: the first word is always the customer's."),
            _("Know a repeat: a word of which nobody knows whether it arrived is sent again by its author alone."),
            _("Keep words for long: what waits there for more than a day while we do not ask is lost."),
        ),
    ),
    "max": Messenger(
        name="MAX",
        icon="message-circle",
        steps=(
            _("Confirm your company at business.max.ru: bots are for residents of Russia."),
            _("Create a bot there. It is looked at before customers can reach it, usually for up to two days."),
            _("Copy the token of the bot."),
        ),
        token=_("Token of the bot"),
        can=(
            _("Text of up to 4,000 signs; a longer one leaves as several messages, torn between words."),
            _("Bold, italics, links, code, both ways; pictures and films together, other files one by one."),
            _("Voice, places, contacts, what was passed on, edits, deletions, answers to one word."),
            _("The customer's “Yes, it is solved” by a button in the talk itself."),
            _("A word of unknown outcome is looked for there before anybody decides about it."),
            _CASE,
        ),
        cannot=(
            _("Live by asking: MAX lets bots ask for news only to try it out. Real work needs an address by https."),
            _("Say whether a word was read."),
            _("Write first, or to many: MAX forbids mailings."),
        ),
    ),
    "vk": Messenger(
        name="VK",
        icon="brand-vk",
        steps=(
            _("Open the community of your company: Manage, then Messages: switch them on."),
            _("Under “Work with the API” create a key with the rights to messages, files, photos and management."),
            _("Copy the key and the number of the community."),
        ),
        token=_("Key of the community"),
        can=(
            _("Text of up to 4,096 signs; a longer one leaves as several messages, torn between words."),
            _("Ten pictures and files on one message, both ways."),
            _("Voice, stickers, places, what was passed on, edits, reactions, “read”, answers to one word."),
            _("The customer's “Yes, it is solved” by a button in the talk itself."),
            _("Know a repeat: a word whose outcome was unknown is sent again and comes once."),
            _("Answers that a colleague types in VK itself stand in the case, too."),
            _CASE,
        ),
        cannot=(
            _("Bold and links behind words: they leave as plain text with the address."),
            _("Tell us what the customer deleted."),
            _("Write first: the customer writes, or allows messages from the community."),
            _("Bring comments under posts into cases: they are public, and are kept apart."),
        ),
        asks=("group", "confirmation"),
    ),
}
