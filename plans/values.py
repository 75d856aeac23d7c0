"""The plain values that checking, composing, deriving and printing work on.

Pure: no database, no clock, no request. Times are in seconds, days_per_week in sessions' days a week. A JSON Pointer into
a plan (`/items/3/dose/repetitions`) points into the form that `plans.forms` reads and writes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catalogue.protocols import Criteria, DoseNumbers, DoseRanges, ProtocolRules, Range
from catalogue.vocabulary import CATEGORY_OF, Effect

MEASURES = ("sets", "repetitions", "hold_seconds", "duration_seconds")
"""The measures of a dose that can rise week by week."""


class Severity(StrEnum):
    """`error` blocks issuing, `warning` needs an override with a reason, `advice` is only shown."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Dose:
    """FITT-VP. None: does not apply. `repetitions` are a side for each-side and alternating work; with
    `duration_seconds`, each repetition lasts that long. `rest_seconds` stands between sets, and between sides."""

    sets: int | None = None
    repetitions: int | None = None
    hold_seconds: int | None = None
    duration_seconds: int | None = None
    rest_seconds: int | None = None
    side: str = "both_together"
    load: str = ""
    intensity: int | None = None

    def measure(self, name: str) -> int | None:
        value: int | None = getattr(self, name)
        return value


@dataclass(frozen=True, slots=True)
class Goal:
    """Where a dose goes by the item's last week. None: stays as it starts."""

    sets: int | None = None
    repetitions: int | None = None
    hold_seconds: int | None = None
    duration_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class WeekDose:
    """What a clinician fixed by hand for one week of an item. None: as derived."""

    week: int
    sets: int | None = None
    repetitions: int | None = None
    hold_seconds: int | None = None
    duration_seconds: int | None = None
    rest_seconds: int | None = None
    load: str | None = None
    intensity: int | None = None


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often: days a week, and times a day or every so many hours awake."""

    days_per_week: Range
    times_per_day: Range
    every_hours: int | None = None


@dataclass(frozen=True, slots=True)
class WeekFrequency:
    """A frequency that a clinician fixed by hand for one week. None: as derived."""

    week: int
    days_per_week: Range | None = None
    times_per_day: Range | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One exercise of a plan. `to_week` None: to the end. `frequency` None: as the plan's."""

    exercise: str
    dose: Dose
    goal: Goal = Goal()
    weeks: tuple[WeekDose, ...] = ()
    from_week: int = 1
    to_week: int | None = None
    frequency: Frequency | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Programme:
    """A plan as a value: everything that a clinician composes."""

    protocol: str
    phase: str
    language: str
    weeks: int
    frequency: Frequency
    frequency_goal: Frequency | None = None
    frequency_weeks: tuple[WeekFrequency, ...] = ()
    items: tuple[Item, ...] = ()
    criteria: Criteria = Criteria()
    title: str = ""
    goal: str = ""
    note: str = ""
    starts_on: datetime.date | None = None
    review_on: datetime.date | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """A catalogue exercise within a protocol. `group` None: the protocol doesn't place it.

    `ranges` and `start_ranges` are resolved: the exercise's, else its group's, else the protocol's.
    """

    code: str
    names: Mapping[str, str]
    group: str | None = None
    role: str | None = None
    position: int = 0
    suitability: Mapping[str, str] = field(default_factory=dict)
    ranges: DoseRanges = DoseRanges()
    start_ranges: DoseRanges = DoseRanges()
    default_dose: DoseNumbers = DoseNumbers()
    default_goal: DoseNumbers = DoseNumbers()
    dose_source: str = "house"
    posture: str = "standing"
    side: str = "both_together"
    effects: tuple[tuple[str, str], ...] = ()
    equipment: tuple[tuple[str, ...], ...] = ()
    precautions: Mapping[str, str] = field(default_factory=dict)
    progression_of: str | None = None
    source: str = "house"
    section: str = ""
    avoid: bool = False
    avoid_reasons: Mapping[str, str] = field(default_factory=dict)
    withdrawn: bool = False
    replaced_by: str | None = None

    @property
    def categories(self) -> frozenset[str]:
        return frozenset(CATEGORY_OF[Effect(effect)].value for effect, _ in self.effects)

    @property
    def muscles(self) -> frozenset[str]:
        return frozenset(muscle for _, muscle in self.effects)


@dataclass(frozen=True, slots=True)
class Protocol:
    """The rules of a protocol; its groups in order, each with its role; which muscle groups flex or extend the trunk."""

    code: str
    version: int
    rules: ProtocolRules
    groups: Mapping[str, str]
    source: str = "house"
    trunk_roles: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    phase_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    group_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    evidence: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def phases(self) -> tuple[str, ...]:
        return tuple(phase.code for phase in self.rules.phases)

    def groups_with(self, *roles: str) -> frozenset[str]:
        return frozenset(code for code, role in self.groups.items() if role in roles)


@dataclass(frozen=True, slots=True)
class LastDose:
    """What the last revision asked of an exercise in its last week."""

    dose: Dose
    days_per_week: int


@dataclass(frozen=True, slots=True)
class PatientFacts:
    """What checking must know of a patient and an episode; nothing that tells who it is.

    `equipment` None: not asked. `earlier_exercises`: codes in any earlier revision of the episode.
    """

    phase: str | None = None
    phase_assessed_on: datetime.date | None = None
    precautions: frozenset[str] = frozenset()
    equipment: frozenset[str] | None = None
    minutes: int | None = None
    cleared: bool = False
    earlier_exercises: frozenset[str] = frozenset()
    last_doses: Mapping[str, LastDose] = field(default_factory=dict)
    last_days_per_week: int | None = None
    has_earlier_revision: bool = False


Names = Mapping[str, Mapping[str, Mapping[str, str]]]
"""Words of the vocabulary: language, kind, code."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Put an exercise with its default dose before the item now at `at`."""

    exercise: str
    at: int


@dataclass(frozen=True, slots=True)
class Move:
    """Take the item at `origin` out and put it back so that it stands at `to`."""

    origin: int
    to: int


@dataclass(frozen=True, slots=True)
class Set:
    """Set one field, named by its JSON Pointer."""

    path: str
    value: object


@dataclass(frozen=True, slots=True)
class Drop:
    """Take the item at `at` out."""

    at: int


Change = Insert | Move | Set | Drop


@dataclass(frozen=True, slots=True)
class Fix:
    """Changes that together remove a finding. `id` tells it from the finding's other fixes."""

    id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of checking a plan. `values` fill the message; `where` is a JSON Pointer into the plan."""

    id: str
    severity: Severity
    where: str
    source: str
    values: Mapping[str, object] = field(default_factory=dict)
    fixes: tuple[Fix, ...] = ()
