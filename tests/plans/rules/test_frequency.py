import pytest

from catalogue.protocols import FrequencyRules, Range
from plans.rules import check
from plans.values import Fix, Set, Severity, WeekFrequency
from tests.plans.rules.fixing import fixed
from tests.plans.rules.make import (
    found,
    ids,
    knee,
    make_case,
    make_facts,
    make_frequency,
    make_programme,
    make_protocol,
    make_range,
    prone,
    tilt,
    walk,
    wheres,
)


def make_frequency_case(frequency, later=True, protocol=None, **changes):
    """A plan of six weeks; as a later revision, so that it may start with any number of days, unless told otherwise."""
    programme = make_programme(frequency=frequency, **changes)
    return make_case(programme=programme, facts=make_facts(has_earlier_revision=later), protocol=protocol)


# frequency.range


@pytest.mark.parametrize("days", [3, 4, 5, make_range(3, 5)], ids=str)
def test_three_to_five_days_a_week_are_in_range(days):
    assert ids(check(make_frequency_case(make_frequency(days)))) == []


@pytest.mark.parametrize(
    ("days", "written", "low", "high"),
    [
        (2, "2", 3, 3),
        (6, "6", 5, 5),
        (make_range(2, 4), "2-4", 3, 4),
        (make_range(4, 6), "4-6", 4, 5),
        (make_range(1, 7), "1-7", 3, 5),
        (Range(min=4), "4-…", 4, 5),
        (Range(max=4), "…-4", 3, 4),
        (Range(), "…", 3, 5),
    ],
    ids=str,
)
def test_days_outside_the_range_are_a_warning_and_brought_into_it(days, written, low, high):
    case = make_frequency_case(make_frequency(days))

    findings = check(case)

    assert ids(findings) == ["frequency.range"]
    assert findings[0].severity is Severity.WARNING
    assert findings[0].where == "/frequency/days_per_week"
    assert findings[0].source == "leaflet: rule 7"
    assert findings[0].values == {"measure": "days_per_week", "value": written, "low": 3, "high": 5}
    assert [fix.changes for fix in findings[0].fixes] == [(Set("/frequency/days_per_week", {"min": low, "max": high}),)]
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


def test_more_than_once_a_day_is_outside_the_protocols_times():
    case = make_frequency_case(make_frequency(3, times=2))

    findings = check(case)

    assert ids(findings) == ["frequency.range"]
    assert findings[0].where == "/frequency/times_per_day"
    assert findings[0].fixes == (Fix("set-1", (Set("/frequency/times_per_day", {"min": 1, "max": 1}),)),)


def test_every_so_many_hours_has_no_times_a_day_to_be_outside_of():
    case = make_frequency_case(make_frequency(3, times=16, every_hours=1))

    assert found(case, "frequency.range") == []


def test_a_protocol_that_is_open_above_takes_any_number_of_days():
    protocol = make_protocol(frequency=FrequencyRules(days_per_week=Range(min=3)))

    assert found(make_frequency_case(make_frequency(Range(min=3)), protocol=protocol), "frequency.range") == []
    assert found(make_frequency_case(make_frequency(7), protocol=protocol), "frequency.range") == []
    assert ids(found(make_frequency_case(make_frequency(2), protocol=protocol), "frequency.range")) == [
        "frequency.range"
    ]


def test_a_goal_outside_the_range_is_found_where_it_stands():
    findings = check(make_frequency_case(make_frequency(5), frequency_goal=make_frequency(6)))

    assert ids(findings) == ["frequency.range"]
    assert findings[0].where == "/frequency/goal/days_per_week"
    assert findings[0].fixes == (Fix("set-5", (Set("/frequency/goal/days_per_week", {"min": 5, "max": 5}),)),)


def test_a_week_outside_the_range_is_found_where_it_stands():
    by_hand = (WeekFrequency(2, times_per_day=make_range(1)), WeekFrequency(3, days_per_week=make_range(6)))
    case = make_frequency_case(make_frequency(5), frequency_weeks=by_hand)

    findings = found(case, "frequency.range")

    assert wheres(findings) == ["/frequency/weeks/1/days_per_week"]
    assert found(fixed(case, findings[0].fixes[0]), "frequency.range") == []


def test_an_items_own_frequency_outside_the_range_is_found_where_it_stands():
    case = make_case(walk(), tilt(), knee(frequency=make_frequency(2)), prone())

    findings = check(case)

    assert ids(findings) == ["frequency.range"]
    assert findings[0].where == "/items/2/frequency/days_per_week"
    assert ids(check(fixed(case, findings[0].fixes[0]))) == []


# frequency.start


def test_three_days_in_the_first_week_are_a_start():
    assert ids(check(make_frequency_case(make_frequency(3), later=False))) == []


def test_more_days_in_a_later_week_are_no_start():
    case = make_frequency_case(make_frequency(3), later=False, frequency_goal=make_frequency(5))

    assert ids(check(case)) == []


def test_a_later_revision_may_start_with_more_days():
    assert found(make_frequency_case(make_frequency(5), later=True), "frequency.start") == []


def test_a_protocol_may_set_no_limit_to_the_start():
    protocol = make_protocol(frequency=FrequencyRules(days_per_week=make_range(3, 5)))

    assert found(make_frequency_case(make_frequency(5), later=False, protocol=protocol), "frequency.start") == []


@pytest.mark.parametrize(
    ("days", "written", "low"),
    [(4, "4", 3), (make_range(3, 4), "3-4", 3), (make_range(2, 4), "2-4", 2)],
    ids=str,
)
def test_four_days_in_the_first_week_of_a_first_revision_are_a_warning(days, written, low):
    case = make_frequency_case(make_frequency(days), later=False)

    (finding,) = found(case, "frequency.start")

    assert finding.severity is Severity.WARNING
    assert finding.where == "/frequency/days_per_week"
    assert finding.values == {"value": written, "most": 3}
    assert [fix.changes for fix in finding.fixes] == [(Set("/frequency/days_per_week", {"min": low, "max": 3}),)]
    assert found(fixed(case, finding.fixes[0]), "frequency.start") == []


def test_days_without_an_upper_end_are_too_many_to_start_with():
    (finding,) = found(make_frequency_case(make_frequency(Range(min=3)), later=False), "frequency.start")

    assert [fix.changes for fix in finding.fixes] == [(Set("/frequency/days_per_week", {"min": 3, "max": 3}),)]


def test_a_first_week_that_was_fixed_by_hand_is_found_there():
    by_hand = (
        WeekFrequency(2, days_per_week=make_range(4)),
        WeekFrequency(1, times_per_day=make_range(1)),
        WeekFrequency(1, days_per_week=make_range(4)),
    )
    case = make_frequency_case(make_frequency(3), later=False, frequency_weeks=by_hand)

    findings = found(case, "frequency.start")

    assert wheres(findings) == ["/frequency/weeks/2/days_per_week"]
    assert found(fixed(case, findings[0].fixes[0]), "frequency.start") == []


def test_an_item_of_the_first_week_with_too_many_days_of_its_own_is_found():
    case = make_case(walk(), tilt(), knee(frequency=make_frequency(4)), prone(from_week=2, frequency=make_frequency(4)))

    findings = found(case, "frequency.start")

    assert wheres(findings) == ["/items/2/frequency/days_per_week"]
    assert found(fixed(case, findings[0].fixes[0]), "frequency.start") == []
