"""Some plan, where the search for the best one stopped before it had any. Pure and deterministic.

Many exercises to be kept make a search long: it has to show that not all of them can be in, then that not all but one can
be, and so on. Here they are taken up one by one instead, each if a plan is found with it and with those before.
"""

from __future__ import annotations

from dataclasses import replace

from plans.composer.branching import Found
from plans.composer.frames import frames
from plans.composer.search import search
from plans.composer.supply import Links
from plans.composer.work import Work

STEPS_OF_THE_FIRST, STEPS_OF_ANOTHER = 60_000, 6_000
MOST_TRIED = 3
"""Exercises to be kept that are taken up, or tried in vain."""


def some_plan(links: Links) -> Found | None:
    """A plan with those of the first exercises to be kept that come in one after the other; None where none is found."""
    kept: tuple[str, ...] = ()
    best = _with(links, kept, STEPS_OF_THE_FIRST)
    wanted = [code for code in links.setting.wishes.keep if code in links.choice.by_code]
    for code in wanted[:MOST_TRIED] if best else ():
        found = _with(links, (*kept, code), STEPS_OF_ANOTHER)
        if found and {*kept, code} <= {one.code for one in found.candidates}:
            best, kept = found, (*kept, code)
    return best


def _with(links: Links, kept: tuple[str, ...], steps: int) -> Found | None:
    """A plan for the same wishes, but with other exercises to be kept."""
    setting = replace(links.setting, wishes=replace(links.setting.wishes, keep=kept))
    candidates = tuple(replace(one, kept=one.code in kept) for one in links.choice.candidates)
    choice, work = replace(links.choice, candidates=candidates), Work(steps)
    return search(Links(setting, choice), frames(setting, choice, work), work)
