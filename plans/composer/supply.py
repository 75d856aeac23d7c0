"""What can follow a beginning: the exercises as nodes, and the quickest sets of them. Shared by beginnings. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from plans.composer.forest import Needs, Node, undominated
from plans.composer.frames import Frame
from plans.composer.pool import Ask, Pool
from plans.composer.routes import Route
from plans.composer.usable import Candidate, Choice, Setting, Trait, stage_of
from plans.composer.work import Work

BASIC, LATER = 2, 3
MOST_WEIGHED = 12
"""Of those to be kept; of more not every choice is weighed beforehand."""


@dataclass(frozen=True)
class Link:
    """A candidate within a frame: the base that has to come with it, and its route through its stage."""

    candidate: Candidate
    base: Candidate | None
    route: Route
    depth: int


class Links:
    """Every candidate beyond warm-up and opening that can be prescribed after a beginning, by code; bases first."""

    def __init__(self, setting: Setting, choice: Choice) -> None:
        self.setting, self.choice = setting, choice
        self._after: dict[frozenset[str], dict[str, Link]] = {}
        self._traits: dict[frozenset[str], frozenset[Trait]] = {}

    def after(self, frame: Frame) -> dict[str, Link]:
        return self.after_telling(self.telling(frame))

    def telling(self, frame: Frame) -> frozenset[str]:
        """The exercises of a beginning that make a difference to what can come after it."""
        candidates = (one for one in frame.candidates if one.code in self.choice.bases or stage_of(one.exercise) > 1)
        return frozenset(one.code for one in candidates)

    def after_telling(self, there: frozenset[str]) -> dict[str, Link]:
        if there not in self._after:
            self._after[there] = links(self.setting, self.choice, there)
        return self._after[there]

    def traits_after(self, frame: Frame) -> frozenset[Trait]:
        """Everything that can come after a beginning brings."""
        telling = self.telling(frame)
        if telling not in self._traits:
            after = self.after_telling(telling).values()
            self._traits[telling] = frozenset[Trait]().union(*(link.candidate.traits for link in after))
        return self._traits[telling]

    @property
    def without_limit(self) -> Links:
        """The same, for a patient who has all the time in the world."""
        return Links(self.setting.without_limit, self.choice)


def links(setting: Setting, choice: Choice, there: frozenset[str]) -> dict[str, Link]:
    """As `Links` has them, after these exercises."""
    rest = [one for one in choice.candidates if stage_of(one.exercise) >= BASIC and one.code not in there]
    under: dict[str, list[Candidate]] = {}
    found: dict[str, Link] = {}
    for one in rest:
        base = _needed_base(setting, one, there)
        if base is None:
            found[one.code] = Link(one, None, (one.exercise.posture,), 1)
        else:
            under.setdefault(base, []).append(one)
    for base_link in (growing := list(found.values())):
        linked = [_link(base_link, one) for one in under.get(base_link.candidate.code, ())]
        growing += [link for link in linked if link is not None]  # a list that grows while it is gone through
    return {link.candidate.code: link for link in growing}


def _needed_base(setting: Setting, candidate: Candidate, there: frozenset[str]) -> str | None:
    """The base that has to be in the rest of the plan, if any."""
    base = candidate.exercise.progression_of
    known = base is None or base in there or base in setting.patient.earlier_exercises
    return None if known or setting.accepts("order.progression-before-base") else base


def _link(base: Link, candidate: Candidate) -> Link | None:
    """A progression after its base; None where it would have to stand in an earlier stage."""
    own, before = stage_of(candidate.exercise), stage_of(base.candidate.exercise)
    if before > own:
        return None
    posture, route = candidate.exercise.posture, base.route if before == own else ()
    return Link(candidate, base.candidate, route if route[-1:] == (posture,) else (*route, posture), base.depth + 1)


class Supply:
    """What can follow a beginning that has these links.

    `most`: no more exercises than that come into question; `limit`: the most seconds that they may take, whatever the
    beginning.
    """

    def __init__(self, setting: Setting, after: Iterable[Link], most: int, limit: int, work: Work) -> None:
        self.setting, self.most, self.limit, self.work = setting, most, limit, work
        self.links = {link.candidate.code: link for link in after if link.depth <= max(most, 1)}
        self.by_order = {link.candidate.order: link.candidate for link in self.links.values()}
        self.places = list(dict.fromkeys(_place_of(link) for link in self.links.values()))
        focus: list[Trait] = [("focus", number) for number, _ in enumerate(setting.wishes.focus)]
        self._bits = {trait: 1 << number for number, trait in enumerate((*setting.required, *focus))}
        self._new_muscle = 1 << len(self._bits)
        self._muscles: dict[Trait, int] = {}
        self.nodes = self._nodes()
        self._useful: dict[tuple[int, bool], list[Node]] = {}
        self._apart: dict[tuple[Needs, int], list[Node]] = {}
        self._pools: dict[tuple[Needs, int], Pool] = {}
        self._quickest: dict[tuple[Needs, Ask], tuple[Node, ...] | None] = {}
        self._refuted: dict[Ask, list[Needs]] = {}

    def _nodes(self) -> list[Node]:
        self.work.spend(5 * len(self.links))
        numbers = {place: number for number, place in enumerate(self.places)}
        return [self._node(link, numbers[_place_of(link)]) for link in self.links.values()]

    def _node(self, link: Link, place: int) -> Node:
        one, base = link.candidate, link.base.order if link.base else None
        return Node(
            one.order, one.seconds, self._bits_of(one.traits), self._muscles_of(one.traits), one.kept, place, base
        )

    def _bits_of(self, traits: Iterable[Trait]) -> int:
        return sum(self._bits.get(trait, 0) for trait in traits)

    def _muscles_of(self, traits: Iterable[Trait]) -> int:
        """Each muscle group has its bit from when it is first met; which one makes no difference."""
        muscles = (trait for trait in traits if trait[0] == "muscle")
        return sum(self._muscles.setdefault(trait, 1 << len(self._muscles)) for trait in muscles)

    def place_of(self, candidate: Candidate) -> int:
        return self.places.index(_place_of(self.links[candidate.code]))

    def needs_beside(self, traits: frozenset[Trait]) -> Needs:
        """What is needed and wished for beside these traits."""
        required = self._bits_of(trait for trait in self.setting.required if trait not in traits)
        every = sum(bit for (kind, _), bit in self._bits.items() if kind == "focus")
        needs = Needs(required, every & ~self._bits_of(traits))
        short = self.setting.wanted_muscles - sum(kind == "muscle" for kind, _ in traits)
        if short < 1:
            return needs
        if short == 1:
            return replace(needs, required=required | self._new_muscle, muscles=self._muscles_of(traits))
        return replace(needs, different=self.setting.wanted_muscles, muscles=self._muscles_of(traits))

    # What is needed decides which nodes can be of use.

    def _of_use(self, needs: Needs, count: int) -> list[Node]:
        """With the bits that are needed, and without those that are useless whatever the beginning."""
        short = _is_short(needs, self._new_muscle)
        if (count, short) not in self._useful:
            every = Needs(sum(self._bits.values()), different=int(short))
            self.work.spend(5 * len(self.nodes))
            self._useful[count, short] = undominated(self.nodes, count, every, by_place=True)
        wanted = needs.required | needs.wished
        new = self._new_muscle if wanted & self._new_muscle else 0
        return [
            replace(node, bits=(node.bits | (new if node.muscles & ~needs.muscles else 0)) & wanted)
            for node in self._useful[count, short]
        ]

    def apart(self, needs: Needs, count: int) -> list[Node]:
        """The nodes that can be of use when changes of posture count."""
        if (needs, count) not in self._apart:
            nodes = self._of_use(needs, count)
            self.work.spend(10 * len(nodes))
            self._apart[needs, count] = undominated(nodes, count, needs, by_place=True)
        return self._apart[needs, count]

    def pool(self, needs: Needs, count: int) -> Pool:
        if (needs, count) not in self._pools:
            self._pools[needs, count] = Pool(self.apart(needs, count), needs, count, self.work)
        return self._pools[needs, count]

    def bound(self, needs: Needs, ask: Ask, limit: int) -> int:
        """A lower bound for the seconds of every set; NEVER if there is none within the limit."""
        self.work.spend(5)
        pool = self.pool(needs, self.most)
        return pool.bound(pool.start(ask), limit)

    def quickest(self, needs: Needs, ask: Ask, limit: int) -> tuple[Node, ...] | None:
        """The quickest set within the limit, changes of posture aside."""
        if (needs, ask) not in self._quickest:
            self._quickest[needs, ask] = self._found(needs, ask)
        nodes = self._quickest[needs, ask]
        return nodes if nodes is not None and sum(node.seconds for node in nodes) <= limit else None

    def _found(self, needs: Needs, ask: Ask) -> tuple[Node, ...] | None:
        refuted = self._refuted.setdefault(ask, [])
        if any(_asks_at_least(needs, other, self._new_muscle) for other in refuted):
            return None
        nodes = self.pool(needs, ask.count).best(ask, self.limit)
        if nodes is None:
            refuted.append(needs)
        return nodes

    # Those to be kept.

    def can_keep(self, wanted: int, count: int, limit: int) -> bool:
        """Whether as many as asked of those to be kept can be in, with their bases."""
        choices = self._kept_choices.get(wanted, ()) if len(self._kept) <= MOST_WEIGHED else [(0, 0)]
        return any(size <= count and seconds <= limit for size, seconds in choices)

    @cached_property
    def _kept(self) -> list[frozenset[int]]:
        """For each node to be kept: it and its bases, by order."""
        bases = {node.order: node.base for node in self.nodes}
        found: list[frozenset[int]] = []
        for node in self.nodes:
            chain = [node.order]
            while (base := bases[chain[-1]]) is not None:
                chain.append(base)
            found += [frozenset(chain)] if node.kept else []
        return found

    @cached_property
    def _kept_choices(self) -> dict[int, list[tuple[int, int]]]:
        """By the number of those to be kept: the size and the seconds of choices of so many, with their bases; of each
        size the quickest one."""
        seconds = {node.order: node.seconds for node in self.nodes}
        unions: list[tuple[int, frozenset[int]]] = [(0, frozenset())]
        for chain in self._kept:
            unions += [(number + 1, union | chain) for number, union in unions]
        found: dict[int, dict[int, int]] = {}
        for number, union in unions:
            best, took = found.setdefault(number, {}), sum(seconds[order] for order in union)
            best[len(union)] = min(took, best.get(len(union), took))
        return {number: sorted(choices.items()) for number, choices in found.items()}


def _place_of(link: Link) -> tuple[int, Route]:
    return stage_of(link.candidate.exercise), link.route


def _is_short(needs: Needs, new_muscle: int) -> bool:
    """Whether muscle groups are needed beyond those of the beginning."""
    return bool(needs.different or needs.required & new_muscle)


def _asks_at_least(needs: Needs, other: Needs, new_muscle: int) -> bool:
    """Whether what has all of these needs has all of the other ones."""
    required, wished = other.required & ~new_muscle, other.wished
    if required & ~needs.required or wished & ~needs.wished:
        return False
    if not _is_short(other, new_muscle):
        return True
    return _is_short(needs, new_muscle) and not needs.muscles & ~other.muscles
