"""Django as a WSGI application: what ``config.asgi`` calls in threads, and what any WSGI server may serve."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.config.settings")
application = get_wsgi_application()
