"""The quickest plan of a target, changes of posture counted. Pure, exact.

Best-first branch and bound over the postures and places (stage and posture) that a plan uses. A branch has some that are
paid for, and others that may not be used. Its quickest plan, changes of posture aside, is a question that a pool answers
exactly; with the changes that are paid for it is a lower bound. When the quickest plan of the best branch uses only what
is paid for, nothing can be better.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from plans.composer.forest import Node
from plans.composer.pool import Ask, Pool
from plans.composer.rest import Rest, Target
from plans.composer.usable import Candidate


@dataclass(frozen=True)
class Found:
    """A plan in its order. `count` beyond warm-up and opening; `seconds` with all changes of posture; `rank` of how it
    begins."""

    candidates: tuple[Candidate, ...]
    count: int
    seconds: int
    changes: int
    rank: tuple[int, int]


def quickest_plan(rest: Rest, target: Target) -> Found | None:
    """The quickest plan of a target that goes on from a beginning, with the fewest changes of posture."""
    if not rest.is_conceivable(target):
        return None
    first = rest.quickest(target)
    if first is None:
        return None
    # What costs more than the plan that is at hand needn't be looked at.
    most = rest.total(first, _places_of(first))[0] - rest.total((), 0)[0]
    nodes = first if rest.work.is_spent else rest.worth_taking(target, most)
    best = Branching(rest, rest.ask(target), nodes).best(first)
    if best is None:
        return None
    ordered = rest.arranged([rest.supply.by_order[node.order] for node in best.nodes])
    return Found(tuple(ordered), target.count, best.seconds, best.changes, rest.frame.rank)


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
            if self.rest.work.is_spent:
                return self._at_hand(first)
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

    def _at_hand(self, first: tuple[Node, ...]) -> Branch | None:
        """The quickest nodes of all branches, with all the changes that they ask for."""
        places = _places_of(self.nodes)
        known = [first, *(branch.nodes for branch in self.heap)]
        whole = [(self.rest.total(nodes, _places_of(nodes)), number) for number, nodes in enumerate(known)]
        (seconds, changes), number = min(whole)
        if seconds > self.rest.limit:
            return None
        return Branch(seconds, changes, number, 0, 0, places, known[number])

    def _decide_on_posture(self, branch: Branch, posture: int) -> None:
        """Pay for a posture, in whatever stage; or don't use it."""
        self._push(branch.postures | posture, branch.places, branch.allowed, branch.nodes)
        self._narrow(branch, branch.allowed & ~self.rest.places_in(posture))

    def _decide_on_place(self, branch: Branch, place: int) -> None:
        self._push(branch.postures, branch.places | place, branch.allowed, branch.nodes)
        self._narrow(branch, branch.allowed & ~place)

    def _narrow(self, branch: Branch, allowed: int) -> None:
        pool = Pool(self._within(allowed), self.rest.needs, self.ask.count, self.rest.work)
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


def _places_of(nodes: Iterable[Node]) -> int:
    places = 0
    for node in nodes:
        places |= 1 << node.place
    return places


def _least_used(bits: Iterable[int], unpaid: int) -> int:
    """Of the bits to decide on, the one that most likely isn't worth its changes."""
    undecided = [bit for bit in bits if bit & unpaid]
    return min(undecided, key=lambda bit: (undecided.count(bit), bit))
