"""Doors of messengers that bring nothing: what is new there is asked for, and the place moves on once it is kept."""

import time
from collections.abc import Hashable
from typing import Final

from django.db import connection

from otklik.reach.actions.admitting import arrival
from otklik.reach.actions.doors import break_door, door_of, note_use
from otklik.reach.actions.inboxes import remember_place
from otklik.reach.actions.keeping import keep_all
from otklik.reach.adapters.delivering import DeliveryFailed, Verdict
from otklik.reach.adapters.optional import Connects, Reads
from otklik.reach.adapters.registry import CHANNELS
from otklik.reach.models import Inbox
from otklik.reach.tending import Tender

_WAIT_SECONDS: Final = 20
_AT_MOST_EVERY: Final = 1.0


class Poller(Tender):
    """One door, asked by one thread of one worker."""

    goes_wrong = (DeliveryFailed,)

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(inbox, what_matters(inbox))
        self._place = str(inbox.imap_state.get("place", ""))

    def tend(self, failures: int) -> None:
        try:
            self._begin()
            while not self.stop.is_set():
                self.ask_once()
        except DeliveryFailed as error:
            if error.verdict is not Verdict.DOOR_BROKEN:
                raise
            break_door(inbox_id=self.inbox.pk, reason=error.reason)
            self.stop.set()

    def _begin(self) -> None:
        """Nobody brings what we ask for: a messenger does one or the other."""
        channel = CHANNELS[self.inbox.kind]
        if isinstance(channel, Connects):
            channel.disconnect(door_of(self.inbox))

    def ask_once(self, *, seconds: int = _WAIT_SECONDS) -> int:
        """Wait for what is new and keep it; returns how much it was."""
        channel = CHANNELS[self.inbox.kind]
        assert isinstance(channel, Reads), "only doors that can be read are polled"
        if not connection.in_atomic_block:
            connection.close()  # back to the pool while we wait
        began = time.monotonic()
        batch = channel.read(door_of(self.inbox), self._place, seconds=seconds)
        if self.stop.is_set():
            return 0
        keep_all([arrival(self.inbox, raw, door="poll") for raw in batch.raws])
        if batch.place != self._place:
            self._place = batch.place
            remember_place(inbox_id=self.inbox.pk, place={"place": batch.place})
        if batch.raws:
            note_use(inbox_id=self.inbox.pk, way="in")
        elif time.monotonic() - began < _AT_MOST_EVERY:
            self.stop.wait(min(_AT_MOST_EVERY, seconds))
        return len(batch.raws)


def what_matters(inbox: Inbox) -> Hashable:
    """What makes a poller begin anew when it changes."""
    return repr(sorted(inbox.settings.items())), inbox.secrets
