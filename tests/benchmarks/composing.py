"""What the composer is measured with: the slowest questions that thousands of random ones brought up, by fixed seeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from django.utils import timezone

from catalogue.protocols import DoseNumbers
from plans.composer import Focus, Proposal, Wishes, compose
from plans.rules import RULES
from plans.values import Exercise, PatientFacts, Protocol, Severity

WARNINGS = frozenset(rule.id for rule in RULES if rule.severity is Severity.WARNING)
POSTURES = ("supine", "prone", "standing", "sitting", "kneeling", "side_lying")
LARGE = 2000


@dataclass(frozen=True)
class Question:
    """Wishes for a patient whose basics are cleared."""

    wishes: Wishes
    minutes: int | None = None


def questions(exercises: Mapping[str, Exercise], seed: int) -> list[Question]:
    """Many wishes and little time: what is hardest to prove. Then one with more to keep than there is time for, and a
    usual one."""
    random = Random(seed)  # noqa: S311
    pairs = sorted({pair for one in exercises.values() for pair in one.effects})
    found = []
    for count, minutes in ((12, 6), (12, 8), (7, 5), (11, 9)):
        focus = tuple(Focus(muscle, random.choice((effect, None))) for effect, muscle in random.sample(pairs, 10))
        keep = tuple(random.sample(sorted(exercises), 1))
        found.append(Question(Wishes(tuple(dict.fromkeys(focus)), keep, count=count, minutes=minutes, accept=WARNINGS)))
    many = tuple(random.sample(sorted(exercises), 12))
    found.append(Question(Wishes(found[0].wishes.focus[:9], many, count=4, minutes=13), minutes=20))
    return [*found, Question(Wishes(found[0].wishes.focus[:2], count=4), minutes=15)]


def large_catalogue(exercises: Mapping[str, Exercise]) -> dict[str, Exercise]:
    """Of 2,000 exercises: copies with other doses and postures, some with other effects, one in five a progression."""
    random = Random(2000)  # noqa: S311
    originals = [one for one in exercises.values() if not one.avoid]
    pairs = sorted({pair for one in originals for pair in one.effects})
    found = dict(exercises)
    while len(found) < LARGE:
        copy = _copy(random, random.choice(originals), f"copy-{len(found)}", pairs)
        bases = [
            one for one in list(found.values())[-40:] if one.role == copy.role and one.role in {"basic", "further"}
        ]
        base = random.choice(bases).code if bases and random.random() < 0.2 else None
        found[copy.code] = replace(copy, progression_of=base)
    return found


def _copy(random: Random, one: Exercise, code: str, pairs: list[tuple[str, str]]) -> Exercise:
    usual = one.default_dose.model_dump()
    if usual["repetitions"] and not usual["duration_seconds"]:
        usual["repetitions"] = random.randint(3, 5)
    if usual["hold_seconds"]:
        usual["hold_seconds"] = random.randint(3, 10)
    effects = one.effects if random.random() < 0.7 else tuple(sorted(random.sample(pairs, random.randint(1, 3))))
    return replace(
        one,
        code=code,
        position=random.randint(0, 500),
        posture=random.choice(POSTURES),
        effects=effects,
        default_dose=DoseNumbers(**usual),
    )


def asking(question: Question, protocol: Protocol, exercises: Mapping[str, Exercise]) -> Callable[[], Proposal]:
    """A call that composes the answer."""
    today = timezone.localdate()
    facts = PatientFacts("post_acute", today, minutes=question.minutes, cleared=True)
    return lambda: compose(
        question.wishes, protocol, exercises, facts, phase="post_acute", language="nl", checked_on=today
    )
