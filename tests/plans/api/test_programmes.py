from __future__ import annotations

import io

import pypdf
import pytest

from plans.models import Plan, Revision
from tests.factories import make_client, make_episode, make_patient, make_plan, make_practice, make_revision

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(practice):
    return make_plan(make_episode(make_patient(practice)))


@pytest.fixture
def path(plan):
    return f"/api/v1/revisions/{make_revision(plan).pk}/programme.pdf"


def text_of(answer) -> str:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/pdf"
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.content)).pages)


def test_the_programme_is_in_the_patients_language_or_the_asked_one(client, path):
    assert "Knie naar de borst" in text_of(client.get(path))
    assert "Knee to chest" in text_of(client.get(f"{path}?language=en&layout=standard"))
    assert "Knie naar de borst" in text_of(client.get(path, headers={"Accept-Language": "en"}))


def test_the_file_name_tells_the_number_and_not_the_patient(client, path):
    answer = client.get(path)

    assert answer["Content-Disposition"] == 'inline; filename="programme-1-nl.pdf"'
    assert "Voorbeeld" not in str(answer.headers)
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("accept", ["application/pdf", "text/html,*/*;q=0.8"])
def test_a_pdf_may_be_asked_for_by_its_type(client, path, accept):
    assert client.get(path, headers={"Accept": accept})["Content-Type"] == "application/pdf"


def test_an_error_is_a_problem_even_where_a_pdf_was_asked_for(path):
    stranger = make_client(make_practice("There"))

    answer = stranger.get(path, headers={"Accept": "application/pdf"})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_caller_who_has_the_file_is_told_so(client, path):
    tag = client.get(path)["ETag"]

    for given in ("*", tag, f"W/{tag}", f'"other", {tag}'):
        answer = client.get(path, headers={"If-None-Match": given})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer["ETag"] == tag
    assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert client.get(f"{path}?language=en", headers={"If-None-Match": tag}).status_code == 200


def test_a_part_of_the_file_can_be_asked_for(client, path):
    whole = client.get(path).content
    length = len(whole)

    for asked, first, last in [
        ("bytes=0-99", 0, 99),
        ("bytes=-10", length - 10, length - 1),
        (f"bytes=5-{length * 2}", 5, length - 1),
    ]:
        answer = client.get(path, headers={"Range": asked})
        assert answer.status_code == 206
        assert answer["Content-Range"] == f"bytes {first}-{last}/{length}"
        assert answer.content == whole[first : last + 1]
        assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("asked", ["bytes=9999999-", "bytes=-0"])
def test_a_part_beyond_the_end_cannot_be_given(client, path, asked):
    answer = client.get(path, headers={"Range": asked})

    assert answer.status_code == 416
    assert answer["Content-Range"].startswith("bytes */")


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=-", "bytes=0-1,4-5"])
def test_a_part_that_makes_no_sense_gives_the_whole(client, path, asked):
    answer = client.get(path, headers={"Range": asked})

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")


def test_a_part_of_another_version_gives_the_whole(client, path):
    headers = {"Range": "bytes=0-9"}

    stale = client.get(path, headers={**headers, "If-Range": '"old"'})
    current = client.get(path, headers={**headers, "If-Range": stale["ETag"]})

    assert (stale.status_code, current.status_code) == (200, 206)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("language=tlh", "language"), ("language=", "language"), ("layout=poster", "layout"), ("paper=a5", "paper")],
)
def test_an_unknown_language_or_layout_is_refused_by_name(client, path, query, parameter):
    answer = client.get(f"{path}?{query}", headers={"Accept": "application/pdf"})

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_the_preview_of_a_draft_is_marked_and_not_kept(client, plan):
    preview = client.get(f"/api/v1/plans/{plan.pk}/preview.pdf", headers={"Accept": "application/pdf"})
    in_english = client.get(f"/api/v1/plans/{plan.pk}/preview.pdf?language=en")

    assert "concept" in text_of(preview).lower()
    assert "draft" in text_of(in_english).lower()
    assert "Knie naar de borst" in text_of(preview)
    assert preview["Cache-Control"] == "no-store"
    assert "Voorbeeld" not in preview["Content-Disposition"]
    assert not Revision.objects.exists()
    assert Plan.objects.get().version == 1


def test_an_issued_programme_is_not_marked_as_a_draft(client, path):
    assert "concept" not in text_of(client.get(path)).lower()


@pytest.mark.parametrize("fields", [{"items": []}, {"language": "fr"}, {"title": "<b>Rücken</b> & genoux déjà pliés"}])
def test_any_draft_can_be_previewed(client, practice, fields):
    plan = make_plan(make_episode(make_patient(practice)), **fields)

    text_of(client.get(f"/api/v1/plans/{plan.pk}/preview.pdf"))


def test_what_no_font_has_is_said_and_never_left_out(client, practice):
    plan = make_plan(make_episode(make_patient(practice)), title="\U0010fffd")

    answer = client.get(f"/api/v1/plans/{plan.pk}/preview.pdf")

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":not-printable")
    assert "U+10FFFD" in answer.json()["detail"]


def test_a_plan_that_could_never_be_printed_is_not_issued(client, practice):
    plan = make_plan(make_episode(make_patient(practice)), title="Thuis \u6f22")

    answer = client.post(f"/api/v1/plans/{plan.pk}/issue/", {}, format="json")

    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":not-printable")
    assert "U+6F22 (CJK UNIFIED IDEOGRAPH-6F22)" in answer.json()["detail"]
    assert plan.revisions.count() == 0


def test_a_preview_refuses_an_unknown_language_and_a_stranger(client, plan):
    path = f"/api/v1/plans/{plan.pk}/preview.pdf"

    assert client.get(f"{path}?language=tlh").json()["errors"][0]["parameter"] == "language"
    assert make_client(make_practice("There")).get(path).status_code == 404
