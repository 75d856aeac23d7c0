"""The CERT report of an issued revision, from its document alone. Pure: a document in, plain values out.

The items are those of the Consensus on Exercise Reporting Template (`SOURCE`, table 1), in its order. An item that the
document doesn't hold stays empty: nothing is made up, and the report says which field or record would fill it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from catalogue.protocols import Range
from plans import cert_texts, words
from plans.forms import frequency_from
from plans.handout import handout_of, in_language

Json = dict[str, Any]

SOURCE = (
    "Slade SC, Dionne CE, Underwood M, Buchbinder R. Consensus on Exercise Reporting Template (CERT): Explanation and "
    "Elaboration Statement. Br J Sports Med 2016;50:1428-1437. doi:10.1136/bjsports-2016-096651"
)

NEVER_WHOLE = frozenset({"2", "5", "11", "16a"})
"""Items of which an issued plan holds a part at most: who provides it, and what happened after it was handed out."""


@dataclass(frozen=True)
class Revised:
    """A document, read in one language."""

    document: Json
    language: str

    @cached_property
    def handout(self) -> Json:
        return handout_of(self.document, self.language)

    @property
    def part(self) -> Json:
        part: Json = self.document["patient_part"]
        return part

    @property
    def record(self) -> Json:
        record: Json = self.document["record"]
        return record

    def say(self, key: str, **values: object) -> str:
        return cert_texts.say(self.language, key, **values)

    def in_language(self, texts: Mapping[str, Any]) -> Any:
        return in_language(texts, self.language)

    def weeks(self) -> str:
        number = len(self.part["weeks"])
        return self.say("week" if number == 1 else "weeks", number=number)

    def frequencies(self) -> list[tuple[int, int, str]]:
        """First week, last week, and how often: weeks that ask the same together."""
        said = [(week["week"], words.say_frequency(self.language, frequency_from(week))) for week in self.part["weeks"]]
        spans = [(often, [week for week, _ in same]) for often, same in groupby(said, key=lambda pair: pair[1])]
        return [(weeks[0], weeks[-1], often) for often, weeks in spans]


def cert_of(document: Json, language: str) -> Json:
    """The report in a language (English where it has no words in it): each item, which are empty, and a text to paste.

    `value` None: empty. `fills` names the field or record that holds what the value lacks; None: it lacks nothing.
    """
    said = Revised(document, cert_texts.language_for(language))
    items = [_item(said, number, lines) for number, lines in ITEMS.items()]
    return {
        "revision": document["id"],
        "number": document["number"],
        "issued_on": document["patient_part"]["issued_on"],
        "language": said.language,
        "source": SOURCE,
        "items": items,
        "empty": [item["item"] for item in items if item["value"] is None],
        "partly": [item["item"] for item in items if item["value"] is not None and item["fills"]],
        "text": _text(said, items),
    }


def _item(said: Revised, number: str, lines: Callable[[Revised], Iterator[str]]) -> Json:
    value = "\n".join(lines(said)) or None
    lacks = value is None or number in NEVER_WHOLE
    return {
        "item": number,
        "title": said.say(f"title.{number}"),
        "value": value,
        "fills": said.say(f"fills.{number}") if lacks else None,
    }


def _text(said: Revised, items: list[Json]) -> str:
    head = said.say("head", number=said.document["number"], issued_on=said.part["issued_on"])
    return "\n\n".join([head, *(_paragraph(said, item) for item in items), said.say("source", source=SOURCE)]) + "\n"


def _paragraph(said: Revised, item: Json) -> str:
    lines = [f"{item['item']}. {item['title']}"]
    if item["value"] is not None:
        lines.append(item["value"])
    if item["fills"]:
        lines.append(said.say("empty" if item["value"] is None else "missing", fills=item["fills"]))
    return "\n".join(lines)


def equipment(said: Revised) -> Iterator[str]:
    """1: what the exercises ask for (any one of alternatives), and the loads of their doses."""
    either = f" {said.say('or')} "
    things = dict.fromkeys(either.join(need) for item in said.handout["items"] for need in item["equipment"])
    loads = dict.fromkeys(span["dose"]["load"] for item in said.part["items"] for span in item["doses"])
    if things:
        yield said.say("equipment", things=", ".join(things))
    yield from (said.say("load", load=load) for load in loads if load)
    if said.part["items"] and not things and not any(loads):
        yield said.say("equipment.none")


def provider(said: Revised) -> Iterator[str]:
    """2: who issued it. What they are qualified in, no document holds."""
    yield said.say("provider", clinician=said.part["clinician"]["name"], practice=said.part["practice"]["name"])


def individual_or_group(said: Revised) -> Iterator[str]:
    """3: a plan is always for one episode."""
    yield said.say("individual")


def supervision(said: Revised) -> Iterator[str]:
    """4: a home programme is done alone, from what was handed out."""
    yield said.say("unsupervised")


def adherence(said: Revised) -> Iterator[str]:
    """5: the diary that every programme is printed with."""
    yield said.say("diary")


def motivation(said: Revised) -> Iterator[str]:
    """6: the goal in the patient's own words."""
    if said.part["goal"]:
        yield said.say("goal", goal=said.part["goal"])


def progression_rule(said: Revised) -> Iterator[str]:
    """7a: when to step up, and then when to ease off."""
    criteria = said.handout["criteria"]
    if criteria["step_up"]:
        yield from (*criteria["step_up"], *criteria["ease_off"])


def progression(said: Revised) -> Iterator[str]:
    """7b: the frequency and the doses, week by week, as planned."""
    rising = [item for item in said.handout["items"] if item["later"]]
    changes = len(said.frequencies()) > 1
    if changes:
        yield _frequencies(said)
    for item in rising:
        later = "; ".join(f"{_weeks(said, one['first'], one['last'])}: {one['changes']}" for one in item["later"])
        yield f"{item['number']}. {item['text']['name']}: {item['dose']} {later}"
    if said.part["items"] and not rising and not changes:
        yield said.say("constant")


def _frequencies(said: Revised) -> str:
    spans = [f"{_weeks(said, first, last)}: {often}" for first, last, often in said.frequencies()]
    return said.say("frequencies", spans="; ".join(spans))


def _weeks(said: Revised, first: int, last: int) -> str:
    return words.say_weeks(said.language, first, last)


def exercises(said: Revised) -> Iterator[str]:
    """8: each exercise by code, name and version, and where its steps and pictures are."""
    for item in said.part["items"]:
        name = said.in_language(item["texts"])["name"]
        yield said.say("exercise", number=item["number"], name=name, code=item["exercise"], version=item["version"])
    if said.part["items"]:
        yield said.say("replicate", revision=said.document["id"])


def home_programme(said: Revised) -> Iterator[str]:
    """9: all of it, with how often."""
    yield said.say("home", weeks=said.weeks())
    yield from _how_often(said)


def _how_often(said: Revised) -> Iterator[str]:
    """The programme's frequency, and that of the exercises that have one of their own."""
    yield _frequencies(said)
    for item in said.handout["items"]:
        if item["frequency"]:
            yield said.say("own_frequency", name=item["text"]["name"], frequency=item["frequency"])


def beside_exercise(said: Revised) -> Iterator[str]:
    """10: articles and advice that the programme is printed with. When to stop and call is item 11's."""
    for article in said.handout["articles"]:
        yield said.say("article", title=article["title"])
    advice = said.handout["advice"] or {}
    pain = [advice["pain"][name] for name in ("go_on", "ease_off", "stop") if name in advice.get("pain", {})]
    if sentences := [*advice.get("before", ()), *advice.get("breathing", ()), *pain]:
        yield said.say("advice", advice=" ".join(sentences))


def adverse_events(said: Revised) -> Iterator[str]:
    """11: when to stop and whom to call. What happened, no document holds."""
    yield from said.handout["criteria"]["stop"]
    if signs := (said.handout["advice"] or {}).get("stop_and_call"):
        yield said.say("stop_and_call", signs="; ".join(signs))
    practice = said.part["practice"]
    if practice["telephone"]:
        yield said.say("telephone", practice=practice["name"], telephone=practice["telephone"])


def setting(said: Revised) -> Iterator[str]:
    """12: at home."""
    yield said.say("at_home")


def dose(said: Revised) -> Iterator[str]:
    """13: each exercise's dose in its first and its last week, how often, and the time that a session and all of it take."""
    for item in said.part["items"]:
        first, last = item["doses"][0], item["doses"][-1]
        spans = [first] if first is last else [first, last]
        doses = " ".join(
            f"{_weeks(said, span['from_week'], span['to_week'])}: {said.in_language(span['sentences'])}"
            for span in spans
        )
        yield f"{item['number']}. {said.in_language(item['texts'])['name']}. {doses}"
    if said.part["items"]:
        yield from _how_often(said)
        minutes = words.say_range(said.language, Range(**said.handout["session_minutes"]))
        yield said.say("session", weeks=said.weeks(), minutes=minutes)


def tailored(said: Revised) -> Iterator[str]:
    """14a: a plan is composed for one patient."""
    protocol = said.record["protocol"]
    yield said.say("tailored", protocol=protocol["code"], version=protocol["version"])


def how_tailored(said: Revised) -> Iterator[str]:
    """14b: what differs from the protocol's default, what a clinician decided against a finding, and notes."""
    yield from _beside_the_default(said)
    yield from _overridden(said)
    if said.part["note"]:
        yield said.say("note", note=said.part["note"])
    items = said.handout["items"]
    for item in items:
        if item["note"]:
            yield said.say("item_note", name=item["text"]["name"], note=item["note"])
    planned = zip(items, said.record["plan"]["items"], strict=True)
    if by_hand := [item["text"]["name"] for item, composed in planned if composed["weeks"]]:
        yield said.say("by_hand", names=", ".join(by_hand))


def _overridden(said: Revised) -> Iterator[str]:
    """What the plan was issued despite, each with the clinician's reason."""
    messages = {(one["id"], one["where"]): said.in_language(one["message"]) for one in said.record["findings"]}
    for override in said.record["overrides"]:
        message = messages.get((override["finding"], override["where"]), override["finding"])
        yield said.say("override", message=message, reason=override["reason"])


def _beside_the_default(said: Revised) -> Iterator[str]:
    """Weeks, days a week and criteria that are not the protocol's, as far as its rules give a default."""
    plan, rules = said.record["plan"], said.record["protocol"]["rules"]
    frequency, usual = plan["frequency"], rules.get("frequency", {})
    compared = {
        "weeks": (str(plan["weeks"]), rules.get("default_weeks")),
        "days_start": (_days(said, frequency), usual.get("default_days_start")),
        "days_goal": (_days(said, frequency["goal"] or frequency), usual.get("default_days_goal")),
    }
    for name, (value, default) in compared.items():
        if default is not None and value != str(default):
            yield said.say(f"usual.{name}", value=value, usual=default)
    if "criteria" in rules and rules["criteria"] != plan["criteria"]:
        yield said.say("usual.criteria")


def _days(said: Revised, frequency: Json) -> str:
    return words.say_range(said.language, Range(**frequency["days_per_week"]))


def starting_level(said: Revised) -> Iterator[str]:
    """15: the phase, and the doses that the plan starts with."""
    protocol = said.record["protocol"]
    phase = said.handout["phase"]["name"]
    if said.part["items"]:
        yield said.say("phase", phase=phase, protocol=protocol["code"], version=protocol["version"])
    for item in said.handout["items"]:
        yield f"{item['number']}. {item['text']['name']}. {item['dose']}"


def planned_fidelity(said: Revised) -> Iterator[str]:
    """16a: the check that is planned, if one is."""
    if said.part["review_on"]:
        yield said.say("review", review_on=said.part["review_on"])


def actual_fidelity(said: Revised) -> Iterator[str]:
    """16b: what was done, no document holds."""
    yield from ()


ITEMS: Mapping[str, Callable[[Revised], Iterator[str]]] = {
    "1": equipment,
    "2": provider,
    "3": individual_or_group,
    "4": supervision,
    "5": adherence,
    "6": motivation,
    "7a": progression_rule,
    "7b": progression,
    "8": exercises,
    "9": home_programme,
    "10": beside_exercise,
    "11": adverse_events,
    "12": setting,
    "13": dose,
    "14a": tailored,
    "14b": how_tailored,
    "15": starting_level,
    "16a": planned_fidelity,
    "16b": actual_fidelity,
}
"""Each item with what the document holds for it, as lines; no lines: the item is empty."""
