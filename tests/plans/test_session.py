import pytest

from catalogue.protocols import TimingRules
from plans.session import (
    balance,
    burden,
    item_seconds,
    largest_share,
    position_changes,
    session_seconds,
    working_seconds,
)
from plans.values import Dose, Goal
from tests.plans.rules.make import (
    knee,
    make_catalogue,
    make_dose,
    make_duration,
    make_exercise,
    make_frequency,
    make_item,
    make_programme,
    make_range,
    prone,
    tilt,
    walk,
)

TIMING = TimingRules(count_of_hold=1, repetition_without_hold=4, side_change=5, position_change=15)
EXERCISES = make_catalogue()


# Working time.


def test_a_count_of_hold_is_a_second():
    assert working_seconds(Dose(repetitions=5, hold_seconds=6), TIMING) == 30


def test_a_repetition_without_hold_is_four_seconds():
    assert working_seconds(Dose(repetitions=5), TIMING) == 20


def test_a_duration_is_done_once_or_as_often_as_its_repetitions():
    assert working_seconds(Dose(duration_seconds=30), TIMING) == 30
    assert working_seconds(Dose(duration_seconds=30, repetitions=3), TIMING) == 90


def test_a_duration_counts_before_a_hold():
    assert working_seconds(Dose(duration_seconds=30, hold_seconds=5), TIMING) == 30


def test_a_hold_without_repetitions_is_done_once():
    assert working_seconds(Dose(hold_seconds=5), TIMING) == 5


def test_a_dose_without_any_number_takes_no_time():
    assert working_seconds(Dose(sets=3), TIMING) == 0


def test_sets_multiply_the_work():
    assert working_seconds(Dose(sets=3, repetitions=5, hold_seconds=6), TIMING) == 90


@pytest.mark.parametrize(
    ("side", "seconds"),
    [("both_together", 30), ("left", 30), ("right", 30), ("each_side", 60), ("alternating", 60)],
)
def test_work_for_each_side_is_done_twice(side, seconds):
    assert working_seconds(Dose(repetitions=5, hold_seconds=6, side=side), TIMING) == seconds


def test_every_second_is_the_protocols():
    slow = TimingRules(count_of_hold=2, repetition_without_hold=10, side_change=7, position_change=30)

    assert working_seconds(Dose(repetitions=5, hold_seconds=6), slow) == 60
    assert working_seconds(Dose(repetitions=5), slow) == 50
    assert item_seconds(Dose(repetitions=5, side="each_side"), slow) == 107


# The time of an item.


def test_one_set_for_both_sides_together_has_no_rest_and_no_change_of_side():
    assert item_seconds(Dose(sets=1, repetitions=5, rest_seconds=20), TIMING) == 20


def test_rest_stands_between_sets():
    assert item_seconds(Dose(sets=3, repetitions=5, rest_seconds=20), TIMING) == 60 + 2 * 20


def test_each_side_has_rest_and_a_change_between_the_sides():
    assert item_seconds(Dose(sets=1, repetitions=5, rest_seconds=20, side="each_side"), TIMING) == 40 + 20 + 5


def test_each_side_changes_between_all_blocks_of_all_sets():
    assert item_seconds(Dose(sets=2, repetitions=5, rest_seconds=20, side="each_side"), TIMING) == 80 + 3 * (20 + 5)


def test_alternating_work_has_rest_between_sets_and_no_change_of_side():
    assert item_seconds(Dose(sets=2, repetitions=5, rest_seconds=20, side="alternating"), TIMING) == 80 + 20


def test_one_side_only_has_no_change_of_side():
    assert item_seconds(Dose(sets=2, repetitions=5, side="left"), TIMING) == 40


# The time of a session.


@pytest.mark.parametrize(
    ("postures", "changes"),
    [
        ([], 0),
        (["supine"], 0),
        (["supine", "supine"], 0),
        (["standing", "supine", "supine", "prone"], 2),
        (["supine", "prone", "supine"], 2),
    ],
)
def test_a_change_of_position_is_counted_between_consecutive_exercises(postures, changes):
    assert position_changes(postures) == changes


def test_a_session_is_its_items_and_its_changes_of_position():
    programme = make_programme(walk(), tilt(), knee(), prone())

    # 180 walking, 25 tilting, 50 and a change of side for the knees, 60 prone; standing to supine to prone.
    assert session_seconds(programme, EXERCISES, 1, TIMING) == 180 + 25 + 55 + 60 + 2 * 15


def test_a_session_has_only_the_items_of_its_week():
    late = prone(from_week=3)
    programme = make_programme(walk(), tilt(to_week=2), late, weeks=3)

    assert session_seconds(programme, EXERCISES, 2, TIMING) == 180 + 25 + 15
    assert session_seconds(programme, EXERCISES, 3, TIMING) == 180 + 60 + 15


def test_a_session_grows_with_the_doses_of_its_week():
    programme = make_programme(tilt(goal=Goal(repetitions=10)), weeks=2)

    assert [session_seconds(programme, EXERCISES, week, TIMING) for week in (1, 2)] == [25, 50]


def test_an_empty_session_takes_no_time():
    assert session_seconds(make_programme(items=()), EXERCISES, 1, TIMING) == 0


# What a plan asks of the patient.


def minutes_of(programme):
    return burden(programme, EXERCISES, TIMING).minutes_per_week


def test_burden_lists_seconds_by_week():
    programme = make_programme(walk(), tilt(goal=Goal(repetitions=10)), weeks=2)

    assert burden(programme, EXERCISES, TIMING).seconds_per_session == [220, 245]


def test_a_weeks_minutes_are_a_session_times_its_days_and_times_a_day():
    walking = make_item("warm-up-walk", make_duration(1200))

    assert minutes_of(make_programme(walking, weeks=1, frequency=make_frequency(3))) == [60]
    assert minutes_of(make_programme(walking, weeks=1, frequency=make_frequency(3, 2))) == [120]


def test_a_weeks_minutes_rise_with_its_days():
    walking = make_item("warm-up-walk", make_duration(120))
    programme = make_programme(walking, weeks=3, frequency_goal=make_frequency(5))

    assert minutes_of(programme) == [6, 8, 10]


def test_a_range_of_days_counts_at_its_most():
    walking = make_item("warm-up-walk", make_duration(120))

    assert minutes_of(make_programme(walking, weeks=1, frequency=make_frequency(make_range(3, 5)))) == [10]


def test_a_weeks_minutes_count_the_changes_of_position():
    programme = make_programme(walk(), prone(make_duration(105)), weeks=1, frequency=make_frequency(3))

    assert minutes_of(programme) == [15]


def test_an_item_with_a_frequency_of_its_own_counts_by_that():
    walking = make_item("warm-up-walk", make_duration(120))
    often = make_item("pelvic-tilt", make_duration(60), frequency=make_frequency(7, 2))

    assert minutes_of(make_programme(walking, often, weeks=1, frequency=make_frequency(3))) == [6 + 14]


@pytest.mark.parametrize(("hours", "times"), [(1, 16), (2, 8), (5, 3)])
def test_every_so_many_hours_awake_is_counted_with_sixteen_hours(hours, times):
    hourly = make_frequency(1, every_hours=hours)
    own = make_programme(make_item("pelvic-tilt", make_duration(60), frequency=hourly), weeks=1)
    shared = make_programme(make_item("pelvic-tilt", make_duration(60)), weeks=1, frequency=hourly)

    assert minutes_of(own) == [times]
    assert minutes_of(shared) == [times]


def test_burden_counts_exercises_changes_and_equipment_once():
    needy = make_exercise("needy", equipment=(("stool",), ("cushion", "towel")), posture="sitting")
    stool = make_exercise("stool", equipment=(("stool",),), posture="sitting")
    items = (walk(), make_item("needy", to_week=3), make_item("stool"), make_item("needy", from_week=4))

    asked = burden(make_programme(*items), EXERCISES | {"needy": needy, "stool": stool}, TIMING)

    assert asked.exercises == 3
    assert asked.position_changes == 1
    assert asked.equipment == [["cushion", "towel"], ["stool"]]


# Where the time goes.


def test_an_exercise_shares_its_time_evenly_over_its_effects():
    found = balance(make_programme(tilt(make_dose(repetitions=4))), EXERCISES, TIMING)

    assert found.working_seconds == 20
    assert found.by_category == {"strengthening": 10, "stretching": 10}
    assert found.by_muscle == {"abdominals": 10, "low_back": 10}
    assert found.share_by_category == {"strengthening": 50, "stretching": 50}


def test_a_warm_up_without_effects_has_no_part_in_the_balance():
    found = balance(make_programme(walk()), EXERCISES, TIMING)

    assert found.working_seconds == 0
    assert found.by_category == {}


def test_rest_and_changes_are_no_working_time():
    found = balance(make_programme(knee(make_dose(rest_seconds=30, side="each_side"))), EXERCISES, TIMING)

    assert found.working_seconds == 50


def test_working_time_is_averaged_over_the_weeks():
    programme = make_programme(prone(make_duration(60), to_week=1), prone(make_duration(90), from_week=2), weeks=3)

    assert balance(programme, EXERCISES, TIMING).working_seconds == 80


def test_the_greatest_comes_first_and_equals_by_their_code():
    programme = make_programme(prone(make_duration(60)), tilt())

    found = balance(programme, EXERCISES, TIMING)

    assert list(found.by_category) == ["relaxation", "strengthening", "stretching"]
    assert list(found.by_muscle) == ["low_back", "abdominals"]


def make_thirds():
    three = make_exercise(
        "three", effects=(("strengthens", "abdominals"), ("stretches", "neck"), ("relaxes", "gluteals"))
    )
    return make_programme(make_item("three", make_duration(100))), EXERCISES | {"three": three}


def test_seconds_and_shares_add_up_although_they_are_whole_numbers():
    programme, exercises = make_thirds()

    found = balance(programme, exercises, TIMING)

    assert found.by_category == {"relaxation": 34, "strengthening": 33, "stretching": 33}
    for seconds in (found.by_category, found.by_muscle):
        assert sum(seconds.values()) == found.working_seconds == 100
    for shares in (found.share_by_category, found.share_by_muscle):
        assert sum(shares.values()) == 100


@pytest.mark.parametrize("repetitions", range(1, 11))
def test_seconds_and_shares_add_up_for_any_plan(repetitions):
    programme = make_programme(
        walk(), tilt(), knee(make_dose(repetitions=repetitions, side="each_side")), prone(to_week=5), weeks=7
    )

    found = balance(programme, EXERCISES, TIMING)

    assert sum(found.by_category.values()) == found.working_seconds == sum(found.by_muscle.values())
    assert sum(found.share_by_category.values()) == 100 == sum(found.share_by_muscle.values())


def test_the_largest_remainders_are_rounded_up():
    uneven = make_exercise("uneven", effects=(("stretches", "neck"),))
    programme = make_programme(prone(make_duration(66)), make_item("uneven", make_duration(25)), tilt(make_dose()))

    found = balance(programme, EXERCISES | {"uneven": uneven}, TIMING)

    # Of 116 seconds 66, 37.5 and 12.5: exactly 56.9, 32.3 and 10.8 percent.
    assert found.by_category == {"relaxation": 66, "stretching": 37, "strengthening": 13}
    assert found.share_by_category == {"relaxation": 57, "stretching": 32, "strengthening": 11}


def test_a_plan_without_working_time_has_empty_shares():
    found = balance(make_programme(tilt(Dose())), EXERCISES, TIMING)

    assert found.share_by_category == {"strengthening": 0, "stretching": 0}
    assert largest_share(make_programme(tilt(Dose())), EXERCISES, TIMING) is None


def test_the_largest_share_is_exact():
    programme, exercises = make_thirds()

    category, percent = largest_share(programme, exercises, TIMING)

    assert category == "relaxation"
    assert percent * 3 == 100
