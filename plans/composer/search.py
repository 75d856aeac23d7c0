"""The best plan by the stated order of preference, among all that pass the checker. Pure, exact.

Targets are tried from the most to the least wanted: how many kept exercises, how many exercises, how many focus entries
missed, how the plan begins. For each the quickest plan is searched; the first target that has one is the best there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial

from plans.composer.branching import Found, quickest_plan
from plans.composer.frames import Frame
from plans.composer.rest import MOST_ITEMS, Rest, Target, links
from plans.composer.usable import Choice, Setting

ByRank = Sequence[Sequence[Callable[[], Rest]]]
"""Beginnings by rank, each worked out when it is first looked at."""


def search(setting: Setting, choice: Choice, beginnings: Sequence[Frame]) -> Found | None:
    """The best plan, or None where none passes."""
    most = _most(setting, choice)
    rests = [cache(partial(Rest, setting, choice, frame, most)) for frame in beginnings]
    ranks = sorted({frame.rank for frame in beginnings})
    by_rank = [[rest for rest, frame in zip(rests, beginnings, strict=True) if frame.rank == rank] for rank in ranks]
    for kept, count in _sizes(setting, choice, most):
        found = _best_of_size(setting, by_rank, kept, count)
        if found:
            return found
    return None


def _sizes(setting: Setting, choice: Choice, most: int) -> Iterator[tuple[int, int]]:
    """(kept, count) from the most to the least wanted."""
    wanted = setting.wishes.count
    counts = sorted(range(most + 1), key=lambda count: (abs(count - wanted), count))
    for kept in range(sum(one.kept for one in choice.candidates), -1, -1):
        yield from ((kept, count) for count in counts)


def _best_of_size(setting: Setting, by_rank: ByRank, kept: int, count: int) -> Found | None:
    """The best plan of a size: with the fewest misses, then the best beginning, then the least time.

    What is possible with few misses is with more: so where none is too few, the fewest are found by halving.
    """
    all_missed = len(setting.wishes.focus)
    best = _best_beginning(by_rank, Target(kept, count, 0))
    if best or not all_missed:
        return best
    best = _best_beginning(by_rank, Target(kept, count, all_missed))
    least, most = (1, all_missed - 1) if best else (1, 0)
    while least <= most:
        middle = (least + most) // 2
        found = _best_beginning(by_rank, Target(kept, count, middle))
        best, least, most = (found, least, middle - 1) if found else (best, middle + 1, most)
    return best


def _best_beginning(by_rank: ByRank, target: Target) -> Found | None:
    """The best plan of a target. How it begins goes before time."""
    for rests in by_rank:
        able = (rest() for rest in rests if rest().is_possible(target.kept, target.count))
        found = [plan for rest in able if (plan := quickest_plan(rest, target))]
        if found:
            return min(found, key=lambda plan: (plan.seconds, plan.changes))
    return None


def _most(setting: Setting, choice: Choice) -> int:
    """More exercises than this no plan needs: as many as asked, or those to be kept and one, with its bases, for each
    thing that is needed."""
    depth = max((link.depth for link in links(setting, choice, frozenset()).values()), default=1)
    kept = sum(one.kept for one in choice.candidates)
    needed = (kept + len(setting.required) + setting.wanted_muscles) * depth
    return min(max(setting.wishes.count, needed), len(choice.candidates), MOST_ITEMS)
