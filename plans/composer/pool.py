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
from typing import NamedTuple

NEVER = 10**9
MOST_PARTS = 64
"""Of one family. More than these are not worth their while."""

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
    left: int
    kept: int
    need: int
    misses: int
    muscles: int
    decided: int


@dataclass(frozen=True, slots=True)
class Part:
    """Nodes that come together, as bits, and what rules them out later: the rest of their family, which is settled."""

    nodes: int
    settled: int
    size: int
    seconds: int
    bits: int
    muscles: int


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
        self._bases = bases_of(self.nodes)
        self._kept = [number for number, node in enumerate(self.nodes) if node.kept]
        self._parts = parts_of(self.nodes, most)
        self._cover = Cover(self._parts, needs)
        self._bringing = {bit: [part for part in self._parts if part.bits & bit] for bit in self._cover.rarest_first}
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
        left, kept = partial.left, partial.kept
        sums = self._quickest_sums(partial)
        if left < 0 or len(sums) <= left or self._lacks_muscles(partial):
            return NEVER
        rest = self._kept_seconds(partial) + sums[max(0, left - kept)] if kept else sums[left]
        if partial.seconds + rest > limit:
            return NEVER
        cover = self._cover.least(partial.need, left, partial.misses)
        covering = min((seconds + sums[left - number] for number, seconds in enumerate(cover)), default=NEVER)
        return min(partial.seconds + max(rest, covering), NEVER)

    def _quickest(self, partial: Partial) -> list[int]:
        """The nodes that could fill the set up, bases left out of account."""
        gone = partial.chosen | partial.banned
        found: list[int] = []
        number = 0
        while len(found) < partial.left and number < len(self.nodes):
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
        if len(free) < partial.kept or partial.kept > partial.left:
            return NEVER
        return sum(self.nodes[number].seconds for number in free[: partial.kept])

    def _lacks_muscles(self, partial: Partial) -> bool:
        """Whether too few muscle groups are left to come."""
        if not self.needs.different:
            return False
        return partial.muscles.bit_count() + partial.left * self._most_new < self.needs.different

    # The search.

    def best(self, ask: Ask, limit: int) -> tuple[Node, ...] | None:
        """The quickest set that is asked for, within so many seconds."""
        heap: list[tuple[int, int, int, Partial]] = []
        known: set[Partial] = set()
        growing: Iterable[Partial] = (self.start(ask),)
        while True:
            for partial in growing:
                bound = self.bound(partial, limit)
                if bound <= limit and bound < NEVER and partial not in known:
                    known.add(partial)
                    heappush(heap, (bound, partial.left, len(known), partial))
            if not heap:
                return None
            partial = heappop(heap)[3]
            if self._is_whole(partial):
                return self.in_set(partial.chosen)
            growing = self._grown(partial)

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
        yield from self._with_each(decided, (part for part in self._parts if part.nodes >> number & 1))

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
        return tuple(self.nodes[number] for number in _numbers(chosen))

    def worth_taking(self, nodes: Sequence[Node], ask: Ask, limit: int) -> list[Node]:
        """Of nodes, those that a set within so many seconds can hold, by the lower bound."""
        start, worth = self.start(ask), 0
        there = {node.order for node in self.in_set(start.chosen)}
        for part in parts_of(nodes, ask.count):
            new = [node for number in _numbers(part.nodes) if (node := nodes[number]).order not in there]
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


def bases_of(nodes: Sequence[Node]) -> list[int | None]:
    numbers = {node.order: number for number, node in enumerate(nodes)}
    return [None if node.base is None else numbers[node.base] for node in nodes]


def with_bases(chosen: int, bases: Sequence[int | None]) -> int:
    """A set of numbered nodes with all that they need."""
    found = chosen
    for number in _numbers(chosen):
        base = bases[number]
        while base is not None:
            found |= 1 << base
            base = bases[base]
    return found


def parts_of(nodes: Sequence[Node], most: int) -> list[Part]:
    """What can come together: a single node, or of a family a choice that holds the bases of its members."""
    bases = bases_of(nodes)
    under: dict[int, list[int]] = {}
    for number, base in enumerate(bases):
        if base is not None:
            under.setdefault(base, []).append(number)
    found: list[Part] = []
    for number, base in enumerate(bases):
        if base is None:
            family = _family(number, under)
            # Of a family with one to be kept a part may be there already.
            kept = any(nodes[one].kept for one in _numbers(family))
            choices = [] if kept else _choices(number, under, most)
            settled = family if choices else 0
            sets = choices or [1 << one for one in _numbers(family)]
            found += [_part(nodes, chosen, settled & ~chosen) for chosen in sets]
    return found


def _part(nodes: Sequence[Node], chosen: int, settled: int) -> Part:
    bits = muscles = seconds = size = 0
    for number in _numbers(chosen):
        node = nodes[number]
        bits, muscles, seconds, size = bits | node.bits, muscles | node.muscles, seconds + node.seconds, size + 1
    return Part(chosen, settled, size, seconds, bits, muscles)


def _family(root: int, under: dict[int, list[int]]) -> int:
    return 1 << root | sum(_family(one, under) for one in under.get(root, ()))


def _choices(root: int, under: dict[int, list[int]], most: int) -> list[int]:
    """The sets of at most so many that hold a root and the base of each other member. Empty if they are too many."""
    found = [1 << root]
    for one in under.get(root, ()):
        below = _choices(one, under, most - 1)
        if not below:
            return []
        found += [upper | lower for upper in found for lower in below if (upper | lower).bit_count() <= most]
        if len(found) > MOST_PARTS:
            return []
    return found if most > 0 else [1 << root]


class Cover:
    """The least seconds in which parts bring what is needed."""

    def __init__(self, parts: Sequence[Part], needs: Needs) -> None:
        self.needs = needs
        self._known: dict[tuple[int, int, int], Sums] = {}
        self._bringing = {bit: _patterns(parts, needs, bit) for bit in _bits(needs.required | needs.wished)}
        self.rarest_first = sorted(
            self._bringing, key=lambda bit: (bit & needs.wished != 0, len(self._bringing[bit]), bit)
        )
        self._widest = max(
            (-(-one.brings.bit_count() // one.size) for found in self._bringing.values() for one in found), default=0
        )

    def is_met(self, need: int, misses: int) -> bool:
        return need & ~self.needs.wished == 0 and need.bit_count() <= misses

    def least(self, need: int, left: int, misses: int) -> Sums:
        """By the number of nodes, from 0 to at most `left`: the least seconds in which that many bring the needed bits, but
        so many of the wished ones. Empty if they can't."""
        key = (need, left, misses)
        if key not in self._known:
            self._known[key] = self._least(*key)
        return self._known[key]

    def _least(self, need: int, left: int, misses: int) -> Sums:
        if self.is_met(need, misses):
            return (0,)
        if need.bit_count() - misses > left * self._widest or left <= 0:
            return ()
        bit = next(bit for bit in self.rarest_first if bit & need)
        best = [NEVER] * (left + 1)
        if bit & self.needs.wished and misses:
            for number, seconds in enumerate(self.least(need & ~bit, left, misses - 1)):
                best[number] = seconds
        for one in self._bringing[bit]:
            self._go_on(best, one, need & ~one.brings, left - one.size, misses)
        return tuple(best) if min(best) < NEVER else ()

    def _go_on(self, best: list[int], one: Pattern, need: int, left: int, misses: int) -> None:
        """With one that is taken: what is still needed, at its best."""
        if left < 0 or need.bit_count() - misses > left * self._widest:
            return
        rests = (0,) if self.is_met(need, misses) else self.least(need, left, misses) if left > 0 else ()
        for number, rest in enumerate(rests, one.size):
            if one.seconds + rest < best[number]:
                best[number] = one.seconds + rest


class Pattern(NamedTuple):
    seconds: int
    size: int
    brings: int


def _patterns(parts: Sequence[Part], needs: Needs, bit: int) -> list[Pattern]:
    """What the parts with a bit bring, each only once and none that another one beats."""
    wanted = needs.required | needs.wished
    best: list[Pattern] = []
    for one in sorted({Pattern(part.seconds, part.size, part.bits & wanted) for part in parts if part.bits & bit}):
        if not any(other.brings & one.brings == one.brings and other.size <= one.size for other in best):
            best.append(one)
    return best


def _bits(bits: int) -> Iterator[int]:
    while bits:
        yield bits & -bits
        bits &= bits - 1


def _numbers(chosen: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    return (bit.bit_length() - 1 for bit in _bits(chosen))
