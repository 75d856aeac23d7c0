"""Help for the tests of the composer: small random catalogues, and every plan there is, tried one by one.

The brute force shares with the composer what an exercise is prescribed with (`composed_item`) and nothing else: which
plans pass is asked of the checker, plan by plan.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, combinations, permutations, product
from random import Random

from catalogue.protocols import BalanceRules, BurdenRules, DoseNumbers, DoseRanges, Range
from plans.composer import Focus, Proposal, Wishes, compose
from plans.composer.doses import blank_programme, composed_item
from plans.progression import dose_in_week
from plans.rules import check
from plans.rules.case import Case
from plans.session import item_seconds, position_changes
from plans.values import Exercise, PatientFacts, Protocol, Severity
from tests.plans.rules.make import make_exercise, make_facts, make_protocol

TODAY = datetime.date(2025, 3, 3)
STAGES = ("warm_up", "opening", "basic", "further")
GROUPS = {"warm_up": "warm_up", "opening": "opening", "basic": "basic", "further": "further", "more": "further"}
SETTABLE = (
    "order.warm-up-first",
    "order.opening-first",
    "order.basics-missing",
    "order.basics-not-cleared",
    "order.progression-before-base",
    "balance.category-missing",
    "balance.muscle-groups",
    "burden.minutes",
    "burden.equipment",
    "phase.caution",
)


@dataclass(frozen=True, eq=False)
class Asked:
    """Everything that the composer is given."""

    wishes: Wishes
    protocol: Protocol
    exercises: dict[str, Exercise]
    patient: PatientFacts
    phase: str = "post_acute"

    def propose(self) -> Proposal:
        return compose(
            self.wishes,
            self.protocol,
            self.exercises,
            self.patient,
            phase=self.phase,
            language="en",
            checked_on=TODAY,
        )

    def case(self, codes: tuple[str, ...]) -> Case:
        """These exercises in this order, as the composer prescribes them."""
        weeks = self.wishes.weeks or self.protocol.rules.default_weeks
        blank = blank_programme(self.protocol, self.patient, self.phase, "en", weeks)
        items = (composed_item(self.exercises[code], blank, self.protocol, self.patient) for code in codes)
        return Case(replace(blank, items=tuple(items)), self.protocol, self.exercises, self.patient, TODAY)

    @cache  # noqa: B019
    def usable(self, role: str) -> list[str]:
        """The codes of a role that could be prescribed, in the protocol's order."""
        of_the_set = {
            "order.warm-up-first",
            "order.opening-first",
            "order.basics-missing",
            "order.progression-before-base",
            "balance.category-missing",
            "balance.muscle-groups",
            "burden.minutes",
            "minutes",
        }
        return [code for code in _of_role(self, role) if not self.standing(self.case((code,))) - of_the_set]

    def standing(self, case: Case) -> set[str]:
        """The ids of what may not stand."""
        found = {
            one.id
            for one in check(case)
            if one.severity is Severity.ERROR or (one.severity is Severity.WARNING and one.id not in self.wishes.accept)
        }
        seconds = longest_seconds(case)
        return found | ({"minutes"} if self.wishes.minutes and seconds > self.wishes.minutes * 60 else set())


def longest_seconds(case: Case) -> int:
    """The sum of each exercise's longest week, and the changes of position."""
    timing, programme = case.protocol.rules.timing, case.programme
    weeks = range(1, programme.weeks + 1)
    items = sum(
        max(item_seconds(dose_in_week(one, week, programme), timing) for week in weeks) for one in programme.items
    )
    return items + changes(case) * timing.position_change


def changes(case: Case) -> int:
    return position_changes(entry.exercise.posture for entry in case.entries)


# Every plan, one by one.

Key = tuple[int, int, int, int, int, int, int, int]


def key(asked: Asked, codes: tuple[str, ...], seconds: int, changes: int) -> Key:
    """The stated order of preference; the less, the better."""
    exercises = [asked.exercises[code] for code in codes]
    parts = {role: [one.code for one in exercises if one.role == role] for role in STAGES[:2]}
    count = len(exercises) - sum(map(len, parts.values()))
    kept = sum(one.code in asked.wishes.keep for one in exercises)
    missed = sum(not any(focus.is_met_by(one) for one in exercises) for focus in asked.wishes.focus)
    ranks = [_rank(asked, role, parts[role]) for role in ("opening", "warm_up")]
    return (-kept, abs(count - asked.wishes.count), count, missed, *ranks, seconds, changes)


def key_of(asked: Asked, case: Case) -> Key:
    codes = tuple(entry.exercise.code for entry in case.entries)
    return key(asked, codes, longest_seconds(case), changes(case))


def _rank(asked: Asked, role: str, codes: list[str]) -> int:
    """0 for what is to be kept; else the place among those of its role that could be prescribed; last for none."""
    if codes and all(code in asked.wishes.keep for code in codes):
        return 0
    usable = asked.usable(role)
    return usable.index(codes[0]) + 1 if codes else len(usable) + 1


def _of_role(asked: Asked, role: str) -> list[str]:
    opening = asked.protocol.rules.opening_exercise
    found = [one for one in asked.exercises.values() if one.role == role and one.code not in asked.wishes.avoid]
    return [one.code for one in sorted(found, key=lambda one: (one.code != opening, one.position, one.code))]


def best_key(asked: Asked, most: int = 9) -> Key | None:
    """The best key of all plans with at most so many exercises beyond warm-up and opening: each set of exercises in each
    order, from the most promising set on, until no set can be better."""
    best: Key | None = None
    for promise, chosen in _sets(asked, most):
        if best is not None and promise >= best:
            break
        found = _key_of_set(asked, chosen)
        best = min((one for one in (best, found) if one), default=None)
    return best


Chosen = tuple[tuple[str, ...], ...]


def _sets(asked: Asked, most: int) -> list[tuple[Key, Chosen]]:
    """By what they promise: their key, as if no position had to be changed."""
    choices = [_choices(asked, role) for role in STAGES]
    sets = [one for one in product(*choices) if any(one) and len(one[2]) + len(one[3]) <= most]
    alone = {code: longest_seconds(asked.case((code,))) for code in asked.exercises}
    promising = []
    for chosen in sets:
        codes = tuple(chain.from_iterable(chosen))
        whole = key(asked, codes, sum(alone[code] for code in codes), 0)
        promising.append((whole, chosen))
    return sorted(promising)


def _key_of_set(asked: Asked, chosen: Chosen) -> Key | None:
    """The key in the calmest order that passes."""
    ordered = {"order.progression-before-base", "burden.minutes", "minutes"}
    codes = tuple(chain.from_iterable(chosen))
    if _lacks_opening(asked, chosen[1]) or asked.standing(asked.case(codes)) - ordered:
        return None
    orders = (tuple(chain.from_iterable(parts)) for parts in product(*(permutations(part) for part in chosen)))
    for order in sorted(orders, key=lambda order: _changes(asked, order)):
        case = asked.case(order)
        if not asked.standing(case):
            return key(asked, order, longest_seconds(case), changes(case))
    return None


def _changes(asked: Asked, codes: tuple[str, ...]) -> int:
    return position_changes(asked.exercises[code].posture for code in codes)


def _lacks_opening(asked: Asked, openings: tuple[str, ...]) -> bool:
    """A plan of warm-ups alone passes the checker, and is none."""
    wanted = asked.protocol.rules.opening_exercise is not None and "order.opening-first" not in asked.wishes.accept
    return wanted and not openings


def _choices(asked: Asked, role: str) -> list[tuple[str, ...]]:
    """Of warm-ups and openings those to be kept, or one, or none; of the others any."""
    codes = asked.usable(role)
    if role in {"basic", "further"}:
        return [some for size in range(len(codes) + 1) for some in combinations(codes, size)]
    kept = [code for code in codes if code in asked.wishes.keep]
    several = [some for size in range(2, len(kept) + 1) for some in combinations(kept, size)]
    return [(), *((code,) for code in codes), *several]


# Small random catalogues.

MUSCLES = ("abdominals", "low_back", "gluteals", "hamstrings", "neck")
EFFECTS = ("strengthens", "stretches", "relaxes")
POSTURES = ("supine", "prone", "standing")


def random_question(seed: int, most: int = 6) -> Asked:
    """A catalogue of up to so many candidates beside warm-ups and openings, a patient and wishes."""
    random = Random(seed)  # noqa: S311
    protocol = _random_protocol(random)
    exercises = {one.code: one for one in _random_exercises(random, most) if one.group in protocol.groups}
    if protocol.rules.opening_exercise not in exercises:
        protocol = replace(protocol, rules=protocol.rules.model_copy(update={"opening_exercise": None}))
    return Asked(_random_wishes(random, exercises), protocol, exercises, _random_facts(random, exercises))


def _random_exercises(random: Random, most: int) -> Iterator[Exercise]:
    rest: list[Exercise] = []
    for number in range(random.choice((0, 1, 2, 2))):
        yield _random_exercise(random, f"warm-{number}", "warm_up", number)
    for number in range(random.choice((0, 1, 1, 2))):
        yield _random_exercise(random, f"open-{number}", "opening", number)
    for number in range(random.randint(most // 3, most)):
        group = random.choice(("basic", "basic", "further", "more"))
        base = random.choice(rest).code if rest and random.random() < 0.35 else None
        rest.append(_random_exercise(random, f"rest-{number}", group, number, progression_of=base))
    yield from rest


def _random_exercise(random: Random, code: str, group: str, position: int, **changes: object) -> Exercise:
    dose = DoseNumbers(sets=1, repetitions=random.randint(3, 5), hold_seconds=random.choice((3, 5, 10)))
    wide = DoseRanges(repetitions=Range(min=3, max=20), hold_seconds=Range(min=3, max=10))
    return make_exercise(
        code,
        group,
        role=GROUPS[group],
        position=position,
        posture=random.choice(POSTURES),
        side=random.choice(("both_together", "each_side")),
        effects=tuple({(random.choice(EFFECTS), random.choice(MUSCLES)) for _ in range(random.randint(1, 3))}),
        default_dose=dose,
        default_goal=DoseNumbers(repetitions=random.choice((None, 8, 20))),
        ranges=wide,
        equipment=((random.choice(("mat", "wall")),),) if random.random() < 0.2 else (),
        suitability={"post_acute": random.choice(("indicated",) * 12 + ("caution", "never"))},
        **changes,
    )


def _random_protocol(random: Random) -> Protocol:
    protocol = make_protocol(
        opening_exercise=random.choice((None, "open-0", "open-0")),
        balance=BalanceRules(
            required_categories=tuple(
                random.sample(("strengthening", "stretching", "relaxation"), random.randint(0, 2))
            ),
            minimum_muscle_groups=random.randint(0, 3),
        ),
        burden=BurdenRules(exercises=6, minutes_per_session=random.choice((3, 5, 30, 30)), position_changes=4),
        default_weeks=random.choice((1, 4)),
    )
    left_out = random.choice(((), (), ("warm_up",), ("basic",), ("warm_up", "opening", "basic")))
    return replace(protocol, groups={code: role for code, role in GROUPS.items() if role not in left_out})


def _random_facts(random: Random, exercises: dict[str, Exercise]) -> PatientFacts:
    earlier = frozenset(code for code in exercises if random.random() < 0.15)
    return make_facts(
        phase_assessed_on=TODAY,
        cleared=random.random() < 0.8,
        minutes=random.choice((None, None, None, 2, 4)),
        equipment=random.choice((None, frozenset({"mat"}))),
        earlier_exercises=earlier,
        has_earlier_revision=bool(earlier),
    )


def _random_wishes(random: Random, exercises: dict[str, Exercise]) -> Wishes:
    codes = sorted(exercises)
    focus = [Focus(random.choice((None, *MUSCLES)), random.choice(EFFECTS)) for _ in range(random.randint(0, 3))]
    return Wishes(
        focus=tuple(focus),
        keep=tuple(random.sample(codes, min(len(codes), random.choice((0, 0, 1, 2, 3))))),
        avoid=frozenset(code for code in codes if random.random() < 0.05),
        count=random.randint(1, 3),
        accept=frozenset(one for one in SETTABLE if random.random() < 0.25),
        minutes=random.choice((None, None, None, 2, 4)),
    )
