"""A case for every way in which a rule fires, by the finding's id."""

from __future__ import annotations

import datetime
from typing import Any

from catalogue.protocols import DoseRanges, Range
from plans.rules.case import Case
from plans.values import Dose, Goal, Item, LastDose, PatientFacts, WeekDose
from tests.plans.rules.make import (
    knee,
    make_case,
    make_dose,
    make_duration,
    make_exercise,
    make_facts,
    make_frequency,
    make_item,
    make_programme,
    make_range,
    prone,
    sit_up,
    tilt,
    walk,
)

OLD = make_exercise("old", withdrawn=True, replaced_by="back-rotation")
GONE = make_exercise("gone", withdrawn=True)
NEEDY = make_exercise("needy", equipment=(("stool",), ("cushion", "towel")))
OPEN = make_exercise("open", ranges=DoseRanges(repetitions=Range(min=6)))
STRONG_BACK = make_exercise("strong-back", effects=(("strengthens", "low_back"),))
RIDE = [
    make_exercise(f"{posture}-{n}", "stretching", posture=posture) for n in (1, 2) for posture in ("prone", "supine")
]
LONG_SENTENCE = "Keep your back on the mat and let both your knees fall out to each side."


def later(**changes: Any) -> PatientFacts:
    return make_facts(has_earlier_revision=True, **changes)


def with_item(item: Item, **changes: Any) -> Case:
    return make_case(walk(), tilt(), item, prone(), **changes)


def in_two_weeks(item: Item, **changes: Any) -> Case:
    return make_case(programme=make_programme(walk(), tilt(), item, prone(), weeks=2), facts=later(), **changes)


def acute(*items: Item) -> Case:
    return make_case(programme=make_programme(*items, phase="acute"), facts=make_facts(phase="acute"))


FIRING: dict[str, list[Case]] = {
    "plan.empty": [make_case(programme=make_programme(items=()))],
    "plan.withdrawn-exercise": [
        with_item(make_item("old"), exercises=[OLD]),
        with_item(make_item("gone"), exercises=[GONE]),
    ],
    "plan.duplicate": [with_item(tilt())],
    "plan.missing-text": [make_case(programme=make_programme(language="fr"))],
    "plan.outside-protocol": [with_item(make_item("strange"), exercises=[make_exercise("strange", None)])],
    "phase.contraindicated": [acute(walk(), tilt(), knee(), prone())],
    "phase.not-indicated": [acute(walk(), tilt(), knee())],
    "phase.caution": [
        with_item(make_item("careful"), exercises=[make_exercise("careful", suitability={"post_acute": "caution"})])
    ],
    "phase.evidence": [with_item(make_item("bridge"))],
    "phase.mismatch": [
        make_case(facts=make_facts(phase=None)),
        make_case(facts=make_facts(phase="chronic")),
        make_case(facts=make_facts(phase_assessed_on=datetime.date(2024, 12, 1))),
    ],
    "order.warm-up-first": [make_case(tilt(), knee(), prone()), make_case(tilt(), walk(), knee(), prone())],
    "order.opening-first": [make_case(walk(), knee(), prone()), make_case(walk(), knee(), tilt(), prone())],
    "order.basics-missing": [make_case(walk(), tilt(), prone())],
    "order.basics-first": [make_case(walk(), tilt(), prone(), sit_up(), knee(), make_item("back-rotation"))],
    "order.basics-not-cleared": [make_case(facts=make_facts(cleared=False))],
    "order.progression-before-base": [
        with_item(make_item("half-sit-up-hands-in-neck", make_dose(repetitions=8))),
        make_case(walk(), tilt(), make_item("half-sit-up-arms-crossed", make_dose(repetitions=8)), sit_up()),
    ],
    "balance.category-missing": [make_case(walk(), knee())],
    "balance.muscle-groups": [make_case(walk(), tilt(), prone())],
    "balance.share": [make_case(walk(), tilt(), knee(), prone(make_duration(600)))],
    "balance.front-back": [
        make_case(walk(), tilt(), knee()),
        with_item(make_item("strong-back"), exercises=[STRONG_BACK, make_exercise("pelvic-tilt", "opening")]),
    ],
    "dose.missing": [with_item(make_item(dose=Dose())), make_case(walk(), tilt(), knee(), prone(Dose()))],
    "dose.impossible": [
        with_item(
            make_item(
                dose=make_dose(sets=0, hold_seconds=1801, rest_seconds=-1),
                goal=Goal(repetitions=101),
                weeks=(WeekDose(2, duration_seconds=0),),
            )
        )
    ],
    "dose.range": [
        with_item(make_item(dose=make_dose(sets=4, hold_seconds=11, repetitions=2), goal=Goal(repetitions=11))),
        with_item(make_item("open"), exercises=[OPEN]),
    ],
    "dose.start-low": [with_item(make_item(dose=make_dose(repetitions=6)))],
    "dose.jump": [
        in_two_weeks(make_item(dose=make_dose(repetitions=3), goal=Goal(repetitions=6))),
        in_two_weeks(make_item(dose=make_duration(60), goal=Goal(duration_seconds=120))),
        make_case(programme=make_programme(weeks=2, frequency_goal=make_frequency(5))),
        with_item(
            make_item(frequency=make_frequency(5)),
            facts=later(last_doses={"back-rotation": LastDose(make_dose(), 3)}),
        ),
    ],
    "dose.fall": [
        in_two_weeks(make_item(goal=Goal(repetitions=3, hold_seconds=3))),
        make_case(
            programme=make_programme(frequency=make_frequency(5, 2), frequency_goal=make_frequency(3, 1)), facts=later()
        ),
    ],
    "dose.both-sides": [with_item(knee(make_dose(side="left"))), with_item(knee(make_dose(side="right")))],
    "frequency.range": [
        make_case(
            programme=make_programme(frequency=make_frequency(6, 2), frequency_goal=make_frequency(Range(min=3)))
        ),
        with_item(make_item(frequency=make_frequency(make_range(1, 2)))),
    ],
    "frequency.start": [make_case(programme=make_programme(frequency=make_frequency(4)))],
    "safety.avoid": [with_item(make_item("full-sit-up"))],
    "safety.precaution": [
        make_case(facts=make_facts(precautions=frozenset({"prone_lying"}))),
        make_case(facts=make_facts(precautions=frozenset({"pregnancy"}))),
    ],
    "burden.exercises": [
        make_case(
            walk(),
            tilt(),
            *(make_item(f"basic-{number}") for number in range(7)),
            exercises=[make_exercise(f"basic-{number}") for number in range(7)],
        )
    ],
    "burden.minutes": [
        make_case(walk(), tilt(), knee(), prone(make_duration(1800))),
        make_case(facts=make_facts(minutes=2)),
    ],
    "burden.equipment": [
        with_item(make_item("needy"), facts=make_facts(equipment=frozenset()), exercises=[NEEDY]),
    ],
    "burden.positions": [make_case(walk(), tilt(), *(make_item(one.code) for one in RIDE), exercises=RIDE)],
    "text.hard-to-read": [
        make_case(programme=make_programme(note=LONG_SENTENCE)),
        make_case(programme=make_programme(note="Considerable determination. " * 25)),
        make_case(walk(), tilt(note="Mobilise the lumbar spine."), knee(), prone()),
    ],
}
"""Every rule is here with each of its variants, and with each kind of fix."""
