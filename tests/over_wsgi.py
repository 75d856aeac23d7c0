"""For tests that ask the application itself over WSGI, not through Django's client."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from config.requests import Utf8WSGIRequest

# As `config.wsgi` makes it, but for setting Django up anew: that takes the suite's watch off the logs.
application = WSGIHandler()
application.request_class = Utf8WSGIRequest


@contextmanager
def connections_kept() -> Iterator[None]:
    """A request would close the connection that the test's transaction is in. Django's client does the same."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
