"""In which order the postures of a session are best taken. Pure.

A *route* is what one exercise asks of its stage (basic, further …): its own posture, after those of the bases that have
to come before it in the same stage: `("supine",)`, or `("supine", "prone")` for a prone progression of a supine base.
An order of postures serves a route that it contains, with or without others between.
"""

from __future__ import annotations

from functools import lru_cache
from heapq import heappop, heappush
from itertools import pairwise

Route = tuple[str, ...]
Stages = tuple[frozenset[Route], ...]
Visits = tuple[tuple[int, str], ...]
"""Postures in order, each with the number of its stage."""


@lru_cache(maxsize=16384)
def best_visits(stages: Stages) -> Visits:
    """The order with the fewest changes of posture that serves every route of every stage, stage by stage.

    Exact: Dijkstra's algorithm over what is still to be served. Of several the first in the alphabet.
    """
    heap: list[tuple[int, Visits, int, frozenset[Route]]] = []
    _push(heap, 0, (), stages, 0, stages[0] if stages else frozenset())
    done: set[tuple[int, frozenset[Route], str]] = set()
    while True:
        changes, path, stage, left = heappop(heap)
        if stage == len(stages):
            return path
        last = path[-1][1] if path else ""
        if (stage, left, last) in done:
            continue
        done.add((stage, left, last))
        for posture in sorted({route[0] for route in left}):
            cost = changes + (last not in {"", posture})
            _push(heap, cost, (*path, (stage, posture)), stages, stage, _served(left, posture))


def _push(
    heap: list[tuple[int, Visits, int, frozenset[Route]]],
    changes: int,
    path: Visits,
    stages: Stages,
    stage: int,
    left: frozenset[Route],
) -> None:
    """Goes on to the next stage that has something left."""
    while not left and stage < len(stages):
        stage += 1
        left = stages[stage] if stage < len(stages) else frozenset()
    heappush(heap, (changes, path, stage, left))


def _served(left: frozenset[Route], posture: str) -> frozenset[Route]:
    after = (route[1:] if route[0] == posture else route for route in left)
    return frozenset(route for route in after if route)


def changes_of(visits: Visits) -> int:
    """Changes of posture; going on in the same posture is none."""
    return sum(before[1] != after[1] for before, after in pairwise(visits))
