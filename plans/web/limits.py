"""How often an address may come with share links. Who comes with wrong ones is stopped sooner."""

from __future__ import annotations

from typing import Any

from rest_framework.throttling import SimpleRateThrottle


class Visits(SimpleRateThrottle):
    scope = "share_visit"

    def get_cache_key(self, request: Any, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class Misses(Visits):
    """Counts what `count` is called for, and stops every visit once there are too many: right ones as well, or it would
    tell which are right."""

    scope = "share_miss"

    def throttle_success(self) -> bool:
        return True

    def count(self) -> None:
        if self.rate is not None:
            super().throttle_success()
