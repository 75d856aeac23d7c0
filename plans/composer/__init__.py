"""The composer: the best plan that passes the checker, and which wishes it can't meet. Pure and deterministic.

A plan has a warm-up, the protocol's opening exercise, basic exercises and further ones, in this order, each with the
protocol's dose or the one that the last revision ended with. Of all such plans without an error and without a warning
that isn't accepted, the proposed one has, each as far as those before it leave a choice:

1. most of the exercises to be kept;
2. as many exercises beyond warm-up and opening as asked, else the nearest number, rather fewer than more;
3. most entries of the focus;
4. the protocol's opening exercise and the first warm-up in its order (those to be kept stand in for them);
5. the shortest session, in its longest week;
6. the fewest changes of position;
7. what comes first in a fixed way of searching, which goes by the protocol's order and by code.

`docs/decisions/0006-composer.md` says why, how, and what is left out.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from plans.composer.branching import Found
from plans.composer.doses import blank_programme
from plans.composer.frames import frames
from plans.composer.reasons import unmet_wishes, why_no_plan
from plans.composer.resort import some_plan
from plans.composer.search import search
from plans.composer.supply import Links
from plans.composer.usable import Setting, choose
from plans.composer.wishes import Focus, Proposal, Unmet, Wishes
from plans.composer.work import work_for
from plans.rules import check
from plans.values import Exercise, PatientFacts, Protocol

__all__ = ["Focus", "Proposal", "Unmet", "Wishes", "compose"]


def compose(
    wishes: Wishes,
    protocol: Protocol,
    exercises: Mapping[str, Exercise],
    patient: PatientFacts,
    *,
    phase: str,
    language: str,
    checked_on: datetime.date,
) -> Proposal:
    """The best plan for a patient, and the wishes that it can't meet."""
    weeks = wishes.weeks or protocol.rules.default_weeks
    blank = blank_programme(protocol, patient, phase, language, weeks)
    setting = Setting(blank, protocol, exercises, patient, checked_on, wishes)
    choice = choose(setting)
    work = work_for(len(choice.candidates))
    beginnings = frames(setting, choice, work)
    links = Links(setting, choice)
    found = None if choice.of_every_plan else search(links, beginnings, work)
    is_proved = work.proves
    if found is None and not is_proved:
        found = some_plan(links)
    unmet = unmet_wishes(links, beginnings, found, work)
    if found is None:
        return Proposal(None, (*why_no_plan(links, beginnings, work), *unmet), is_proved)
    return _checked(setting, found, unmet, is_proved)


def _checked(setting: Setting, found: Found, unmet: list[Unmet], is_proved: bool) -> Proposal:
    """The plan, if the whole of it passes the checker: a rule that the search knows nothing of has the last word."""
    case = setting.case(one.item for one in found.candidates)
    standing = [finding for finding in check(case) if setting.blocks(finding)]
    if standing:
        return Proposal(None, tuple(Unmet("plan", finding.id, finding=finding) for finding in standing))
    return Proposal(case.programme, tuple(unmet), is_proved)
