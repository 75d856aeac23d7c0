"""The least seconds in which what is needed can be covered. Pure, exact for parts, and so a lower bound for sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from plans.composer.forest import Needs, Part, bits_in
from plans.composer.work import Work

NEVER = 10**9
Sums = tuple[int, ...]


class Pattern(NamedTuple):
    seconds: int
    size: int
    brings: int


class Cover:
    """The least seconds in which parts bring what is needed."""

    def __init__(self, parts: Sequence[Part], needs: Needs, work: Work) -> None:
        self.needs, self.work = needs, work
        self._known: dict[tuple[int, int, int], Sums] = {}
        self._bringing = {bit: _patterns(parts, needs, bit) for bit in bits_in(needs.required | needs.wished)}
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
        so many of the wished ones. Empty if they can't. Nothing, as if it cost nothing, when the work is spent."""
        key = (need, left, misses)
        if key not in self._known:
            if self.work.is_spent:
                return (0,)
            self._known[key] = self._least(*key)
        return self._known[key]

    def _least(self, need: int, left: int, misses: int) -> Sums:
        if self.is_met(need, misses):
            return (0,)
        if need.bit_count() - misses > left * self._widest or left <= 0:
            return ()
        bit = next(bit for bit in self.rarest_first if bit & need)
        self.work.spend(3 + len(self._bringing[bit]))
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


def _patterns(parts: Sequence[Part], needs: Needs, bit: int) -> list[Pattern]:
    """What the parts with a bit bring, each only once and none that another one beats."""
    wanted = needs.required | needs.wished
    best: list[Pattern] = []
    for one in sorted({Pattern(part.seconds, part.size, part.bits & wanted) for part in parts if part.bits & bit}):
        if not any(other.brings & one.brings == one.brings and other.size <= one.size for other in best):
            best.append(one)
    return best
