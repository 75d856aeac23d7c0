"""How often somebody may ask. What is counted stands in caches: of sign-ins in the shared one, else in each process's own.

Rates are in the settings (`DEFAULT_THROTTLE_RATES`); None is no limit.
"""

from __future__ import annotations

import ipaddress
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


class ByAddress(SimpleRateThrottle):
    """Counts by the address a request came from; of IPv6 by its first half, as the rest is the caller's to choose."""

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": network_of(client_address(request))}


class ByCaller(ByAddress):
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
        if self.scope == "anon":
            return super().get_cache_key(request, view)
        return self.cache_format % {"scope": self.scope, "ident": request.user.pk}


class LoginByAddress(ByAddress):
    scope = "login"


class LoginByAccount(SimpleRateThrottle):
    """Counts by the e-mail address that is given, whether or not it has an account."""

    scope = "login_account"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        email = request.data.get("email") if isinstance(request.data, Mapping) else None
        if not isinstance(email, str):
            return None
        ident = salted_hmac(__name__, email.strip().casefold(), algorithm="sha256").hexdigest()
        return self.cache_format % {"scope": self.scope, "ident": ident}


class LoginThrottle(BaseThrottle):
    """Limits guessing from one address, and guessing at one account from many.

    An address that asked too often doesn't count against the account: it would lock out whose it is.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        for throttle in (LoginByAddress(), LoginByAccount()):
            if not throttle.allow_request(request, view):
                self.refusing = throttle
                return False
        return True

    def wait(self) -> float | None:
        wait: float | None = self.refusing.wait()
        return wait


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


def network_of(address: str | None) -> str:
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
