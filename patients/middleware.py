"""What every request carries: an id, where it came from, and the practice a session acts for."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from patients.access import RequestOrigin, client_address, origin
from patients.accounts import has_ended, lacks_second_factor
from patients.models import User

Handler = Callable[[HttpRequest], HttpResponse]

# Hexadecimal, as proxies make them: an id that could be a word could be somebody's name, and it stands in logs.
WELL_FORMED = re.compile(r"[0-9a-fA-F][0-9a-fA-F-]{14,62}[0-9a-fA-F]")


def request_origin(get_response: Handler) -> Handler:
    """Give each request an id, its caller's (`X-Request-ID`) or one of our own; note for the log where it came from."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        token = origin.set(RequestOrigin(request_id, client_address(request), "web", request))
        try:
            response = get_response(request)
        finally:
            origin.reset(token)
        response["X-Request-ID"] = request_id
        return response

    return middleware


def acting_practice(get_response: Handler) -> Handler:
    """A browser session acts for one practice: the one it chose, else the person's first. Asked anew each request."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            request.user.act_for(request.session.get("practice"))
        return get_response(request)

    return middleware


def bounded_session(get_response: Handler) -> Handler:
    """A session ends 8 hours after its login, however often it is used."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session and has_ended(request.session):
            logout(request)
        return get_response(request)

    return middleware


OPEN_WITHOUT = ("/account/", "/api/", "/s/", "/healthz", "/readyz", "/robots.txt")
"""What is the same for everybody, or says itself what it demands."""


def second_factor(get_response: Handler) -> Handler:
    """Where the practice demands a second factor, a member without one sees no page but those to set one up.

    The API says so itself (`PracticeSessionAuthentication`): what it refuses stands in the access log.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(OPEN_WITHOUT) and lacks_second_factor(request.user):
            return redirect("mfa_activate_totp")
        return get_response(request)

    return middleware
