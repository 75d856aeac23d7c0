"""Counting how often somebody comes: what the API and the pages share.

Rates are in the settings (`DEFAULT_THROTTLE_RATES`); None is no limit.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.core.internal.ratelimit import cache_lock
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from patients.access import client_address


class CountedTogether(SimpleRateThrottle):
    """Counts over all processes, in the cache that they share; one at a time, or each of many at once would be the last."""

    key: str | None = None
    duration: int

    def allow_request(self, request: Request, view: Any) -> bool:
        key = self.get_cache_key(request, view)
        if self.rate is None or key is None:
            return True
        with cache_lock(key) as is_mine:
            if is_mine:
                allowed: bool = super().allow_request(request, view)
                return allowed
        self.history, self.now = [], self.timer()  # so many ask that this one would wait for long
        return False

    def forget(self) -> None:
        """What was counted last doesn't count after all."""
        if self.key is None:
            return
        with cache_lock(self.key) as is_mine:
            history = self.cache.get(self.key, [])
            if is_mine and self.now in history:
                history.remove(self.now)
                self.cache.set(self.key, history, self.duration)


class ByAddress(CountedTogether):
    """Counts by the address a request came from."""

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": network_of(client_address(request))}


def network_of(address: str | None) -> str:
    """What is counted of an address: of IPv6 its first half, as the rest is the caller's to choose."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
