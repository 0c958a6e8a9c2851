"""Who may open the demo, and where."""

from collections.abc import Iterator

from otklik.cases.models import Case
from otklik.cases.queries import case_url
from otklik.demo.company import DOMAIN, PASSWORD
from otklik.voice.models import Invitation
from otklik.voice.queries import answer_url


def log_ins() -> Iterator[tuple[str, str]]:
    """Name and text of each way into the demo company, for the block that `otklik up` shows."""
    for title, login in (("Agent", "marina"), ("Lead", "olga"), ("Admin", "admin")):
        yield title, f"{login}@{DOMAIN}   password {PASSWORD}"
    hers = Case.objects.filter(customer__name__endswith="Вересаева").order_by("-last_word_at").first()
    if hers is not None:
        yield "Customer", case_url(hers)
    asked = Invitation.objects.filter(case__state=Case.State.SOLVED).order_by("-id").first()
    if asked is not None:
        yield "Asked", answer_url(asked)
