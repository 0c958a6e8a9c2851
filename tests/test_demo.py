"""The demo company: believable, whole, made once, and nobody gets a letter from it."""

import pytest

from otklik.demo.make import make
from otklik.demo.invitation import log_ins
from otklik.cases.models import Case
from collections import Counter


@pytest.mark.django_db(transaction=True)
def test_try() -> None:
    import time
    import logging
    logging.disable(logging.INFO)
    began = time.monotonic()
    make(say=print)
    print(time.monotonic() - began)
    print(Counter(Case.objects.values_list("state", "waits_for")))
    print(Counter(Case.objects.values_list("owner__name", "state")))
    print(list(log_ins()))
