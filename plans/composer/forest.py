"""Exercises as nodes of a forest, in which a progression hangs under its base; sets of them as bits. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_PARTS = 64
"""Of one family. More than these are not worth their while."""


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


def bases_of(nodes: Sequence[Node]) -> list[int | None]:
    numbers = {node.order: number for number, node in enumerate(nodes)}
    return [None if node.base is None else numbers[node.base] for node in nodes]


def with_bases(chosen: int, bases: Sequence[int | None]) -> int:
    """A set of numbered nodes with all that they need."""
    found = chosen
    for number in numbers_in(chosen):
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
            kept = any(nodes[one].kept for one in numbers_in(family))
            choices = [] if kept else _choices(number, under, most)
            settled = family if choices else 0
            sets = choices or [1 << one for one in numbers_in(family)]
            found += [_part(nodes, chosen, settled & ~chosen) for chosen in sets]
    return found


def _part(nodes: Sequence[Node], chosen: int, settled: int) -> Part:
    bits = muscles = seconds = size = 0
    for number in numbers_in(chosen):
        node = nodes[number]
        bits, muscles, seconds, size = bits | node.bits, muscles | node.muscles, seconds + node.seconds, size + 1
    return Part(chosen, settled, size, seconds, bits, muscles)


def _family(root: int, under: dict[int, list[int]]) -> int:
    return 1 << root | sum(_family(one, under) for one in under.get(root, ()))


def _choices(root: int, under: dict[int, list[int]], most: int) -> list[int]:
    """The sets of at most so many that hold a root and the base of each other member. Empty if they are too many."""
    found = [1 << root]
    for one in under.get(root, ()) if most > 1 else ():
        below = _choices(one, under, most - 1)
        if not below:
            return []
        found += [upper | lower for upper in found for lower in below if (upper | lower).bit_count() <= most]
        if len(found) > MOST_PARTS:
            return []
    return found


def bits_in(bits: int) -> Iterator[int]:
    while bits:
        yield bits & -bits
        bits &= bits - 1


def numbers_in(chosen: int) -> Iterator[int]:
    """The numbers of the bits that are set."""
    return (bit.bit_length() - 1 for bit in bits_in(chosen))
