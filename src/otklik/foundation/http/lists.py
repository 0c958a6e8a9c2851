"""What a list of the staff states of itself: by which columns it is sorted, or why its order is its sense."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from otklik.foundation.events.settled import settled_id
from otklik.foundation.http.orders import Column, order_of, page_at_hand, page_in_order

_NEWEST: Final = (Column(name="", label="", by="pk", of=int, falls=True),)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """One page of the kind "list", by the template that it fills, with ``size`` rows a page.

    ``columns`` by which people sort it, the first as it opens, or ``order``: why it has one order and no other.
    ``live``: the rows (a ``LiveRows`` of the manifest) that renew themselves in it, or ``still``: why none do.
    Raises ``ValueError`` when it says both of a pair or neither.
    """

    template: str
    columns: Sequence[Column] = ()
    order: str = ""
    live: str = ""
    still: str = ""
    size: int = 50

    def __post_init__(self) -> None:
        if bool(self.columns) == bool(self.order) or bool(self.live) == bool(self.still):
            raise ValueError(f"{self.template}: columns or order, live or still (docs/ui.md)")

    def page[M: Model](self, request: HttpRequest, rows: QuerySet[M]) -> dict[str, Any]:
        """``rows`` (of this page, in the order of the address), ``next``, ``order`` and ``live`` for the kind.

        Without columns the newest come first. Raises ``Refusal('cursor_invalid')``.
        """
        live = self._stream()
        order = order_of(request.GET.get("sort", "") if self.columns else "-", self.columns or _NEWEST)
        page = page_in_order(rows, order, after=request.GET.get("after", ""), size=self.size)
        return {"rows": page.items, "next": page.next, "order": order if self.columns else None, "live": live}

    def _stream(self) -> str:
        """Where the page hears of its rows, from before they are read on: what is told twice is not missed."""
        return f"/live?{urlencode({'rows': self.live, 'after': settled_id()})}" if self.live else ""

    def page_at_hand[T](
        self, request: HttpRequest, rows: Sequence[T], *, value: Callable[[T, str], Any], key: Callable[[T], str]
    ) -> Mapping[str, Any]:
        """The same for a few hundred rows that are at hand (``orders.page_at_hand``)."""
        order = order_of(request.GET.get("sort", ""), self.columns)
        after = request.GET.get("after", "")
        page = page_at_hand(rows, order, after=after, size=self.size, value=value, key=key)
        return {"rows": page.items, "next": page.next, "order": order}
