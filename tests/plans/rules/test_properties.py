"""What holds for the check of any structurally valid plan."""

from collections import Counter
from dataclasses import replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plans.rules import RULES, check
from plans.rules.case import Case, default_item
from plans.values import Finding, Item, Severity
from tests.plans.rules.firing import FIRING
from tests.plans.rules.fixing import remedies_that_fail
from tests.plans.rules.generating import CATALOGUE, cases, one_sided_cases
from tests.plans.rules.make import found

MENDED = {finding.id for every in FIRING.values() for case in every for finding in check(case) if finding.fixes}
"""Rules whose findings carry fixes."""


def test_over_thousands_of_plans_every_fix_removes_its_finding_and_adds_no_error():
    fired: Counter[str] = Counter()
    applied: Counter[str] = Counter()

    @settings(max_examples=2000, deadline=None, derandomize=True)
    @given(cases)
    def holds(case: Case) -> None:
        fired.update({finding.id for finding in check(case)})
        assert remedies_that_fail(case, applied) == []

    holds()

    # Not by luck: each rule had its say, and each kind of fix its trial, many times over.
    assert {rule.id: fired[rule.id] for rule in RULES if fired[rule.id] < 20} == {}
    assert {rule: applied[rule] for rule in MENDED if applied[rule] < 20} == {}


@settings(max_examples=500, deadline=None, derandomize=True)
@given(cases)
def test_no_rule_raises_and_no_two_findings_share_id_and_place(case: Case):
    places = [(finding.id, finding.where) for finding in check(case)]

    assert len(set(places)) == len(places)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases, st.randoms(use_true_random=False))
def test_the_same_plan_has_the_same_findings_whatever_the_catalogues_order(case: Case, random):
    codes = list(case.exercises)
    random.shuffle(codes)
    shuffled = replace(case, exercises={code: case.exercises[code] for code in codes})

    assert check(case) == check(replace(case)) == check(shuffled)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases)
def test_findings_come_in_the_order_of_the_rules_and_then_of_the_items(case: Case):
    order = [rule.id for rule in RULES]

    places = [(order.index(finding.id), item_of(finding)) for finding in check(case)]

    assert places == sorted(places)


def item_of(finding: Finding) -> int:
    """The place of the item that a finding is about; what is about the plan comes before."""
    family, _, rest = finding.where.removeprefix("/").partition("/")
    return int(rest.split("/")[0]) if family == "items" and rest else -1


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases, st.sampled_from(list(CATALOGUE)), st.integers(0, 9))
def test_adding_an_exercise_takes_its_categories_from_the_missing_ones_and_adds_none(case: Case, code: str, at: int):
    assume(case.entries)  # A plan without any exercise is told only that.
    items = list(case.programme.items)
    items.insert(at, default_item(case.exercises[code]))
    longer = replace(case, programme=replace(case.programme, items=tuple(items)))

    assert missing(longer) == missing(case) - case.exercises[code].categories


def missing(case: Case) -> set[str]:
    return {
        category for finding in found(case, "balance.category-missing") for category in finding.values["categories"]
    }


OTHER_SIDE = {"left": "right", "right": "left"}


def mirrored_item(item: Item) -> Item:
    return replace(item, dose=replace(item.dose, side=OTHER_SIDE.get(item.dose.side, item.dose.side)))


def mirrored(finding: Finding) -> Finding:
    values = {name: OTHER_SIDE[value] if name == "side" else value for name, value in finding.values.items()}
    return replace(finding, values=values)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cases | one_sided_cases)
def test_a_plan_for_the_other_side_has_the_same_findings_for_the_other_side(case: Case):
    items = tuple(mirrored_item(item) for item in case.programme.items)
    other = replace(case, programme=replace(case.programme, items=items))

    assert check(other) == tuple(mirrored(finding) for finding in check(case))


def test_what_blocks_issuing_can_be_mended_or_dropped():
    errors = {rule.id for rule in RULES if rule.severity is Severity.ERROR}

    assert errors <= MENDED
