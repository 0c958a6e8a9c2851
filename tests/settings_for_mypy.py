"""The settings as the type checker's Django plugin needs them: with a secret key that is none."""

import os

os.environ.setdefault("OTKLIK_SECRET_KEY", "only-for-the-type-checker")

from otklik.config.settings import *  # noqa: F403
