"""A protocol's numbers as data: one definition for the source files, the database, the admin and the rules.

Pure: pydantic only. Times are in seconds, frequencies in days a week and times a day.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=60)]
Level = Literal["indicated", "caution", "never"]


class Value(BaseModel):
    """Plain, frozen, and without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be text",
    "tuple_type": "must be a list, in square brackets",
    "dict_type": "must be a mapping: keys with values",
    "model_type": "must be a mapping: keys with values",
    "literal_error": "must be {expected}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "too_long": "can have at most {max_length}, not {actual_length}",
    "string_too_long": "can have at most {max_length} characters",
    "value_error": "{error}",
}
"""By pydantic's types of errors: words for people who write values by hand."""


def problems_in(error: ValidationError) -> list[str]:
    """What is wrong with a value, each with its place in it: `moments.start.legs: is missing`."""
    return [
        f"{'.'.join(str(part) for part in problem['loc']) or 'value'}: {in_plain_words(problem)}"
        for problem in error.errors()
    ]


def in_plain_words(problem: ErrorDetails) -> str:
    """What is wrong, without where."""
    plain = PLAIN.get(problem["type"])
    return plain.format_map(problem.get("ctx", {})) if plain else problem["msg"]


class Range(Value):
    """From `min` up to and including `max`. Open at a side that is None."""

    min: Annotated[int, Field(ge=0)] | None = None
    max: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _is_not_empty(self) -> Range:
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self

    def __contains__(self, number: int) -> bool:
        return (self.min is None or number >= self.min) and (self.max is None or number <= self.max)


class DoseRanges(Value):
    """The range for each measure of a dose. None: nothing said here, ask the next wider scope."""

    sets: Range | None = None
    repetitions: Range | None = None
    hold_seconds: Range | None = None
    duration_seconds: Range | None = None


class DoseNumbers(Value):
    """The countable part of a dose. None: does not apply."""

    sets: Annotated[int, Field(ge=1)] | None = None
    repetitions: Annotated[int, Field(ge=1)] | None = None
    hold_seconds: Annotated[int, Field(ge=1)] | None = None
    duration_seconds: Annotated[int, Field(ge=1)] | None = None
    rest_seconds: Annotated[int, Field(ge=0)] | None = None


class DoseRules(Value):
    """Ranges that apply throughout, and narrower ones for the first week of an episode's first revision."""

    ranges: DoseRanges = DoseRanges()
    start: DoseRanges = DoseRanges()


class PlacementDose(DoseRules):
    """What a protocol prescribes of one exercise unless the clinician says otherwise."""

    default: DoseNumbers = DoseNumbers()
    goal: DoseNumbers = DoseNumbers()
    source: Code = "house"

    def data(self) -> dict[str, Any]:
        """What it says as JSON-safe values, without what it leaves open, and always whose it is."""
        return {**self.model_dump(mode="json", exclude_defaults=True), "source": self.source}


class PhaseRules(Value):
    code: Code
    exercise_usually_indicated: bool = True


class FrequencyRules(Value):
    """Days a week and times a day. `start_*_max`: the most for the first week of an episode's first revision."""

    days_per_week: Range = Range(min=1, max=7)
    times_per_day: Range = Range(min=1, max=24)
    start_days_max: int | None = None
    default_days_start: int = 3
    default_days_goal: int = 3
    default_times_per_day: int = 1


class BalanceRules(Value):
    required_categories: tuple[str, ...] = ()
    minimum_muscle_groups: Annotated[int, Field(ge=0)] = 0
    maximum_share_percent: Annotated[int, Field(ge=1, le=100)] = 100
    front_and_back: bool = False


class JumpRules(Value):
    """The most that may be added from one week to the next."""

    repetitions: int
    days_per_week: int
    duration_percent: int


class HardLimits(Value):
    """Beyond these a dose makes no sense."""

    sets: int = 20
    repetitions: int = 100
    hold_seconds: int = 1800
    duration_seconds: int = 7200
    rest_seconds: int = 1800


class BurdenRules(Value):
    exercises: int
    minutes_per_session: int
    position_changes: int


class TimingRules(Value):
    """What session time is computed with, in seconds."""

    count_of_hold: int = 1
    repetition_without_hold: int = 4
    side_change: int = 5
    position_change: int = 15


class EvidenceNote(Value):
    """An advice wherever one of the groups is prescribed in one of the phases. Its text: `evidence` in the words."""

    code: Code
    groups: tuple[Code, ...]
    phases: tuple[Code, ...]
    source: str


class Criterion(Value):
    """When to step up, ease off or stop: a measure compared with a value, over a number of sessions in a row."""

    measure: Literal["pain_during", "pain_next_day", "effort", "completed_sessions"]
    comparison: Literal["at_most", "at_least"]
    value: Annotated[int, Field(ge=0, le=100)]
    sessions: Annotated[int, Field(ge=1, le=50)] = 1
    text: Annotated[str, Field(max_length=500)] = ""


class Criteria(Value):
    step_up: tuple[Criterion, ...] = ()
    ease_off: tuple[Criterion, ...] = ()
    stop: tuple[Criterion, ...] = ()


class ProtocolRules(Value):
    """Everything a plan is checked against that is a number or a choice, and not a text."""

    phases: tuple[PhaseRules, ...]
    opening_exercise: Code | None = None
    basics_need_clearance: bool = False
    both_sides: bool = True
    default_weeks: Annotated[int, Field(ge=1, le=52)] = 6
    phase_assessment_max_days: int = 42
    frequency: FrequencyRules = FrequencyRules()
    dose: DoseRules = DoseRules()
    balance: BalanceRules = BalanceRules()
    jump: JumpRules
    limits: HardLimits = HardLimits()
    burden: BurdenRules
    timing: TimingRules = TimingRules()
    evidence_notes: tuple[EvidenceNote, ...] = ()
    criteria: Criteria = Criteria()
