"""What may be put into a plan, and where: what the fixes of several rules rest on."""

import pytest

from catalogue.protocols import DoseNumbers, Range
from plans.rules.case import clamped, default_item
from plans.values import Dose, Fix, Goal, Insert, Item, Move
from tests.plans.rules.make import (
    knee,
    make_case,
    make_exercise,
    make_facts,
    make_programme,
    prone,
    sit_up,
    tilt,
    walk,
)

PLAIN = make_exercise("plain", position=10)


def candidates_of(case, *codes):
    """The asked ones among the candidates, in the order in which they are offered."""
    return [exercise.code for exercise in case.candidates if exercise.code in codes]


# What is offered.


def test_what_the_plan_has_is_no_candidate():
    assert candidates_of(make_case(walk(), knee()), "knee-to-chest", "back-rotation") == ["back-rotation"]


@pytest.mark.parametrize(
    "forbidden",
    [
        {"group": None},
        {"avoid": True},
        {"withdrawn": True},
        {"suitability": {"post_acute": "never"}},
        {"precautions": {"pregnancy": "never"}},
    ],
    ids=["outside the protocol", "avoided", "withdrawn", "contraindicated", "never with a precaution"],
)
def test_what_would_be_an_error_is_no_candidate(forbidden):
    facts = make_facts(precautions=frozenset({"pregnancy"}))
    case = make_case(facts=facts, exercises=[PLAIN, make_exercise("forbidden", **forbidden)])

    assert candidates_of(case, "plain", "forbidden") == ["plain"]


@pytest.mark.parametrize(
    "drawback",
    [
        {"suitability": {"post_acute": "caution"}},
        {"precautions": {"kneeling": "caution"}},
        {"equipment": (("stool",),)},
        {"progression_of": "half-sit-up"},
        {"names": {"fr": "seulement en français"}},
    ],
    ids=["caution in the phase", "a precaution", "equipment", "a base that is missing", "no text"],
)
def test_what_would_be_a_warning_is_offered_last(drawback):
    facts = make_facts(precautions=frozenset({"kneeling"}), equipment=frozenset())
    warned = make_exercise("warned", position=1, **drawback)
    case = make_case(facts=facts, exercises=[PLAIN, warned])

    assert case.drawbacks(case.exercises["plain"]) == 0
    assert case.drawbacks(case.exercises["warned"]) == 1
    assert candidates_of(case, "plain", "warned") == ["plain", "warned"]


def test_drawbacks_add_up():
    facts = make_facts(precautions=frozenset({"kneeling"}), equipment=frozenset(), cleared=False)
    worst = make_exercise(
        "worst",
        "stretching",
        suitability={"post_acute": "caution"},
        precautions={"kneeling": "caution"},
        equipment=(("stool",), ("table",)),
        progression_of="half-sit-up",
        names={},
    )
    case = make_case(facts=facts, exercises=[worst])

    assert case.drawbacks(worst) == 6


def test_a_base_that_the_plan_or_an_earlier_revision_has_is_no_drawback():
    harder = make_exercise("harder", progression_of="half-sit-up")
    earlier = make_facts(earlier_exercises=frozenset({"half-sit-up"}))

    assert make_case(walk(), sit_up(), exercises=[harder]).drawbacks(harder) == 0
    assert make_case(facts=earlier, exercises=[harder]).drawbacks(harder) == 0


def test_only_groups_beyond_the_basics_wait_for_the_clearance():
    further, cleared, not_cleared = make_exercise("further", "stretching"), make_facts(), make_facts(cleared=False)

    assert make_case(facts=not_cleared).drawbacks(further) == 1
    assert make_case(facts=not_cleared).drawbacks(PLAIN) == 0
    assert make_case(facts=cleared).drawbacks(further) == 0


def test_candidates_without_drawbacks_come_as_the_protocol_orders_them():
    second, first = make_exercise("b", "warm_up", position=8), make_exercise("z", "warm_up", position=7)
    alike = [make_exercise("y", "basic", position=6), make_exercise("x", "basic", position=6)]
    case = make_case(exercises=[*alike, second, first])

    assert candidates_of(case, "b", "x", "y", "z") == ["z", "b", "x", "y"]


# Where it goes.


@pytest.mark.parametrize(
    ("role", "place"), [("warm_up", 1), ("opening", 2), ("basic", 3), ("further", 4), (None, 4)], ids=str
)
def test_an_item_belongs_behind_its_own_and_earlier_roles(role, place):
    assert make_case(walk(), tilt(), knee(), prone()).place_for(role) == place


def test_an_item_that_nothing_goes_before_belongs_to_the_front():
    assert make_case(prone()).place_for("basic") == 0


def test_several_exercises_are_inserted_so_that_each_stands_where_it_belongs():
    case = make_case(prone())
    wanted = [case.exercises[code] for code in ("bridge", "back-rotation", "warm-up-walk", "knee-to-chest")]

    (fix,) = case.insert_all(wanted)

    assert fix.changes == (
        Insert("bridge", 1),
        Insert("knee-to-chest", 0),
        Insert("back-rotation", 0),
        Insert("warm-up-walk", 0),
    )


def test_nothing_to_insert_is_no_fix():
    assert list(make_case().insert(None)) == []
    assert list(make_case().insert_all([])) == []


def test_items_are_brought_into_an_order_by_as_few_moves_as_need_be():
    case = make_case(walk(), tilt(), knee(), prone())

    assert case.reorder([0, 1, 2, 3]) == Fix("reorder", ())
    assert case.reorder([0, 3, 1, 2]) == Fix("reorder", (Move(3, 1),))
    assert case.reorder([3, 2, 1, 0]) == Fix("reorder", (Move(3, 0), Move(3, 1), Move(3, 2)))


# With which dose.


def test_an_inserted_item_has_the_dose_and_the_goal_of_the_protocol_and_the_exercises_side():
    exercise = make_exercise(
        "one",
        side="each_side",
        default_dose=DoseNumbers(sets=2, repetitions=4, hold_seconds=6, rest_seconds=3),
        default_goal=DoseNumbers(repetitions=8),
    )

    assert default_item(exercise) == Item(
        "one",
        Dose(sets=2, repetitions=4, hold_seconds=6, rest_seconds=3, side="each_side"),
        goal=Goal(repetitions=8),
    )


def test_an_inserted_item_without_a_dose_in_the_protocol_has_five_repetitions():
    assert default_item(make_exercise("one", default_dose=DoseNumbers())).dose == Dose(repetitions=5)
    assert default_item(make_exercise("one", default_dose=DoseNumbers(duration_seconds=30))).dose == Dose(
        duration_seconds=30
    )


@pytest.mark.parametrize(
    ("number", "wanted", "nearest"),
    [
        (2, Range(min=3, max=5), 3),
        (3, Range(min=3, max=5), 3),
        (5, Range(min=3, max=5), 5),
        (6, Range(min=3, max=5), 5),
        (2, Range(max=5), 2),
        (6, Range(min=3), 6),
        (6, Range(), 6),
    ],
)
def test_a_number_is_clamped_to_the_nearest_one_that_is_wanted(number, wanted, nearest):
    assert clamped(number, wanted) == nearest


# By week.


def test_only_a_plan_after_an_earlier_revision_is_not_the_first():
    assert make_case().is_first
    assert not make_case(facts=make_facts(has_earlier_revision=True)).is_first


def test_an_items_weeks_end_with_the_plan():
    case = make_case(programme=make_programme(knee(from_week=2, to_week=9), weeks=4))

    assert list(case.weeks_of(case.entries[0].item)) == [2, 3, 4]
