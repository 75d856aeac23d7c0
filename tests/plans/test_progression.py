from itertools import pairwise

import pytest

from catalogue.protocols import Range
from plans.progression import (
    between,
    dose_in_week,
    frequency_in_week,
    is_in_week,
    item_frequency,
    last_week,
    least_of,
    most_of,
)
from plans.values import Goal, WeekDose, WeekFrequency
from tests.plans.rules.make import make_dose, make_duration, make_frequency, make_item, make_programme, make_range


def repetitions_of(item, weeks):
    programme = make_programme(item, weeks=weeks)
    return [dose_in_week(item, week, programme).repetitions for week in range(item.from_week, weeks + 1)]


def days_of(programme):
    days = [frequency_in_week(programme, week).days_per_week for week in range(1, programme.weeks + 1)]
    return [(one.min, one.max) for one in days]


# Evenly between two numbers.


def test_a_number_starts_at_the_start_and_ends_at_the_goal():
    assert between(5, 10, 0, 5) == 5
    assert between(5, 10, 5, 5) == 10


def test_a_number_that_has_no_steps_to_go_stays_at_the_start():
    assert between(5, 10, 0, 0) == 5


def test_halves_are_rounded_up():
    assert [between(3, 4, step, 2) for step in range(3)] == [3, 4, 4]
    assert [between(4, 3, step, 2) for step in range(3)] == [4, 4, 3]


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 11, 51])
@pytest.mark.parametrize(("start", "goal"), [(3, 3), (3, 4), (3, 10), (30, 120), (1, 100), (5, 1800)])
def test_numbers_never_fall_and_rise_evenly_towards_a_higher_goal(start, goal, steps):
    numbers = [between(start, goal, step, steps) for step in range(steps + 1)]

    rises = [after - before for before, after in pairwise(numbers)]
    assert (numbers[0], numbers[-1]) == (start, goal)
    assert min(rises) >= 0
    assert max(rises) - min(rises) <= 1


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 11])
def test_numbers_fall_evenly_towards_a_lower_goal(steps):
    numbers = [between(10, 3, step, steps) for step in range(steps + 1)]

    falls = [before - after for before, after in pairwise(numbers)]
    assert (numbers[0], numbers[-1]) == (10, 3)
    assert max(falls) - min(falls) <= 1


# The weeks of an item.


def test_an_item_without_a_last_week_goes_on_to_the_end():
    assert last_week(make_item(), make_programme(weeks=6)) == 6


def test_an_item_ends_in_its_last_week_or_with_the_plan():
    assert last_week(make_item(to_week=4), make_programme(weeks=6)) == 4
    assert last_week(make_item(to_week=9), make_programme(weeks=6)) == 6


def test_an_item_is_in_its_first_and_last_week_and_not_beside_them():
    programme = make_programme(weeks=6)
    item = make_item(from_week=2, to_week=4)

    assert [week for week in range(1, 7) if is_in_week(item, week, programme)] == [2, 3, 4]


def test_an_item_that_starts_beyond_the_plan_is_in_no_week():
    programme = make_programme(weeks=6)

    assert not any(is_in_week(make_item(from_week=7), week, programme) for week in range(1, 9))


# The dose of a week.


def test_a_dose_without_a_goal_stays_as_it_starts():
    assert repetitions_of(make_item(dose=make_dose(repetitions=5)), weeks=3) == [5, 5, 5]


def test_repetitions_rise_evenly_from_start_to_goal():
    item = make_item(dose=make_dose(repetitions=5), goal=Goal(repetitions=10))

    assert repetitions_of(item, weeks=6) == [5, 6, 7, 8, 9, 10]
    assert repetitions_of(item, weeks=4) == [5, 7, 8, 10]


def test_a_plan_of_one_week_stays_at_the_start():
    assert repetitions_of(make_item(goal=Goal(repetitions=10)), weeks=1) == [5]


def test_an_item_reaches_its_goal_in_its_own_last_week():
    programme = make_programme(weeks=6)
    item = make_item(goal=Goal(repetitions=7), from_week=2, to_week=4)

    assert [dose_in_week(item, week, programme).repetitions for week in (2, 3, 4)] == [5, 6, 7]


def test_an_item_that_would_end_after_the_plan_reaches_its_goal_with_the_plan():
    assert repetitions_of(make_item(goal=Goal(repetitions=7), to_week=9), weeks=3) == [5, 6, 7]


def test_every_measure_rises_by_itself():
    item = make_item(
        dose=make_duration(60, repetitions=3, hold_seconds=5),
        goal=Goal(sets=3, repetitions=5, hold_seconds=7, duration_seconds=90),
    )

    middle = dose_in_week(item, 2, make_programme(item, weeks=3))

    assert (middle.sets, middle.repetitions, middle.hold_seconds, middle.duration_seconds) == (2, 4, 6, 75)


def test_a_goal_for_a_measure_that_the_dose_does_not_have_is_ignored():
    item = make_item(goal=Goal(duration_seconds=90))

    assert dose_in_week(item, 3, make_programme(item, weeks=3)) == item.dose


def test_what_does_not_rise_stays_as_it_was_prescribed():
    item = make_item(
        dose=make_dose(rest_seconds=20, side="each_side", load="red band", intensity=4), goal=Goal(repetitions=10)
    )

    last = dose_in_week(item, 6, make_programme(item, weeks=6))

    assert last == make_dose(repetitions=10, rest_seconds=20, side="each_side", load="red band", intensity=4)


def test_a_week_that_was_fixed_by_hand_stands_and_the_others_stay_as_derived():
    item = make_item(goal=Goal(repetitions=10), weeks=(WeekDose(3, repetitions=5),))

    assert repetitions_of(item, weeks=6) == [5, 6, 5, 8, 9, 10]


def test_a_week_fixes_only_what_it_says():
    fixed = WeekDose(2, rest_seconds=0, load="blue band", intensity=6)
    item = make_item(dose=make_dose(rest_seconds=20, load="red band"), goal=Goal(repetitions=7), weeks=(fixed,))

    second = dose_in_week(item, 2, make_programme(item, weeks=3))

    assert second == make_dose(repetitions=6, rest_seconds=0, load="blue band", intensity=6)


def test_of_two_that_fix_the_same_week_the_last_one_counts():
    item = make_item(weeks=(WeekDose(2, repetitions=6, hold_seconds=7), WeekDose(2, repetitions=7)))

    second = dose_in_week(item, 2, make_programme(item, weeks=2))

    assert (second.repetitions, second.hold_seconds) == (7, 7)


# How often.


def test_a_frequency_without_a_goal_stays_as_it_starts():
    assert days_of(make_programme(weeks=3, frequency=make_frequency(3))) == [(3, 3), (3, 3), (3, 3)]


def test_days_rise_evenly_from_start_to_goal():
    programme = make_programme(weeks=5, frequency=make_frequency(3), frequency_goal=make_frequency(5))

    assert days_of(programme) == [(3, 3), (4, 4), (4, 4), (5, 5), (5, 5)]


def test_both_ends_of_a_range_rise():
    programme = make_programme(
        weeks=3, frequency=make_frequency(make_range(2, 3)), frequency_goal=make_frequency(make_range(4, 5))
    )

    assert days_of(programme) == [(2, 3), (3, 4), (4, 5)]


def test_times_a_day_rise_as_days_do():
    programme = make_programme(weeks=3, frequency=make_frequency(3, 1), frequency_goal=make_frequency(3, 3))

    assert [frequency_in_week(programme, week).times_per_day.max for week in (1, 2, 3)] == [1, 2, 3]


def test_a_plan_of_one_week_keeps_the_frequency_that_it_starts_with():
    assert days_of(make_programme(weeks=1, frequency_goal=make_frequency(5))) == [(3, 3)]


def test_every_so_many_hours_holds_in_every_week():
    programme = make_programme(
        weeks=2, frequency=make_frequency(3, every_hours=2), frequency_goal=make_frequency(5, every_hours=2)
    )

    assert [frequency_in_week(programme, week).every_hours for week in (1, 2)] == [2, 2]


def test_a_week_of_days_that_was_fixed_by_hand_stands():
    by_hand = (WeekFrequency(2, days_per_week=make_range(3)), WeekFrequency(3, times_per_day=make_range(2)))
    programme = make_programme(weeks=3, frequency_goal=make_frequency(5), frequency_weeks=by_hand)

    assert days_of(programme) == [(3, 3), (3, 3), (5, 5)]
    assert [frequency_in_week(programme, week).times_per_day.max for week in (1, 2, 3)] == [1, 1, 2]


def test_an_item_is_done_as_often_as_the_programme_unless_it_has_a_frequency_of_its_own():
    programme = make_programme(weeks=2, frequency_goal=make_frequency(5))
    own = make_frequency(7, 3)

    assert item_frequency(make_item(), programme, 2).days_per_week == make_range(5)
    assert item_frequency(make_item(frequency=own), programme, 2) == own


# Ranges that are open at a side.


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [(Range(min=3, max=5), 3, 5), (Range(min=3), 3, 3), (Range(max=5), 5, 5), (Range(), 0, 0)],
    ids=["closed", "open above", "open below", "empty"],
)
def test_a_range_that_is_open_at_a_side_counts_as_the_number_that_it_gives(asked, least, most):
    assert (least_of(asked), most_of(asked)) == (least, most)


def test_days_without_an_upper_end_rise_towards_a_goal_too():
    programme = make_programme(weeks=3, frequency=make_frequency(Range(min=3)), frequency_goal=make_frequency(5))

    assert days_of(programme) == [(3, 3), (4, 4), (5, 5)]
