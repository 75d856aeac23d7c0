"""Limits that hold before a view sees a request."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from plans.api.problems import is_api, json_problem

Handler = Callable[[HttpRequest], HttpResponse]


def bounded_body(get_response: Handler) -> Handler:
    """Refuse an API body that is too large before reading it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if is_api(request) and length.isdigit() and int(length) > settings.MAXIMUM_BODY_BYTES:
            return json_problem(413, f"The body may have at most {settings.MAXIMUM_BODY_BYTES} bytes.")
        return get_response(request)

    return middleware
