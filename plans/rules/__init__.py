"""Plan checking: pure functions over plain values.

`RULES` is the whole checklist, in the order in which findings are shown. To add one: write the function in its family's
file, add its line here, its texts in `texts/`, and its test on each side of the threshold.
"""

from __future__ import annotations

from plans.rules import balance, burden, dose, frequency, order, phase, plan, safety, text
from plans.rules.case import Case
from plans.rules.engine import Rule
from plans.rules.engine import check as check_with
from plans.values import Finding, Severity

RULES_VERSION = "2"
"""Rises with every change of a rule; stored in each revision."""

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE

RULES: tuple[Rule, ...] = (
    Rule("plan.empty", ERROR, "house", plan.empty),
    Rule("plan.withdrawn-exercise", ERROR, "house", plan.withdrawn_exercise),
    Rule("plan.duplicate", WARNING, "house", plan.duplicate),
    Rule("plan.missing-text", WARNING, "house", plan.missing_text),
    Rule("plan.outside-protocol", WARNING, "house", plan.outside_protocol),
    Rule("phase.contraindicated", ERROR, "leaflet: Basis 3, Rugspieroefeningen", phase.contraindicated),
    Rule("phase.not-indicated", WARNING, "leaflet: rule 1", phase.not_indicated),
    Rule("phase.caution", WARNING, "record", phase.caution),
    Rule("phase.evidence", ADVICE, "leaflet: Wetenschappelijk onderzoek en core oefeningen", phase.evidence),
    Rule("phase.mismatch", WARNING, "house", phase.mismatch),
    Rule("order.warm-up-first", WARNING, "leaflet: rule 3", order.warm_up_first),
    Rule("order.opening-first", WARNING, "leaflet: rule 4", order.opening_first),
    Rule("order.basics-missing", WARNING, "leaflet: rule 4", order.basics_missing),
    Rule("order.basics-first", WARNING, "leaflet: rule 4", order.basics_first),
    Rule("order.basics-not-cleared", WARNING, "leaflet: rule 4", order.basics_not_cleared),
    Rule(
        "order.progression-before-base",
        WARNING,
        "leaflet: Halve sit up met variaties",
        order.progression_before_base,
    ),
    Rule("balance.category-missing", WARNING, "leaflet: rule 5", balance.category_missing),
    Rule("balance.muscle-groups", WARNING, "leaflet: rule 5", balance.muscle_groups),
    Rule("balance.share", ADVICE, "house", balance.share),
    Rule("balance.front-back", ADVICE, "house", balance.front_back),
    Rule("dose.missing", ERROR, "house", dose.missing),
    Rule("dose.impossible", ERROR, "house", dose.impossible),
    Rule("dose.range", WARNING, "leaflet: rules 6, 10, 13; record", dose.out_of_range),
    Rule("dose.start-low", WARNING, "leaflet: rule 6", dose.start_low),
    Rule("dose.jump", WARNING, "leaflet: rules 6, 7, 13; numbers house", dose.jump),
    Rule("dose.fall", ADVICE, "house", dose.fall),
    Rule("dose.both-sides", WARNING, "leaflet: rule 10", dose.both_sides),
    Rule("frequency.range", WARNING, "leaflet: rule 7", frequency.out_of_range),
    Rule("frequency.start", WARNING, "leaflet: rule 7", frequency.start),
    Rule("safety.avoid", ERROR, "leaflet: rule 11", safety.avoid),
    Rule("safety.precaution", WARNING, "record", safety.precaution),
    Rule("burden.exercises", ADVICE, "Henry 1999, Eckard 2015; number house", burden.exercises),
    Rule("burden.minutes", WARNING, "house", burden.minutes),
    Rule("burden.equipment", WARNING, "house", burden.equipment),
    Rule("burden.positions", ADVICE, "house", burden.positions),
    Rule("text.hard-to-read", ADVICE, "house", text.hard_to_read),
)


def check(case: Case) -> tuple[Finding, ...]:
    """Every finding on a plan: in the order of `RULES`, then of the items. Same case, same findings."""
    return check_with(case, RULES)
