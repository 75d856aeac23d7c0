"""All figures on one sheet, to be looked at."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from catalogue.models import Exercise

pytestmark = pytest.mark.django_db


def sheet(tmp_path: Path, **options: Any) -> Image.Image:
    output = tmp_path / "sheet.png"
    call_command("figure_sheet", output=output, stdout=io.StringIO(), **options)
    with Image.open(output) as picture:
        picture.load()
    return picture


@pytest.mark.parametrize("files", [True, False])
def test_the_figures_come_on_one_sheet_from_the_files_and_from_the_database(tmp_path: Path, files: bool):
    said = io.StringIO()

    call_command("figure_sheet", output=tmp_path / "sheet.png", only="^(bridge|wall-sit)$", files=files, stdout=said)

    moments = sum(len(Exercise.objects.get(code=code).moments) for code in ("bridge", "wall-sit"))
    assert said.getvalue().startswith(f"{moments} pictures of 2 exercises in ")


def test_a_grey_sheet_has_no_colour_and_another_tone_another_skin(tmp_path: Path):
    grey = sheet(tmp_path, only="^bridge$", grey=True)
    light, dark = (sheet(tmp_path, only="^bridge$", tone=tone).tobytes() for tone in ("light", "dark"))

    assert grey.mode == "L"
    assert light != dark


def test_a_sheet_of_nothing_is_refused(tmp_path: Path):
    with pytest.raises(CommandError, match="No exercise of that code has a figure"):
        sheet(tmp_path, only="^no-such$")
