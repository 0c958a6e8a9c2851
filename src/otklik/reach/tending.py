"""A thread that minds one inbox until it is told to stop; what goes wrong is tried again, more and more patiently."""

import logging
from collections.abc import Hashable
from threading import Event, Thread
from typing import Final

from django.db import DatabaseError, InterfaceError, connection
from psycopg_pool import PoolTimeout

from otklik.foundation.errors import Refusal
from otklik.reach.models import Inbox

logger = logging.getLogger(__name__)

_PATIENCE: Final = (5, 10, 20, 40, 80, 160, 300)
NO_DATABASE: Final = (DatabaseError, InterfaceError, PoolTimeout)


class Tender(Thread):
    """``settings``: what makes it begin anew when it changes. ``goes_wrong``: what is not an error of ours."""

    goes_wrong: tuple[type[Exception], ...] = ()

    def __init__(self, inbox: Inbox, settings: Hashable) -> None:
        super().__init__(name=f"{inbox.kind}-{inbox.pk}", daemon=True)
        self.settings = settings
        self.inbox = inbox
        self.stop = Event()

    def run(self) -> None:
        failures = 0
        expected: tuple[type[Exception], ...] = (*self.goes_wrong, *NO_DATABASE, Refusal)
        while not self.stop.is_set():
            try:
                self.tend(failures)
                failures = 0
            except expected as error:
                patience = _PATIENCE[min(failures, len(_PATIENCE) - 1)]
                facts = {"inbox": self.inbox.pk, "error": type(error).__name__, "seconds": patience}
                logger.warning("mailbox_not_read", extra=facts)
                failures += 1
                self.stop.wait(patience)
            except Exception:
                logger.exception("mailbox_reader_failed", extra={"inbox": self.inbox.pk})
                failures += 1
                self.stop.wait(_PATIENCE[-1])
            finally:
                connection.close()

    def tend(self, failures: int) -> None:
        """Read until told to stop; ``failures``: how often it went wrong just before."""
        raise NotImplementedError
