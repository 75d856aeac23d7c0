"""How much a search may do: counted, not timed, so that the same question has the same answer on every machine. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

MOST_STEPS = 180_000
"""Of the search for the best plan, for any catalogue. A step is about a microsecond."""
STEPS_AN_EXERCISE = 400
"""That many more for each exercise that may be proposed."""
MOST_QUICK_STEPS = 100_000
"""For some plan, once the search for the best one has to stop."""
MOST_OF_A_DIVE = 40
"""Sets that are gone on from for one of these."""


class Work:
    """Steps that were taken, of a number that may be taken.

    `is_spent`: the best is not looked for any more, only something quick. `is_over`: nothing is. `proves`: neither came up.
    """

    def __init__(self, most: int) -> None:
        self.left, self._kept_back, self.proves = most, 0, True

    def spend(self, steps: int) -> None:
        self.left -= steps
        self.proves = self.proves and not self.is_spent

    def give_up_proof(self) -> None:
        """Something that could be the best is left out."""
        self.proves = False

    @property
    def is_spent(self) -> bool:
        return self.left < self._kept_back

    @property
    def is_over(self) -> bool:
        return self.left < -MOST_QUICK_STEPS

    @contextmanager
    def half(self) -> Iterator[None]:
        """Keeps half of what is left back for what comes later."""
        before, self._kept_back = self._kept_back, max(0, self.left // 2)
        try:
            yield
        finally:
            self._kept_back = before


def work_for(exercises: int) -> Work:
    """For a catalogue with so many exercises that may be proposed."""
    return Work(MOST_STEPS + STEPS_AN_EXERCISE * exercises)
