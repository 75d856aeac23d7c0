"""What is asked of the composer, and what it answers: plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from plans.values import Exercise, Finding, Programme


@dataclass(frozen=True, slots=True)
class Focus:
    """What the plan should work on: a muscle group, an effect, or that effect on that muscle group."""

    muscle: str | None = None
    effect: str | None = None

    def is_met_by(self, exercise: Exercise) -> bool:
        return any(
            self.muscle in {None, muscle} and self.effect in {None, effect} for effect, muscle in exercise.effects
        )

    @property
    def code(self) -> str:
        """`strengthens:abdominals`, or only the part that is asked."""
        return ":".join(part for part in (self.effect, self.muscle) if part)


@dataclass(frozen=True, slots=True)
class Wishes:
    """`count`: exercises beyond warm-up and opening. `accept`: ids of warnings that the plan may have.

    `minutes` a session, beside the patient's own. `weeks` None: as many as the protocol says.
    """

    focus: tuple[Focus, ...] = ()
    keep: tuple[str, ...] = ()
    avoid: frozenset[str] = frozenset()
    count: int = 4
    accept: frozenset[str] = frozenset()
    minutes: int | None = None
    weeks: int | None = None


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish that could not be met. `wish`: plan, keep, focus or count.

    `reason`: the id of the finding that stands in the way (then `finding` says more where one exercise has it), or
    one of the composer's own: unknown, avoided, nothing-suits, too-many, minutes, too-few, kept, required, unproved.
    """

    wish: str
    reason: str
    code: str = ""
    finding: Finding | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """`programme` None: no plan passes the checker, or none was found; `unmet` then says why.

    `is_proved` False: the search had to stop before it knew that there is nothing better.
    """

    programme: Programme | None
    unmet: tuple[Unmet, ...] = ()
    is_proved: bool = True


def met(focus: Iterable[Focus], exercises: Iterable[Exercise]) -> frozenset[Focus]:
    """The entries that at least one exercise works on."""
    given = tuple(exercises)
    return frozenset(one for one in focus if any(one.is_met_by(exercise) for exercise in given))
