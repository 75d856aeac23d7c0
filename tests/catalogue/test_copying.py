"""Copying a global record to a practice: complete, the practice's alone, and once."""

from __future__ import annotations

import pytest

from catalogue.copying import CannotCopy, copy_article, copy_exercise, copy_protocol
from catalogue.loading import load_content
from catalogue.models import Article, Exercise, Placement, Protocol
from catalogue.records import article_content, exercise_content, placement_content, protocol_content
from catalogue.source import read_content
from tests.factories import make_practice, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    if not Exercise.objects.exists():
        load_content(read_content())


def the_exercise(code: str = "knee-to-chest", **owner: object) -> Exercise:
    return Exercise.objects.complete().get(code=code, **owner or {"practice": None})


def the_protocol(**owner: object) -> Protocol:
    return Protocol.objects.complete().get(code="back-care", **owner or {"practice": None})


def test_the_copy_of_an_exercise_says_what_the_original_says() -> None:
    practice = make_practice()

    copy = copy_exercise(exercise=the_exercise(), practice=practice)

    assert copy.practice == practice
    assert copy.pk != the_exercise().pk
    assert exercise_content(the_exercise(practice=practice)) == exercise_content(the_exercise())


def test_a_copy_is_found_by_the_same_words() -> None:
    practice = make_practice()

    copy = copy_exercise(exercise=the_exercise(), practice=practice)

    assert copy in Exercise.objects.of_practice(practice.pk).searched("knie borst", "nl")


def test_a_copy_has_no_digest_of_a_source_file_and_starts_at_version_1() -> None:
    copy = copy_exercise(exercise=the_exercise(), practice=make_practice())

    copy.refresh_from_db()

    assert copy.loaded_digest == ""
    assert copy.version == 1


def test_the_copy_of_an_exercise_stands_in_the_same_groups_with_the_same_dose_and_phases() -> None:
    original = the_exercise("straight-leg-raise")

    copy = copy_exercise(exercise=original, practice=make_practice())

    [placed], [own] = original.placements.all(), copy.placements.all()
    assert own.group == placed.group
    assert own.position == placed.position
    assert placement_content(own) == placement_content(placed)
    assert placement_content(own)["phases"]["acute"] == "never"


def test_the_copy_of_an_exercise_stands_in_the_practices_own_protocol_too_and_in_no_strangers() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own = copy_protocol(protocol=the_protocol(), practice=practice)
    copy_protocol(protocol=the_protocol(), practice=stranger)

    copy = copy_exercise(exercise=the_exercise(), practice=practice)

    assert {placement.group.protocol for placement in copy.placements.all()} == {the_protocol(), own}


def test_a_second_copy_of_an_exercise_is_refused_and_leaves_nothing_behind() -> None:
    practice = make_practice("Practice Example Street")
    copy_exercise(exercise=the_exercise(), practice=practice)
    before = Placement.objects.count()

    with pytest.raises(CannotCopy, match="Practice Example Street has its own knee-to-chest already"):
        copy_exercise(exercise=the_exercise(), practice=practice)

    assert Exercise.objects.filter(practice=practice).count() == 1
    assert Placement.objects.count() == before


def test_the_practices_own_record_is_not_copied_again() -> None:
    practice = make_practice()
    copy = copy_exercise(exercise=the_exercise(), practice=practice)

    with pytest.raises(CannotCopy, match="already"):
        copy_exercise(exercise=copy, practice=practice)


def test_a_strangers_exercise_is_not_copied() -> None:
    copy = copy_exercise(exercise=the_exercise(), practice=make_practice("Stranger"))

    with pytest.raises(CannotCopy, match="not a global record"):
        copy_exercise(exercise=copy, practice=make_practice("Own"))


def test_two_practices_have_each_their_own_copy() -> None:
    first, second = make_practice("First"), make_practice("Second")

    copy_exercise(exercise=the_exercise(), practice=first)
    copy_exercise(exercise=the_exercise(), practice=second)

    assert Exercise.objects.filter(code="knee-to-chest").count() == 3


def test_the_copy_of_a_protocol_says_what_the_original_says() -> None:
    practice = make_practice()

    copy = copy_protocol(protocol=the_protocol(), practice=practice)

    assert copy.practice == practice
    assert protocol_content(the_protocol(practice=practice)) == protocol_content(the_protocol())
    assert copy.groups.first() not in the_protocol().groups.all()


def test_the_copy_of_a_protocol_is_what_the_practice_works_with_and_nobody_else() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")

    copy = copy_protocol(protocol=the_protocol(), practice=practice)

    assert list(Protocol.objects.visible_to(make_user(practice))) == [copy]
    assert list(Protocol.objects.visible_to(make_user(stranger))) == [the_protocol()]


def test_the_copy_of_a_protocol_places_the_exercises_that_the_practice_sees() -> None:
    practice, stranger = make_practice("Own"), make_practice("Stranger")
    own = copy_exercise(exercise=the_exercise(), practice=practice)
    copy_exercise(exercise=the_exercise("pelvic-tilt"), practice=stranger)

    copy = copy_protocol(protocol=the_protocol(), practice=practice)

    placed = set(Exercise.objects.filter(placements__group__protocol=copy))
    assert placed == set(Exercise.objects.of_practice(practice.pk).exclude(avoid=True))
    assert own in placed
    assert the_exercise() not in placed


def test_a_second_copy_of_a_protocol_is_refused() -> None:
    practice = make_practice()
    copy_protocol(protocol=the_protocol(), practice=practice)

    with pytest.raises(CannotCopy, match="already"):
        copy_protocol(protocol=the_protocol(), practice=practice)


def test_the_copy_of_an_article_says_what_the_original_says() -> None:
    practice = make_practice()
    article = Article.objects.get(code="core-stability", practice=None)

    copy = copy_article(article=article, practice=practice)

    assert copy.practice == practice
    assert article_content(copy) == article_content(article)
    with pytest.raises(CannotCopy, match="already"):
        copy_article(article=article, practice=practice)


def test_copies_stay_as_they_are_when_the_source_files_are_loaded_again() -> None:
    practice = make_practice()
    copy_exercise(exercise=the_exercise(), practice=practice)
    copy_protocol(protocol=the_protocol(), practice=practice)
    before = exercise_content(the_exercise(practice=practice)), protocol_content(the_protocol(practice=practice))

    load_content(read_content(), overwrite=True)

    assert before == (
        exercise_content(the_exercise(practice=practice)),
        protocol_content(the_protocol(practice=practice)),
    )
