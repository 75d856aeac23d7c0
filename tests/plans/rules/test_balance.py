import pytest

from catalogue.protocols import BalanceRules
from plans.rules import check
from plans.values import Fix, Insert, Severity
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
)

STRENGTHENING = make_exercise("strong", effects=(("strengthens", "quadriceps"),))
STRETCHING = make_exercise("long", effects=(("stretches", "hamstrings"),))
RELAXING = make_exercise("loose", effects=(("relaxes", "neck"),))


# balance.category-missing


def test_a_plan_with_all_three_categories_misses_none():
    assert found(make_case(), "balance.category-missing") == []


def test_one_exercise_counts_for_every_effect_that_it_has():
    three = make_exercise("three", effects=(("strengthens", "abdominals"), ("stretches", "neck"), ("relaxes", "neck")))

    assert found(make_case(walk(), make_item("three"), exercises=[three]), "balance.category-missing") == []


def test_a_missing_category_is_not_spoken_of_before_the_basics_are_cleared():
    case = make_case(walk(), tilt(), knee(), facts=make_facts(cleared=False))

    assert found(case, "balance.category-missing") == []


def test_a_protocol_that_needs_no_clearance_does_not_wait_for_it():
    protocol = make_protocol(basics_need_clearance=False)
    case = make_case(walk(), tilt(), knee(), facts=make_facts(cleared=False), protocol=protocol)

    assert ids(found(case, "balance.category-missing")) == ["balance.category-missing"]


def test_a_category_that_the_protocol_does_not_require_may_be_missing():
    protocol = make_protocol(balance=BalanceRules(required_categories=("strengthening", "stretching")))

    assert found(make_case(walk(), tilt(), knee(), protocol=protocol), "balance.category-missing") == []


def test_a_missing_category_is_a_warning_and_an_exercise_for_it_is_inserted():
    case = make_case(walk(), tilt(), knee())

    (finding,) = found(case, "balance.category-missing")

    assert finding.severity is Severity.WARNING
    assert finding.where == "/items"
    assert finding.source == "leaflet: rule 5"
    assert finding.values == {"categories": ["relaxation"]}
    assert finding.fixes == (Fix("insert-prone-lying", (Insert("prone-lying", 3),)),)
    assert found(fixed(case, finding.fixes[0]), "balance.category-missing") == []


def test_two_missing_categories_are_one_finding_and_one_fix():
    case = make_case(walk(), make_item("back-rotation"))

    (finding,) = found(case, "balance.category-missing")

    assert finding.values == {"categories": ["strengthening", "relaxation"]}
    assert finding.fixes == (
        Fix("insert-pelvic-tilt-and-prone-lying", (Insert("prone-lying", 2), Insert("pelvic-tilt", 1))),
    )
    after = fixed(case, finding.fixes[0])
    assert exercises_of(after) == ["warm-up-walk", "pelvic-tilt", "back-rotation", "prone-lying"]
    assert found(after, "balance.category-missing") == []


def test_a_category_that_no_allowed_exercise_serves_has_no_fix():
    facts = make_facts(precautions=frozenset({"pregnancy"}))

    (finding,) = found(make_case(walk(), tilt(), knee(), facts=facts), "balance.category-missing")

    assert finding.fixes == ()


def test_an_empty_plan_is_not_told_what_it_misses():
    assert ids(check(make_case(programme=make_programme(items=())))) == ["plan.empty"]


# balance.muscle-groups


def test_three_muscle_groups_are_enough():
    case = make_case(walk(), tilt(), knee())

    assert found(case, "balance.muscle-groups") == []


def test_two_muscle_groups_are_too_few():
    case = make_case(walk(), tilt(), prone())

    (finding,) = found(case, "balance.muscle-groups")

    assert finding.severity is Severity.WARNING
    assert finding.where == "/items"
    assert finding.values == {"count": 2, "wanted": 3}


def test_an_exercise_for_another_muscle_group_is_inserted_where_its_role_belongs():
    case = make_case(walk(), tilt(), prone())

    (finding,) = found(case, "balance.muscle-groups")

    assert finding.fixes == (Fix("insert-knee-to-chest", (Insert("knee-to-chest", 2),)),)
    assert found(fixed(case, finding.fixes[0]), "balance.muscle-groups") == []


def test_several_exercises_are_inserted_where_one_is_not_enough():
    protocol = make_protocol(balance=BalanceRules(minimum_muscle_groups=5))
    case = make_case(walk(), tilt(), prone(), protocol=protocol)

    (finding,) = found(case, "balance.muscle-groups")

    assert finding.fixes[0].id == "insert-knee-to-chest-and-back-rotation-and-hamstring-stretch"
    after = fixed(case, finding.fixes[0])
    assert exercises_of(after) == [
        "warm-up-walk",
        "pelvic-tilt",
        "knee-to-chest",
        "back-rotation",
        "prone-lying",
        "hamstring-stretch",
    ]
    assert found(after, "balance.muscle-groups") == []


def test_a_number_of_muscle_groups_that_no_catalogue_reaches_has_no_fix():
    protocol = make_protocol(balance=BalanceRules(minimum_muscle_groups=50))

    (finding,) = found(make_case(protocol=protocol), "balance.muscle-groups")

    assert finding.fixes == ()


# balance.share


def make_shared_case(strengthening, stretching, relaxing, weeks=1):
    items = (
        make_item("strong", strengthening),
        make_item("long", stretching),
        make_item("loose", relaxing),
    )
    return make_case(
        programme=make_programme(walk(), *items, weeks=weeks), exercises=[STRENGTHENING, STRETCHING, RELAXING]
    )


def test_a_category_with_60_percent_of_the_working_time_is_in_balance():
    case = make_shared_case(make_duration(120), make_duration(50), make_duration(30))

    assert found(case, "balance.share") == []


def test_a_category_with_61_percent_of_the_working_time_is_an_advice():
    case = make_shared_case(make_duration(122), make_duration(48), make_duration(30))

    (finding,) = found(case, "balance.share")

    assert finding.severity is Severity.ADVICE
    assert finding.where == "/items"
    assert finding.values == {"category": "strengthening", "percent": 61, "most": 60}
    assert finding.fixes == ()


def test_any_part_of_a_percent_over_the_share_counts():
    case = make_shared_case(make_duration(601), make_duration(200), make_duration(200))

    (finding,) = found(case, "balance.share")

    assert finding.values["percent"] == 61


def test_exactly_60_percent_is_not_lost_in_rounding_to_seconds():
    # 3 s of 5 s, spread over two weeks of which only the first has any work.
    items = (
        make_item("strong", make_duration(3), to_week=1),
        make_item("long", make_duration(1), to_week=1),
        make_item("loose", make_duration(1), to_week=1),
    )
    case = make_case(programme=make_programme(walk(), *items, weeks=2), exercises=[STRENGTHENING, STRETCHING, RELAXING])

    assert found(case, "balance.share") == []


def test_a_share_is_counted_over_all_weeks():
    rising = make_item("strong", make_duration(60), to_week=1)
    items = (walk(), rising, make_item("long", make_duration(60)), make_item("loose", make_duration(60)))

    balanced = make_case(programme=make_programme(*items, weeks=2), exercises=[STRENGTHENING, STRETCHING, RELAXING])

    assert found(balanced, "balance.share") == []


def test_only_the_largest_category_is_spoken_of_however_low_the_share():
    protocol = make_protocol(balance=BalanceRules(maximum_share_percent=20))

    findings = found(make_case(protocol=protocol), "balance.share")

    assert [finding.values["category"] for finding in findings] == ["stretching"]


def test_a_warm_up_has_no_share():
    assert found(make_case(walk()), "balance.share") == []


# balance.front-back


FRONT = make_exercise("front", effects=(("strengthens", "abdominals"),))


def test_a_trunk_that_nothing_strengthens_is_in_balance():
    assert found(make_case(walk(), knee()), "balance.front-back") == []


@pytest.mark.parametrize("effect", ["strengthens", "mobilises", "relaxes"])
def test_a_strong_front_is_in_balance_with_a_back_that_something_cares_for(effect):
    back = make_exercise("back", effects=((effect, "low_back"),))
    case = make_case(walk(), make_item("front"), make_item("back"), exercises=[FRONT, back])

    assert found(case, "balance.front-back") == []


@pytest.mark.parametrize("effect", ["stretches", "stabilises"])
def test_a_strong_front_and_a_back_that_is_only_stretched_or_held_is_an_advice(effect):
    back = make_exercise("back", effects=((effect, "low_back"),))
    case = make_case(walk(), make_item("front"), make_item("back"), exercises=[FRONT, back])

    (finding,) = found(case, "balance.front-back")

    assert finding.severity is Severity.ADVICE
    assert finding.where == "/items"
    assert finding.values == {"variant": "flexor"}


def test_a_strong_back_and_a_front_that_gets_nothing_is_an_advice():
    back = make_exercise("back", effects=(("strengthens", "low_back"),))

    (finding,) = found(make_case(walk(), make_item("back"), exercises=[back]), "balance.front-back")

    assert finding.values == {"variant": "extensor"}


def test_a_protocol_for_another_part_of_the_body_does_not_weigh_the_trunk():
    protocol = make_protocol(balance=BalanceRules(front_and_back=False))
    case = make_case(walk(), make_item("front", make_dose()), exercises=[FRONT], protocol=protocol)

    assert found(case, "balance.front-back") == []


def test_relaxing_the_back_answers_the_pelvic_tilt():
    assert found(make_case(walk(), tilt(), knee(), prone()), "balance.front-back") == []
    assert ids(found(make_case(walk(), tilt(), knee()), "balance.front-back")) == ["balance.front-back"]
