"""The quickest set of exercises that has what a plan needs, changes of posture aside. Pure, exact.

Exercises are *nodes*; a progression comes only with its base. Best-first search over sets that grow by what is decided
next: which of the nodes to be kept, what brings the rarest thing that is still needed, a further muscle group, and at last
the quickest nodes that fill the set up. What a set still costs is estimated from below by the quickest cover of what is
needed, bases left out of account, and the quickest nodes for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

NEVER = 10**9
Sums = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """An exercise as the search sees it. `bits`: what it brings of what is needed or wished for; `muscles` as bits;
    `place`: the number of its stage and route; `base`: the `order` of the node that it comes with."""

    order: int
    seconds: int
    bits: int
    muscles: int
    kept: bool
    place: int
    base: int | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """`required` bits, `wished` bits (focus), and how many different muscle groups, of which `muscles` are there.

    `different` 0: the muscle groups are enough, or a required bit looks after them.
    """

    required: int = 0
    wished: int = 0
    different: int = 0
    muscles: int = 0


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
    count: int
    kept: int
    need: int
    misses: int
    muscles: int
    decided: int


def undominated(nodes: Sequence[Node], most: int, needs: Needs, *, by_place: bool = False) -> list[Node]:
    """Without the nodes that no best set of at most so many needs, whatever the changes of posture.

    A node is useless when `most` others without a base bring all that it brings in no more time: one of them is free, and
    can stand in for it. What hangs under a node keeps it, unless it is useless as well. `by_place`: none stands in for
    one of another place, so that changes of posture count.
    """
    useless = _useless(nodes, most, needs, by_place)
    by_order = {node.order: node for node in nodes}
    left: set[int | None] = {None}
    for node in nodes:
        order: int | None = None if node.order in useless else node.order
        while order not in left:
            left.add(order)
            order = by_order[order].base if order is not None else None
    return [node for node in nodes if node.order in left]


def _useless(nodes: Sequence[Node], most: int, needs: Needs, by_place: bool) -> set[int]:
    counts: dict[int, int] = {}
    full: set[int] = set()
    useless: set[int] = set()
    for node in sorted(nodes, key=lambda node: (node.seconds, node.order)):
        brings = _traits(node, needs, by_place)
        if brings not in full and sum(counts[other] for other in counts if other & brings == brings) >= most:
            full.add(brings)
        if brings in full and not node.kept:
            useless.add(node.order)
        if node.base is None:
            counts[brings] = counts.get(brings, 0) + 1
    return useless


def _traits(node: Node, needs: Needs, by_place: bool) -> int:
    """What can make a node better than another one, as bits."""
    muscles = node.muscles & ~needs.muscles if needs.different else 0
    place = 1 << node.place if by_place else 0
    return node.bits | muscles << 256 | place << 512


class Pool:
    """Nodes to take from, and what is needed of them. Nodes are numbered by their time; `1 << number` in a set."""

    def __init__(self, nodes: Sequence[Node], needs: Needs, most: int) -> None:
        self.needs = needs
        left = undominated(nodes, most, needs)
        self.nodes = sorted(left, key=lambda node: (node.seconds, node.base is not None, node.order))
        numbers = {node.order: number for number, node in enumerate(self.nodes)}
        self._bases = [None if node.base is None else numbers[node.base] for node in self.nodes]
        self._kept = [number for number, node in enumerate(self.nodes) if node.kept]
        self._cover_with = Cover(self.nodes, needs)
        self._bringing = {
            bit: [number for number, node in enumerate(self.nodes) if node.bits & bit]
            for bit in self._cover_with.rarest_first
        }
        self._most_new = max((node.muscles.bit_count() for node in self.nodes), default=0)

    def start(self, ask: Ask) -> Partial:
        need = self.needs.required | self.needs.wished
        return Partial(0, 0, 0, ask.count, ask.kept, need, ask.misses, self.needs.muscles, 0)

    def bound(self, partial: Partial) -> int:
        """A lower bound for the seconds of every set that a partial one grows into; NEVER if there is none."""
        count, kept = partial.count, partial.kept
        sums = self._quickest_sums(partial)
        if count < 0 or len(sums) <= count or self._lacks_muscles(partial):
            return NEVER
        cover = self._cover_with.least(partial.need, count, partial.misses)
        rest = min((seconds + sums[count - number] for number, seconds in enumerate(cover)), default=NEVER)
        if kept:
            rest = max(rest, self._kept_seconds(partial) + sums[max(0, count - kept)])
        return min(partial.seconds + rest, NEVER)

    def _quickest(self, partial: Partial) -> list[int]:
        """The nodes that could fill the set up, bases left out of account."""
        gone = partial.chosen | partial.banned
        found: list[int] = []
        number = 0
        while len(found) < partial.count and number < len(self.nodes):
            if not gone >> number & 1:
                found.append(number)
            number += 1
        return found

    def _quickest_sums(self, partial: Partial) -> Sums:
        sums = [0]
        for number in self._quickest(partial):
            sums.append(sums[-1] + self.nodes[number].seconds)
        return tuple(sums)

    def _kept_seconds(self, partial: Partial) -> int:
        """The least that the nodes still to be kept can cost."""
        free = [number for number in self._kept[partial.decided :] if not partial.chosen >> number & 1]
        if len(free) < partial.kept or partial.kept > partial.count:
            return NEVER
        return sum(self.nodes[number].seconds for number in free[: partial.kept])

    def _lacks_muscles(self, partial: Partial) -> bool:
        """Whether too few muscle groups are left to come."""
        if not self.needs.different:
            return False
        return partial.muscles.bit_count() + partial.count * self._most_new < self.needs.different

    # The search.

    def best(self, ask: Ask, limit: int) -> tuple[Node, ...] | None:
        """The quickest set that is asked for, within so many seconds."""
        heap: list[tuple[int, int, int, Partial]] = []
        known: set[Partial] = set()
        growing: Iterable[Partial] = (self.start(ask),)
        while True:
            for partial in growing:
                bound = self.bound(partial)
                if bound <= limit and bound < NEVER and partial not in known:
                    known.add(partial)
                    heappush(heap, (bound, partial.count, len(known), partial))
            if not heap:
                return None
            partial = heappop(heap)[3]
            if self._is_whole(partial):
                return self.in_set(partial.chosen)
            growing = self._grown(partial)

    def _is_whole(self, partial: Partial) -> bool:
        return not partial.count and not partial.kept and self._is_covered(partial) and not self._is_short(partial)

    def _is_covered(self, partial: Partial) -> bool:
        return self._cover_with.is_met(partial.need, partial.misses)

    def _is_short(self, partial: Partial) -> bool:
        return partial.muscles.bit_count() < self.needs.different

    def _grown(self, partial: Partial) -> Iterator[Partial]:
        """Sets of which one leads to the best that this one leads to."""
        if partial.kept:
            return self._keep_or_not(partial)
        if not self._is_covered(partial):
            return self._cover_next(partial)
        if self._is_short(partial):
            new = (number for number, node in enumerate(self.nodes) if node.muscles & ~partial.muscles)
            return self._with_each(partial, new)
        return self._fill_up(partial)

    def _keep_or_not(self, partial: Partial) -> Iterator[Partial]:
        """Decide on the next one of those to be kept."""
        decided = partial._replace(decided=partial.decided + 1)
        yield decided
        yield from self._with_each(decided, (self._kept[partial.decided],))

    def _cover_next(self, partial: Partial) -> Iterator[Partial]:
        """Take one that brings the rarest thing needed, or do without it."""
        bit = next(bit for bit in self._cover_with.rarest_first if bit & partial.need)
        yield from self._with_each(partial, self._bringing[bit])
        if bit & self.needs.wished and partial.misses:
            yield partial._replace(need=partial.need & ~bit, misses=partial.misses - 1)

    def _fill_up(self, partial: Partial) -> Iterator[Partial]:
        """The quickest nodes, if their bases are there. Else one whose base is not comes with it, or not at all."""
        filling = self._quickest(partial)
        there = partial.chosen | sum(1 << number for number in filling)
        baseless = (number for number in filling if self._with_bases(number) & ~there)
        odd = next(baseless, None)
        if odd is None:
            yield from self._with_each(partial, (), there & ~partial.chosen)
        else:
            yield from self._with_each(partial, (odd,))
            yield partial._replace(banned=partial.banned | 1 << odd)

    def _with_bases(self, number: int) -> int:
        """A node and the bases that it needs, as a set."""
        found, base = 1 << number, self._bases[number]
        while base is not None:
            found |= 1 << base
            base = self._bases[base]
        return found

    def _with_each(self, partial: Partial, numbers: Iterable[int], added: int = 0) -> Iterator[Partial]:
        """The set with each of these nodes, or with all that is added."""
        for more in (self._with_bases(number) for number in numbers) if not added else (added,):
            new = more & ~partial.chosen
            if new and not new & partial.banned:
                yield self._with(partial, new)

    def _with(self, partial: Partial, new: int) -> Partial:
        chosen, banned, seconds, count, kept, need, misses, muscles, decided = partial
        for node in self.in_set(new):
            seconds, count, kept = seconds + node.seconds, count - 1, max(0, kept - node.kept)
            need, muscles = need & ~node.bits, muscles | node.muscles
        # Which muscle groups they are no longer matters once they are enough.
        if not self.needs.different:
            muscles = 0
        return Partial(chosen | new, banned, seconds, count, kept, need, misses, muscles, decided)

    def in_set(self, chosen: int) -> tuple[Node, ...]:
        found: list[Node] = []
        while chosen:
            found.append(self.nodes[(chosen & -chosen).bit_length() - 1])
            chosen &= chosen - 1
        return tuple(found)

    def worth_taking(self, nodes: Sequence[Node], ask: Ask, limit: int) -> list[Node]:
        """Of nodes, bases first, those that a set within so many seconds can hold, by the lower bound."""
        useless: set[int | None] = set()
        start = self.start(ask)
        for node in nodes:
            alone = start._replace(
                seconds=node.seconds,
                count=start.count - 1,
                kept=max(0, start.kept - node.kept),
                need=start.need & ~node.bits,
                muscles=start.muscles | node.muscles,
            )
            if node.base in useless or self.bound(alone) > limit:
                useless.add(node.order)
        return [node for node in nodes if node.order not in useless]


class Cover:
    """The least seconds in which nodes bring what is needed, each counted without its bases."""

    def __init__(self, nodes: Sequence[Node], needs: Needs) -> None:
        self.needs = needs
        self._known: dict[tuple[int, int, int], Sums] = {}
        self._bringing = {bit: _patterns(nodes, needs, bit) for bit in _bits(needs.required | needs.wished)}
        self.rarest_first = sorted(
            self._bringing, key=lambda bit: (bit & needs.wished != 0, len(self._bringing[bit]), bit)
        )
        self._widest = max((brings.bit_count() for found in self._bringing.values() for brings, _ in found), default=0)

    def is_met(self, need: int, misses: int) -> bool:
        return need & ~self.needs.wished == 0 and need.bit_count() <= misses

    def least(self, need: int, left: int, misses: int) -> Sums:
        """By the number of nodes, from 0 to at most `left`: the least seconds in which that many bring the needed bits, but
        so many of the wished ones. Empty if they can't."""
        key = (need, min(left, need.bit_count()), misses)  # each brings at least one
        if key not in self._known:
            self._known[key] = self._least(*key)
        return self._known[key]

    def _least(self, need: int, left: int, misses: int) -> Sums:
        if self.is_met(need, misses):
            return (0,)
        if need.bit_count() - misses > left * self._widest or left <= 0:
            return ()
        bit = next(bit for bit in self.rarest_first if bit & need)
        if left == 1:
            return self._least_of_one(need, misses, bit)
        best = [NEVER] * (left + 1)
        if bit & self.needs.wished and misses:
            for number, seconds in enumerate(self.least(need & ~bit, left, misses - 1)):
                best[number] = seconds
        most = (left - 1) * self._widest + misses
        for brings, seconds in self._bringing[bit]:
            if (need & ~brings).bit_count() <= most:
                for number, rest in enumerate(self.least(need & ~brings, left - 1, misses), 1):
                    best[number] = min(best[number], seconds + rest)
        return tuple(best)

    def _least_of_one(self, need: int, misses: int, bit: int) -> Sums:
        """As `_least`, where only one node is left to take; the quickest come first."""
        quickest = next(
            (seconds for brings, seconds in self._bringing[bit] if self.is_met(need & ~brings, misses)), NEVER
        )
        if bit & self.needs.wished and misses:
            quickest = min([quickest, *self.least(need & ~bit, 1, misses - 1)[1:]])
        return (NEVER, quickest)


def _patterns(nodes: Sequence[Node], needs: Needs, bit: int) -> list[tuple[int, int]]:
    """(what it brings, seconds) of the nodes with a bit, each only once and none that another one beats."""
    wanted = needs.required | needs.wished
    best: list[tuple[int, int]] = []
    found = {(node.seconds, node.bits & wanted) for node in nodes if node.bits & bit}
    for seconds, brings in sorted(found, key=lambda one: (one[0], -one[1].bit_count(), one[1])):
        if not any(other & brings == brings for other, _ in best):
            best.append((brings, seconds))
    return best


def _bits(bits: int) -> Iterator[int]:
    while bits:
        yield bits & -bits
        bits &= bits - 1
