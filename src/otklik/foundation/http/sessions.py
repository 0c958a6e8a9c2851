"""Django's sessions in the database; reading one, which every page does, costs a third."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from otklik.foundation.database.compiled import Compiled, Given

_living = Compiled(lambda: Session.objects.filter(session_key=Given("key"), expire_date__gt=Given("now")))


class SessionStore(DatabaseSessionStore):
    """What ``SESSION_ENGINE`` names."""

    def _get_session_from_db(self) -> Session | None:
        found = _living(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
            return None
        return found[0]
