import pytest

from plans.rules import check
from plans.rules.texts import Writer
from plans.values import Severity
from tests.plans.rules.make import found, ids, knee, make_case, make_programme, prone, tilt, walk

FIFTEEN = "Keep your back on the mat and let your knees fall out to each side."
SIXTEEN = "Keep your back on the mat and let both your knees fall out to each side."
LATIN = "Mobilise the lumbar spine."
LONG_WORDS = "Physiotherapeutic rehabilitation necessitates considerable determination. " * 10


def with_note(note, language="en"):
    return make_case(programme=make_programme(note=note, language=language))


def with_item_note(note):
    return make_case(walk(), tilt(note=note), knee(), prone())


def message(case, language="en"):
    """The words of the one finding of this rule."""
    (finding,) = found(case, "text.hard-to-read")
    return Writer(case, {"en": {}, "nl": {}}, language).finding(finding)["message"]


# text.hard-to-read


def test_a_plan_without_notes_has_nothing_hard_to_read():
    assert check(make_case()) == ()


def test_a_sentence_of_fifteen_words_is_not_hard():
    assert found(with_note(FIFTEEN), "text.hard-to-read") == []
    assert found(with_item_note(FIFTEEN), "text.hard-to-read") == []


def test_a_sentence_of_sixteen_words_is_an_advice_at_the_plans_note():
    (finding,) = check(with_note(SIXTEEN))

    assert finding.id == "text.hard-to-read"
    assert finding.severity is Severity.ADVICE
    assert finding.where == "/note"
    assert finding.source == "house"
    assert finding.fixes == ()
    assert finding.values == {
        "variant": "plan",
        "hard": ({"kind": "sentence", "count": 16, "beginning": "Keep your back on the mat"},),
    }


def test_a_sentence_of_sixteen_words_is_an_advice_at_an_items_note():
    (finding,) = check(with_item_note(SIXTEEN))

    assert finding.where == "/items/1/note"
    assert finding.values["exercise"] == "pelvic-tilt"


def test_jargon_is_an_advice_that_names_it():
    (finding,) = check(with_note(LATIN))

    assert finding.values["hard"] == ({"kind": "jargon", "terms": "Mobilise, lumbar"},)


def test_long_words_are_an_advice_from_fifty_words_on():
    assert ids(check(with_note(LONG_WORDS))) == ["text.hard-to-read"]
    assert ids(check(with_note(LONG_WORDS[: len(LONG_WORDS) // 2]))) == []


def test_each_note_gives_one_finding_however_much_is_hard_in_it():
    case = make_case(
        programme=make_programme(walk(), tilt(note=LATIN + SIXTEEN), knee(note=SIXTEEN), prone(), note=LONG_WORDS)
    )

    assert [finding.where for finding in found(case, "text.hard-to-read")] == [
        "/note",
        "/items/1/note",
        "/items/2/note",
    ]


def test_a_note_is_read_in_the_plans_language():
    dutch = "Span uw quadriceps aan."

    assert found(with_note(dutch, "nl"), "text.hard-to-read") != []
    assert found(with_note("Activez votre ilio-psoas.", "fr"), "text.hard-to-read") != []
    assert found(with_note("Gardez le dos droit.", "fr"), "text.hard-to-read") == []


def test_the_patients_own_goal_and_the_title_are_left_alone():
    case = make_case(programme=make_programme(goal=SIXTEEN + LATIN, title=LATIN))

    assert check(case) == ()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            "The note with EN pelvic tilt is hard to read: a sentence of 16 words (“Keep your back on the mat …”); "
            "words that patients may not know (Mobilise, lumbar).",
        ),
        (
            "nl",
            "De notitie bij NL pelvic tilt is moeilijk te lezen: een zin van 16 woorden (“Keep your back on the mat …”); "
            "woorden die patiënten misschien niet kennen (Mobilise, lumbar).",
        ),
    ],
)
def test_the_message_names_the_long_sentence_and_the_jargon(language, said):
    assert message(with_item_note(f"{SIXTEEN} {LATIN}"), language) == said


def test_the_message_gives_a_low_score_with_the_longest_words():
    said = message(with_note(LONG_WORDS))

    assert "where 60 is wanted (longest words: Physiotherapeutic, rehabilitation, " in said


def test_braces_in_a_note_are_written_as_they_are():
    assert "“{Keep} your {0} back on the …”" in message(with_note("{Keep} your {0} back on the mat" + " and on" * 8))
