"""Why a wish could not be met. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from plans.composer.frames import Frame, traits_of
from plans.composer.search import Found, links, required_traits, search, wanted_muscles
from plans.composer.usable import Candidate, Choice, Setting, base_missing, stage_of
from plans.composer.wishes import Focus, Unmet, met
from plans.values import Exercise

LACKING = {"basic": "order.basics-missing"}


def why_no_plan(setting: Setting, choice: Choice, beginnings: Sequence[Frame]) -> Iterator[Unmet]:
    """What stands in the way of every plan: what all have, what nothing that may be proposed can bring, or time."""
    if choice.of_every_plan:
        yield from (Unmet("plan", one.id, finding=one) for one in choice.of_every_plan)
        return
    lacking = list(_lacking(setting, choice, beginnings))
    yield from lacking
    if not lacking:
        yield Unmet("plan", "minutes", values={"minutes": (setting.limit or 0) // 60})


def _lacking(setting: Setting, choice: Choice, beginnings: Sequence[Frame]) -> Iterator[Unmet]:
    if not choice.candidates:
        yield _unmet(setting, choice, "plan.empty", _considered(setting, choice))
        return
    if not beginnings:
        yield from _no_beginning(setting, choice)
        return
    best = [_traits_from(setting, choice, frame) for frame in beginnings]
    for kind, name in required_traits(setting):
        if not any((kind, name) in traits for traits in best):
            yield _not_brought(setting, choice, kind, str(name))
    if max(sum(kind == "muscle" for kind, _ in traits) for traits in best) < wanted_muscles(setting):
        yield _unmet(setting, choice, "balance.muscle-groups", _considered(setting, choice))


def _no_beginning(setting: Setting, choice: Choice) -> Iterator[Unmet]:
    considered = _considered(setting, choice)
    opening = setting.protocol.rules.opening_exercise
    for stage, finding in ((0, "order.warm-up-first"), (1, "order.opening-first")):
        wanted = [one for one in considered if stage_of(one) == stage or (stage == 1 and one.code == opening)]
        required = bool(opening) if stage else "warm_up" in setting.protocol.groups.values()
        none = not any(one.code in choice.by_code for one in wanted)
        if required and none and not setting.accepts(finding):
            yield _unmet(setting, choice, finding, wanted)


def _not_brought(setting: Setting, choice: Choice, kind: str, name: str) -> Unmet:
    considered = _considered(setting, choice)
    if kind == "role":
        return _unmet(setting, choice, "order.basics-missing", (one for one in considered if one.role == name))
    bringing = (one for one in considered if name in one.categories)
    return _unmet(setting, choice, "balance.category-missing", bringing, code=name)


def _unmet(setting: Setting, choice: Choice, reason: str, wanted: Iterable[Exercise], code: str = "") -> Unmet:
    """With the ids of what forbids the exercises that would have helped."""
    return Unmet("plan", reason, code, values={"because": _because(choice, wanted)})


def _because(choice: Choice, wanted: Iterable[Exercise]) -> tuple[str, ...]:
    return tuple(sorted({choice.obstacles[one.code].id for one in wanted if one.code in choice.obstacles}))


def _considered(setting: Setting, choice: Choice) -> list[Exercise]:
    codes = chain((one.code for one in choice.candidates), choice.obstacles)
    return [setting.exercises[code] for code in codes]


def _traits_from(setting: Setting, choice: Choice, frame: Frame) -> frozenset[tuple[str, object]]:
    """Everything that a plan with this beginning can have."""
    after = links(setting, choice, frame.codes).values()
    return frame.traits.union(*(traits_of(setting, link.candidate) for link in after))


def unmet_wishes(setting: Setting, choice: Choice, beginnings: Sequence[Frame], found: Found | None) -> list[Unmet]:
    """The wishes that a plan doesn't meet, or that none could."""
    taken = found.candidates if found else ()
    return [
        *_keep(setting, choice, beginnings, taken, bool(found)),
        *_focus(setting, choice, beginnings, found),
        *(_count(setting, choice, beginnings, found) if found else ()),
    ]


def _keep(
    setting: Setting, choice: Choice, beginnings: Sequence[Frame], taken: Sequence[Candidate], is_plan: bool
) -> Iterator[Unmet]:
    there = {one.code for one in taken}
    for code in dict.fromkeys(setting.wishes.keep):
        if code in there:
            continue
        forbidden = _forbidden(setting, choice, beginnings, code)
        if forbidden:
            yield forbidden
        elif is_plan:
            yield Unmet("keep", "minutes", code)


def _forbidden(setting: Setting, choice: Choice, beginnings: Sequence[Frame], code: str) -> Unmet | None:
    """Why an exercise can be in no plan at all."""
    if code in setting.wishes.avoid:
        return Unmet("keep", "avoided", code)
    if code not in setting.exercises:
        return Unmet("keep", "unknown", code)
    if code in choice.obstacles:
        return Unmet("keep", choice.obstacles[code].id, code, choice.obstacles[code])
    if not beginnings or any(
        code in frame.codes or code in links(setting, choice, frame.codes) for frame in beginnings
    ):
        return None
    finding = base_missing(setting, choice.by_code[code])
    return Unmet("keep", "order.progression-before-base", code, finding)


def _focus(setting: Setting, choice: Choice, beginnings: Sequence[Frame], found: Found | None) -> Iterator[Unmet]:
    taken = [one.exercise for one in found.candidates] if found else []
    missed = [one for one in dict.fromkeys(setting.wishes.focus) if not met([one], taken)]
    reason = ""
    for one in missed:
        forbidden = _nothing_for(setting, choice, beginnings, one)
        if forbidden:
            yield forbidden
        elif found:
            reason = reason or _why_missed(setting, choice, beginnings, found)
            yield Unmet("focus", reason, one.code, values={"count": found.count})


def _nothing_for(setting: Setting, choice: Choice, beginnings: Sequence[Frame], focus: Focus) -> Unmet | None:
    """Why no plan at all works on it."""
    suited = [one for one in _considered(setting, choice) if focus.is_met_by(one)]
    possible = {one.code for frame in beginnings for one in frame.candidates}
    for frame in beginnings:
        possible |= links(setting, choice, frame.codes).keys()
    if any(one.code in possible for one in suited) or (suited and not beginnings):
        return None
    because = _because(choice, suited)
    if any(one.code in choice.by_code for one in suited):
        because = (*because, "order.progression-before-base")
    return Unmet("focus", "nothing-suits", focus.code, values={"because": because})


def _why_missed(setting: Setting, choice: Choice, beginnings: Sequence[Frame], found: Found) -> str:
    """`minutes` where a plan of the same size without a limit of time would miss less, else `too-many`."""
    free = search(setting.without_limit, choice, beginnings) if setting.limit is not None else None
    if free is None or _kept(free) > _kept(found):
        return "minutes" if free else "too-many"
    return "minutes" if len(_met(setting, free)) > len(_met(setting, found)) else "too-many"


def _kept(found: Found) -> int:
    return sum(one.kept for one in found.candidates)


def _met(setting: Setting, found: Found) -> frozenset[Focus]:
    return met(setting.wishes.focus, (one.exercise for one in found.candidates))


def _count(setting: Setting, choice: Choice, beginnings: Sequence[Frame], found: Found) -> Iterator[Unmet]:
    wanted = setting.wishes.count
    values = {"count": found.count, "wanted": wanted}
    if found.count > wanted:
        kept = sum(one.kept and stage_of(one.exercise) > 1 for one in found.candidates)
        yield Unmet("count", "kept" if kept else "required", values=values)
    elif found.count < wanted:
        there = max(len(links(setting, choice, frame.codes)) for frame in beginnings)
        yield Unmet("count", "too-few" if there < wanted else "minutes", values=values | {"there": there})
