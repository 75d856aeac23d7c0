"""What can follow one beginning of a plan: the exercises, what is needed of them, and how long they take. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from plans.composer.cover import NEVER
from plans.composer.forest import Needs, Node, undominated
from plans.composer.frames import Frame
from plans.composer.pool import Ask, Pool
from plans.composer.routes import Route, Visits, best_visits, changes_of
from plans.composer.usable import Candidate, Choice, Setting, Trait, stage_of

BASIC, LATER = 2, 3
MOST_ITEMS = 40
"""What a plan can hold (`plans.models.MAXIMUM_ITEMS`)."""
MOST_WEIGHED = 12
"""Of those to be kept; of more not every choice is weighed beforehand."""


@dataclass(frozen=True, slots=True)
class Target:
    """`kept` in the whole plan; `count` beyond warm-up and opening; `misses` among the focus entries."""

    kept: int
    count: int
    misses: int


@dataclass(frozen=True)
class Link:
    """A candidate within a frame: the base that has to come with it, and its route through its stage."""

    candidate: Candidate
    base: Candidate | None
    route: Route
    depth: int


def links(setting: Setting, choice: Choice, there: frozenset[str]) -> dict[str, Link]:
    """Every candidate beyond warm-up and opening that can be prescribed after these exercises, by code; bases first."""
    rest = [one for one in choice.candidates if stage_of(one.exercise) >= BASIC and one.code not in there]
    under: dict[str, list[Candidate]] = {}
    found: dict[str, Link] = {}
    for one in rest:
        base = _needed_base(setting, one, there)
        if base is None:
            found[one.code] = Link(one, None, (one.exercise.posture,), 1)
        else:
            under.setdefault(base, []).append(one)
    for base_link in (growing := list(found.values())):
        linked = [_link(base_link, one) for one in under.get(base_link.candidate.code, ())]
        growing += [link for link in linked if link is not None]  # a list that grows while it is gone through
    return {link.candidate.code: link for link in growing}


def _needed_base(setting: Setting, candidate: Candidate, there: frozenset[str]) -> str | None:
    """The base that has to be in the rest of the plan, if any."""
    base = candidate.exercise.progression_of
    known = base is None or base in there or base in setting.patient.earlier_exercises
    return None if known or setting.accepts("order.progression-before-base") else base


def _link(base: Link, candidate: Candidate) -> Link | None:
    """A progression after its base; None where it would have to stand in an earlier stage."""
    own, before = stage_of(candidate.exercise), stage_of(base.candidate.exercise)
    if before > own:
        return None
    posture, route = candidate.exercise.posture, base.route if before == own else ()
    return Link(candidate, base.candidate, route if route[-1:] == (posture,) else (*route, posture), base.depth + 1)


class Rest:
    """What can follow one beginning."""

    def __init__(self, setting: Setting, choice: Choice, frame: Frame, most: int) -> None:
        self.setting, self.frame, self.most = setting, frame, most
        self.links = {
            code: link for code, link in links(setting, choice, frame.codes).items() if link.depth <= max(most, 1)
        }
        self._places: list[tuple[int, Route]] = []
        self._bits: dict[Trait, int] = {}
        self._muscles: dict[Trait, int] = {}
        self.needs = self._needs()
        self.nodes = [self._node(link) for link in self.links.values()]
        self.by_order = {link.candidate.order: link.candidate for link in self.links.values()}
        self._pools: dict[int, Pool] = {}
        self._useful: dict[int, list[Node]] = {}
        self._possible: dict[tuple[int, int], bool] = {}

    def _needs(self) -> Needs:
        traits = self.frame.traits
        required = [trait for trait in self.setting.required if trait not in traits]
        wished = [("focus", number) for number, _ in enumerate(self.setting.wishes.focus)]
        worked = sorted(str(name) for kind, name in traits if kind == "muscle")
        short = self.setting.wanted_muscles - len(worked)
        if short > 0:
            required.append(("new muscle", True))
        needs = Needs(self._bits_of(required), self._bits_of(trait for trait in wished if trait not in traits))
        if short < 2:
            return needs
        return replace(needs, different=self.setting.wanted_muscles, muscles=self._muscles_of(worked))

    def _bits_of(self, traits: Iterable[Trait]) -> int:
        return sum(self._bits.setdefault(trait, 1 << len(self._bits)) for trait in traits)

    def _muscles_of(self, muscles: Iterable[str]) -> int:
        return sum(self._muscles.setdefault(("muscle", name), 1 << len(self._muscles)) for name in muscles)

    def _node(self, link: Link) -> Node:
        candidate = link.candidate
        found = set(candidate.traits)
        if any(kind == "muscle" and (kind, name) not in self.frame.traits for kind, name in found):
            found.add(("new muscle", True))
        return Node(
            order=candidate.order,
            seconds=candidate.seconds,
            bits=sum(self._bits.get(trait, 0) for trait in found),
            muscles=self._muscles_of(sorted(candidate.exercise.muscles)),
            kept=candidate.kept,
            place=self._place((stage_of(candidate.exercise), link.route)),
            base=link.base.order if link.base else None,
        )

    def _place(self, place: tuple[int, Route]) -> int:
        if place not in self._places:
            self._places.append(place)
        return self._places.index(place)

    # How long it takes, and in which order.

    def visits(self, places: int) -> Visits:
        """The best order of postures of a plan that uses these places, as bits."""
        used = [place for number, place in enumerate(self._places) if places >> number & 1]
        stages = tuple(frozenset(route for stage, route in used if stage == one) for one in (BASIC, LATER))
        return best_visits((*self.frame.stages, *stages))

    def _through(self, postures: int) -> Visits:
        """The best order of these postures, whatever their stages."""
        routes = frozenset((name,) for number, name in enumerate(self._postures) if postures >> number & 1)
        return best_visits((*self.frame.stages, routes))

    @cached_property
    def _postures(self) -> list[str]:
        return sorted({route[-1] for _, route in self._places})

    def posture_of(self, node: Node) -> int:
        """The posture of a node, as a bit."""
        return 1 << self._postures.index(self._places[node.place][1][-1])

    def postures(self, places: int) -> int:
        """The postures of these places, as bits."""
        used = {route[-1] for number, (_, route) in enumerate(self._places) if places >> number & 1}
        return sum(1 << self._postures.index(name) for name in used)

    def places_in(self, posture: int) -> int:
        """The places of a posture, as bits."""
        return sum(
            1 << number
            for number, (_, route) in enumerate(self._places)
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
            link = self.links[one.code]
            places |= 1 << self._place((stage_of(one.exercise), link.route))
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
            base = self.links[one.code].base if one.code in self.links else None
            if (number, one.exercise.posture) == (stage, posture) and (base is None or base in ordered):
                yield number, one

    # What is possible, and what is best.

    def _pool(self, count: int) -> Pool:
        if count not in self._pools:
            self._pools[count] = Pool(self.nodes, self.needs, count)
        return self._pools[count]

    def _apart(self, count: int) -> list[Node]:
        """The nodes that can be of use when changes of posture count."""
        if count not in self._useful:
            self._useful[count] = undominated(self.nodes, count, self.needs, by_place=True)
        return self._useful[count]

    def worth_taking(self, target: Target, most: int) -> list[Node]:
        """The nodes that a plan can hold whose rest takes at most so many seconds, changes of posture aside."""
        pool, ask = self._pool(target.count), self.ask(target)
        return pool.worth_taking(self._apart(target.count), ask, min(most, self._limit))

    def ask(self, target: Target) -> Ask:
        return Ask(target.count, max(0, target.kept - self.frame.kept), target.misses)

    def is_conceivable(self, target: Target) -> bool:
        """False where not even a bound lets it be."""
        items = len(self.frame.candidates) + target.count
        if self.frame.kept > target.kept or not 0 < items <= MOST_ITEMS:
            return False  # where more is kept, it was tried before
        if not self._can_keep(target):
            return False
        pool, ask = self._pool(self.most), self.ask(target)
        return pool.bound(pool.start(ask), self._limit) <= self._limit

    def _can_keep(self, target: Target) -> bool:
        """Whether as many as asked of those to be kept can be in, with their bases."""
        wanted = max(0, target.kept - self.frame.kept)
        choices = self._kept_choices.get(wanted, ()) if len(self._kept) <= MOST_WEIGHED else [(0, 0)]
        return any(size <= target.count and seconds <= self._limit for size, seconds in choices)

    @cached_property
    def _kept(self) -> list[frozenset[int]]:
        """For each node to be kept: it and its bases, by order."""
        bases = {node.order: node.base for node in self.nodes}
        found: list[frozenset[int]] = []
        for node in self.nodes:
            chain = [node.order]
            while (base := bases[chain[-1]]) is not None:
                chain.append(base)
            found += [frozenset(chain)] if node.kept else []
        return found

    @cached_property
    def _kept_choices(self) -> dict[int, list[tuple[int, int]]]:
        """By the number of those to be kept: the size and the seconds of every choice of so many, with their bases."""
        seconds = {node.order: node.seconds for node in self.nodes}
        unions: list[tuple[int, frozenset[int]]] = [(0, frozenset())]
        for chain in self._kept:
            unions += [(number + 1, union | chain) for number, union in unions]
        found: dict[int, list[tuple[int, int]]] = {}
        for number, union in unions:
            found.setdefault(number, []).append((len(union), sum(seconds[order] for order in union)))
        return found

    def is_possible(self, kept: int, count: int) -> bool:
        """False where no plan of this size would have the time, even without focus and without changes of posture."""
        if (kept, count) not in self._possible:
            target = Target(kept, count, len(self.setting.wishes.focus))
            self._possible[kept, count] = self.is_conceivable(target) and self.quickest(target) is not None
        return self._possible[kept, count]

    def quickest(self, target: Target) -> tuple[Node, ...] | None:
        """Changes of posture aside."""
        return self._pool(target.count).best(self.ask(target), self._limit)

    def total(self, nodes: Sequence[Node], places: int, postures: int = 0) -> tuple[int, int]:
        """Seconds and changes of posture of a plan with these nodes that visits at least these places and postures."""
        changes = max(changes_of(self.visits(places)), changes_of(self._through(postures)))
        moving = changes * self.setting.protocol.rules.timing.position_change
        return self.frame.seconds + moving + sum(node.seconds for node in nodes), changes
