"""The cheapest set of exercises that has what a plan needs, postures aside. Pure, exact.

Exercises are *nodes* of a forest: a progression hangs under its base, and is taken only with it. Going through the forest
in preorder, a node is taken, or skipped with all that hangs under it: every set that holds the bases of its progressions
comes up exactly once. A* finds the cheapest; what a partial set still has to cost is estimated from below by two sums:
the cheapest exercises that are left, and the cheapest way to cover what is still needed, whatever has been skipped.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

NEVER = 10**9
Sums = tuple[int, ...]
Path = tuple["Path", int] | None
State = tuple[int, int, int, int, int]
"""Where in the forest; how many to take yet; how many of these kept ones; bits and muscles that are there."""


@dataclass(frozen=True, slots=True)
class Node:
    """An exercise as the search sees it. `bits`: what it brings of what is needed or wished for; `muscles` as bits;
    `place`: the number of its stage and route; `base`: the node that it comes with."""

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

    `different` 0: the muscle groups are enough, or are looked after by a required bit.
    """

    required: int = 0
    wished: int = 0
    different: int = 0
    muscles: int = 0


@dataclass(frozen=True, slots=True)
class Ask:
    """Take `count` nodes, at least `kept` of them to be kept, and miss at most so many wished bits."""

    count: int
    kept: int
    misses: int


def undominated(nodes: Sequence[Node], most: int, needs: Needs, *, by_place: bool = False) -> list[Node]:
    """Without the nodes that no best set of at most so many needs, whatever the changes of posture.

    A node is useless when `most` others without a base bring all that it brings in no more time: one of them is free, and
    can stand in for it. What hangs under a node keeps it, unless it is useless as well. `by_place`: none stands in for
    one of another place, so that changes of posture count.
    """
    useless = _useless(nodes, most, needs, by_place)
    left = {node.order for node in nodes if node.order not in useless}
    by_order = {node.order: node for node in nodes}
    for order in tuple(left):
        base = by_order[order].base
        while base is not None and base not in left:
            left.add(base)
            base = by_order[base].base
    return [node for node in nodes if node.order in left]


def _traits(node: Node, needs: Needs, by_place: bool) -> int:
    """What can make a node better than another one, as bits."""
    muscles = node.muscles & ~needs.muscles if needs.different else 0
    place = 1 << node.place if by_place else 0
    return node.bits | muscles << 256 | place << 512


def _useless(nodes: Sequence[Node], most: int, needs: Needs, by_place: bool) -> set[int]:
    counts: dict[int, int] = {}
    full: set[int] = set()
    useless: set[int] = set()
    for node in sorted(nodes, key=lambda node: (node.seconds, node.order)):
        brings = _traits(node, needs, by_place)
        if brings not in full and _better(counts, brings) >= most:
            full.add(brings)
        if brings in full and not node.kept:
            useless.add(node.order)
        if node.base is None:
            counts[brings] = counts.get(brings, 0) + 1
    return useless


def _better(counts: dict[int, int], brings: int) -> int:
    return sum(count for other, count in counts.items() if other & brings == brings)


class Pool:
    """Nodes to take from, and what is needed of them."""

    def __init__(self, nodes: Sequence[Node], needs: Needs, most: int) -> None:
        self.needs = needs
        self.most = most
        self.nodes, self.after = preorder(undominated(nodes, most, needs))
        self.cheapest = _cheapest(self.nodes, most)
        self.cheapest_kept = _cheapest([node if node.kept else None for node in self.nodes], most)
        self._covers: dict[tuple[int, int, int], Sums] = {}
        self._bringing = {bit: self._patterns(bit) for bit in _bits(needs.required | needs.wished)}
        self._rarest_first = sorted(self._bringing, key=lambda bit: (bit & needs.wished != 0, len(self._bringing[bit])))
        self._widest = max((brings.bit_count() for found in self._bringing.values() for brings, _ in found), default=0)
        self._most_new = max((node.muscles.bit_count() for node in self.nodes), default=0)

    def _patterns(self, bit: int) -> list[tuple[int, int]]:
        """(what it brings, seconds) of the nodes with a bit, each only once and none that another one beats."""
        best: list[tuple[int, int]] = []
        wanted = self.needs.required | self.needs.wished
        found = {(node.seconds, node.bits & wanted) for node in self.nodes if node.bits & bit}
        for seconds, brings in sorted(found, key=lambda one: (one[0], -one[1].bit_count(), one[1])):
            if not any(other & brings == brings for other, _ in best):
                best.append((brings, seconds))
        return best

    def cover(self, need: int, left: int, misses: int) -> Sums:
        """By the number of nodes, from 0 to at most `left`: the least seconds in which that many bring the needed bits, but
        so many of the wished ones. Empty if they can't. A lower bound: bases don't count here."""
        key = (need, left, misses)
        if key not in self._covers:
            self._covers[key] = self._cover(need, left, misses)
        return self._covers[key]

    def _cover(self, need: int, left: int, misses: int) -> Sums:
        if self._is_met(need, misses):
            return (0,)
        if need.bit_count() - misses > left * self._widest or left == 0:
            return ()
        bit = next(bit for bit in self._rarest_first if bit & need)
        if left == 1:
            return self._cover_with_one(need, misses, bit)
        best = [NEVER] * (left + 1)
        if bit & self.needs.wished and misses:
            for number, seconds in enumerate(self.cover(need & ~bit, left, misses - 1)):
                best[number] = seconds
        most = (left - 1) * self._widest + misses
        for brings, seconds in self._bringing[bit]:
            if (need & ~brings).bit_count() <= most:
                for number, rest in enumerate(self.cover(need & ~brings, left - 1, misses), 1):
                    best[number] = min(best[number], seconds + rest)
        return tuple(best)

    def _cover_with_one(self, need: int, misses: int, bit: int) -> Sums:
        """As `_cover`, where only one node is left to take; the quickest come first."""
        quickest = next((seconds for brings, seconds in self._bringing[bit] if self._is_met(need & ~brings, misses)), NEVER)
        if bit & self.needs.wished and misses:
            quickest = min([quickest, *self.cover(need & ~bit, 1, misses - 1)[1:]])
        return (NEVER, quickest)

    def _is_met(self, need: int, misses: int) -> bool:
        return need & ~self.needs.wished == 0 and need.bit_count() <= misses

    def least(self, state: State, misses: int) -> int:
        """A lower bound for what a partial set still costs, in seconds; NEVER if it can't be completed."""
        place, count, kept, bits, _ = state
        sums, kept_sums = self.cheapest[place], self.cheapest_kept[place]
        if count >= len(sums) or kept > count or kept >= len(kept_sums):
            return NEVER
        cover = self.cover((self.needs.required | self.needs.wished) & ~bits, count, misses)
        covering = min((seconds + sums[count - number] for number, seconds in enumerate(cover)), default=NEVER)
        return max(covering, kept_sums[kept] + sums[count - kept])

    def worth_taking(self, nodes: Sequence[Node], ask: Ask, limit: int) -> list[Node]:
        """Of nodes, bases first, those that a set within so many seconds can hold, by the lower bound."""
        useless: set[int | None] = set()
        for node in nodes:
            state = (0, ask.count - 1, max(0, ask.kept - node.kept), node.bits, self.needs.muscles)
            if node.base in useless or node.seconds + self.least(state, ask.misses) > limit:
                useless.add(node.order)
        return [node for node in nodes if node.order not in useless]

    def start(self, ask: Ask) -> State:
        return 0, ask.count, ask.kept, 0, self.needs.muscles

    def best(self, ask: Ask, limit: int) -> tuple[Node, ...] | None:
        """The cheapest set that is asked for, within so many seconds."""
        first = self.start(ask)
        heap: list[tuple[int, int, int, State, int, Path]] = []
        known: dict[State, int] = {}
        pushed = self._push(heap, known, first, 0, None, ask.misses, limit, 0)
        while heap:
            _, _, _, state, seconds, path = heappop(heap)
            if state[1] == 0:
                return self._taken(path)
            if known[state] < seconds:
                continue
            for after, more, way in self._steps(state, path):
                pushed = self._push(heap, known, after, seconds + more, way, ask.misses, limit, pushed)
        return None

    def _steps(self, state: State, path: Path) -> Iterable[tuple[State, int, Path]]:
        """Take the next node, or skip it with all that hangs under it."""
        place, count, kept, bits, muscles = state
        node = self.nodes[place]
        brings = bits | node.bits
        worked = self._muscles(muscles | node.muscles)
        yield (place + 1, count - 1, max(0, kept - node.kept), brings, worked), node.seconds, (path, place)
        yield (self.after[place], count, kept, bits, muscles), 0, path

    def _muscles(self, muscles: int) -> int:
        """Which ones they are no longer matters once they are enough."""
        if not self.needs.different:
            return self.needs.muscles
        return -1 if muscles == -1 or muscles.bit_count() >= self.needs.different else muscles

    def _push(
        self,
        heap: list[tuple[int, int, int, State, int, Path]],
        known: dict[State, int],
        state: State,
        seconds: int,
        path: Path,
        misses: int,
        limit: int,
        pushed: int,
    ) -> int:
        if known.get(state, NEVER) <= seconds or self._lacks_muscles(state):
            return pushed
        bound = seconds + self.least(state, misses)
        if bound > min(limit, NEVER - 1):
            return pushed
        known[state] = seconds
        heappush(heap, (bound, state[1], pushed, state, seconds, path))
        return pushed + 1

    def _lacks_muscles(self, state: State) -> bool:
        muscles = state[4]
        if not self.needs.different or muscles == -1:
            return False
        return muscles.bit_count() + state[1] * self._most_new < self.needs.different

    def _taken(self, path: Path) -> tuple[Node, ...]:
        found: list[Node] = []
        while path is not None:
            path, place = path
            found.append(self.nodes[place])
        return tuple(reversed(found))


def preorder(nodes: Sequence[Node]) -> tuple[list[Node], list[int]]:
    """The nodes with each base before what hangs under it, and for each the place after all of that.

    Trees with a node to be kept come first, then the quickest: so the estimates come close early.
    """
    under: dict[int | None, list[Node]] = {}
    for node in sorted(nodes, key=lambda node: (node.seconds, node.order)):
        under.setdefault(node.base, []).append(node)
    ordered: list[Node] = []
    after: dict[int, int] = {}

    def walk(node: Node) -> None:
        ordered.append(node)
        for one in under.get(node.order, ()):
            walk(one)
        after[node.order] = len(ordered)

    def holds_kept(node: Node) -> bool:
        return node.kept or any(holds_kept(one) for one in under.get(node.order, ()))

    for root in sorted(under.get(None, ()), key=lambda root: not holds_kept(root)):
        walk(root)
    return ordered, [after[node.order] for node in ordered]


def _cheapest(nodes: Sequence[Node | None], most: int) -> list[Sums]:
    """For each place: the sums of the 0, 1, 2 … quickest nodes from there on."""
    quickest: list[int] = []
    sums: list[Sums] = [(0,)]
    for node in reversed(nodes):
        if node is None or (len(quickest) == most and quickest[-1:] <= [node.seconds]):
            sums.append(sums[-1])
            continue
        insort(quickest, node.seconds)
        del quickest[most:]
        sums.append(_summed(quickest))
    sums.reverse()
    return sums


def _summed(numbers: Iterable[int]) -> Sums:
    sums = [0]
    for number in numbers:
        sums.append(sums[-1] + number)
    return tuple(sums)


def _lowest(bits: int) -> int:
    return bits & -bits


def _bits(bits: int) -> Iterable[int]:
    while bits:
        yield _lowest(bits)
        bits &= bits - 1
