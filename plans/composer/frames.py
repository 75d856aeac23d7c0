"""How a plan may begin: its warm-up and its opening. Pure.

Exercises of these groups that are to be kept stand in for the usual one: the protocol's opening exercise, and the first
warm-up in the protocol's order. Later warm-ups come in only where the first one would cost something that is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from plans.composer.routes import Stages, best_visits, changes_of
from plans.composer.usable import Candidate, Choice, Setting, Trait, stage_of
from plans.composer.work import Work

MOST_CHOSEN_FROM = 6
"""Warm-ups, and openings, to be kept, of which every choice is tried."""


@dataclass(frozen=True)
class Frame:
    """A beginning. `rank`: the lower, the more as the protocol has it; it goes before time.

    `traits`: what it brings, and of which progressions it has the base. `asks`: bases that have to be in it.
    `wanted`: how many muscle groups the plan must have.
    """

    warm_ups: tuple[Candidate, ...] = ()
    openings: tuple[Candidate, ...] = ()
    rank: tuple[int, int] = (0, 0)
    traits: frozenset[Trait] = frozenset()
    asks: frozenset[str] = frozenset()
    wanted: int = 0

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.warm_ups + self.openings

    @cached_property
    def codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.candidates)

    @cached_property
    def kept(self) -> int:
        return sum(one.kept for one in self.candidates)

    @cached_property
    def seconds(self) -> int:
        """Without changes of posture."""
        return sum(one.seconds for one in self.candidates)

    @cached_property
    def stages(self) -> Stages:
        return tuple(frozenset((one.exercise.posture,) for one in part) for part in (self.warm_ups, self.openings))

    def with_openings(self, other: Frame) -> Frame:
        """These warm-ups and those openings."""
        rank = (other.rank[1], self.rank[0])
        traits, asks = self.traits | other.traits, other.asks - self.codes
        return Frame(self.warm_ups, other.openings, rank, traits, asks, self.wanted)

    def is_at_least(self, other: Frame) -> bool:
        """Whether every plan that begins like the other one is no worse when it begins like this one."""
        return (
            self.kept >= other.kept
            and self.rank <= other.rank
            and self.seconds <= other.seconds
            and self.traits >= (other._beside_muscles if self._has_muscles else other.traits)
            and self.asks <= other.asks
            and _are_within(self.stages, other.stages)
            and self._borrowed <= other.codes
        )

    @cached_property
    def _has_muscles(self) -> bool:
        """Whether the plan needs no more muscle groups."""
        return len(self.traits) - len(self._beside_muscles) >= self.wanted

    @cached_property
    def _beside_muscles(self) -> frozenset[Trait]:
        return frozenset(trait for trait in self.traits if trait[0] != "muscle")

    @cached_property
    def _borrowed(self) -> frozenset[str]:
        """An opening exercise from a later group: nothing else of the plan can be it."""
        return frozenset(one.code for one in self.openings if stage_of(one.exercise) > 1)


def _are_within(stages: Stages, others: Stages) -> bool:
    return all(stage <= other for stage, other in zip(stages, others, strict=True))


def frames(setting: Setting, choice: Choice, work: Work) -> list[Frame]:
    """Every beginning that a best plan can have, by rank."""
    warm_ups = _undominated(_warm_ups(setting, choice, work))
    found: list[Frame] = []
    for opening in _undominated(_openings(setting, choice, work)):
        pairs = (first.with_openings(opening) for first in warm_ups)
        found += _undominated(frame for frame in pairs if not frame.asks)
    return sorted(found, key=_order)


def _warm_ups(setting: Setting, choice: Choice, work: Work) -> Iterator[Frame]:
    usable = [one for one in choice.candidates if stage_of(one.exercise) == 0 and not _asks(setting, (one,))]
    wanted = setting.wanted_muscles
    for kept in _kept_sets(usable, work):
        yield Frame(warm_ups=kept, traits=_traits(choice, kept), wanted=wanted)
    for number, one in enumerate(usable, 1):
        yield Frame(warm_ups=(one,), rank=(number, 0), traits=_traits(choice, (one,)), wanted=wanted)
    if "warm_up" not in setting.protocol.groups.values() or setting.accepts("order.warm-up-first"):
        yield Frame(rank=(len(usable) + 1, 0), wanted=wanted)


def _openings(setting: Setting, choice: Choice, work: Work) -> Iterator[Frame]:
    """The protocol's own opening exercise before others of its group."""
    code = setting.protocol.rules.opening_exercise
    usable = [one for one in choice.candidates if _opens(one, code)]
    usable.sort(key=lambda one: (one.code != code, one.order))
    alone = [((one,), number) for number, one in enumerate(usable, 1)]
    for some, number in [*((kept, 0) for kept in _kept_sets(usable, work)), *alone]:
        traits, asks = _traits(choice, some), _asks(setting, some)
        yield Frame(openings=some, rank=(0, number), traits=traits, asks=asks, wanted=setting.wanted_muscles)
    if code is None or setting.accepts("order.opening-first"):
        yield Frame(rank=(0, len(usable) + 1), wanted=setting.wanted_muscles)


def _traits(choice: Choice, some: Iterable[Candidate]) -> frozenset[Trait]:
    bases = {("base", one.code) for one in some if one.code in choice.bases}
    return frozenset(bases).union(*(one.traits for one in some))


def _asks(setting: Setting, some: Iterable[Candidate]) -> frozenset[str]:
    """The bases of progressions that no earlier revision has."""
    if setting.accepts("order.progression-before-base"):
        return frozenset()
    bases = {base for one in some if (base := one.exercise.progression_of) is not None}
    return frozenset(bases - setting.patient.earlier_exercises)


def _opens(candidate: Candidate, code: str | None) -> bool:
    return stage_of(candidate.exercise) == 1 or (candidate.code == code and stage_of(candidate.exercise) > 1)


def _kept_sets(usable: Iterable[Candidate], work: Work) -> list[tuple[Candidate, ...]]:
    """Every choice of at least one of those to be kept; of too many the quickest one, the two quickest, and so on."""
    kept = [one for one in usable if one.kept]
    if len(kept) > MOST_CHOSEN_FROM:
        work.give_up_proof()
        quickest = sorted(kept, key=lambda one: (one.seconds, one.order))
        return [tuple(quickest[:size]) for size in range(len(kept), 0, -1)]
    return [some for size in range(len(kept), 0, -1) for some in combinations(kept, size)]


def _undominated(found: Iterable[Frame]) -> list[Frame]:
    best: list[Frame] = []
    for frame in sorted(found, key=_order):
        if not any(other.is_at_least(frame) for other in best):
            best.append(frame)
    return best


def _order(frame: Frame) -> tuple[tuple[int, int], int, int, int, list[int]]:
    orders = [one.order for one in frame.candidates]
    return frame.rank, -frame.kept, frame.seconds, changes_of(best_visits(frame.stages)), orders
