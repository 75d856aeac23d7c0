"""Files and the rows that name them: what no row names is removed, what is missing or altered is named."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command

from plans.models import ProgrammeFile
from plans.programmes import stored_programme
from tests.plans.issued import make_revision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(default_storage, "_wrapped", FileSystemStorage(tmp_path))
    return tmp_path


@pytest.fixture
def named(files: Path) -> Path:
    """A file that a row names, written long ago."""
    stored_programme(make_revision("warm-up-walk", "pelvic-tilt").pk, "standard", "nl")
    path = files / ProgrammeFile.objects.get().file.name
    os.utime(path, (0, 0))
    return path


def make_orphan(files: Path, *, minutes: int) -> Path:
    path = files / "programmes" / "ab" / f"{minutes}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"%PDF")
    then = time.time() - minutes * 60
    os.utime(path, (then, then))
    return path


def sweep(*, check: bool = False) -> str:
    said = io.StringIO()
    call_command("sweep_files", check=check, stdout=said)
    return said.getvalue()


def test_where_every_file_is_named_nothing_is_said_or_removed(named: Path):
    assert sweep() == ""
    assert named.exists()


def test_where_nothing_was_stored_yet_nothing_is_wrong(files: Path):
    assert sweep() == ""


def test_a_file_that_no_row_names_is_removed_when_it_is_an_hour_old(files: Path, named: Path):
    old, fresh = make_orphan(files, minutes=61), make_orphan(files, minutes=59)

    assert sweep() == "programmes/ab/61.pdf: no row names it; removed.\n"
    assert (old.exists(), fresh.exists(), named.exists()) == (False, True, True)


def test_a_check_removes_nothing(files: Path):
    old = make_orphan(files, minutes=61)

    assert sweep(check=True) == "programmes/ab/61.pdf: no row names it.\n"
    assert old.exists()


def test_what_lies_beside_our_folders_is_not_ours(files: Path):
    beside = files / "db.sqlite3"
    beside.write_bytes(b"")
    os.utime(beside, (0, 0))

    assert sweep() == ""
    assert beside.exists()


@pytest.mark.parametrize("fault", ["missing", "altered"])
def test_a_row_whose_file_is_lost_or_altered_is_named(named: Path, fault: str, capsys: pytest.CaptureFixture[str]):
    named.unlink()
    if fault == "altered":
        named.write_bytes(b"something else")

    with pytest.raises(CommandError, match="not what was stored"):
        call_command("sweep_files", check=True)

    row = ProgrammeFile.objects.get()
    assert capsys.readouterr().out == f"plans.ProgrammeFile {row.pk}: {row.file.name} is {fault}.\n"
