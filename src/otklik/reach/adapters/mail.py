"""E-mail as a channel: letters come by their own doors (SMTP, IMAP, pipe) and leave by SMTP."""

from collections.abc import Sequence

from otklik.reach.adapters import smtp_out
from otklik.reach.adapters.channels import Abilities, Admitted, Door, FileLost, FileRef, Knock, Part, Rejected, Word
from otklik.reach.adapters.compose import compose
from otklik.reach.adapters.delivering import Letter, Receipt
from otklik.reach.adapters.email import parse
from otklik.reach.adapters.incoming import Incoming, IncomingFile, Unreadable
from otklik.reach.adapters.probing import imap_problem, smtp_problem


class Mail:
    """Settings of its door: ``imap_url``, ``smtp_url``, ``folder``, ``trusted_hosts``, ``own_domains``."""

    kind = "email"
    abilities = Abilities(
        is_letter=True,
        has_hook=False,
        has_buttons=False,
        is_repeatable=False,
        file_bytes=0,
        tells=frozenset({Incoming, Unreadable}),
    )

    def check(self, door: Door) -> str:
        for way, probe in (("imap", imap_problem), ("smtp", smtp_problem)):
            url = door.settings[f"{way}_url"]
            problem = probe(url, door.secret(way)) if url else ""
            if problem:
                return problem
        return ""

    def admit(self, door: Door, knock: Knock) -> Admitted | Rejected:
        return Rejected(status=404, reason="no_hook")

    def key(self, raw: bytes) -> str:
        return ""

    def understand(self, raw: bytes, door: Door) -> Sequence[Incoming | Unreadable]:
        read = parse(raw, trusted_hosts=door.settings["trusted_hosts"], own_domains=door.settings["own_domains"])
        return (read,)

    def bring(self, door: Door, ref: FileRef) -> IncomingFile:
        raise FileLost("inside_the_letter", is_over=True)

    def write(self, word: Word, door: Door) -> Sequence[Part]:
        if word.letter is None:
            raise ValueError("a letter has a head and a sheet")
        return (Part(content=compose(word.letter), to=word.to),)

    def hand_over(self, door: Door, part: Part) -> Receipt:
        letter = Letter(content=part.content, sender=door.address, recipients=part.to)
        url, folder = door.settings["smtp_url"], door.settings["folder"]
        return smtp_out.deliver(letter, url=url, password=door.secret("smtp"), folder=folder)
