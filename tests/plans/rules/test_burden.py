from itertools import pairwise, permutations

import pytest

from catalogue.protocols import BurdenRules
from plans.rules import check
from plans.rules.burden import calmer_order
from plans.rules.case import ROLE_ORDER
from plans.values import Drop, Fix, Goal, Move, Severity
from tests.plans.rules.fixing import exercises_of, fixed
from tests.plans.rules.make import (
    found,
    ids,
    knee,
    make_case,
    make_dose,
    make_duration,
    make_exercise,
    make_facts,
    make_item,
    make_programme,
    make_protocol,
    prone,
    tilt,
    walk,
    wheres,
)

# burden.exercises


def make_many(number):
    exercises = [make_exercise(f"basic-{one}") for one in range(1, number + 1)]
    items = [make_item(exercise.code) for exercise in exercises]
    return make_case(walk(), tilt(), *items, exercises=exercises)


def test_six_exercises_beside_warm_up_and_opening_are_not_many():
    assert found(make_many(6), "burden.exercises") == []


def test_seven_exercises_beside_warm_up_and_opening_are_an_advice():
    (finding,) = found(make_many(7), "burden.exercises")

    assert finding.severity is Severity.ADVICE
    assert finding.where == "/items"
    assert "Henry 1999" in finding.source
    assert finding.values == {"count": 7, "most": 6}
    assert finding.fixes == ()


def test_an_exercise_that_stands_twice_counts_once():
    exercises = [make_exercise(f"basic-{one}") for one in range(1, 7)]
    items = [make_item(exercise.code) for exercise in exercises]
    again = make_item("basic-1", from_week=4)

    assert found(make_case(walk(), tilt(), *items, again, exercises=exercises), "burden.exercises") == []


def test_how_many_exercises_are_many_is_the_protocols():
    protocol = make_protocol(burden=BurdenRules(exercises=1, minutes_per_session=30, position_changes=4))

    assert ids(check(make_case(protocol=protocol))) == ["burden.exercises"]


# burden.minutes


def make_long_case(seconds, weeks=1, facts=None, **changes):
    """A walk, then lying relaxed; with one change of position the session takes 195 seconds more than asked here."""
    loose = make_exercise("loose", effects=(("relaxes", "neck"),))
    programme = make_programme(walk(), make_item("loose", make_duration(seconds), **changes), weeks=weeks)
    return make_case(programme=programme, facts=facts, exercises=[loose])


def test_a_session_of_thirty_minutes_is_not_long():
    assert found(make_long_case(1800 - 195), "burden.minutes") == []


def test_a_session_of_a_second_more_than_thirty_minutes_is_a_warning():
    (finding,) = found(make_long_case(1801 - 195), "burden.minutes")

    assert finding.severity is Severity.WARNING
    assert finding.where == "/items"
    assert finding.values == {"minutes": 31, "most": 30}


def test_minutes_are_rounded_up_to_whole_ones():
    (exact,) = found(make_long_case(4800 - 195), "burden.minutes")
    (more,) = found(make_long_case(4801 - 195), "burden.minutes")

    assert (exact.values["minutes"], more.values["minutes"]) == (80, 81)


def test_a_session_that_fits_into_the_patients_minutes_is_not_long():
    assert found(make_long_case(600 - 195, facts=make_facts(minutes=10)), "burden.minutes") == []


def test_a_session_over_the_patients_minutes_is_a_warning():
    (finding,) = found(make_long_case(601 - 195, facts=make_facts(minutes=10)), "burden.minutes")

    assert finding.values == {"minutes": 11, "most": 10}


def test_a_patient_with_more_minutes_still_has_the_protocols_limit():
    (finding,) = found(make_long_case(1801 - 195, facts=make_facts(minutes=60)), "burden.minutes")

    assert finding.values["most"] == 30


def test_the_longest_week_counts():
    case = make_long_case(1000, weeks=3, goal=Goal(duration_seconds=1801 - 195))

    assert ids(found(case, "burden.minutes")) == ["burden.minutes"]


def test_a_long_session_is_shortened_by_taking_out_the_longest_exercise_first():
    long_lying = prone(make_duration(1200))
    rotation = make_item("back-rotation", make_duration(400))
    case = make_case(walk(), tilt(), knee(), rotation, long_lying)

    (finding,) = found(case, "burden.minutes")

    assert finding.fixes == (Fix("drop", (Drop(4),)),)
    assert found(fixed(case, finding.fixes[0]), "burden.minutes") == []


def test_a_long_session_loses_as_many_exercises_as_it_takes_but_keeps_one_basic():
    rotation = make_item("back-rotation", make_duration(900))
    case = make_case(walk(), tilt(), knee(), rotation, prone(make_duration(1000)), facts=make_facts(minutes=6))

    (finding,) = found(case, "burden.minutes")

    assert finding.fixes == (Fix("drop", (Drop(4), Drop(3))),)
    assert exercises_of(fixed(case, finding.fixes[0])) == ["warm-up-walk", "pelvic-tilt", "knee-to-chest"]


def test_a_session_that_fits_exactly_loses_nothing_more():
    # Without prone lying: 180 walking, 25 tilting, 55 for the knees, 325 turning, 15 to lie down.
    rotation = make_item("back-rotation", make_duration(325))
    case = make_case(walk(), tilt(), knee(), rotation, prone(make_duration(400)), facts=make_facts(minutes=10))

    (finding,) = found(case, "burden.minutes")

    assert finding.fixes == (Fix("drop", (Drop(4),)),)


def test_the_only_basic_exercise_stays_even_if_it_is_the_longest():
    case = make_case(walk(), tilt(), knee(make_duration(1200)), prone(make_duration(900)))

    (finding,) = found(case, "burden.minutes")

    assert finding.fixes == (Fix("drop", (Drop(3),)),)


def test_a_session_that_no_drop_makes_short_enough_has_no_fix():
    case = make_case(facts=make_facts(minutes=2))

    (finding,) = found(case, "burden.minutes")

    assert finding.fixes == ()


def test_a_week_that_grows_longer_by_what_another_loses_is_shortened_too():
    # An impossible dose takes time off the first week; in the second it is what takes too long.
    odd = prone(make_duration(60, sets=-5), goal=Goal(sets=20))
    rotation = make_item("back-rotation", make_duration(500), to_week=1)
    programme = make_programme(walk(), tilt(), knee(), rotation, odd, weeks=2)
    case = make_case(programme=programme, facts=make_facts(minutes=10))

    (finding,) = found(case, "burden.minutes")

    assert finding.fixes == (Fix("drop", (Drop(4), Drop(3))),)
    assert found(fixed(case, finding.fixes[0]), "burden.minutes") == []


def test_a_week_that_is_short_enough_loses_nothing():
    early = prone(make_duration(1500), to_week=1)
    late = make_item("back-rotation", make_duration(1500), from_week=2)
    other = make_item("loose", make_duration(400), from_week=2)
    loose = make_exercise("loose", effects=(("relaxes", "neck"),))
    case = make_case(walk(), tilt(), knee(), late, early, other, exercises=[loose])

    (finding,) = found(case, "burden.minutes")

    assert finding.fixes == (Fix("drop", (Drop(3),)),)


# burden.equipment


def test_a_patient_who_was_not_asked_lacks_nothing():
    stretch = make_item("hamstring-stretch", make_dose(repetitions=3, hold_seconds=10, side="each_side"))

    assert found(make_case(walk(), tilt(), knee(), stretch), "burden.equipment") == []


@pytest.mark.parametrize("owned", [{"stool", "towel"}, {"stool", "cushion"}], ids=sorted)
def test_a_patient_with_one_thing_of_each_need_lacks_nothing(owned):
    needy = make_exercise("needy", equipment=(("stool",), ("cushion", "towel")))
    facts = make_facts(equipment=frozenset(owned))

    assert found(make_case(walk(), make_item("needy"), facts=facts, exercises=[needy]), "burden.equipment") == []


def test_equipment_that_the_patient_does_not_have_is_a_warning_and_the_exercise_is_dropped():
    needy = make_exercise("needy", equipment=(("stool",), ("cushion", "towel")))
    facts = make_facts(equipment=frozenset({"stool"}))
    case = make_case(walk(), tilt(), knee(), make_item("needy"), prone(), facts=facts, exercises=[needy])

    findings = check(case)

    assert ids(findings) == ["burden.equipment"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/items/3"
    assert findings[0].values == {"exercise": "needy", "equipment": [["cushion", "towel"]]}
    assert findings[0].fixes == (Fix("drop", (Drop(3),)),)


def test_a_patient_who_has_nothing_lacks_every_need():
    needy = make_exercise("needy", equipment=(("stool",), ("cushion", "towel")))
    facts = make_facts(equipment=frozenset())

    (finding,) = found(make_case(walk(), make_item("needy"), facts=facts, exercises=[needy]), "burden.equipment")

    assert finding.values["equipment"] == [["stool"], ["cushion", "towel"]]


# burden.positions


def make_position_case(*postures, group="stretching", **changes):
    """A walk and the pelvic tilt, then one exercise for each posture."""
    exercises = [make_exercise(f"{posture}-{n}", group, posture=posture) for n, posture in enumerate(postures)]
    items = [make_item(exercise.code) for exercise in exercises]
    return make_case(walk(), tilt(), *items, exercises=exercises, **changes)


def test_four_changes_of_position_are_not_many_even_where_another_order_avoids_some():
    case = make_position_case("prone", "supine", "prone")

    assert found(case, "burden.positions") == []


def test_five_changes_of_position_that_no_order_avoids_are_silent():
    case = make_position_case("prone", "sitting", "kneeling", "side_lying")

    assert found(case, "burden.positions") == []


def test_five_changes_of_position_that_another_order_avoids_are_an_advice_with_that_order():
    case = make_position_case("prone", "supine", "prone", "supine")

    (finding,) = found(case, "burden.positions")

    assert finding.severity is Severity.ADVICE
    assert finding.where == "/items"
    assert finding.values == {"count": 5, "fewer": 2}
    assert finding.fixes == (Fix("reorder", (Move(3, 2), Move(5, 3))),)
    after = fixed(case, finding.fixes[0])
    assert exercises_of(after) == ["warm-up-walk", "pelvic-tilt", "supine-1", "supine-3", "prone-0", "prone-2"]
    assert found(after, "burden.positions") == []


def test_the_calmer_order_keeps_the_roles_in_order():
    case = make_case(prone(), knee(), walk(), tilt())

    assert [case.entries[index].exercise.role for index in calmer_order(case)] == [
        "warm_up",
        "opening",
        "basic",
        "further",
    ]


def test_the_calmer_order_ends_a_role_in_the_position_that_the_next_one_starts_in():
    basics = [make_exercise("low", posture="supine"), make_exercise("high", posture="sitting")]
    stretch = make_exercise("stretch", "stretching", posture="supine")
    items = (walk(), make_item("low"), make_item("high"), make_item("stretch"))

    case = make_case(*items, exercises=[*basics, stretch])

    assert calmer_order(case) == [0, 2, 1, 3]


def test_the_calmer_order_keeps_a_base_before_its_progression():
    base = make_exercise("base", posture="sitting")
    harder = make_exercise("harder", posture="supine", progression_of="base")
    case = make_case(walk(), tilt(), make_item("base"), make_item("harder"), exercises=[base, harder])

    assert calmer_order(case) == [0, 1, 2, 3]


def make_mixed_case(postures):
    """Six exercises in two roles, in the given postures."""
    groups = ["basic", "basic", "basic", "stretching", "stretching", "stretching"]
    exercises = [
        make_exercise(f"one-{n}", group, posture=posture)
        for n, (group, posture) in enumerate(zip(groups, postures, strict=True))
    ]
    return make_case(walk(), *(make_item(exercise.code) for exercise in exercises), exercises=exercises)


def changes_in(case, order):
    postures = [case.entries[index].exercise.posture for index in order]
    return sum(before != after for before, after in pairwise(postures))


def fewest_changes(case):
    """By trying every order that keeps the roles in order."""
    roles = [[entry.index for entry in case.entries if entry.exercise.role == role] for role in ROLE_ORDER]
    orders = [[]]
    for role in roles:
        orders = [[*order, *part] for order in orders for part in permutations(role)]
    return min(changes_in(case, order) for order in orders)


@pytest.mark.parametrize(
    "postures",
    [
        ("supine", "sitting", "supine", "supine", "sitting", "supine"),
        ("supine", "sitting", "prone", "supine", "sitting", "prone"),
        ("sitting", "supine", "sitting", "prone", "sitting", "standing"),
        ("standing", "supine", "prone", "prone", "supine", "standing"),
        ("prone", "kneeling", "standing", "kneeling", "prone", "kneeling"),
        ("supine", "supine", "supine", "standing", "supine", "standing"),
    ],
    ids="-".join,
)
def test_no_order_of_the_same_roles_has_fewer_changes_than_the_calmer_one(postures):
    case = make_mixed_case(postures)

    assert changes_in(case, calmer_order(case)) == fewest_changes(case)


def test_each_item_with_its_own_needs_gives_its_own_finding():
    facts = make_facts(equipment=frozenset())
    needy = make_exercise("needy", equipment=(("stool",),))
    cycle = make_item("warm-up-cycle", make_duration(60))
    case = make_case(cycle, tilt(), make_item("needy"), prone(), facts=facts, exercises=[needy])

    assert wheres(found(case, "burden.equipment")) == ["/items/0", "/items/2"]
