"""The demo programme: the leaflet's own session through the same services as the API."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pypdf import PdfReader

from catalogue.models import Placement, Protocol
from plans.models import Revision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_login_file(tmp_path: Path, settings):
    settings.BASE_DIR = tmp_path


def test_the_demo_programme_is_an_issued_revision_on_paper_and_as_json(tmp_path: Path):
    call_command("demo_programme", output=tmp_path / "out")

    revision = Revision.objects.get()
    assert json.loads((tmp_path / "out" / "programme.json").read_text()) == revision.complete_document()
    reader = PdfReader(BytesIO((tmp_path / "out" / "programme.pdf").read_bytes()))
    assert "Thuisprogramma voor Testina Voorbeeld" in reader.pages[0].extract_text()


def test_it_has_an_exercise_of_every_group_and_starts_as_the_leaflet_says(tmp_path: Path):
    call_command("demo_programme", output=tmp_path / "out")

    items = Revision.objects.get().document["patient_part"]["items"]
    assert [item["exercise"] for item in items][3] == "pelvic-tilt"
    groups = {item["group"] for item in items}
    protocol = Protocol.objects.get(code="back-care", practice=None)
    further = set(protocol.groups.filter(role="further").values_list("code", flat=True)) - {"extra"}
    assert groups >= {"warm_up", "opening", "basic", "extra", *further}


def test_a_second_run_makes_a_second_programme(tmp_path: Path):
    call_command("demo_programme", output=tmp_path / "out")
    call_command("demo_programme", output=tmp_path / "out", language="en")

    assert Revision.objects.count() == 2


def test_without_a_catalogue_it_says_what_to_do(tmp_path: Path):
    Placement.objects.all().delete()
    Protocol.objects.all().delete()

    with pytest.raises(CommandError, match="loadcatalogue"):
        call_command("demo_programme", output=tmp_path / "out")
