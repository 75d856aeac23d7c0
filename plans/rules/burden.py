"""burden.*: what a plan asks of the patient. People keep up a small programme better than a large one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, permutations

from plans.rules.case import ROLE_ORDER, Case, Entry
from plans.rules.engine import Hits, hit
from plans.session import item_seconds, position_changes
from plans.values import Fix


def exercises(case: Case) -> Hits:
    """burden.exercises: many exercises beside warm-up and opening.

    Henry 1999: 15 people over 65 did 2 exercises better than 8; how often they did them did not differ. Eckard 2015,
    155 soldiers: those with 4 or more did them less faithfully than those with 2 or fewer. The number is the house's.
    """
    most = case.protocol.rules.burden.exercises
    count = len({entry.exercise.code for entry in case.entries if entry.exercise.role not in {"warm_up", "opening"}})
    if count > most:
        yield hit("/items", count=count, most=most)


def minutes(case: Case) -> Hits:
    """burden.minutes: a session takes longer than the patient's minutes, or the protocol's (house)."""
    most = min(case.protocol.rules.burden.minutes_per_session, case.patient.minutes or 24 * 60)
    longest = max((_seconds(case, case.entries, week) for week in _weeks(case)), default=0)
    if longest > most * 60:
        yield hit("/items", _shorten(case, most * 60), minutes=-(-longest // 60), most=most)


def _weeks(case: Case) -> range:
    return range(1, case.programme.weeks + 1)


def _seconds(case: Case, entries: Iterable[Entry], week: int) -> int:
    """Seconds that a session of a week takes with these items."""
    timing, active = case.protocol.rules.timing, [entry for entry in entries if case.is_active(entry, week)]
    moving = position_changes(entry.exercise.posture for entry in active) * timing.position_change
    return moving + sum(item_seconds(case.dose(entry, week), timing) for entry in active)


def _shorten(case: Case, most: int) -> Iterator[Fix]:
    """Drop items, the longest first, until every week's session is short enough; nothing if that takes them all.
    Warm-up, opening and one basic exercise stay."""
    kept = list(case.entries)
    while (week := _too_long(case, kept, most)) is not None:
        spare = [entry for entry in _spare(kept) if case.is_active(entry, week)]
        if not spare:
            return
        kept.remove(max(spare, key=lambda entry, week=week: _length(case, entry, week)))  # type: ignore[misc]
    yield from case.drop(*(entry for entry in case.entries if entry not in kept))


def _too_long(case: Case, kept: list[Entry], most: int) -> int | None:
    """The first week whose session takes too long."""
    return next((week for week in _weeks(case) if _seconds(case, kept, week) > most), None)


def _spare(kept: list[Entry]) -> list[Entry]:
    basics = [entry for entry in kept if entry.exercise.role == "basic"]
    needed = basics if len(basics) == 1 else []
    return [entry for entry in kept if entry.exercise.role not in {"warm_up", "opening"} and entry not in needed]


def _length(case: Case, entry: Entry, week: int) -> tuple[int, int]:
    return item_seconds(case.dose(entry, week), case.protocol.rules.timing), entry.index


def equipment(case: Case) -> Hits:
    """burden.equipment: equipment that the patient does not have; silent when it was not asked (house)."""
    if case.patient.equipment is None:
        return
    for entry in case.entries:
        lacking = [list(need) for need in entry.exercise.equipment if case.patient.equipment.isdisjoint(need)]
        if lacking:
            yield hit(entry.where, case.drop(entry), exercise=entry.exercise.code, equipment=lacking)


def positions(case: Case) -> Hits:
    """burden.positions: many changes of position that another order avoids; the fix is that order (house)."""
    most = case.protocol.rules.burden.position_changes
    changes = position_changes(entry.exercise.posture for entry in case.entries)
    if changes <= most:
        return
    order = calmer_order(case)
    fewer = position_changes(case.entries[index].exercise.posture for index in order)
    if fewer < changes:
        yield hit("/items", [case.reorder(order)], count=changes, fewer=fewer)


Path = tuple[int, list[Entry]]
"""Items in an order, and how many changes of position it takes."""


def calmer_order(case: Case) -> list[int]:
    """The indices of the items in the order with the fewest changes of position, among those that keep the roles in
    order and, within a role, each posture together and each base before its progression."""
    paths: dict[str | None, Path] = {None: (0, [])}
    for role in (*ROLE_ORDER, None):
        group = [entry for entry in case.entries if entry.exercise.role == role]
        if group:
            paths = _extended(paths, group)
    _, best = min(paths.values(), key=lambda path: path[0])
    return [entry.index for entry in best]


def _extended(paths: Mapping[str | None, Path], group: list[Entry]) -> dict[str | None, Path]:
    """Go on with a role's items: for each posture that one can end in, the path with the fewest changes."""
    found: dict[str | None, Path] = {}
    for block in _blocks(group):
        first, last = block[0].exercise.posture, block[-1].exercise.posture
        within = position_changes(entry.exercise.posture for entry in block)
        for before, (changes, path) in paths.items():
            total = changes + (before not in {None, first}) + within
            if last not in found or total < found[last][0]:
                found[last] = (total, [*path, *block])
    return found


def _blocks(group: list[Entry]) -> list[list[Entry]]:
    """A role's items with each posture together, in every choice of the first and the last posture."""
    postures = list(dict.fromkeys(entry.exercise.posture for entry in group))
    orders = [
        [first, *(one for one in postures if one not in {first, last}), last]
        for first, last in permutations(postures, 2)
    ] or [postures]
    blocks = [[entry for one in order for entry in group if entry.exercise.posture == one] for order in orders]
    return [block for block in blocks if _keeps_bases(group, block)] or [group]


def _keeps_bases(group: list[Entry], block: list[Entry]) -> bool:
    """Whether every base that stood before its progression still does."""

    def pairs(entries: list[Entry]) -> set[tuple[int, int]]:
        return {
            (base.index, harder.index)
            for base, harder in combinations(entries, 2)
            if harder.exercise.progression_of == base.exercise.code
        }

    return pairs(group) <= pairs(block)
