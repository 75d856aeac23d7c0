"""How often an address may come with share links. Who comes with wrong ones is stopped sooner."""

from __future__ import annotations

from plans.api.throttles import ByAddress


class Visits(ByAddress):
    scope = "share_visit"


class Misses(Visits):
    """Counts what `count` is called for, and stops every visit once there are too many: right ones as well, or it would
    tell which are right."""

    scope = "share_miss"

    def throttle_success(self) -> bool:
        return True

    def count(self) -> None:
        if self.rate is not None:
            super().throttle_success()
