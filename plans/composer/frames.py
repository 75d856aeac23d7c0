"""How a plan may begin: its warm-up and its opening. Pure.

Exercises of these groups that are to be kept stand in for the usual one: the protocol's opening exercise, and the first
warm-up in the protocol's order. Later warm-ups come in only where the first one would cost something that is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

from plans.composer.routes import Stages, best_visits, changes_of
from plans.composer.usable import Candidate, Choice, Setting, stage_of

Trait = tuple[str, object]
"""Something that a plan can need and an exercise can bring: a focus entry, a category, a muscle group, a basic."""


def traits_of(setting: Setting, candidate: Candidate) -> frozenset[Trait]:
    exercise = candidate.exercise
    found: set[Trait] = {("muscle", muscle) for muscle in exercise.muscles}
    found |= {("category", category) for category in exercise.categories}
    found |= {("focus", number) for number, one in enumerate(setting.wishes.focus) if one.is_met_by(exercise)}
    if exercise.role == "basic":
        found.add(("role", "basic"))
    return frozenset(found)


@dataclass(frozen=True)
class Frame:
    """A beginning. `rank`: the lower, the more as the protocol has it; it goes before time."""

    warm_ups: tuple[Candidate, ...] = ()
    openings: tuple[Candidate, ...] = ()
    rank: tuple[int, int] = (0, 0)
    traits: frozenset[Trait] = frozenset()

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        return self.warm_ups + self.openings

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(one.code for one in self.candidates)

    @property
    def kept(self) -> int:
        return sum(one.kept for one in self.candidates)

    @property
    def seconds(self) -> int:
        """Without changes of posture."""
        return sum(one.seconds for one in self.candidates)

    @property
    def stages(self) -> Stages:
        return tuple(frozenset((one.exercise.posture,) for one in part) for part in (self.warm_ups, self.openings))

    def is_at_least(self, other: Frame) -> bool:
        """Whether every plan that begins like the other one is no worse when it begins like this one."""
        return (
            self.kept >= other.kept
            and self.rank <= other.rank
            and self.seconds <= other.seconds
            and self.traits >= other.traits
            and _are_within(self.stages, other.stages)
            and self._borrowed <= other.codes
        )

    @property
    def _borrowed(self) -> frozenset[str]:
        """An opening exercise from a later group: nothing else of the plan can be it."""
        return frozenset(one.code for one in self.openings if stage_of(one.exercise) > 1)


def _are_within(stages: Stages, others: Stages) -> bool:
    return all(stage <= other for stage, other in zip(stages, others, strict=True))


def frames(setting: Setting, choice: Choice) -> list[Frame]:
    """Every beginning that a best plan can have, by rank."""
    bases = {one.exercise.progression_of for one in choice.candidates}
    found: list[Frame] = []
    for first, second in product(_warm_ups(setting, choice), _openings(setting, choice)):
        both = first.warm_ups + second.openings
        frame = Frame(
            first.warm_ups,
            second.openings,
            (second.rank[1], first.rank[0]),
            frozenset().union(*(traits_of(setting, one) for one in both))
            | frozenset(("base", one.code) for one in both if one.code in bases),
        )
        if _knows_its_bases(setting, frame):
            found.append(frame)
    return _undominated(found)


def _knows_its_bases(setting: Setting, frame: Frame) -> bool:
    """Whether no progression stands in it whose base is neither in an earlier revision nor in an earlier stage."""
    known = setting.patient.earlier_exercises | frozenset(one.code for one in frame.warm_ups)
    first = all(_is_free(setting, one, setting.patient.earlier_exercises) for one in frame.warm_ups)
    return first and all(_is_free(setting, one, known) for one in frame.openings)


def _is_free(setting: Setting, candidate: Candidate, known: frozenset[str]) -> bool:
    base = candidate.exercise.progression_of
    return base is None or base in known or setting.accepts("order.progression-before-base")


def _warm_ups(setting: Setting, choice: Choice) -> list[Frame]:
    usable = [one for one in choice.candidates if stage_of(one.exercise) == 0]
    found = [Frame(warm_ups=kept) for kept in _kept_sets(usable)]
    found += [Frame(warm_ups=(one,), rank=(number, 0)) for number, one in enumerate(usable, 1)]
    if "warm_up" not in setting.protocol.groups.values() or setting.accepts("order.warm-up-first"):
        found.append(Frame(rank=(len(usable) + 1, 0)))
    return found


def _openings(setting: Setting, choice: Choice) -> list[Frame]:
    """The protocol's own opening exercise before others of its group."""
    code = setting.protocol.rules.opening_exercise
    usable = [one for one in choice.candidates if _opens(one, code)]
    usable.sort(key=lambda one: (one.code != code, one.order))
    found = [Frame(openings=kept) for kept in _kept_sets(usable)]
    found += [Frame(openings=(one,), rank=(0, number)) for number, one in enumerate(usable, 1)]
    if code is None or setting.accepts("order.opening-first"):
        found.append(Frame(rank=(0, len(usable) + 1)))
    return found


def _opens(candidate: Candidate, code: str | None) -> bool:
    return stage_of(candidate.exercise) == 1 or (candidate.code == code and stage_of(candidate.exercise) > 1)


def _kept_sets(usable: Iterable[Candidate]) -> list[tuple[Candidate, ...]]:
    """Every choice of at least one of those to be kept."""
    found: list[tuple[Candidate, ...]] = [()]
    for one in usable:
        if one.kept:
            found += [(*others, one) for others in found]
    return sorted(found[1:], key=len, reverse=True)


def _undominated(found: list[Frame]) -> list[Frame]:
    ordered = sorted(found, key=lambda one: (one.rank, -one.kept, one.seconds, _changes(one), _orders(one)))
    best: list[Frame] = []
    for frame in ordered:
        if not any(other.is_at_least(frame) for other in best):
            best.append(frame)
    return best


def _changes(frame: Frame) -> int:
    return changes_of(best_visits(frame.stages))


def _orders(frame: Frame) -> list[int]:
    return [one.order for one in frame.candidates]
