"""How much a search may do: counted, not timed, so that the same question has the same answer on every machine. Pure."""

from __future__ import annotations

MOST_STEPS = 40_000
"""Of an exact search. A step is some ten microseconds."""
MOST_QUICK_STEPS = 20_000
"""More, for a plan that may not be the best, once the exact search has to stop."""
MOST_OF_A_DIVE = 400
"""For one set of exercises, by then."""


class Work:
    """Steps that were taken. From `is_spent` on nothing is proved any more; from `is_over` on nothing is tried."""

    def __init__(self, most: int = MOST_STEPS) -> None:
        self._left = most

    def spend(self, steps: int = 1) -> None:
        self._left -= steps

    @property
    def is_spent(self) -> bool:
        return self._left < 0

    @property
    def is_over(self) -> bool:
        return self._left < -MOST_QUICK_STEPS
