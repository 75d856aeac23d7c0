"""Links for patients: made, listed and revoked by the practice. The address is shown once, and kept nowhere."""

from __future__ import annotations

import datetime
import io
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pypdf import PdfReader
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M
from rest_framework.test import APIClient

from patients.models import AccessEvent, Role
from plans import words
from plans.models import IdempotencyKey, ProgrammeFile, ShareLink
from plans.pdf import LAYOUTS, RenderError
from tests.factories import (
    make_client,
    make_episode,
    make_patient,
    make_plan,
    make_practice,
    make_revision,
    make_share_link,
    make_user,
    token_for,
)
from tests.plans.reading import MILLIMETRE, complaints, ink_in_margins, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision(practice):
    return make_revision(make_plan(make_episode(make_patient(practice))))


def path_of(revision: Any) -> str:
    return f"/api/v1/revisions/{revision.pk}/share-links/"


def post(client: APIClient, revision: Any, body: Any = None, query: str = "", **headers: str) -> Any:
    return client.post(path_of(revision) + query, body or {}, format="json", headers=headers)


def opens(url: str) -> int:
    return APIClient().get(urlsplit(url).path).status_code


# Making one.


def test_a_clinician_makes_a_link_that_opens_for_ninety_days(practice, revision):
    clinician = make_user(practice)

    answer = post(token_for(clinician, practice), revision)

    said = answer.json()
    assert answer.status_code == 201
    assert set(said) == {
        *("id", "revision", "created_at", "created_by", "expires_at", "revoked_at", "revoked_by", "works", "url"),
    }
    assert (said["revision"], said["created_by"]) == (str(revision.pk), str(clinician.pk))
    assert (said["works"], said["revoked_at"], said["revoked_by"]) == (True, None, None)
    left = datetime.datetime.fromisoformat(said["expires_at"]) - timezone.now()
    assert datetime.timedelta(days=89, hours=23) < left < datetime.timedelta(days=90)
    assert said["url"].startswith("http://testserver/s/")
    assert answer["Cache-Control"] == "no-store"
    assert opens(said["url"]) == 200


@pytest.mark.parametrize("days", [1, 365])
def test_how_long_a_link_works_is_up_to_the_practice(client, revision, days):
    said = post(client, revision, {"days": days}).json()

    left = datetime.datetime.fromisoformat(said["expires_at"]) - timezone.now()
    assert datetime.timedelta(days=days, minutes=-1) < left <= datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        ({"days": 0}, "/days", "Must be at least 1."),
        ({"days": 366}, "/days", "Must be at most 365."),
        ({"days": "90"}, "/days", "Give a whole number."),
        ({"days": None}, "/days", "This field may not be null."),
        ({"token": "chosen"}, "/token", "Unknown field. Known: days."),
    ],
)
def test_a_wrong_body_is_refused_and_makes_no_link(client, revision, body, pointer, detail):
    answer = post(client, revision, body)

    assert answer.status_code == 400
    assert [(one["pointer"], one["detail"]) for one in answer.json()["errors"]] == [(pointer, detail)]
    assert not ShareLink.objects.exists()


def test_a_token_is_long_and_its_own_and_only_its_hash_is_kept(client, revision):
    tokens = [urlsplit(post(client, revision).json()["url"]).path.split("/")[2] for _ in range(5)]

    assert len(set(tokens)) == 5
    for token in tokens:
        assert len(token) == 32, "32 letters of 5 bits each."
        assert set(token) <= set("abcdefghijklmnopqrstuvwxyz234567")
        kept = str(list(ShareLink.objects.values())) + str(list(AccessEvent.objects.values()))
        assert token not in kept
    assert {len(link.digest) for link in ShareLink.objects.all()} == {64}


def test_there_is_nothing_of_the_patient_in_an_address(client, revision):
    url = post(client, revision).json()["url"]

    for known in (revision.pk, revision.patient_id, revision.plan_id, "Testina", "Voorbeeld"):
        assert str(known).lower() not in url.lower()


def test_a_link_is_not_made_for_the_revision_of_another_practice_nor_for_a_draft(practice, revision):
    stranger = make_client(make_practice("There"))
    draft = make_plan(make_episode(make_patient(practice)))

    hidden, missing = post(stranger, revision), post(make_client(practice), draft)

    assert (hidden.status_code, missing.status_code) == (404, 404)
    assert hidden.content == missing.content
    assert not ShareLink.objects.exists()


# Listing and revoking.


def test_the_practice_sees_the_links_of_a_revision_newest_first_without_their_addresses(practice, client, revision):
    urls = [post(client, revision).json()["url"] for _ in range(2)]
    other = make_revision(make_plan(make_episode(make_patient(practice))))
    post(client, other)

    for reader in (client, make_client(practice, Role.ASSISTANT)):
        answer = reader.get(path_of(revision))

        said = answer.json()
        assert len(said["results"]) == 2
        assert [one["id"] for one in said["results"]] == [
            str(pk) for pk in ShareLink.objects.filter(revision=revision).values_list("pk", flat=True)
        ]
        assert "url" not in said["results"][0]
        for url in urls:
            assert urlsplit(url).path.split("/")[2] not in answer.content.decode()


def test_the_practices_links_are_listed_newest_first_and_by_patient_and_by_who_made_them(practice, client, revision):
    leaver = make_user(practice)
    older, _ = make_share_link(revision, created_by=leaver)
    other = make_revision(make_plan(make_episode(make_patient(practice))))
    newer, _ = make_share_link(other)
    make_share_link(make_revision(make_plan(make_episode(make_patient(make_practice("There"))))))
    leaver.memberships.all().delete()

    def listed(query: str = "") -> list[str]:
        return [one["id"] for one in client.get(f"/api/v1/share-links/{query}").json()["results"]]

    assert listed() == [str(newer.pk), str(older.pk)]
    event = AccessEvent.objects.latest("pk")
    assert event.object_ids == [str(newer.pk), str(older.pk)]
    assert event.patient_ids == sorted([str(revision.patient_id), str(other.patient_id)])
    assert listed(f"?created_by={leaver.pk}") == [str(older.pk)]
    assert listed(f"?patient={other.patient_id}") == [str(newer.pk)]


def test_a_list_knows_no_copies(client, revision):
    answer = client.get(f"{path_of(revision)}?layout=standard")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "layout")


def test_a_list_says_which_links_work(client, revision):
    expired, _ = make_share_link(revision, expires_at=timezone.now())
    revoked, _ = make_share_link(revision, revoked_at=timezone.now(), revoked_by=revision.issued_by)
    working, _ = make_share_link(revision)

    said = {one["id"]: one["works"] for one in client.get(path_of(revision)).json()["results"]}

    assert said == {str(expired.pk): False, str(revoked.pk): False, str(working.pk): True}


def test_a_revoked_link_opens_nothing_from_the_next_request_on(practice, client, revision):
    made = post(client, revision).json()
    assert opens(made["url"]) == 200

    answer = client.delete(f"/api/v1/share-links/{made['id']}/")

    assert (answer.status_code, answer.content) == (204, b"")
    assert opens(made["url"]) == 404
    assert opens(f"{made['url']}programme.pdf") == 404


def test_who_revoked_a_link_first_stays_the_one_who_did(practice, client, revision):
    link, _ = make_share_link(revision)
    first = make_user(practice)
    token_for(first, practice).delete(f"/api/v1/share-links/{link.pk}/")
    link.refresh_from_db()

    answer = client.delete(f"/api/v1/share-links/{link.pk}/")

    again = ShareLink.objects.get()
    assert answer.status_code == 204
    assert (again.revoked_by, again.revoked_at) == (first, link.revoked_at)


def test_another_practice_and_an_assistant_revoke_nothing(practice, revision):
    link, token = make_share_link(revision)

    stranger = make_client(make_practice("There")).delete(f"/api/v1/share-links/{link.pk}/")
    assistant = make_client(practice, Role.ASSISTANT).delete(f"/api/v1/share-links/{link.pk}/")

    assert (stranger.status_code, assistant.status_code) == (404, 403)
    assert opens(f"http://testserver/s/{token}/") == 200


def test_a_stranger_who_tries_is_in_the_strangers_log_and_an_assistant_in_the_practices(practice, revision):
    link, _ = make_share_link(revision)
    there = make_practice("There")

    make_client(there).delete(f"/api/v1/share-links/{link.pk}/")
    make_client(practice, Role.ASSISTANT).post(path_of(revision), {}, format="json")

    tried, refused = AccessEvent.objects.order_by("pk").filter(outcome__in=["not_found", "denied"])
    assert (tried.practice_id, tried.patient_id, tried.object_type) == (there.pk, None, "share_link")
    assert (tried.action, tried.outcome, tried.object_ids) == ("D", "not_found", [str(link.pk)])
    assert (refused.practice_id, refused.patient_id) == (practice.pk, revision.patient_id)
    assert (refused.action, refused.outcome, refused.object_ids) == ("C", "denied", [str(revision.pk)])


# Once only.


def test_a_repeated_request_makes_no_second_link_and_cannot_show_the_address_again(client, revision):
    first = post(client, revision, **{"Idempotency-Key": "once"})

    again = post(client, revision, **{"Idempotency-Key": "once"})

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["type"].endswith(":shown-once")
    assert again.json()["share_link"] == first.json()["id"]
    assert ShareLink.objects.count() == 1
    token = urlsplit(first.json()["url"]).path.split("/")[2]
    assert token not in again.content.decode()
    assert token not in str(list(IdempotencyKey.objects.values()))
    assert opens(first.json()["url"]) == 200


def test_the_same_key_with_another_body_is_refused(client, revision):
    post(client, revision, **{"Idempotency-Key": "once"})

    assert post(client, revision, {"days": 7}, **{"Idempotency-Key": "once"}).status_code == 422


# A copy with the code.


def copy_of(client: APIClient, revision: Any, query: str = "", **headers: str) -> Any:
    answer = post(client, revision, query=f"?copy=pdf{query}", **headers)
    assert answer.status_code == 201, answer.content
    return answer


def address_in(pdf: bytes) -> str:
    """The link in the words of the first page, which may break it into lines."""
    words_of_page = PdfReader(io.BytesIO(pdf)).pages[0].extract_text().replace("\n", "")
    start = words_of_page.index("http://testserver/s/")
    return words_of_page[start : start + len("http://testserver/s/") + 33]


def linked_in(pdf: bytes) -> set[str]:
    notes = [one for page in PdfReader(io.BytesIO(pdf)).pages for one in page.get("/Annots", [])]
    return {one.get_object()["/A"]["/URI"] for one in notes}


def test_a_copy_is_the_programme_with_a_link_that_opens_it(client, revision):
    answer = copy_of(client, revision)

    link = ShareLink.objects.get()
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "no-store")
    assert answer["Location"] == f"/api/v1/share-links/{link.pk}/"
    assert "Thuisprogramma voor Testina Voorbeeld" in text_of(answer.content)
    assert opens(address_in(answer.content)) == 200
    assert linked_in(answer.content) == {address_in(answer.content)}
    assert opens(f"{address_in(answer.content)}programme.pdf") == 200


def test_a_copy_is_answered_to_a_caller_that_wants_a_pdf(client, revision):
    assert copy_of(client, revision, Accept="application/pdf").status_code == 201
    assert post(client, revision, Accept="application/pdf").status_code == 406


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_a_copy_says_in_each_language_what_the_code_is_for_and_until_when(client, revision, language):
    text = text_of(copy_of(client, revision, f"&language={language}").content)

    assert words.say(language, "link.code") in text
    assert words.say(language, "link.code_how").replace("\u00a0", " ") in text
    assert words.say(language, "link.secret").split(".")[0] in text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_copy_is_accessible_and_inside_the_page(client, revision, layout, tmp_path):
    pdf = copy_of(client, revision, f"&layout={layout}").content

    assert complaints(pdf, tmp_path) == []
    assert ink_in_margins(pdf) == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_code_on_the_first_page_is_that_of_the_address_beside_it(client, revision, layout):
    pdf = copy_of(client, revision, f"&layout={layout}").content

    page, (left, top, right, _) = code_on_first_page(pdf)
    expected = matrix_of(address_in(pdf))
    module = (right - left) / (len(expected) - 2 * QUIET)
    places = [(number + 0.5 - QUIET) * module for number in range(len(expected))]
    assert [[page.getpixel((left + x, top + y)) for x in places] for y in places] == [
        [BLACK if is_dark else WHITE for is_dark in row] for row in expected
    ]
    assert (right - left) / (SCALE * MILLIMETRE) >= 25


BLACK, WHITE = (0, 0, 0), (255, 255, 255)
SCALE, QUIET = 6, 4


def code_on_first_page(pdf: bytes) -> tuple[Any, tuple[int, int, int, int]]:
    """The page as pixels, and the frame of what is quite black on it: the code, as letters and lines are not."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0].render(scale=SCALE).to_pil().convert("RGB")
    black = page.convert("L").point(lambda value: 255 if value == 0 else 0)
    return page, black.getbbox()


def matrix_of(text: str) -> list[list[bool]]:
    """The modules of a code, with the blank ones around it."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    return code.get_matrix()


def test_a_copy_is_stored_nowhere_and_the_stored_file_has_no_link(client, revision):
    before = ProgrammeFile.objects.count()
    copy = copy_of(client, revision).content
    assert ProgrammeFile.objects.count() == before

    stored = client.get(f"/api/v1/revisions/{revision.pk}/programme.pdf").content

    assert stored != copy
    assert "/s/" not in text_of(stored)
    assert default_storage.open(ProgrammeFile.objects.get().file.name).read() == stored


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("?copy=docx", "copy"),
        ("?copy=pdf&layout=huge", "layout"),
        ("?copy=pdf&language=xx", "language"),
        ("?layout=huge", "layout"),
        ("?language=xx", "language"),
        ("?copies=pdf", "copies"),
        ("?copy=pdf&days=3", "days"),
    ],
)
def test_a_copy_of_an_unknown_kind_makes_no_link(client, revision, query, parameter):
    answer = post(client, revision, query=query)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["parameter"] == parameter
    assert not ShareLink.objects.exists()


def test_a_copy_that_cannot_be_printed_makes_no_link(client, revision, monkeypatch):
    def fail(*args: Any, **options: Any) -> bytes:
        raise RenderError("a picture is missing")

    monkeypatch.setattr("plans.api.sharing.render_programme", fail)

    answer = post(client, revision, query="?copy=pdf")

    assert (answer.status_code, ShareLink.objects.count()) == (409, 0)


def test_an_assistant_gets_no_copy(practice, revision):
    answer = post(make_client(practice, Role.ASSISTANT), revision, query="?copy=pdf")

    assert answer.status_code == 403
    assert b"/s/" not in answer.content
