"""What makes a text hard: each threshold from both sides, and the own counts beside what others count."""

from __future__ import annotations

import pytest
import textstat

from plans.readability import EASY, LANGUAGES, MOST_WORDS, WORDS_FOR_A_SCORE, jargon_in, sentences_of, what_is_hard
from plans.readability.form import jargon

EASY_WORDS = "Lie down on your back. "
HARD_WORDS = "Physiotherapeutic rehabilitation necessitates determination. "


def words_of(text: str) -> list[tuple[str, ...]]:
    return [sentence.words for sentence in sentences_of(text)]


# Sentences.


def test_an_empty_text_is_easy():
    assert what_is_hard("", "en") == what_is_hard(" \n …", "en") == EASY
    assert not EASY


def test_a_sentence_ends_with_its_full_stop_question_or_exclamation_mark_or_line():
    text = "Lie down! Is it good? Stay.\n\nBreathe out\nRest… (Or sit.) Done."

    assert [sentence.text for sentence in sentences_of(text)] == [
        "Lie down", "Is it good", "Stay", "Breathe out", "Rest", "(Or sit", "Done",
    ]  # fmt: skip


def test_a_full_stop_within_a_number_or_word_ends_nothing():
    assert words_of("Walk 1.5 km, or 2,5 km at www.example.org") == [
        ("Walk", "1.5", "km", "or", "2,5", "km", "at", "www.example.org")
    ]


def test_a_word_with_a_hyphen_or_an_apostrophe_is_one_word():
    assert words_of("Don't do sit-ups – l'exercice d’abord") == [("Don't", "do", "sit-ups", "l'exercice", "d’abord")]


@pytest.mark.parametrize("language", [*LANGUAGES, "xx"])
def test_fifteen_words_are_not_long_and_sixteen_are(language: str):
    assert MOST_WORDS == 15
    assert not what_is_hard("o " * 15, language)
    assert [len(sentence.words) for sentence in what_is_hard("o " * 16 + ". O.", language).long_sentences] == [16]


# Jargon.


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("nl", "Train uw proprioceptie en de lumbale wervels.", ("proprioceptie", "lumbale")),
        ("nl", "Buig uw knie met de heup in exorotatie of dorsaalflexie.", ("exorotatie", "dorsaalflexie")),
        ("nl", "Laat uw lage rug zakken. Span uw buik aan.", ()),
        ("nl", "De romp blijft stil.", ()),
        ("en", "Work on proprioception in supine. Then proprioception again.", ("proprioception", "supine")),
        ("en", "Lie on your back. Turn your knees to the side.", ()),
        ("fr", "Évitez l'abduction en décubitus.", ("l'abduction", "décubitus")),
        ("fr", "Gardez le dos droit.", ()),
        ("de", "Trainieren Sie die LWS-Stabilisation.", ("LWS-Stabilisation",)),
        ("de", "Spannen Sie den Bauch an.", ()),
    ],
)
def test_jargon_is_found_as_it_is_written_and_once(language: str, text: str, found: tuple[str, ...]):
    assert jargon_in(text, language) == found


def test_jargon_that_brackets_explain_or_that_stands_in_brackets_is_none():
    assert jargon_in("This stretches the back of your thigh (hamstrings). Lumbar (low back) pain.", "en") == ()
    assert jargon_in("This (at first) works on your hamstrings.", "en") == ("hamstrings",)


def test_a_star_stands_for_any_beginning_or_end():
    known = jargon("lumba*", "*flexie", "rom")

    assert [word for word in ("lumbaal", "lumba", "flexie", "anteflexie", "rom", "romp") if known.has(word)] == [
        "lumbaal", "lumba", "flexie", "anteflexie", "rom",
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_jargon_stands_in_small_letters_or_would_never_be_found(language: str):
    known = LANGUAGES[language].jargon

    every = [*known.words, *known.beginnings, *known.endings]
    assert every == [word.lower() for word in every]
    assert all(len(word) > 2 for word in every)


# The score.


def test_a_text_is_scored_from_fifty_words_on():
    assert WORDS_FOR_A_SCORE == 50
    assert what_is_hard(HARD_WORDS * 12 + "Rest.", "en").score is None
    assert what_is_hard(HARD_WORDS * 12 + "Rest now.", "en").score is not None


def test_a_low_score_comes_with_the_longest_words():
    hard = what_is_hard(HARD_WORDS * 13, "en")

    assert hard.score is not None
    assert hard.score < 60
    assert hard.least == 60
    assert hard.longest == ("Physiotherapeutic", "rehabilitation", "determination")


def test_a_score_of_sixty_is_high_enough():
    texts = [EASY_WORDS * easy + HARD_WORDS * (40 - easy) for easy in range(41)]
    english = LANGUAGES["en"]

    for text in texts:
        sentences = words_of(text)
        score = english.score(len(sentences), [word for words in sentences for word in words])
        assert (what_is_hard(text, "en").score is None) == (score >= 60)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            "knee 1, leg 1, move 1, stretches 2, stretched 1, lifted 2, muscles 2, ankle 2, slowly 2, shoulders 2, "
            "exercise 3, position 3, physiotherapist 6, comfortable 4, quiet 2, easier 3, movement 2, every 2, cycling 3, "
            "safely 2, usual 3, diary 3, I'm 1, the 1, places 2, hm 1",
        ),
        (
            "nl",
            "knie 1, knieën 2, rug 1, oefening 3, buikspieren 3, linkerknie 3, fysiotherapeut 6, beïnvloeden 4, "
            "geoefend 3, yoga 2, draaien 2, sneeuw 1, nieuwe 2, pijn 1, één 1, station 3, hm 1",
        ),
        (
            "fr",
            "jambe 1, genoux 2, réaliser 4, pied 1, appuyez 3, exercice 3, muscles 1, fatigue 2, disque 1, "
            "kinésithérapeute 6, yeux 1, hm 1",
        ),
        ("de", "Knie 1, Übungen 3, Bauchmuskeln 3, bequem 2, Physiotherapeut 6, Rücken 2, Position 4, hm 1"),
    ],
)
def test_syllables_are_counted(language: str, words: str):
    expected = {word: int(count) for word, count in (pair.split() for pair in words.split(", "))}

    assert {word: LANGUAGES[language].syllables(word) for word in expected} == expected


SAMPLES = {
    "nl": [
        "Ga op uw rug liggen. Buig uw knieën en zet uw voeten plat op de grond. Trek uw linkerknie langzaam naar uw borst. "
        "Houd deze houding vast. Zet uw voet terug. Doe daarna hetzelfde met uw andere been.",
        "De gemeente onderzoekt welke maatregelen noodzakelijk zijn om de bereikbaarheid van het winkelcentrum te verbeteren. "
        "Ondernemers verwachten dat de werkzaamheden minstens anderhalf jaar overlast veroorzaken.",
    ],
    "fr": [
        "Allongez-vous sur le dos. Pliez les genoux et posez les pieds au sol. Ramenez le genou gauche vers le buste. "
        "Restez dans cette position. Reposez le pied. Faites la même chose avec l'autre jambe.",
        "La municipalité étudie les mesures nécessaires pour améliorer l'accessibilité du centre commercial. "
        "Les commerçants redoutent que les travaux perturbent durablement leur activité quotidienne.",
    ],
    "de": [
        "Legen Sie sich auf den Rücken. Beugen Sie die Knie und stellen Sie die Füße auf den Boden. "
        "Ziehen Sie das linke Knie langsam zur Brust. Halten Sie die Stellung. Stellen Sie den Fuß wieder ab.",
        "Die Stadtverwaltung untersucht notwendige Maßnahmen zur besseren Erreichbarkeit des Einkaufszentrums. "
        "Gewerbetreibende befürchten jahrelange Beeinträchtigungen durch die bevorstehenden Bauarbeiten.",
    ],
}


@pytest.mark.parametrize("language", SAMPLES)
def test_scores_are_near_those_of_textstat(language: str):
    textstat.set_lang(language)

    for text in SAMPLES[language]:
        sentences = words_of(text)
        own = LANGUAGES[language].score(len(sentences), [word for words in sentences for word in words])
        # Textstat counts where a word can be broken, and none after a first letter alone: `é-paule` is one to it.
        assert own == pytest.approx(textstat.flesch_reading_ease(text), abs=15)


@pytest.mark.parametrize("language", SAMPLES)
def test_the_least_score_stands_between_plain_words_and_those_of_an_authority(language: str):
    plain, official = (" ".join([text] * 4) for text in SAMPLES[language])

    assert what_is_hard(plain, language).score is None
    assert what_is_hard(official, language).score is not None
