"""The best plan by the stated order of preference, among all that pass the checker. Pure, exact.

Targets are tried from the most to the least wanted: how many kept exercises, how many exercises, how many focus entries
missed, how the plan begins. For each the quickest plan is searched; the first target that has one is the best there is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from plans.composer.branching import Found, quickest_plan
from plans.composer.cover import NEVER
from plans.composer.frames import Frame
from plans.composer.rest import MOST_ITEMS, Rest, Target
from plans.composer.supply import Links, Supply
from plans.composer.work import Work

MOST_TRIED = 3
"""Beginnings for one target, once the work is spent."""


def search(links: Links, beginnings: Sequence[Frame], work: Work) -> Found | None:
    """The best plan, or None where none passes. When the work is spent: one that may not be the best, or None."""
    searching = Search(links, beginnings, work)
    for kept, count in _sizes(links, searching.most):
        found = searching.best_of_size(kept, count)
        if found or work.is_over:
            return found
    return None


def _sizes(links: Links, most: int) -> Iterator[tuple[int, int]]:
    """(kept, count) from the most to the least wanted."""
    wanted = links.setting.wishes.count
    counts = sorted(range(most + 1), key=lambda count: (abs(count - wanted), count))
    for kept in range(sum(one.kept for one in links.choice.candidates), -1, -1):
        yield from ((kept, count) for count in counts)


class Search:
    """The search for the best plan of a size. What follows a beginning is worked out when it is first looked at."""

    def __init__(self, links: Links, beginnings: Sequence[Frame], work: Work) -> None:
        self.links, self.beginnings, self.work = links, beginnings, work
        self.setting = links.setting
        self.most = _most(links)
        self._rests: dict[int, Rest] = {}
        self._supplies: dict[frozenset[str], Supply] = {}

    def best_of_size(self, kept: int, count: int) -> Found | None:
        """The best plan of a size: with the fewest misses, then the best beginning, then the least time.

        What is possible with few misses is with more: so none and all are tried first, and the fewest found by halving.
        All come first, so that there is a plan at hand when the work is spent.
        """
        all_missed = len(self.setting.wishes.focus)
        best = self._best_beginning(Target(kept, count, all_missed))
        least, most, middle = 0, all_missed - 1, 0
        while best and least <= most:
            with self.work.half():
                found = self._best_beginning(Target(kept, count, middle))
            best, least, most = (found, least, middle - 1) if found else (best, middle + 1, most)
            middle = (least + most) // 2
        return best

    def _best_beginning(self, target: Target) -> Found | None:
        """The best plan of a target. How it begins goes before time."""
        best: Found | None = None
        for number, frame in enumerate(self.beginnings):
            first = best and best.rank
            if (first and first < frame.rank) or self.work.is_over or (self.work.is_spent and number >= MOST_TRIED):
                break
            rest = self._rest(number, frame)
            found = quickest_plan(rest, target) if rest.is_possible(target.kept, target.count) else None
            if found and (best is None or (found.seconds, found.changes) < (best.seconds, best.changes)):
                best = found
        return best

    def _rest(self, number: int, frame: Frame) -> Rest:
        self.work.spend(5)
        if number not in self._rests:
            self._rests[number] = Rest(frame, self._supply(frame))
        return self._rests[number]

    def _supply(self, frame: Frame) -> Supply:
        """Shared by all beginnings after which the same exercises can come."""
        telling = self.links.telling(frame)
        if telling not in self._supplies:
            after = self.links.after_telling(telling).values()
            self._supplies[telling] = Supply(self.setting, after, self.most, self._limit, self.work)
        return self._supplies[telling]

    @cached_property
    def _limit(self) -> int:
        """The most seconds that any beginning leaves."""
        if self.setting.limit is None:
            return NEVER - 1
        return self.setting.limit - min(frame.seconds for frame in self.beginnings)


def _most(links: Links) -> int:
    """More exercises than this no plan needs: as many as asked, or those to be kept and one, with its bases, for each
    thing that is needed."""
    setting = links.setting
    depth = max((link.depth for link in links.after_telling(frozenset()).values()), default=1)
    kept = sum(one.kept for one in links.choice.candidates)
    needed = (kept + len(setting.required) + setting.wanted_muscles) * depth
    return min(max(setting.wishes.count, needed), len(links.choice.candidates), MOST_ITEMS)
