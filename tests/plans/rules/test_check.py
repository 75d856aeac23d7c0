"""What holds for every finding of every rule."""

from dataclasses import replace

import pytest

from plans.rules import RULES, check
from plans.values import Set, Severity
from tests.plans.rules.firing import FIRING
from tests.plans.rules.fixing import points_at_something, remedies_that_fail
from tests.plans.rules.make import found, ids

CASES = [pytest.param(finding_id, case, id=finding_id) for finding_id, cases in FIRING.items() for case in cases]


def test_there_is_a_firing_case_for_every_rule():
    assert list(FIRING) == [rule.id for rule in RULES]


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_every_firing_case_fires(finding_id, case):
    assert finding_id in ids(check(case))


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_a_fix_removes_its_finding_and_adds_no_error(finding_id, case):
    assert remedies_that_fail(case) == []


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_what_a_fix_sets_is_there_in_the_plans_form(finding_id, case):
    changes = [change for finding in check(case) for fix in finding.fixes for change in fix.changes]

    assert [one for one in changes if isinstance(one, Set) and not points_at_something(case, one)] == []


def test_every_error_and_warning_that_a_change_of_the_plan_can_remove_offers_a_fix():
    without = {
        rule.id
        for rule in RULES
        if rule.severity is not Severity.ADVICE
        and not any(finding.fixes for case in FIRING[rule.id] for finding in found(case, rule.id))
    }

    # No change of the plan makes exercise indicated: the clinician waits, or says why.
    assert without == {"phase.not-indicated"}


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_under_a_protocol_that_rests_on_something_else_no_finding_cites_the_leaflet(finding_id, case):
    protocol = replace(
        case.protocol, source="guideline", rules=case.protocol.rules.model_copy(update={"evidence_notes": ()})
    )

    sources = {finding.source for finding in check(replace(case, protocol=protocol))}

    assert not [source for source in sources if "leaflet" in source]
    assert sources <= {"guideline", "house", "record", "Henry 1999, Eckard 2015; number house"}


@pytest.mark.parametrize(("finding_id", "case"), CASES)
def test_the_fixes_of_a_finding_have_ids_of_their_own(finding_id, case):
    for finding in check(case):
        names = [fix.id for fix in finding.fixes]

        assert len(set(names)) == len(names)


def test_findings_come_in_the_order_of_the_rules():
    order = [rule.id for rule in RULES]

    for cases in FIRING.values():
        for case in cases:
            places = [order.index(finding_id) for finding_id in ids(check(case))]
            assert places == sorted(places)


def test_the_order_of_the_catalogue_changes_nothing():
    for cases in FIRING.values():
        for case in cases:
            backwards = replace(case, exercises=dict(reversed(case.exercises.items())))
            assert check(backwards) == check(case)
