"""How often somebody may ask the API. Requests are counted in each process's own cache, sign-ins in the shared one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.cache import caches
from django.utils.connection import ConnectionProxy
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

from patients.access import client_address
from patients.models import Integration
from plans.limits import ByAddress, CountedTogether, network_of


class ByCaller(SimpleRateThrottle):
    """Counts by person (`user`), by integration (`integration`), else by the address of who is not known (`anon`)."""

    cache: Any = ConnectionProxy(caches, "process")

    def __init__(self) -> None:
        """The rate is known once it is known who asks."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = _kind_of(request.user)
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        allowed: bool = super().allow_request(request, view)
        return allowed

    def get_cache_key(self, request: Request, view: Any) -> str:
        ident = network_of(client_address(request)) if self.scope == "anon" else request.user.pk
        return self.cache_format % {"scope": self.scope, "ident": ident}


class LoginByAddress(ByAddress):
    scope = "login"


class GuessesAtAccount(CountedTogether):
    """Counts by the e-mail address that is given, whether or not it has an account."""

    scope = "login_account"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        email = request.data.get("email") if isinstance(request.data, Mapping) else None
        if not isinstance(email, str):
            return None
        ident = salted_hmac(__name__, email.strip().casefold().encode(errors="replace"), algorithm="sha256").hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": ident}


class GuessesFromAddress(GuessesAtAccount):
    """Counts by both: one address has only so many of an account's guesses."""

    scope = "login_account_address"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        key = super().get_cache_key(request, view)
        return key and f"{key}_{network_of(client_address(request))}"


class LoginThrottle(BaseThrottle):
    """Limits what one address tries, and guessing at one account from many.

    Who was refused by one of the counts isn't counted by those after it: one address can't use up an account's guesses,
    which would lock out whose it is.
    """

    def __init__(self) -> None:
        self.guesses = (GuessesFromAddress(), GuessesAtAccount())

    def allow_request(self, request: Request, view: Any) -> bool:
        for throttle in (LoginByAddress(), *self.guesses):
            if not throttle.allow_request(request, view):
                self.refusing = throttle
                return False
        return True

    def wait(self) -> float | None:
        wait: float | None = self.refusing.wait()
        return wait

    def forget_guess(self) -> None:
        """It was no guess: the password is right."""
        for throttle in self.guesses:
            throttle.forget()


def too_many_refusals(context: Mapping[str, Any]) -> Throttled | None:
    """What to answer instead of a refusal to who is refused again and again: permissions come before throttles."""
    throttle, request = ByCaller(), context.get("request")
    if request is None or throttle.allow_request(request, context.get("view")):
        return None
    return Throttled(throttle.wait())


def _kind_of(user: Any) -> str:
    if isinstance(user, Integration):
        return "integration"
    return "user" if user is not None and user.is_authenticated else "anon"
