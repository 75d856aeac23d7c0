"""The best plan by the stated order of preference, among all that pass the checker. Pure, exact.

Targets are tried from the most to the least wanted: how many kept exercises, how many exercises, how many focus entries
missed, how the plan begins. For each the quickest plan is searched; the first target that has one is the best there is.

The quickest plan within a target: best-first branch and bound over the places (stage and posture) that a plan uses. A
branch has places that are paid for and others that may not be used; without its changes of posture its cheapest plan is a
question that a pool answers exactly, and with those that are paid for it is a lower bound. When the cheapest plan of the
best branch uses only places that are paid for, nothing can be better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import heappop, heappush

from plans.composer.frames import Frame, Trait, traits_of
from plans.composer.pool import NEVER, Ask, Needs, Node, Pool, undominated
from plans.composer.routes import Route, Visits, best_visits, changes_of
from plans.composer.usable import Candidate, Choice, Setting, stage_of

BASIC, LATER = 2, 3


@dataclass(frozen=True)
class Found:
    """A plan in its order. `count` beyond warm-up and opening; `seconds` with all changes of posture."""

    candidates: tuple[Candidate, ...]
    count: int
    seconds: int
    changes: int


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


def links(setting: Setting, choice: Choice, known: frozenset[str]) -> dict[str, Link]:
    """Every candidate beyond warm-up and opening that can be prescribed once `known` exercises are, by code."""
    rest = {one.code: one for one in choice.candidates if stage_of(one.exercise) >= BASIC and one.code not in known}
    known |= setting.patient.earlier_exercises
    found: dict[str, Link] = {}
    waiting = list(rest.values())
    while waiting:
        linked = [(one, link) for one in waiting if (link := _link(setting, one, rest, found, known))]
        if not linked:
            break
        found |= {one.code: link for one, link in linked}
        waiting = [one for one in waiting if one.code not in found]
    return found


def _link(
    setting: Setting,
    candidate: Candidate,
    rest: dict[str, Candidate],
    found: dict[str, Link],
    known: frozenset[str],
) -> Link | None:
    exercise = candidate.exercise
    code, posture = exercise.progression_of, exercise.posture
    if code is None or code in known or setting.accepts("order.progression-before-base"):
        return Link(candidate, None, (posture,), 1)
    base = found.get(code)
    if base is None or stage_of(base.candidate.exercise) > stage_of(exercise):
        return None
    same = stage_of(base.candidate.exercise) == stage_of(exercise)
    before = base.route if same else ()
    route = before if before and before[-1] == posture else (*before, posture)
    return Link(candidate, rest[code], route, base.depth + 1)


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
        self._by_order = {link.candidate.order: link.candidate for link in self.links.values()}
        self._pools: dict[int, Pool] = {}

    def _needs(self) -> Needs:
        traits = self.frame.traits
        required = [trait for trait in required_traits(self.setting) if trait not in traits]
        wished = [("focus", number) for number, _ in enumerate(self.setting.wishes.focus)]
        worked = sorted(str(name) for kind, name in traits if kind == "muscle")
        short = wanted_muscles(self.setting) - len(worked)
        if short > 0:
            required.append(("new muscle", True))
        needs = Needs(self._bits_of(required), self._bits_of(trait for trait in wished if trait not in traits))
        if short < 2:
            return needs
        return replace(needs, different=wanted_muscles(self.setting), muscles=self._muscles_of(worked))

    def _bits_of(self, traits: Iterable[Trait]) -> int:
        return sum(self._bits.setdefault(trait, 1 << len(self._bits)) for trait in traits)

    def _muscles_of(self, muscles: Iterable[str]) -> int:
        return sum(self._muscles.setdefault(("muscle", name), 1 << len(self._muscles)) for name in muscles)

    def _node(self, link: Link) -> Node:
        candidate = link.candidate
        found = set(traits_of(self.setting, candidate))
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

    def _ask(self, target: Target) -> Ask:
        return Ask(target.count, max(0, target.kept - self.frame.kept), target.misses)

    def is_conceivable(self, target: Target) -> bool:
        """False where not even a bound lets it be."""
        if self.frame.kept > target.kept or not (self.frame.candidates or target.count):
            return False  # more is kept: tried before; or nothing would be in it
        pool, ask = self._pool(self.most), self._ask(target)
        return pool.bound(pool.start(ask), self._limit) <= self._limit

    def best(self, target: Target) -> Found | None:
        """The quickest plan of a target that goes on from this beginning, with the fewest changes of posture."""
        if not self.is_conceivable(target):
            return None
        pool, ask = self._pool(target.count), self._ask(target)
        first = pool.best(ask, self._limit)
        if first is None:
            return None
        # What costs more than the plan that is at hand needn't be looked at.
        most = min(self._limit, self.total(first, _places_of(first))[0] - self.total((), 0)[0])
        apart = undominated(self.nodes, target.count, self.needs, by_place=True)
        best = Branching(self, ask, pool.worth_taking(apart, ask, most)).best(first)
        if best is None:
            return None
        ordered = self.arranged([self._by_order[node.order] for node in best.nodes])
        return Found(tuple(ordered), target.count, best.seconds, best.changes)

    def total(self, nodes: Sequence[Node], places: int, postures: int = 0) -> tuple[int, int]:
        """Seconds and changes of posture of a plan with these nodes that visits at least these places and postures."""
        changes = max(changes_of(self.visits(places)), changes_of(self._through(postures)))
        moving = changes * self.setting.protocol.rules.timing.position_change
        return self.frame.seconds + moving + sum(node.seconds for node in nodes), changes


@dataclass(frozen=True, order=True)
class Branch:
    """The plans that use all postures and places that are paid for, and none but the allowed places, as bits.

    `seconds` and `changes`: no plan of it has less; `nodes`: the quickest of it, changes of posture aside.
    """

    seconds: int
    changes: int
    number: int
    postures: int
    places: int
    allowed: int
    nodes: tuple[Node, ...] = field(compare=False)


class Branching:
    """The search for the quickest plan among nodes, changes of posture counted."""

    def __init__(self, rest: Rest, ask: Ask, nodes: Sequence[Node]) -> None:
        self.rest, self.ask, self.nodes = rest, ask, nodes
        self.most = rest.limit
        self.heap: list[Branch] = []

    def best(self, first: tuple[Node, ...]) -> Branch | None:
        """`first`: the quickest nodes, changes of posture aside."""
        self._push(0, 0, _places_of(self.nodes), first)
        while self.heap:
            branch = heappop(self.heap)
            if branch.seconds > self.most:
                return None
            places = _places_of(branch.nodes)
            if postures := self.rest.postures(places) & ~branch.postures:
                self._decide_on_posture(branch, _least_used(map(self.rest.posture_of, branch.nodes), postures))
            elif unpaid := places & ~branch.places:
                self._decide_on_place(branch, _least_used((1 << node.place for node in branch.nodes), unpaid))
            else:
                return branch
        return None

    def _decide_on_posture(self, branch: Branch, posture: int) -> None:
        """Pay for a posture, in whatever stage; or don't use it."""
        self._push(branch.postures | posture, branch.places, branch.allowed, branch.nodes)
        self._narrow(branch, branch.allowed & ~self.rest.places_in(posture))

    def _decide_on_place(self, branch: Branch, place: int) -> None:
        self._push(branch.postures, branch.places | place, branch.allowed, branch.nodes)
        self._narrow(branch, branch.allowed & ~place)

    def _narrow(self, branch: Branch, allowed: int) -> None:
        pool = Pool(self._within(allowed), self.rest.needs, self.ask.count)
        moving = self.rest.total((), branch.places, branch.postures)[0]
        nodes = pool.best(self.ask, self.most - moving)
        if nodes is not None:
            self._push(branch.postures, branch.places, allowed, nodes)

    def _within(self, allowed: int) -> list[Node]:
        """The nodes of these places whose bases are all in these places too."""
        there: set[int | None] = {None}
        for node in self.nodes:  # bases first
            if allowed >> node.place & 1 and node.base in there:
                there.add(node.order)
        return [node for node in self.nodes if node.order in there]

    def _push(self, postures: int, places: int, allowed: int, nodes: tuple[Node, ...]) -> None:
        seconds, changes = self.rest.total(nodes, places, postures)
        self.most = min(self.most, self.rest.total(nodes, _places_of(nodes))[0])
        heappush(self.heap, Branch(seconds, changes, len(nodes), postures, places, allowed, nodes))


def required_traits(setting: Setting) -> list[Trait]:
    """What every plan must have at least one exercise for, unless the finding that says so is accepted."""
    rules = setting.protocol.rules
    needed: list[Trait] = []
    if "basic" in setting.protocol.groups.values() and not setting.accepts("order.basics-missing"):
        needed.append(("role", "basic"))
    waiting = rules.basics_need_clearance and not setting.patient.cleared
    if not waiting and not setting.accepts("balance.category-missing"):
        needed += [("category", category) for category in dict.fromkeys(rules.balance.required_categories)]
    return needed


def wanted_muscles(setting: Setting) -> int:
    """How many different muscle groups every plan must have."""
    return 0 if setting.accepts("balance.muscle-groups") else setting.protocol.rules.balance.minimum_muscle_groups


def _places_of(nodes: Iterable[Node]) -> int:
    places = 0
    for node in nodes:
        places |= 1 << node.place
    return places


def _least_used(bits: Iterable[int], unpaid: int) -> int:
    """Of the bits to decide on, the one that most likely isn't worth its changes."""
    undecided = [bit for bit in bits if bit & unpaid]
    return min(undecided, key=lambda bit: (undecided.count(bit), bit))


def search(setting: Setting, choice: Choice, beginnings: Sequence[Frame]) -> Found | None:
    """The best plan, or None where none passes."""
    most = _most(setting, choice)
    rests = [Rest(setting, choice, frame, most) for frame in beginnings]
    for kept, count in _sizes(setting, choice, most):
        found = _best_of_size(setting, rests, kept, count)
        if found:
            return found
    return None


def _sizes(setting: Setting, choice: Choice, most: int) -> Iterator[tuple[int, int]]:
    """(kept, count) from the most to the least wanted."""
    wanted = setting.wishes.count
    counts = sorted(range(most + 1), key=lambda count: (abs(count - wanted), count))
    for kept in range(sum(one.kept for one in choice.candidates), -1, -1):
        yield from ((kept, count) for count in counts)


def _best_of_size(setting: Setting, rests: Sequence[Rest], kept: int, count: int) -> Found | None:
    all_missed = len(setting.wishes.focus)
    able = [rest for rest in rests if rest.is_conceivable(Target(kept, count, all_missed))]
    for misses in range(all_missed + 1) if able else ():
        for rank in sorted({rest.frame.rank for rest in able}):
            target = Target(kept, count, misses)
            found = [plan for rest in able if rest.frame.rank == rank and (plan := rest.best(target))]
            if found:
                return min(found, key=lambda plan: (plan.seconds, plan.changes))
    return None


def _most(setting: Setting, choice: Choice) -> int:
    """More exercises than this no plan needs: as many as asked, or those to be kept and one, with its bases, for each
    thing that is needed."""
    depth = max((link.depth for link in links(setting, choice, frozenset()).values()), default=1)
    kept = sum(one.kept for one in choice.candidates)
    needed = (kept + len(required_traits(setting)) + wanted_muscles(setting)) * depth
    return min(max(setting.wishes.count, needed), len(choice.candidates))
