"""What was printed is stored once and handed out as it is; a draft never is. A reissue tells what is new."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from plans.models import ProgrammeFile
from plans.pdf import LAYOUTS, render_programme
from plans.programmes import stored_programme
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_user
from tests.plans.issued import SESSION, issue, make_revision
from tests.plans.test_pdf import text_of

pytestmark = pytest.mark.django_db


def test_a_programme_is_rendered_once_and_then_handed_out_as_stored(monkeypatch: pytest.MonkeyPatch):
    revision = make_revision("warm-up-walk", "pelvic-tilt")
    first, tag = stored_programme(revision.pk, "standard", "nl")

    monkeypatch.setattr("plans.programmes.render_programme", None)  # whoever calls it fails
    again, same = stored_programme(revision.pk, "standard", "nl")

    assert (again, same) == (first, tag)
    assert ProgrammeFile.objects.count() == 1


def test_each_layout_and_language_is_a_file_of_its_own():
    revision = make_revision("warm-up-walk", "pelvic-tilt")

    tags = {stored_programme(revision.pk, layout, language)[1] for layout in LAYOUTS for language in ("nl", "en")}

    assert len(tags) == ProgrammeFile.objects.count() == 2 * len(LAYOUTS)


def test_nothing_of_the_patient_stands_in_a_files_name():
    revision = make_revision("warm-up-walk", "pelvic-tilt")
    stored_programme(revision.pk, "standard", "nl")

    name = ProgrammeFile.objects.get().file.name

    assert name.startswith("programmes/")
    assert not {"Testina", "Voorbeeld", str(revision.pk), str(revision.patient_id)} & set(
        name.replace("/", " ").split()
    )


@pytest.mark.parametrize("spoil", ["lost", "changed"])
def test_a_file_that_is_lost_or_changed_is_rendered_anew(spoil: str):
    revision = make_revision("warm-up-walk", "pelvic-tilt")
    body, tag = stored_programme(revision.pk, "standard", "nl")
    name = ProgrammeFile.objects.get().file.name
    default_storage.delete(name)
    if spoil == "changed":
        with default_storage.open(name, "wb") as stored:
            stored.write(b"something else")

    again, same = stored_programme(revision.pk, "standard", "nl")

    assert (again, same) == (body, tag)
    assert ProgrammeFile.objects.get().read() == body


def test_of_two_who_render_at_once_the_first_ones_file_is_the_one(monkeypatch: pytest.MonkeyPatch):
    revision = make_revision("warm-up-walk", "pelvic-tilt")

    def somebody_else_first(*args: Any, **kwargs: Any) -> bytes:
        monkeypatch.undo()
        stored_programme(revision.pk, "standard", "nl")
        return b"%PDF rendered a moment later"

    monkeypatch.setattr("plans.programmes.render_programme", somebody_else_first)

    body, tag = stored_programme(revision.pk, "standard", "nl")

    assert body.startswith(b"%PDF-")
    assert ProgrammeFile.objects.get().digest == tag


def test_a_preview_is_marked_and_never_stored():
    practice = make_practice()
    plan = make_plan(make_episode(make_patient(practice)))

    answer = make_client(practice).get(f"/api/v1/plans/{plan.pk}/preview.pdf?layout=compact")

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    assert "Concept. Nog niet om mee te geven." in text_of(answer.content)
    assert not ProgrammeFile.objects.exists()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_can_be_asked(layout: str):
    revision = make_revision("warm-up-walk", "pelvic-tilt")
    client = make_client(revision.practice)

    answer = client.get(f"/api/v1/revisions/{revision.pk}/programme.pdf?layout={layout}")

    assert answer.status_code == 200
    assert answer["ETag"] == f'"{ProgrammeFile.objects.get().digest}"'


def test_large_print_takes_more_pages_than_compact():
    document = make_revision().complete_document()
    pages = [len(PdfReader(BytesIO(render_programme(document, "nl", layout=layout))).pages) for layout in LAYOUTS]

    standard, compact, large = pages
    assert compact < standard < large


def test_a_first_programme_tells_of_no_changes():
    revision = make_revision("warm-up-walk", "pelvic-tilt")

    assert revision.document["patient_part"]["changes"] == {}
    assert "Wat is er veranderd" not in text_of(stored_programme(revision.pk, "standard", "nl")[0])


def test_a_reissue_tells_on_its_first_page_what_is_new_and_stopped():
    user = make_user(make_practice())
    episode = make_episode(make_patient(user.membership.practice))
    plan = make_plan(episode, *SESSION, author=user)
    issue(user, plan)
    plan.items.filter(exercise__code="half-sit-up").delete()
    plan.items.filter(exercise__code="knee-to-chest").update(note="Go slowly.")

    again = issue(user, plan)

    changes = again.document["patient_part"]["changes"]
    assert set(changes) == set(again.document["languages"])
    assert any(line.startswith("Niet meer doen: Halve sit-up") for line in changes["nl"])
    assert any(line.startswith("Stopped: Half sit-up") for line in changes["en"])
    first_page = PdfReader(BytesIO(stored_programme(again.pk, "standard", "nl")[0])).pages[0].extract_text()
    assert "Wat is er veranderd" in first_page
    assert "Halve sit-up" in first_page
