"""Generated cases: plans with any numbers that a form lets through, and plans as somebody composes them, with a slip or two."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from catalogue.protocols import EvidenceNote, Range
from plans.rules.case import default_item
from plans.values import Dose, Frequency, Goal, Item, LastDose, PatientFacts, WeekDose, WeekFrequency
from tests.plans.rules.make import (
    make_case,
    make_catalogue,
    make_exercise,
    make_frequency,
    make_programme,
    make_protocol,
    make_range,
)

STRANGE = [
    make_exercise("strange", None),
    make_exercise("old", withdrawn=True, replaced_by="back-rotation"),
    make_exercise("older", None, withdrawn=True, replaced_by="old"),
    make_exercise("orphan", progression_of="nowhere"),
    make_exercise("banned", avoid=True, avoid_reasons={"en": "It harms."}),
    make_exercise("careful", suitability={"post_acute": "caution", "chronic": "caution"}),
    make_exercise("plank", "core_balance", posture="kneeling", names={"en": "Plank"}, effects=()),
    make_exercise("home", "stretching", posture="sitting", equipment=(("stool",), ("cushion", "towel"))),
]
CATALOGUE = make_catalogue() | {exercise.code: exercise for exercise in STRANGE}
CODES = list(CATALOGUE)
PROTOCOLS = [
    make_protocol(),
    make_protocol(opening_exercise=None, basics_need_clearance=False),
    make_protocol(
        evidence_notes=(
            EvidenceNote(code="one", groups=("core_balance",), phases=("acute", "chronic"), source="leaflet"),
            EvidenceNote(code="two", groups=("core_balance", "basic"), phases=("acute",), source="a study"),
        )
    ),
]
SIDES = ("both_together", "alternating", "each_side", "left", "right")

codes = st.sampled_from(CODES)
phases = st.sampled_from(["acute", "post_acute", "chronic", "unheard_of"])
languages = st.sampled_from(["nl", "en", "fr"])


# Any numbers.

numbers = st.none() | st.integers(-3, 12) | st.sampled_from([0, 30, 60, 100, 101, 600, 7201])
weeks = st.integers(1, 9)


@st.composite
def ranges(draw: Any, most: int = 8) -> Range:
    low, high = draw(st.none() | st.integers(0, most)), draw(st.none() | st.integers(0, most))
    return Range(min=min(low, high), max=max(low, high)) if None not in {low, high} else Range(min=low, max=high)


doses = st.builds(
    Dose,
    sets=numbers,
    repetitions=numbers,
    hold_seconds=numbers,
    duration_seconds=numbers,
    rest_seconds=numbers,
    side=st.sampled_from(SIDES),
)
goals = st.builds(Goal, numbers, numbers, numbers, numbers)
frequencies = st.builds(Frequency, ranges(), ranges(3), st.none() | st.integers(1, 20))
items = st.builds(
    Item,
    exercise=codes,
    dose=doses,
    goal=goals,
    weeks=st.lists(st.builds(WeekDose, weeks, numbers, numbers, numbers, numbers, numbers), max_size=2).map(tuple),
    from_week=weeks,
    to_week=st.none() | weeks,
    frequency=st.none() | frequencies,
)
wild_programmes = st.builds(
    make_programme,
    phase=phases,
    language=languages,
    weeks=st.integers(1, 7),
    note=st.sampled_from(["", "Breathe out.", "Lumbago: quadriceps."]),
    frequency=frequencies,
    frequency_goal=st.none() | frequencies,
    frequency_weeks=st.lists(
        st.builds(WeekFrequency, weeks, st.none() | ranges(), st.none() | ranges(3)), max_size=3
    ).map(tuple),
    items=st.lists(items, max_size=4).map(tuple),
)


# As somebody composes, with a slip or two.

few = st.integers(0, 14)
seconds = st.integers(0, 700)
slips = st.one_of(
    st.just({}),
    st.just({}),
    st.builds(lambda side: {"side": side}, st.sampled_from(["left", "right"])),
    st.builds(lambda number: {"repetitions": number}, st.none() | few),
    st.builds(lambda number: {"hold_seconds": number}, few),
    st.builds(lambda number: {"duration_seconds": number}, seconds),
    st.builds(lambda number: {"goal": Goal(repetitions=number)}, few),
    st.builds(lambda number: {"goal": Goal(duration_seconds=number)}, seconds),
    st.builds(lambda week, number: {"weeks": (WeekDose(week, repetitions=number),)}, st.integers(1, 6), few),
    st.builds(lambda week: {"from_week": week}, st.integers(1, 6)),
    st.builds(lambda week: {"to_week": week}, st.integers(1, 6)),
    st.builds(lambda days: {"frequency": make_frequency(days)}, st.integers(1, 7)),
)


def _with_slip(code: str, slip: dict[str, Any]) -> Item:
    item = default_item(CATALOGUE[code])
    ours = {name: value for name, value in slip.items() if hasattr(item, name)}
    return replace(item, dose=replace(item.dose, **{name: slip[name] for name in slip.keys() - ours.keys()}), **ours)


usual_frequencies = st.builds(
    lambda days, more, times: make_frequency(make_range(days, days + more), times),
    st.sampled_from([3, 3, 3, 2, 4, 6]),
    st.sampled_from([0, 0, 1]),
    st.sampled_from([1, 1, 1, 2]),
)
usual_programmes = st.builds(
    make_programme,
    phase=phases,
    language=languages,
    weeks=st.just(6),
    frequency=usual_frequencies,
    frequency_goal=st.none() | usual_frequencies,
    items=st.lists(st.builds(_with_slip, codes, slips), max_size=9).map(tuple),
)

patients = st.builds(
    PatientFacts,
    phase=st.sampled_from([None, "acute", "post_acute", "chronic", "unheard_of"]),
    phase_assessed_on=st.none() | st.dates(datetime.date(2024, 12, 1), datetime.date(2025, 4, 1)),
    precautions=st.frozensets(st.sampled_from(["pregnancy", "prone_lying", "unheard_of"])),
    equipment=st.none() | st.frozensets(st.sampled_from(["stool", "towel"])),
    minutes=st.none() | st.integers(1, 40),
    cleared=st.booleans(),
    earlier_exercises=st.frozensets(codes, max_size=3),
    last_doses=st.dictionaries(codes, st.builds(LastDose, doses, st.integers(0, 7)), max_size=3),
    last_days_per_week=st.none() | st.integers(0, 7),
    has_earlier_revision=st.booleans(),
)


def _cases(programmes: Any) -> Any:
    return st.builds(
        lambda programme, facts, protocol: make_case(
            programme=programme, facts=facts, protocol=protocol, exercises=STRANGE
        ),
        programmes,
        patients,
        st.sampled_from(PROTOCOLS),
    )


def _one_sided(code: str, side: str, repetitions: int, first: int, more: int) -> Item:
    item = default_item(CATALOGUE[code])
    dose = replace(item.dose, side=side, repetitions=repetitions)
    return replace(item, dose=dose, from_week=first, to_week=min(first + more, 6))


one_sided_programmes = st.builds(
    make_programme,
    weeks=st.just(6),
    items=st.lists(
        st.builds(
            _one_sided,
            st.sampled_from(["knee-to-chest", "back-rotation"]),
            st.sampled_from(["left", "right"]),
            few,
            st.integers(1, 6),
            st.integers(0, 5),
        ),
        min_size=2,
        max_size=6,
    ).map(tuple),
)

cases = _cases(st.integers(0, 3).flatmap(lambda one: usual_programmes if one else wild_programmes))
one_sided_cases = _cases(one_sided_programmes)
