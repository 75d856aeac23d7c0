"""What holds for every answer: a line in the log, and headers that tell browsers how far to trust it."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from config.logs import request_facts, route_of
from patients.access import origin

Handler = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("access")


def access_line(get_response: Handler) -> Handler:
    """One line in the log for each request. Stands right inside `request_origin`, which knows the request's id."""

    def middleware(request: HttpRequest) -> HttpResponse:
        begun = time.monotonic()
        token = request_facts.set({"request_id": origin.get().request_id, "method": request.method})
        try:
            response = get_response(request)
            milliseconds = round((time.monotonic() - begun) * 1000, 1)
            route, status = route_of(request), response.status_code
            facts = {"route": route, "status": status, "duration_ms": milliseconds, **_who(request)}
            logger.info("%s %s %s", request.method, route, status, extra={"facts": facts})
        finally:
            request_facts.reset(token)
        return response

    return middleware


def _who(request: HttpRequest) -> dict[str, str | None]:
    """The ids of the account and of the practice that it acts for, where the request got as far as to be asked."""
    try:
        user: Any = getattr(request, "user", None)
        found = (getattr(user, "pk", None), getattr(getattr(user, "membership", None), "practice_id", None))
    except DatabaseError:  # a session can't be looked up
        found = (None, None)
    return dict(zip(("user_id", "practice_id"), map(_text, found), strict=True))


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def browser_policies(get_response: Handler) -> Handler:
    """Headers of an answer that has none of its own: what its page may load, who may show it, and that nobody keeps it.

    Closed by default: what may be kept (a picture of the catalogue, a static file) says so itself.
    """
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items())
    headers = {
        "Content-Security-Policy": policy,
        "Permissions-Policy": ", ".join(f"{name}=()" for name in settings.REFUSED_PERMISSIONS),
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def methods_of_pages(get_response: Handler) -> Handler:
    """Pages are got and posted to. The admin and the pages of accounts would take any other method for GET, OPTIONS too."""
    allowed = ["GET", "HEAD", "POST"]

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method in allowed or request.path.startswith("/api/"):
            return get_response(request)
        return HttpResponseNotAllowed(allowed)

    return middleware
