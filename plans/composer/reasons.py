"""Why a wish could not be met. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

from plans.composer.branching import Found
from plans.composer.frames import Frame
from plans.composer.search import search
from plans.composer.supply import Links
from plans.composer.usable import Choice, Setting, base_missing, stage_of
from plans.composer.wishes import Focus, Unmet, met
from plans.composer.work import Work
from plans.values import Exercise

Because = tuple[tuple[str, tuple[str, ...]], ...]


def why_no_plan(links: Links, beginnings: Sequence[Frame], work: Work) -> Iterator[Unmet]:
    """What stands in the way of every plan: what all have, what nothing that may be proposed can bring, or time."""
    setting, choice = links.setting, links.choice
    if choice.of_every_plan:
        yield from (Unmet("plan", one.id, finding=one) for one in choice.of_every_plan)
        return
    lacking = list(_lacking(links, beginnings))
    yield from lacking
    if not lacking and not work.proves:
        yield Unmet("plan", "unproved")
    elif not lacking:
        yield Unmet("plan", "minutes", values={"minutes": (setting.limit or 0) // 60})


def _lacking(links: Links, beginnings: Sequence[Frame]) -> Iterator[Unmet]:
    setting, choice = links.setting, links.choice
    if not choice.candidates:
        yield _unmet(setting, choice, "plan.empty", _considered(setting, choice))
        return
    if not beginnings:
        yield from _no_beginning(setting, choice)
        return
    best = {frame.traits | links.traits_after(frame) for frame in beginnings}
    for kind, name in setting.required:
        if not any((kind, name) in traits for traits in best):
            yield _not_brought(setting, choice, kind, str(name))
    if max(sum(kind == "muscle" for kind, _ in traits) for traits in best) < setting.wanted_muscles:
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
    """With what forbids the exercises that would have helped."""
    return Unmet("plan", reason, code, values={"because": _because(setting, choice, wanted)})


def _because(setting: Setting, choice: Choice, wanted: Iterable[Exercise]) -> Because:
    """What stands in the way of each of these: the id of a finding, or `avoided`; with the codes of the exercises."""
    found: dict[str, list[str]] = {}
    for one in wanted:
        if one.code in choice.obstacles:
            found.setdefault(choice.obstacles[one.code].id, []).append(one.code)
        elif one.code in setting.wishes.avoid:
            found.setdefault("avoided", []).append(one.code)
    return tuple((reason, tuple(codes)) for reason, codes in sorted(found.items()))


def _considered(setting: Setting, choice: Choice) -> list[Exercise]:
    """What may be proposed, what may not, and what is to be avoided, of all that the protocol places."""
    avoided = (code for code in sorted(setting.wishes.avoid & setting.exercises.keys()))
    placed = (code for code in avoided if setting.exercises[code].group in setting.protocol.groups)
    codes = chain((one.code for one in choice.candidates), choice.obstacles, placed)
    return [setting.exercises[code] for code in codes]


def unmet_wishes(links: Links, beginnings: Sequence[Frame], found: Found | None, work: Work) -> list[Unmet]:
    """The wishes that a plan doesn't meet, or that none could."""
    reasons = Reasons(links, beginnings, found, work)
    return [*reasons.keep(), *reasons.focus(), *reasons.count()]


class Reasons:
    """Why the wishes that a plan leaves unmet are."""

    def __init__(self, links: Links, beginnings: Sequence[Frame], found: Found | None, work: Work) -> None:
        self.links, self.beginnings, self.found, self.work = links, beginnings, found, work
        self.setting, self.choice = links.setting, links.choice
        self.taken = found.candidates if found else ()
        self.is_proved = work.proves

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The exercises that some plan can have, time aside."""
        after = {self.links.telling(frame): self.links.after(frame) for frame in self.beginnings}
        return frozenset().union(*(frame.codes for frame in self.beginnings), *after.values())

    def keep(self) -> Iterator[Unmet]:
        there = {one.code for one in self.taken}
        for code in dict.fromkeys(self.setting.wishes.keep):
            forbidden = self._forbidden(code)
            if code not in there and forbidden:
                yield forbidden
            elif code not in there and self.found:
                yield Unmet("keep", "minutes" if self.is_proved else "unproved", code)

    def _forbidden(self, code: str) -> Unmet | None:
        """Why an exercise can be in no plan at all."""
        if code in self.setting.wishes.avoid:
            return Unmet("keep", "avoided", code)
        if code not in self.setting.exercises:
            return Unmet("keep", "unknown", code)
        if code in self.choice.obstacles:
            return Unmet("keep", self.choice.obstacles[code].id, code, self.choice.obstacles[code])
        if not self.beginnings or code in self.reachable:
            return None
        finding = base_missing(self.setting, self.choice.by_code[code])
        return Unmet("keep", "order.progression-before-base", code, finding)

    def focus(self) -> Iterator[Unmet]:
        taken = [one.exercise for one in self.taken]
        for one in dict.fromkeys(self.setting.wishes.focus):
            if met([one], taken):
                continue
            forbidden = self._nothing_for(one)
            if forbidden:
                yield forbidden
            elif self.found:
                yield Unmet("focus", self._why_missed, one.code, values={"count": self.found.count})

    def _nothing_for(self, focus: Focus) -> Unmet | None:
        """Why no plan at all works on it."""
        suited = [one for one in _considered(self.setting, self.choice) if focus.is_met_by(one)]
        usable = tuple(one.code for one in suited if one.code in self.choice.by_code)
        if any(code in self.reachable for code in usable) or (usable and not self.beginnings):
            return None
        because = _because(self.setting, self.choice, suited)
        if usable:
            because = (*because, ("order.progression-before-base", usable))
        return Unmet("focus", "nothing-suits", focus.code, values={"because": because})

    @cached_property
    def _why_missed(self) -> str:
        """`minutes` where a plan without a limit of time would do better, else `too-many`; as far as that was seen."""
        if not self.is_proved:
            return "unproved"
        if self.found is None or self.setting.limit is None:
            return "too-many"
        free = search(self.links.without_limit, self.beginnings, self.work)
        if free and _worth(self.setting, free) > _worth(self.setting, self.found):
            return "minutes"
        return "too-many" if self.work.proves else "unproved"

    def count(self) -> Iterator[Unmet]:
        if self.found is None or self.found.count == self.setting.wishes.count:
            return
        count, wanted = self.found.count, self.setting.wishes.count
        there = max(len(self.links.after(frame)) for frame in self.beginnings)
        values = {"count": count, "wanted": wanted, "there": there}
        kept = any(one.kept and stage_of(one.exercise) > 1 for one in self.taken)
        few, many = "too-few" if there < wanted else "minutes", "kept" if kept else "required"
        reason = few if count < wanted else many
        yield Unmet("count", reason if self.is_proved or reason == "too-few" else "unproved", values=values)


def _worth(setting: Setting, found: Found) -> tuple[int, int]:
    """What is kept and what of the focus is met."""
    kept = sum(one.kept for one in found.candidates)
    return kept, len(met(setting.wishes.focus, (one.exercise for one in found.candidates)))
