"""The nested parts of a plan in requests, as pydantic shapes: many small objects, checked in one go.

A serializer of nested serializers does the same at many times the cost. A shape gives plain dicts with what was given and no
more; its errors become those of a serializer: each at its field, in plain words, with a stable code.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from drf_spectacular.drainage import set_override
from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag, TypeAdapter, model_validator
from pydantic import ValidationError as ShapeError
from pydantic_core import ErrorDetails, PydanticCustomError
from rest_framework import serializers

from patients.text import CLEAN, CLEAN_AND_NOT_BLANK, forbidden_in
from plans.models import MAXIMUM_ITEMS, MAXIMUM_WEEKS

MOST = 100_000
"""Numbers above this are refused as data; what is too much for a dose is a finding."""


def clean_text(text: str) -> str:
    """Trimmed. Refuses what no text may have."""
    if wrong := forbidden_in(text):
        raise PydanticCustomError(*wrong)
    return text.strip()


class Shape(BaseModel):
    """Known fields only, each of its own type: no string for a number, no number for a string."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Bounds(Shape):
    min: int
    max: int

    @model_validator(mode="before")
    @classmethod
    def _has_both(cls, given: Any) -> Any:
        if isinstance(given, Mapping) and given.keys() != {"min", "max"}:
            raise PydanticCustomError("type", "Give a number, or an object with min and max.")
        return given

    @model_validator(mode="after")
    def _in_order(self) -> Bounds:
        if self.min > self.max:
            raise PydanticCustomError("range", "min must not be above max.")
        return self


class DayBounds(Bounds):
    min: Annotated[int, Field(ge=1, le=7)]
    max: Annotated[int, Field(ge=1, le=7)]


class TimeBounds(Bounds):
    min: Annotated[int, Field(ge=1, le=24)]
    max: Annotated[int, Field(ge=1, le=24)]


def _number_or_bounds(given: Any) -> str:
    return "bounds" if isinstance(given, Mapping | Bounds) else "number"


TAGS = {"bounds", "number"}
Days = Annotated[
    Annotated[int, Field(ge=1, le=7), Tag("number")] | Annotated[DayBounds, Tag("bounds")],
    Discriminator(_number_or_bounds),
]
Times = Annotated[
    Annotated[int, Field(ge=1, le=24), Tag("number")] | Annotated[TimeBounds, Tag("bounds")],
    Discriminator(_number_or_bounds),
]

Measure = Annotated[int, Field(ge=0, le=MOST)] | None
Week = Annotated[int, Field(ge=1, le=MAXIMUM_WEEKS)]
Effort = Annotated[int, Field(ge=0, le=10, description="RPE")] | None
Clean = Annotated[str, AfterValidator(clean_text), Field(json_schema_extra={"pattern": CLEAN})]
Code = Annotated[
    str,
    AfterValidator(clean_text),
    Field(min_length=1, max_length=60, json_schema_extra={"pattern": CLEAN_AND_NOT_BLANK}),
]
Load = Annotated[Clean, Field(max_length=100)]
Sides = Literal["both_together", "alternating", "each_side", "left", "right"]


class GoalShape(Shape):
    """Where the dose goes by the last week. Null: stays as it starts."""

    sets: Measure = None
    repetitions: Measure = None
    hold_seconds: Measure = None
    duration_seconds: Measure = None


class DoseShape(GoalShape):
    """FITT-VP. Null: does not apply. The side is the exercise's own, unless given."""

    rest_seconds: Measure = None
    side: Sides = "both_together"
    load: Load = ""
    intensity: Effort = None


class WeekDoseShape(GoalShape):
    """What is fixed by hand for one week."""

    week: Week
    rest_seconds: Measure = None
    load: Load | None = None
    intensity: Effort = None


class FrequencyShape(Shape):
    """Days a week; times a day, or every so many hours awake."""

    days_per_week: Days
    times_per_day: Times = 1
    every_hours: Annotated[int, Field(ge=1, le=24)] | None = None


class WeekFrequencyShape(Shape):
    """What is fixed by hand for one week."""

    week: Week
    days_per_week: Days | None = None
    times_per_day: Times | None = None


class PlanFrequencyShape(FrequencyShape):
    """Where the frequency starts, where it goes, and weeks fixed by hand."""

    goal: FrequencyShape | None = None
    weeks: Annotated[list[WeekFrequencyShape], Field(max_length=MAXIMUM_WEEKS)] = []


class ItemShape(Shape):
    """One exercise of a plan. Without a dose it gets the protocol's; without a frequency it has the plan's."""

    exercise: Annotated[Code, Field(description="A code of the catalogue.")]
    from_week: Week = 1
    to_week: Week | None = None
    dose: DoseShape = DoseShape()
    goal: GoalShape = GoalShape()
    weeks: Annotated[list[WeekDoseShape], Field(max_length=MAXIMUM_WEEKS)] = []
    frequency: FrequencyShape | None = None
    note: Annotated[Clean, Field(max_length=5000)] = ""


class CriterionShape(Shape):
    """When to step up, ease off or stop. `text`: the clinician's own words, instead of ours."""

    measure: Literal["pain_during", "pain_next_day", "effort", "completed_sessions"]
    comparison: Literal["at_most", "at_least"]
    value: Annotated[int, Field(ge=0, le=100)]
    sessions: Annotated[int, Field(ge=1, le=50)] = 1
    text: Annotated[Clean, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _counts_sessions_once(self) -> CriterionShape:
        if self.measure == "completed_sessions" and self.sessions != 1:
            raise PydanticCustomError("sessions", "completed_sessions counts sessions itself: leave sessions at 1.")
        return self


class CriteriaShape(Shape):
    step_up: Annotated[list[CriterionShape], Field(max_length=10)] = []
    ease_off: Annotated[list[CriterionShape], Field(max_length=10)] = []
    stop: Annotated[list[CriterionShape], Field(max_length=10)] = []


Items = Annotated[list[ItemShape], Field(max_length=MAXIMUM_ITEMS)]


class Shaped(serializers.Field[Any, Any, Any, Any]):
    """A serializer's field of a pydantic shape. Gives plain dicts and lists with what was given."""

    def __init__(self, shape: Any, **options: Any) -> None:
        self.adapter: TypeAdapter[Any] = TypeAdapter(shape)
        super().__init__(**options)
        set_override(self, "field", json_schema(self.adapter))

    def __deepcopy__(self, memo: Any) -> Shaped:
        """A serializer copies its fields for every request; the adapter is built once."""
        copied: Shaped = copy.copy(self)
        return copied

    def to_internal_value(self, data: Any) -> Any:
        try:
            checked = self.adapter.validate_python(data)
        except ShapeError as error:
            raise serializers.ValidationError(_by_field(error)) from error
        return self.adapter.dump_python(checked, exclude_unset=True)

    def to_representation(self, value: Any) -> Any:
        return value


def json_schema(adapter: TypeAdapter[Any]) -> dict[str, Any]:
    """The shape's JSON Schema with its parts written out in place."""
    schema = adapter.json_schema()
    parts = schema.pop("$defs", {})

    def written_out(node: Any) -> Any:
        if isinstance(node, list):
            return [written_out(one) for one in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            return written_out(parts[node["$ref"].rsplit("/", 1)[1]])
        return {name: written_out(one) for name, one in node.items() if name not in {"title", "default"}}

    resolved: dict[str, Any] = written_out(schema)
    return resolved


def _by_field(error: ShapeError) -> Any:
    """The errors as a serializer has them: nested by field and index, the messages at the leaves."""
    root: dict[str, Any] = {}
    for problem in error.errors(include_url=False, include_context=True):
        node = root
        for step in problem["loc"]:
            if step not in TAGS:
                node = node.setdefault(str(step), {})
        node.setdefault("non_field_errors", []).append(_in_words(problem))
    return root


TYPES = {
    "int_type": "Give a whole number.",
    "int_from_float": "Give a whole number.",
    "string_type": "Give a string.",
    "list_type": "Give a list.",
    "model_type": "Give an object.",
    "model_attributes_type": "Give an object.",
    "dict_type": "Give an object.",
}


LIMITS = {
    "greater_than_equal": ("min_value", "Must be at least {ge}."),
    "less_than_equal": ("max_value", "Must be at most {le}."),
    "too_long": ("max_length", "At most {max_length} entries."),
    "string_too_long": ("max_length", "At most {max_length} characters."),
    "string_too_short": ("min_length", "Must not be empty."),
}


def _in_words(problem: ErrorDetails) -> serializers.ErrorDetail:
    kind, context = problem["type"], problem.get("ctx", {})
    if kind in TYPES:
        return serializers.ErrorDetail(TYPES[kind], code="type")
    if kind == "extra_forbidden":
        return serializers.ErrorDetail("Unknown field.", code="unknown")
    if kind == "missing":
        return serializers.ErrorDetail("This field is required.", code="required")
    if kind == "literal_error":
        known = context["expected"].replace("'", "").replace(" or ", ", ")
        return serializers.ErrorDetail(
            f"{str(problem['input'])[:100]} is not known. Known: {known}.", code="invalid_choice"
        )
    if kind in LIMITS:
        code, message = LIMITS[kind]
        return serializers.ErrorDetail(message.format_map(context), code=code)
    return serializers.ErrorDetail(f"{problem['msg'].rstrip('.')}.", code=kind)
