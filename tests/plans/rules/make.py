"""Plain values for the tests of rules: a small back-care protocol, its catalogue, and a plan without a finding.

The plan without a finding is `make_case()`: a walk, the pelvic tilt, one knee to the chest and prone lying, three days a
week for six weeks, for a patient in the post-acute phase whose basics are cleared.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from catalogue.protocols import (
    BalanceRules,
    BurdenRules,
    DoseNumbers,
    DoseRanges,
    DoseRules,
    EvidenceNote,
    FrequencyRules,
    JumpRules,
    PhaseRules,
    ProtocolRules,
    Range,
)
from plans.rules import check
from plans.rules.case import Case
from plans.values import Dose, Exercise, Finding, Frequency, Item, PatientFacts, Programme, Protocol

GROUPS = {
    "warm_up": "warm_up",
    "opening": "opening",
    "basic": "basic",
    "stretching": "further",
    "abdominal": "further",
    "back_extension": "further",
    "core_balance": "further",
}
RANGES = DoseRanges(
    sets=Range(min=1, max=3),
    repetitions=Range(min=3, max=10),
    hold_seconds=Range(min=3, max=10),
    duration_seconds=Range(min=60, max=600),
)
START_RANGES = DoseRanges(repetitions=Range(min=3, max=5))


def _names(code: str) -> dict[str, str]:
    """`knee-to-chest` is "NL knee to chest" and "EN knee to chest": a name that can't be taken for its code."""
    plain = code.replace("-", " ").replace("_", " ")
    return {"nl": f"NL {plain}", "en": f"EN {plain}"}


def make_exercise(code: str, group: str | None = "basic", **changes: Any) -> Exercise:
    """A basic exercise lying on the back that stretches the low back, unless told otherwise."""
    values: dict[str, Any] = {
        "code": code,
        "names": _names(code),
        "group": group,
        "role": GROUPS.get(group or ""),
        "suitability": {"acute": "caution"} if group else {},
        "ranges": RANGES,
        "start_ranges": START_RANGES,
        "default_dose": DoseNumbers(sets=1, repetitions=5, hold_seconds=5),
        "posture": "supine",
        "effects": (("stretches", "low_back"),),
        "source": "leaflet",
        "section": f"Section of {code}",
    }
    return Exercise(**values | changes)


def make_catalogue() -> dict[str, Exercise]:
    minutes = DoseNumbers(duration_seconds=60)
    ten_counts = DoseRanges(repetitions=Range(min=3, max=5), hold_seconds=Range(min=8, max=15))
    eight_to_ten = DoseRanges(repetitions=Range(min=8, max=10), hold_seconds=Range(min=3, max=10))
    sit_up = {
        "ranges": eight_to_ten,
        "start_ranges": DoseRanges(repetitions=Range(min=8, max=10)),
        "default_dose": DoseNumbers(sets=1, repetitions=8, hold_seconds=5),
        "effects": (("strengthens", "abdominals"),),
    }
    exercises = [
        make_exercise("warm-up-walk", "warm_up", default_dose=minutes, posture="standing", effects=()),
        make_exercise(
            "warm-up-cycle",
            "warm_up",
            position=1,
            default_dose=minutes,
            posture="cycling",
            effects=(),
            equipment=(("home_trainer",),),
        ),
        make_exercise(
            "pelvic-tilt", "opening", effects=(("strengthens", "abdominals"), ("stretches", "low_back")), position=0
        ),
        make_exercise(
            "knee-to-chest",
            effects=(("stretches", "gluteals"), ("stretches", "low_back")),
            side="each_side",
            position=0,
        ),
        make_exercise("back-rotation", effects=(("stretches", "lateral_low_back"),), side="each_side", position=1),
        make_exercise(
            "hamstring-stretch",
            "stretching",
            ranges=ten_counts,
            default_dose=DoseNumbers(sets=1, repetitions=3, hold_seconds=10),
            posture="standing",
            effects=(("stretches", "hamstrings"),),
            side="each_side",
            equipment=(("table",),),
        ),
        make_exercise("half-sit-up", "abdominal", position=0, **sit_up),
        make_exercise("half-sit-up-arms-crossed", "abdominal", position=1, progression_of="half-sit-up", **sit_up),
        make_exercise(
            "half-sit-up-hands-in-neck", "abdominal", position=2, progression_of="half-sit-up-arms-crossed", **sit_up
        ),
        make_exercise(
            "prone-lying",
            "back_extension",
            suitability={"acute": "never"},
            default_dose=minutes,
            posture="prone",
            effects=(("relaxes", "low_back"),),
            precautions={"prone_lying": "caution", "pregnancy": "never"},
        ),
        make_exercise("bridge", "core_balance", effects=(("strengthens", "gluteals"),)),
        make_exercise(
            "full-sit-up",
            None,
            avoid=True,
            avoid_reasons={"nl": "Het trekt de rug hol.", "en": "It pulls the back hollow."},
            effects=(("strengthens", "abdominals"),),
        ),
    ]
    return {exercise.code: exercise for exercise in exercises}


def make_protocol(**changes: Any) -> Protocol:
    """Back care with literal numbers; `changes` are of its rules."""
    values: dict[str, Any] = {
        "phases": (
            PhaseRules(code="acute", exercise_usually_indicated=False),
            PhaseRules(code="post_acute"),
            PhaseRules(code="chronic"),
            PhaseRules(code="prevention"),
        ),
        "opening_exercise": "pelvic-tilt",
        "basics_need_clearance": True,
        "phase_assessment_max_days": 42,
        "frequency": FrequencyRules(
            days_per_week=Range(min=3, max=5), times_per_day=Range(min=1, max=1), start_days_max=3
        ),
        "dose": DoseRules(ranges=RANGES, start=START_RANGES),
        "balance": BalanceRules(
            required_categories=("strengthening", "stretching", "relaxation"),
            minimum_muscle_groups=3,
            maximum_share_percent=60,
            front_and_back=True,
        ),
        "jump": JumpRules(repetitions=2, days_per_week=1, duration_percent=50),
        "burden": BurdenRules(exercises=6, minutes_per_session=30, position_changes=4),
        "evidence_notes": (
            EvidenceNote(
                code="core_balance", groups=("core_balance",), phases=("acute", "post_acute"), source="leaflet"
            ),
        ),
    }
    return Protocol(
        code="back-care",
        version=1,
        rules=ProtocolRules(**values | changes),
        groups=GROUPS,
        source="leaflet",
        trunk_roles={"abdominals": "flexor", "low_back": "extensor", "lateral_low_back": "extensor"},
        names={"nl": "Rug", "en": "Back"},
        phase_names={code: _names(code) for code in ("acute", "post_acute", "chronic", "prevention")},
        group_names={code: _names(code) for code in GROUPS},
        evidence={"core_balance": {"nl": "Helpt bij chronische klachten.", "en": "Helps in chronic complaints."}},
    )


def make_dose(**changes: Any) -> Dose:
    return Dose(**{"sets": 1, "repetitions": 5, "hold_seconds": 5} | changes)


def make_duration(seconds: int, **changes: Any) -> Dose:
    return Dose(**{"sets": 1, "duration_seconds": seconds} | changes)


def make_item(exercise: str = "back-rotation", dose: Dose | None = None, **changes: Any) -> Item:
    return Item(exercise, dose or make_dose(), **changes)


def walk(**changes: Any) -> Item:
    return make_item("warm-up-walk", make_duration(180), **changes)


def tilt(dose: Dose | None = None, **changes: Any) -> Item:
    return make_item("pelvic-tilt", dose, **changes)


def knee(dose: Dose | None = None, **changes: Any) -> Item:
    return make_item("knee-to-chest", dose or make_dose(side="each_side"), **changes)


def prone(dose: Dose | None = None, **changes: Any) -> Item:
    return make_item("prone-lying", dose or make_duration(60), **changes)


def sit_up(dose: Dose | None = None, **changes: Any) -> Item:
    return make_item("half-sit-up", dose or make_dose(repetitions=8), **changes)


def make_range(low: int | None, high: int | None = None) -> Range:
    """`make_range(3)` is 3 and nothing else."""
    return Range(min=low, max=low if high is None else high)


def make_frequency(days: int | Range = 3, times: int | Range = 1, every_hours: int | None = None) -> Frequency:
    return Frequency(
        make_range(days) if isinstance(days, int) else days,
        make_range(times) if isinstance(times, int) else times,
        every_hours,
    )


def make_programme(*items: Item, **changes: Any) -> Programme:
    values: dict[str, Any] = {
        "protocol": "back-care",
        "phase": "post_acute",
        "language": "en",
        "weeks": 6,
        "frequency": make_frequency(3),
        "items": items or (walk(), tilt(), knee(), prone()),
    }
    return Programme(**values | changes)


def make_facts(**changes: Any) -> PatientFacts:
    values: dict[str, Any] = {"phase": "post_acute", "phase_assessed_on": datetime.date(2025, 2, 17), "cleared": True}
    return PatientFacts(**values | changes)


def make_case(
    *items: Item,
    programme: Programme | None = None,
    facts: PatientFacts | None = None,
    protocol: Protocol | None = None,
    exercises: Iterable[Exercise] = (),
) -> Case:
    """A case checked on 3 March 2025, a fortnight after the phase was assessed. `exercises` are added to the catalogue."""
    return Case(
        programme=programme or make_programme(*items),
        protocol=protocol or make_protocol(),
        exercises=make_catalogue() | {exercise.code: exercise for exercise in exercises},
        patient=facts or make_facts(),
        checked_on=datetime.date(2025, 3, 3),
    )


def ids(findings: Iterable[Finding]) -> list[str]:
    return [finding.id for finding in findings]


def found(case: Case, finding_id: str) -> list[Finding]:
    """The findings of one rule, from the whole check."""
    return [finding for finding in check(case) if finding.id == finding_id]


def wheres(findings: Iterable[Finding]) -> list[str]:
    return [finding.where for finding in findings]
