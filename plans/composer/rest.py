"""What follows one beginning of a plan: how long it takes, in which order, and what is possible. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from plans.composer.cover import NEVER
from plans.composer.forest import Node
from plans.composer.frames import Frame
from plans.composer.pool import Ask
from plans.composer.routes import Visits, best_visits, changes_of
from plans.composer.supply import BASIC, LATER, Supply
from plans.composer.usable import Candidate, stage_of

MOST_ITEMS = 40
"""What a plan can hold (`plans.models.MAXIMUM_ITEMS`)."""


@dataclass(frozen=True, slots=True)
class Target:
    """`kept` in the whole plan; `count` beyond warm-up and opening; `misses` among the focus entries."""

    kept: int
    count: int
    misses: int


class Rest:
    """What follows one beginning."""

    def __init__(self, frame: Frame, supply: Supply) -> None:
        self.setting, self.frame, self.supply, self.work = supply.setting, frame, supply, supply.work
        self.needs = supply.needs_beside(frame.traits)
        self._possible: dict[tuple[int, int], bool] = {}

    # How long it takes, and in which order.

    def visits(self, places: int) -> Visits:
        """The best order of postures of a plan that uses these places, as bits."""
        used = [place for number, place in enumerate(self.supply.places) if places >> number & 1]
        stages = tuple(frozenset(route for stage, route in used if stage == one) for one in (BASIC, LATER))
        return best_visits((*self.frame.stages, *stages))

    def _through(self, postures: int) -> Visits:
        """The best order of these postures, whatever their stages."""
        routes = frozenset((name,) for number, name in enumerate(self._postures) if postures >> number & 1)
        return best_visits((*self.frame.stages, routes))

    @cached_property
    def _postures(self) -> list[str]:
        return sorted({route[-1] for _, route in self.supply.places})

    def posture_of(self, node: Node) -> int:
        """The posture of a node, as a bit."""
        return 1 << self._postures.index(self.supply.places[node.place][1][-1])

    def postures(self, places: int) -> int:
        """The postures of these places, as bits."""
        used = {route[-1] for number, (_, route) in enumerate(self.supply.places) if places >> number & 1}
        return sum(1 << self._postures.index(name) for name in used)

    def places_in(self, posture: int) -> int:
        """The places of a posture, as bits."""
        return sum(
            1 << number
            for number, (_, route) in enumerate(self.supply.places)
            if posture >> self._postures.index(route[-1]) & 1
        )

    @property
    def limit(self) -> int:
        """The most seconds that the plan may take."""
        return NEVER - 1 if self.setting.limit is None else self.setting.limit

    @cached_property
    def _limit(self) -> int:
        """The seconds that are left for the rest, when nothing more is moved."""
        return self.limit - self.total((), 0)[0]

    def arranged(self, rest: Sequence[Candidate]) -> list[Candidate]:
        """The whole plan in order: by the best order of postures, each exercise as early as its base lets it."""
        places = 0
        for one in rest:
            places |= 1 << self.supply.place_of(one)
        frame = self.frame
        waiting = [(0, one) for one in frame.warm_ups] + [(1, one) for one in frame.openings]
        waiting += sorted(((stage_of(one.exercise), one) for one in rest), key=lambda pair: pair[1].order)
        ordered: list[Candidate] = []
        for stage, posture in self.visits(places):
            while (ready := next(self._ready(waiting, ordered, stage, posture), None)) is not None:
                waiting.remove(ready)
                ordered.append(ready[1])
        return ordered

    def _ready(
        self, waiting: Sequence[tuple[int, Candidate]], ordered: Sequence[Candidate], stage: int, posture: str
    ) -> Iterator[tuple[int, Candidate]]:
        """What can come next in this stage and posture."""
        for number, one in waiting:
            base = self.supply.links[one.code].base if one.code in self.supply.links else None
            if (number, one.exercise.posture) == (stage, posture) and (base is None or base in ordered):
                yield number, one

    # What is possible, and what is best.

    def ask(self, target: Target) -> Ask:
        return Ask(target.count, max(0, target.kept - self.frame.kept), target.misses)

    def worth_taking(self, target: Target, most: int) -> list[Node]:
        """The nodes that a plan can hold whose rest takes at most so many seconds, changes of posture aside."""
        pool, nodes = self.supply.pool(self.needs, target.count), self.supply.apart(self.needs, target.count)
        return pool.worth_taking(nodes, self.ask(target), min(most, self._limit))

    def is_conceivable(self, target: Target) -> bool:
        """False where not even a bound lets it be."""
        items = len(self.frame.candidates) + target.count
        if self.frame.kept > target.kept or not 0 < items <= MOST_ITEMS:
            return False  # where more is kept, it was tried before
        ask = self.ask(target)
        if not self.supply.can_keep(ask.kept, ask.count, self._limit):
            return False
        return self.supply.bound(self.needs, ask, self._limit) <= self._limit

    def is_possible(self, kept: int, count: int) -> bool:
        """False where no plan of this size would have the time, even without focus and without changes of posture."""
        if (kept, count) not in self._possible:
            target = Target(kept, count, len(self.setting.wishes.focus))
            self._possible[kept, count] = self.is_conceivable(target) and self.quickest(target) is not None
        return self._possible[kept, count]

    def quickest(self, target: Target) -> tuple[Node, ...] | None:
        """Changes of posture aside."""
        return self.supply.quickest(self.needs, self.ask(target), self._limit)

    def total(self, nodes: Sequence[Node], places: int, postures: int = 0) -> tuple[int, int]:
        """Seconds and changes of posture of a plan with these nodes that visits at least these places and postures."""
        changes = max(changes_of(self.visits(places)), changes_of(self._through(postures)))
        moving = changes * self.setting.protocol.rules.timing.position_change
        return self.frame.seconds + moving + sum(node.seconds for node in nodes), changes
