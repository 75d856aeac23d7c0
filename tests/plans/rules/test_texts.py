"""The words of findings: complete in every language, and filled in without a rest."""

import re
from pathlib import Path
from string import Formatter

import pytest

from plans.rules import RULES, check
from plans.rules.texts import LANGUAGES, Writer, change_data, language_for, source_in, texts_of
from plans.rules.texts.languages import TEXTS, WORDS
from plans.values import Drop, Finding, Fix, Insert, Move, Set, Severity
from tests.plans.rules.firing import FIRING
from tests.plans.rules.make import found, make_case, make_catalogue, make_exercise, make_facts, make_item, tilt, walk

TERMS = {
    "nl": {
        "categories": {"strengthening": "versterking", "stretching": "rekking", "relaxation": "ontspanning"},
        "precautions": {"prone_lying": "moeite met buiklig", "pregnancy": "zwangerschap"},
        "equipment": {"stool": "kruk", "cushion": "kussen", "towel": "handdoek"},
    },
    "en": {
        "categories": {"strengthening": "strength", "stretching": "stretch", "relaxation": "rest"},
        "precautions": {"prone_lying": "trouble lying on the tummy", "pregnancy": "expecting a child"},
        "equipment": {"stool": "a stool", "cushion": "a cushion", "towel": "a towel"},
    },
}
RULE_IDS = [rule.id for rule in RULES]
ALL = [
    pytest.param(case, language, id=f"{finding_id}-{language}")
    for finding_id, cases in FIRING.items()
    for case in cases
    for language in LANGUAGES
]


def placeholders(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def messages(text):
    return {"": text.message} if isinstance(text.message, str) else dict(text.message)


def write(case, finding_id, language):
    """The findings of one rule in words."""
    writer = Writer(case, TERMS, language)
    return [writer.finding(finding) for finding in found(case, finding_id)]


# The rules.


def test_ids_are_unique():
    assert len(set(RULE_IDS)) == len(RULE_IDS)


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_an_id_is_its_family_and_what_is_wrong(rule):
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", rule.id)
    assert rule.fires.__module__ == f"plans.rules.{rule.id.split('.')[0]}"


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_a_rule_begins_its_docstring_with_its_id(rule):
    assert rule.fires.__doc__.startswith(f"{rule.id}: ")


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_a_rule_is_named_in_the_tests_of_its_family(rule):
    tests = Path(__file__).with_name(f"test_{rule.id.split('.')[0]}.py").read_text(encoding="utf-8")

    assert f'"{rule.id}"' in tests


# The tables.


def test_findings_are_written_in_dutch_and_english():
    assert set(LANGUAGES) == {"nl", "en"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_its_words_and_no_words_are_left_over(language):
    assert list(TEXTS[language]) == RULE_IDS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words(language):
    assert list(WORDS[language]) == list(WORDS["en"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("finding_id", RULE_IDS)
def test_every_language_has_the_same_variants_and_placeholders(finding_id, language):
    text, english = TEXTS[language][finding_id], TEXTS["en"][finding_id]

    assert {variant: placeholders(message) for variant, message in messages(text).items()} == {
        variant: placeholders(message) for variant, message in messages(english).items()
    }
    assert placeholders(text.hint) == placeholders(english.hint)
    assert placeholders(text.title) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_has_the_same_placeholders(language):
    assert {key: placeholders(word) for key, word in WORDS[language].items()} == {
        key: placeholders(word) for key, word in WORDS["en"].items()
    }


@pytest.mark.parametrize("finding_id", RULE_IDS)
def test_the_firing_cases_show_every_variant(finding_id):
    variants = {finding.values.get("variant", "") for case in FIRING[finding_id] for finding in found(case, finding_id)}

    assert variants == set(messages(TEXTS["en"][finding_id]))


# Sources.


@pytest.mark.parametrize(
    ("source", "in_dutch"),
    [
        ("house", "eigen keuze"),
        ("record", "catalogus"),
        ("leaflet: rules 6, 10, 13; record", "folder: regels 6, 10, 13; catalogus"),
        ("leaflet: Halve sit up met variaties", "folder: Halve sit up met variaties"),
        ("Henry 1999, Eckard 2015; number house", "Henry 1999, Eckard 2015; getal eigen keuze"),
        ("house-rules-2020", "house-rules-2020"),
    ],
)
def test_a_source_is_given_in_the_asked_language_and_names_stay(source, in_dutch):
    assert source_in("nl", source) == in_dutch
    assert source_in("en", source) == source_in("fr", source) == source


@pytest.mark.parametrize("rule", RULES, ids=RULE_IDS)
def test_no_english_word_is_left_in_a_rules_dutch_source(rule):
    assert not re.search(r"\b(leaflet|rules?|record|numbers?|house)\b", source_in("nl", rule.source))


def test_a_finding_gives_its_source_in_the_asked_language():
    (finding,) = write(make_case(walk(), tilt(), make_item("prone-lying")), "order.basics-missing", "nl")

    assert finding["source"] == "folder: regel 4"


# The writer.


@pytest.mark.parametrize(("case", "language"), ALL)
def test_a_finding_is_written_without_braces_codes_or_another_language(case, language):
    writer = Writer(case, TERMS, language)
    codes = [code for code in {*make_catalogue(), *case.exercises} if "-" in code]
    other = {"nl": "EN ", "en": "NL "}[language]

    for finding in check(case):
        written = writer.finding(finding)

        for text in (written["message"], written["hint"], *(fix["label"] for fix in written["fixes"])):
            assert text == text.strip()
            assert not set("{}[]_<>") & set(text)
            assert "None" not in text
            assert other not in text
            assert not [code for code in codes if code in text]


def test_a_finding_is_written_with_everything_that_its_reader_needs():
    case = make_case(walk(), tilt(), make_item("old"), exercises=[make_exercise("old", withdrawn=True)])

    (written,) = write(case, "plan.withdrawn-exercise", "en")

    assert written == {
        "id": "plan.withdrawn-exercise",
        "severity": "error",
        "message": "EN old has been withdrawn from the catalogue. Replacement: none.",
        "where": "/items/2/exercise",
        "source": "house",
        "hint": "Replace it or take it out.",
        "fixes": [
            {"id": "drop", "label": "Take out number 3, EN old", "changes": [{"op": "drop", "at": 2}]},
        ],
    }


@pytest.mark.parametrize(
    ("finding_id", "language", "message"),
    [
        ("phase.evidence", "en", "EN core balance: Helps in chronic complaints."),
        ("balance.category-missing", "nl", "Niets in het plan dient hiervoor: versterking, ontspanning."),
        ("safety.avoid", "en", "EN full sit up must not be prescribed. It pulls the back hollow."),
        ("safety.precaution", "nl", "NL prone lying vraagt voorzichtigheid bij deze patiënt: moeite met buiklig."),
        (
            "burden.equipment",
            "en",
            "EN needy needs something the patient does not have: a stool, a cushion or a towel.",
        ),
        (
            "dose.both-sides",
            "nl",
            "NL knee to chest is voor elke kant, maar is alleen voorgeschreven voor de linkerkant.",
        ),
        ("plan.missing-text", "en", "EN warm up walk has no text in French, the patient's language."),
    ],
)
def test_codes_are_written_by_name(finding_id, language, message):
    assert write(FIRING[finding_id][0], finding_id, language)[0]["message"] == message


def test_a_range_that_is_open_above_is_written_with_dots():
    (written,) = write(FIRING["dose.range"][1], "dose.range", "en")

    assert written["message"] == "EN open: repetitions 5; the range is 6 to …."


def test_an_exercise_on_the_avoid_list_without_a_reason_is_written_without_one():
    bare = make_exercise("bad", None, avoid=True)

    (written,) = write(make_case(walk(), make_item("bad"), exercises=[bare]), "safety.avoid", "en")

    assert written["message"] == "EN bad must not be prescribed."


def test_several_changes_of_one_fix_are_written_in_their_order():
    (written, *_) = write(FIRING["order.basics-first"][0], "order.basics-first", "en")

    assert written["fixes"][0]["label"] == "Move number 5 to place 3; Move number 6 to place 4"


def test_what_has_no_name_in_a_language_is_written_in_english_else_in_any_else_by_code():
    named = {"fr": {"precautions": {"kneeling": "à genoux"}}, "en": {"precautions": {"dizziness": "dizzy"}}}
    careful = make_exercise(
        "careful", precautions={"kneeling": "caution", "dizziness": "caution", "unheard": "caution"}
    )
    facts = make_facts(precautions=frozenset({"kneeling", "dizziness", "unheard"}))
    case = make_case(walk(), make_item("careful"), facts=facts, exercises=[careful])

    (finding,) = found(case, "safety.precaution")

    assert Writer(case, named, "nl").finding(finding)["message"].endswith(": dizzy, à genoux, unheard.")


@pytest.mark.parametrize(
    ("change", "english", "dutch"),
    [
        (
            Insert("pelvic-tilt", 1),
            "Insert EN pelvic tilt as number 2",
            "Voeg NL pelvic tilt toe als nummer 2",
        ),
        (Move(3, 1), "Move number 4 to place 2", "Zet nummer 4 op plaats 2"),
        (Drop(2), "Take out number 3, EN knee to chest", "Haal nummer 3 weg, NL knee to chest"),
        (Set("/items/1/dose/repetitions", 5), "Set repetitions to 5", "Zet herhalingen op 5"),
        (Set("/items/1/dose/side", "each_side"), "Set side to each side", "Zet kant op elke kant"),
        (Set("/phase", "post_acute"), "Set phase to EN post acute", "Zet fase op NL post acute"),
        (Set("/items/1/exercise", "bridge"), "Set exercise to EN bridge", "Zet oefening op NL bridge"),
        (
            Set("/frequency/days_per_week", {"min": 3, "max": 3}),
            "Set days a week to 3",
            "Zet dagen per week op 3",
        ),
        (
            Set("/frequency/days_per_week", {"min": 3, "max": 5}),
            "Set days a week to 3-5",
            "Zet dagen per week op 3-5",
        ),
        (
            Set("/frequency/days_per_week", {"min": None, "max": 5}),
            "Set days a week to …-5",
            "Zet dagen per week op …-5",
        ),
        (
            Set("/items/1/weeks", [{"week": 2, "repetitions": 5}]),
            "Let it rise in smaller steps",
            "Laat het in kleinere stappen stijgen",
        ),
    ],
    ids=lambda value: getattr(value, "path", None) or (type(value).__name__ if not isinstance(value, str) else ""),
)
def test_a_change_is_written_in_words(change, english, dutch):
    finding = Finding("plan.empty", Severity.ERROR, "/items", "house", fixes=(Fix("one", (change,)),))

    written = [Writer(make_case(), TERMS, language).finding(finding)["fixes"] for language in ("en", "nl")]

    assert [fix["label"] for (fix,) in written] == [english, dutch]


@pytest.mark.parametrize(
    ("change", "data"),
    [
        (Insert("bridge", 2), {"op": "insert", "exercise": "bridge", "at": 2}),
        (Move(3, 1), {"op": "move", "from": 3, "to": 1}),
        (Drop(2), {"op": "drop", "at": 2}),
        (Set("/phase", "chronic"), {"op": "set", "path": "/phase", "value": "chronic"}),
    ],
    ids=["insert", "move", "drop", "set"],
)
def test_a_change_is_given_as_plain_values(change, data):
    assert change_data(change) == data


def test_a_language_without_words_of_findings_is_answered_in_english():
    assert [language_for(asked) for asked in ("nl", "en", "fr", "")] == ["nl", "en", "en", "en"]
    assert texts_of("plan.empty", "fr").title == "No exercises"
    assert texts_of("plan.empty", "nl").title == "Geen oefeningen"
