"""The quickest set of exercises that has what a plan needs, changes of posture aside. Pure, exact.

Exercises are *nodes*; a progression comes only with its base. Best-first search over sets that grow by what is decided
next: which of the nodes to be kept, what brings the rarest thing that is still needed, a further muscle group, and at last
the quickest nodes that fill the set up. What a set still costs is estimated from below by the quickest cover of what is
needed, and the quickest nodes, bases left out of account, for the rest.

What covers comes in *parts*: a node alone; or, of a family of progressions, all of it that the set is to have, so that the
estimate counts bases once. A family with too many such parts comes node by node, and is estimated without bases.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import accumulate
from typing import NamedTuple

from plans.composer.cover import NEVER, Cover, Sums
from plans.composer.forest import Needs, Node, Part, bases_of, numbers_in, parts_of, undominated, with_bases
from plans.composer.work import MOST_OF_A_DIVE, Work


@dataclass(frozen=True, slots=True)
class Ask:
    """Take `count` nodes, at least `kept` of those to be kept, and miss at most so many wished bits."""

    count: int
    kept: int
    misses: int


class Partial(NamedTuple):
    """A set that grows: nodes in it and nodes ruled out, as bits; its seconds; how many nodes it still takes, how many of
    these to be kept, what it still needs and may miss of that; and which of those to be kept are decided on."""

    chosen: int
    banned: int
    seconds: int
    left: int
    kept: int
    need: int
    misses: int
    muscles: int
    decided: int


class Pool:
    """Nodes to take from, and what is needed of them. Nodes are numbered by their time; `1 << number` in a set."""

    def __init__(self, nodes: Sequence[Node], needs: Needs, most: int, work: Work) -> None:
        work.spend(10 * len(nodes))
        self.needs, self.work = needs, work
        left = undominated(nodes, most, needs)
        self.nodes = sorted(left, key=lambda node: (node.seconds, node.base is not None, node.order))
        self._every = (1 << len(self.nodes)) - 1
        self._seconds = [node.seconds for node in self.nodes]
        self._bases = bases_of(self.nodes)
        self._kept = [number for number, node in enumerate(self.nodes) if node.kept]
        self._parts = parts_of(self.nodes, most)
        self._cover = Cover(self._parts, needs, work)
        self._bringing = {bit: [part for part in self._parts if part.bits & bit] for bit in self._cover.rarest_first}
        self._with_kept = {number: [part for part in self._parts if part.nodes >> number & 1] for number in self._kept}
        self._most_new = max((node.muscles.bit_count() for node in self.nodes), default=0)

    def start(self, ask: Ask) -> Partial:
        """The empty set; or where all that are to be kept must be in, all of them."""
        need = self.needs.required | self.needs.wished
        start = Partial(0, 0, 0, ask.count, ask.kept, need, ask.misses, self.needs.muscles, 0)
        if not ask.kept or ask.kept != len(self._kept):
            return start
        forced = sum(1 << number for number in self._kept)
        return self._with(start, with_bases(forced, self._bases))

    def bound(self, partial: Partial, limit: int = NEVER) -> int:
        """A lower bound for the seconds of every set that a partial one grows into; NEVER if there is none within the
        limit."""
        sums = self._quickest_sums(partial)
        free = self._free_kept(partial) if partial.kept else []
        others = partial.left - partial.kept  # the most that can be beside those to be kept
        if others < 0 or len(free) < partial.kept or len(sums) <= others or self._lacks_muscles(partial):
            return NEVER
        seconds = partial.seconds + sum(self.nodes[number].seconds for number in free[: partial.kept])
        if seconds + sums[others] > limit:
            return NEVER
        need = partial.need
        for number in free:
            need &= ~self.nodes[number].bits
        cover = self._cover.least(need, others, partial.misses)
        return min(min((one + sums[others - size] for size, one in enumerate(cover)), default=NEVER) + seconds, NEVER)

    def _quickest(self, partial: Partial) -> list[int]:
        """The nodes that could fill the set up, bases left out of account."""
        free = self._every & ~(partial.chosen | partial.banned)
        found: list[int] = []
        for _ in range(min(partial.left, free.bit_count())):
            found.append((free & -free).bit_length() - 1)
            free &= free - 1
        return found

    def _quickest_sums(self, partial: Partial) -> Sums:
        return tuple(accumulate((self._seconds[number] for number in self._quickest(partial)), initial=0))

    def _free_kept(self, partial: Partial) -> list[int]:
        """Those to be kept that can still come in, the quickest first."""
        return [number for number in self._kept[partial.decided :] if not partial.chosen >> number & 1]

    def _lacks_muscles(self, partial: Partial) -> bool:
        """Whether too few muscle groups are left to come."""
        if not self.needs.different:
            return False
        return partial.muscles.bit_count() + partial.left * self._most_new < self.needs.different

    # The search.

    def best(self, ask: Ask, limit: int) -> tuple[Node, ...] | None:
        """The quickest set that is asked for, within so many seconds. Once the work is spent: the first one that is found
        by going deep, if any."""
        heap: list[tuple[int, int, int, Partial]] = []
        known: set[Partial] = set()
        growing: Iterable[Partial] = (self.start(ask),)
        while True:
            if self.work.is_spent:
                return self._dive(self.start(ask), limit)
            for partial in growing:
                bound = self.bound(partial, limit)
                self.work.spend(10)
                if bound <= limit and bound < NEVER and partial not in known:
                    known.add(partial)
                    heappush(heap, (bound, partial.left, len(known), partial))
            if not heap:
                return None
            partial = heappop(heap)[3]
            if self._is_whole(partial):
                return self.in_set(partial.chosen)
            growing = self._grown(partial)

    def _dive(self, start: Partial, limit: int) -> tuple[Node, ...] | None:
        """A set within so many seconds, by taking the most promising step each time; None after too many."""
        tried, steps = [start] if self.bound(start, limit) <= limit else [], 0
        while tried and steps < MOST_OF_A_DIVE:
            partial = tried.pop()
            if self._is_whole(partial):
                return self.in_set(partial.chosen)
            bounds = [(self.bound(one, limit), number, one) for number, one in enumerate(self._grown(partial))]
            tried += [one for bound, _, one in sorted(bounds, reverse=True) if bound <= limit]
            self.work.spend(10 * len(bounds))
            steps += 1
        return None

    def _is_whole(self, partial: Partial) -> bool:
        return not partial.left and not partial.kept and self._is_covered(partial) and not self._is_short(partial)

    def _is_covered(self, partial: Partial) -> bool:
        return self._cover.is_met(partial.need, partial.misses)

    def _is_short(self, partial: Partial) -> bool:
        return partial.muscles.bit_count() < self.needs.different

    def _grown(self, partial: Partial) -> Iterator[Partial]:
        """Sets of which one leads to the best that this one leads to."""
        if partial.kept:
            return self._keep_or_not(partial)
        if not self._is_covered(partial):
            return self._cover_next(partial)
        if self._is_short(partial):
            return self._with_each(partial, (part for part in self._parts if part.muscles & ~partial.muscles))
        return self._fill_up(partial)

    def _keep_or_not(self, partial: Partial) -> Iterator[Partial]:
        """Decide on the next one of those to be kept."""
        number = self._kept[partial.decided]
        decided = partial._replace(decided=partial.decided + 1)
        yield decided
        yield from self._with_each(decided, self._with_kept[number])

    def _cover_next(self, partial: Partial) -> Iterator[Partial]:
        """Take what brings the rarest thing needed, or do without it."""
        bit = next(bit for bit in self._cover.rarest_first if bit & partial.need)
        yield from self._with_each(partial, self._bringing[bit])
        if bit & self.needs.wished and partial.misses:
            yield partial._replace(need=partial.need & ~bit, misses=partial.misses - 1)

    def _with_each(self, partial: Partial, parts: Iterable[Part]) -> Iterator[Partial]:
        """The set with each of these parts, and with the bases that its nodes need."""
        for part in parts:
            new = with_bases(part.nodes, self._bases) & ~partial.chosen
            if new and not new & partial.banned and not part.settled & partial.chosen:
                yield self._with(partial._replace(banned=partial.banned | part.settled), new)

    def _fill_up(self, partial: Partial) -> Iterator[Partial]:
        """The quickest nodes, if their bases are there. Else one whose base is not comes with it, or not at all."""
        filling = self._quickest(partial)
        there = partial.chosen | sum(1 << number for number in filling)
        odd = next((number for number in filling if with_bases(1 << number, self._bases) & ~there), None)
        if odd is None:
            yield self._with(partial, there & ~partial.chosen)
            return
        new = with_bases(1 << odd, self._bases) & ~partial.chosen
        if not new & partial.banned:
            yield self._with(partial, new)
        yield partial._replace(banned=partial.banned | 1 << odd)

    def _with(self, partial: Partial, new: int) -> Partial:
        after = _with_nodes(partial, self.in_set(new))
        muscles = after.muscles if self.needs.different else 0
        return after._replace(chosen=partial.chosen | new, muscles=muscles)

    def in_set(self, chosen: int) -> tuple[Node, ...]:
        return tuple(self.nodes[number] for number in numbers_in(chosen))

    def worth_taking(self, nodes: Sequence[Node], ask: Ask, limit: int) -> list[Node]:
        """Of nodes, those that a set within so many seconds can hold, by the lower bound."""
        start, worth = self.start(ask), 0
        there = {node.order for node in self.in_set(start.chosen)}
        parts = parts_of(nodes, ask.count)
        self.work.spend(15 * len(parts))
        for part in parts:
            new = [node for number in numbers_in(part.nodes) if (node := nodes[number]).order not in there]
            if not new or self.bound(_with_nodes(start, new), limit) <= limit:
                worth |= part.nodes
        worth = with_bases(worth, bases_of(nodes))
        return [node for number, node in enumerate(nodes) if worth >> number & 1]


def _with_nodes(partial: Partial, new: Iterable[Node]) -> Partial:
    """What a set asks and costs with more nodes; which ones it has is left as it was."""
    chosen, banned, seconds, left, kept, need, misses, muscles, decided = partial
    for node in new:
        seconds, left, kept = seconds + node.seconds, left - 1, max(0, kept - node.kept)
        need, muscles = need & ~node.bits, muscles | node.muscles
    return Partial(chosen, banned, seconds, left, kept, need, misses, muscles, decided)
