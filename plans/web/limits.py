"""How often an address may come with share links. Who comes with wrong ones is stopped sooner."""

from __future__ import annotations

from plans.limits import ByAddress


class Visits(ByAddress):
    scope = "share_visit"


class Misses(ByAddress):
    """Counts each visit until it is known to be none (`forget`), and stops every one once there are too many: right ones
    as well, or it would tell which are right."""

    scope = "share_miss"
