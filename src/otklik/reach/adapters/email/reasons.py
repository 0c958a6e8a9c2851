"""The codes that the parser gives, and what they mean in words."""


def gettext_noop(message: str) -> str:
    """Mark for translation. Django's own asks the settings first, which the parser must not need."""
    return message


HELD_REASONS: dict[str, str] = {
    "empty": gettext_noop("The letter is empty: not a single byte arrived."),
    "no_sender": gettext_noop("The letter does not say who sent it."),
    "no_letter": gettext_noop("These bytes are no letter: they have no mail headers."),
    "parser_failed": gettext_noop("The letter could not be read. The original is kept."),
    "no_inbox": gettext_noop("No inbox is set up for the address it was sent to."),
    "from_ourselves": gettext_noop("It was sent from our own address, so an answer would go round in a circle."),
    "marked_spam": gettext_noop("A mail server on its way calls it spam."),
    "cannot_be_stored": gettext_noop("It could not be stored, several times over. The original is kept."),
    "bounce_of_unknown_letter": gettext_noop("It reports a failed delivery of a letter that was not ours."),
    "unknown_kind": gettext_noop("Another program sent something of a kind that we do not know yet."),
}
"""Why bytes became no case: ``Unreadable.reason``, and what ``reach.actions.take_in`` holds."""

AUTOMATIC_REASONS: dict[str, str] = {
    "auto_submitted": gettext_noop("It says of itself that a machine wrote it."),
    "bounce": gettext_noop("It reports that a letter was not delivered."),
    "report": gettext_noop("It is a report of a mail server."),
    "empty_return_path": gettext_noop("It wants no answer: its return address is empty."),
    "complaint": gettext_noop("The customer pressed “spam” on a letter of ours."),
    "campaign": gettext_noop("It is a newsletter."),
    "receipt": gettext_noop("A ticket system or a mail program has noted our letter."),
    "auto_header": gettext_noop("It is an automatic answer."),
    "out_of_office": gettext_noop("It is an absence notice."),
    "system_sender": gettext_noop("It was written by a mail server."),
    "no_reply_sender": gettext_noop("Its sender takes no answers."),
    "unknown_kind": gettext_noop("It is something of a kind that we do not know yet."),
}
"""Why a letter counts as written by a machine (``Incoming.automatic_because``)."""

SILENT_REASONS: dict[str, str] = {
    "list": gettext_noop("It came through a mailing list."),
    "precedence": gettext_noop("It is bulk mail."),
    "asks_for_silence": gettext_noop("It asks machines not to answer."),
}
"""Why a person's letter gets no automatic answer of ours (``Incoming.silent_because``)."""

NOTICES: dict[str, str] = {
    "encrypted": gettext_noop(
        "This letter is encrypted. It is attached as it came; open it in a mail program that has the key."
    ),
    "unreadable": gettext_noop("This letter could not be read. The original is attached."),
    "truncated": gettext_noop("This letter is too large or too nested to show whole. The original is kept."),
    "unknown_kind": gettext_noop("Something of a kind that we do not know yet. The original is kept."),
    "written_there": gettext_noop("Written there by one of us, past this house. Who it was is not told."),
    "wild_html": gettext_noop("The formatting of this letter is too heavy to show safely. Its text is shown instead."),
}
"""What an agent should know about how a letter was read (``Incoming.notices``)."""
