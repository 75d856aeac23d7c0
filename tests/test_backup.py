"""A backup that is made while the service writes brings everything back, into an empty place only, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import signal
import stat
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from plans.backup import Manifest, Member
from tests.deployed import POSTGRESQL, SERVERS, Deployed, deployed

FILL = """
from catalogue.models import Photo
from patients.models import AuthToken
from plans.programmes import stored_programme
from tests.factories import *
practice, other = make_practice(), make_practice("Elsewhere", logo_png=b"logo")
make_patient(other, identifiers=[("https://a.example", "1")])
Photo.objects.create(exercise=make_own_exercise(practice), moment="start", jpeg=b"photo", width=1, height=1, digest="0")
user = make_user(practice)
revision = make_revision(make_plan(make_episode(make_patient(practice)), author=user), user)
for layout in ("standard", "compact"):
    stored_programme(revision.pk, layout, "nl")
print(json.dumps([str(revision.pk), AuthToken.objects.create(user, practice=practice)[1]]))
"""

ROWS = """
from django.db import connection
said = {}
with connection.cursor() as cursor:
    for table in connection.introspection.table_names():
        cursor.execute(f'SELECT * FROM "{table}"')
        said[table] = sorted(repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in cursor)
print(json.dumps(said))
"""

GET = """
import hashlib
from rest_framework.test import APIClient
revision, token = sys.argv[1:]
client = APIClient(HTTP_AUTHORIZATION=f"Token {token}", HTTP_X_FORWARDED_PROTO="https")
answer = client.get(f"/api/v1/revisions/{revision}/programme.pdf")
print(json.dumps([answer.status_code, answer.get("ETag"), hashlib.sha256(answer.content).hexdigest()]))
"""


WHOM = """
from plans.models import Revision
revision = Revision.objects.get(pk=sys.argv[1])
print(json.dumps([str(revision.patient_id), str(revision.practice_id)]))
"""


@dataclass(frozen=True)
class Backup:
    """A backup and where it was made; `server` is where another place of its kind can be."""

    server: str
    place: Deployed
    archive: Path
    revision: str
    token: str


@pytest.fixture(scope="module", params=SERVERS, ids=lambda server: "postgresql" if server else "sqlite")
def backup(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backup]:
    with deployed(tmp_path_factory.mktemp("source"), request.param) as place:
        place.manage("migrate", "-v0")
        place.manage("loadcatalogue")
        revision, token = place.run(FILL)
        place.manage("seal_log")
        archive = place.folder / "backup.tar"
        place.manage("backup", "--output", str(archive))
        yield Backup(request.param, place, archive, revision, token)


@pytest.fixture
def empty(backup: Backup, tmp_path: Path) -> Iterator[Deployed]:
    with deployed(tmp_path / "target", backup.server) as place:
        yield place


def files_in(place: Deployed) -> dict[str, bytes]:
    return {str(path.relative_to(place.files)): path.read_bytes() for path in place.files.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def restored(backup: Backup, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The backup in an empty place. Tests that share it change nothing."""
    with deployed(tmp_path_factory.mktemp("restored"), backup.server) as place:
        said = place.manage("restore", str(backup.archive))
        assert "2 files, all whole" in said
        assert "rows as sealed" in said
        yield place


def test_a_restored_place_has_every_row_and_every_file(backup: Backup, restored: Deployed):
    assert restored.run(ROWS) == backup.place.run(ROWS)
    assert files_in(restored) == files_in(backup.place)
    assert len(files_in(restored)) == 2


def test_who_was_erased_after_the_backup_is_erased_again(backup: Backup, empty: Deployed):
    patient, practice = backup.place.run(WHOM, backup.revision)
    note = {"practice_id": practice, "patient_id": patient, "user_id": str(uuid.uuid4())}
    more = {"reason": "patients_request", "kept_until": "2046-01-01", "at": "2026-01-01 12:00:00+00:00"}
    empty.folder.mkdir(exist_ok=True)
    empty.erasures.write_text(json.dumps(note | more) + "\n")

    said = empty.manage("restore", str(backup.archive))

    assert f"Erased again: {patient}" in said
    assert empty.ask("SELECT COUNT(*) FROM patients_erasure") == [(1,)]
    assert empty.run(GET, backup.revision, backup.token)[0] == 404
    assert files_in(empty) == {}


def test_a_place_that_was_only_migrated_counts_as_empty(backup: Backup, empty: Deployed):
    empty.manage("migrate", "-v0")

    empty.manage("restore", str(backup.archive))

    assert empty.run(ROWS) == backup.place.run(ROWS)
    [status, tag, digest] = empty.run(GET, backup.revision, backup.token)
    assert (status, tag) == (200, f'"{digest}"')
    assert f"programmes/{digest[:2]}/{digest}.pdf" in files_in(backup.place)


def test_a_restored_database_refuses_what_it_refused_before(restored: Deployed):
    refused = restored.run("""
from django.db import DatabaseError
from patients.models import AccessEvent
from plans.models import Revision
def refuses(change):
    try:
        change()
    except DatabaseError:
        return True
    return False
print(json.dumps([refuses(change) for change in (
    lambda: Revision.objects.update(number=9), lambda: AccessEvent.objects.all().delete(),
    lambda: AccessEvent.objects.update(role=""))]))
""")

    assert refused == [True, True, True]


def test_only_the_owner_may_read_a_backup_and_the_files_it_brings_back(backup: Backup, restored: Deployed):
    for path in (backup.archive, *(path for path in restored.files.rglob("*") if path.is_file())):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_backup_writes_over_nothing_and_leaves_nothing_half_done(backup: Backup):
    before = backup.archive.read_bytes()

    assert "is there already" in backup.place.manage("backup", "--output", str(backup.archive), succeeds=False)
    assert backup.archive.read_bytes() == before
    assert not list(backup.place.folder.glob(".backup-*"))


def test_a_backup_says_its_own_digest(backup: Backup, tmp_path: Path):
    said = backup.place.manage("backup", "--output", str(tmp_path / "again.tar"))

    assert said.split() == [
        hashlib.sha256((tmp_path / "again.tar").read_bytes()).hexdigest(),
        str(tmp_path / "again.tar"),
    ]


def test_a_file_that_is_lost_is_told_and_the_rest_is_backed_up(backup: Backup, empty: Deployed):
    empty.manage("restore", str(backup.archive))
    lost, kept = sorted(files_in(empty))
    (empty.files / lost).unlink()

    said = empty.manage("backup", "--output", str(empty.folder / "again.tar"))

    assert f"{lost} is missing" in said
    manifest = manifest_of(empty.folder / "again.tar")
    assert manifest["missing"] == [lost]
    assert f"files/{kept}" in manifest["members"]


def test_a_place_that_has_something_is_left_as_it_is(backup: Backup, empty: Deployed):
    empty.manage("migrate", "-v0")
    empty.run("from tests.factories import *; make_practice(); print(1)")

    said = empty.manage("restore", str(backup.archive), succeeds=False)

    assert re.search(r"The database is not empty: patients_\w*practice has rows", said)
    assert files_in(empty) == {}
    assert len(empty.run(ROWS)["patients_practice"]) == 1


def test_a_files_folder_that_has_something_is_left_as_it_is(backup: Backup, empty: Deployed):
    stored = empty.files / "programmes" / "ab" / "there.pdf"
    stored.parent.mkdir(parents=True)
    stored.write_text("there")

    said = empty.manage("restore", str(backup.archive), succeeds=False)

    assert "The files folder is not empty" in said
    assert [*files_in(empty).values()] == [b"there"]
    assert empty.run(ROWS) == {}


def test_a_backup_of_an_older_version_is_brought_up_to_this_one(backup: Backup, empty: Deployed, tmp_path: Path):
    empty.manage("migrate", "-v0", "plans", "0003")
    empty.manage("backup", "--output", str(tmp_path / "old.tar"))

    with deployed(tmp_path / "target of the old", backup.server) as place:
        place.manage("migrate", "-v0")
        place.manage("restore", str(tmp_path / "old.tar"))
        place.manage("migrate", "--check")


def test_a_backup_of_a_newer_version_is_refused(backup: Backup, empty: Deployed, tmp_path: Path):
    archive = rewritten(backup.archive, tmp_path, migrations={"plans": ["0001_initial", "9999_yet_to_come"]})

    assert "newer version, with plans.9999_yet_to_come" in empty.manage("restore", str(archive), succeeds=False)
    assert empty.run(ROWS) == {}


def test_a_backup_of_another_database_is_refused(backup: Backup, empty: Deployed, tmp_path: Path):
    archive = rewritten(backup.archive, tmp_path, database="oracle")

    assert "This is a backup of oracle" in empty.manage("restore", str(archive), succeeds=False)


def test_where_the_database_cannot_be_brought_back_no_file_is_either(backup: Backup, empty: Deployed, tmp_path: Path):
    archive = rewritten(backup.archive, tmp_path, database_bytes=b"no database")

    assert "Nothing was restored" in empty.manage("restore", str(archive), succeeds=False)
    assert files_in(empty) == {}
    empty.manage("restore", str(backup.archive))


WRITE = """
from django.utils import timezone
from plans import services
from plans.checking import case_of, protocol_of
from plans.programmes import stored_programme
from tests.factories import *
from dataclasses import replace
user = make_user(make_practice("Busy"))
plan = make_plan(make_episode(make_patient(user.membership.practice)), author=user)
print("ready", flush=True)
while True:
    plan = Plan.objects.complete().get(pk=plan.pk)
    programme = replace(case_of(plan, timezone.localdate()).programme, title=f"Version {plan.version}")
    services.replace_plan(user=user, plan_id=plan.pk, version=plan.version, protocol=protocol_of(plan), programme=programme)
    revision = make_revision(plan, user)
    if revision.number % 3 == 0:
        stored_programme(revision.pk, "compact", "nl")
"""

CHECK = """
from catalogue.records import digest
from django.db import connection
from plans.models import IssuedPicture, Plan, Revision
from plans.pictures import digests_in
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("PRAGMA integrity_check")
        assert cursor.fetchall() == [("ok",)]
    connection.check_constraints()
for plan in Plan.objects.prefetch_related("items", "revisions"):
    assert [item.position for item in plan.items.all()] == list(range(len(ISSUABLE)))
    assert [one.number for one in plan.revisions.all()] == list(range(1, plan.revisions.count() + 1))
for one in Revision.objects.all():
    assert digest(one.document) == one.digest
    assert IssuedPicture.objects.filter(digest__in=digests_in(one.document)).count() == len(digests_in(one.document))
print(json.dumps(Revision.objects.count()))
"""


def test_a_backup_is_of_one_moment_while_others_write(backup: Backup, tmp_path: Path):
    with deployed(tmp_path / "busy", backup.server) as busy:
        busy.manage("restore", str(backup.archive))
        revisions = []
        with busy.start("-c", f"import django\ndjango.setup()\n{WRITE}", stdout=subprocess.PIPE) as writer:
            try:
                assert writer.stdout
                assert writer.stdout.readline() == "ready\n"
                for turn in range(2):
                    busy.manage("backup", "--output", str(tmp_path / f"{turn}.tar"))
                assert writer.poll() is None
            finally:
                os.killpg(writer.pid, signal.SIGKILL)
        for turn in range(2):
            with deployed(tmp_path / f"target-{turn}", backup.server) as place:
                said = place.manage("restore", str(tmp_path / f"{turn}.tar"))
                assert "is missing" not in said
                assert manifest_of(tmp_path / f"{turn}.tar")["missing"] == []
                counted = {table: len(rows) for table, rows in place.run(ROWS).items()}
                assert counted == manifest_of(tmp_path / f"{turn}.tar")["rows"]
                revisions.append(place.run(f"from tests.factories import ISSUABLE\n{CHECK}"))
    assert revisions[0] < revisions[-1]  # somebody did write


@pytest.mark.skipif(not POSTGRESQL, reason="postgresql only")
def test_the_password_stands_on_no_command_line(tmp_path: Path):
    """A stand-in for pg_dump notes how it was called, then calls it."""
    with deployed(tmp_path / "place", POSTGRESQL) as place:
        place.manage("migrate", "-v0")
        secret = "hunter2-hunter2"
        before, at, after = place.database_url.partition("@")
        noting = tmp_path / "pg_dump"
        noting.write_text(
            f'#!/bin/sh\necho "$@" > {tmp_path}/called\necho "$PGPASSWORD" > {tmp_path}/password\n'
            f'PATH="{os.environ["PATH"]}" exec pg_dump "$@"\n'
        )
        noting.chmod(0o755)
        environment = place.environment | {
            "DATABASE_URL": f"{before}:{secret}{at}{after}",
            "PATH": f"{tmp_path}:{os.environ['PATH']}",
        }
        subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", "backup", "--output", str(tmp_path / "one.tar")], env=environment, check=True
        )

    assert secret not in (tmp_path / "called").read_text()
    assert (tmp_path / "password").read_text().strip() == secret


def manifest_of(archive: Path) -> dict[str, Any]:
    with tarfile.open(archive) as tar:
        content = tar.extractfile("manifest.json")
        assert content is not None
        said: dict[str, Any] = json.load(content)
    return said


def rewritten(archive: Path, folder: Path, *, database_bytes: bytes = b"", **changed: Any) -> Path:
    """The archive with another database or something else in its manifest, as if it had been made so."""
    entries = dict(entries_of(archive))
    if database_bytes:
        entries["database"] = database_bytes
        member = Member(size=len(database_bytes), sha256=hashlib.sha256(database_bytes).hexdigest())
        changed["members"] = Manifest.model_validate_json(entries["manifest.json"]).members | {"database": member}
    manifest = Manifest.model_validate_json(entries["manifest.json"]).model_copy(update=changed)
    manifest.digest = manifest.own_digest()
    entries["manifest.json"] = manifest.model_dump_json().encode()
    return packed(folder / "rewritten.tar", [*entries.items()])


def entries_of(archive: Path) -> list[tuple[str, bytes]]:
    with tarfile.open(archive) as tar:
        return [(one.name, tar.extractfile(one).read()) for one in tar.getmembers()]  # type: ignore[union-attr]


def packed(archive: Path, entries: list[tuple[str, bytes]], *more: tarfile.TarInfo) -> Path:
    with tarfile.open(archive, "w") as tar:
        for name, content in entries:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
        for entry in more:
            tar.addfile(entry)
    return archive


Alter = Callable[[Path, list[tuple[str, bytes]]], Any]


def link(name: str, kind: bytes) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, "database"
    return entry


def spoil(member: int) -> Alter:
    """One byte of a member is another."""

    def altered(path: Path, entries: list[tuple[str, bytes]]) -> None:
        name, content = entries[member]
        entries[member] = name, content[:50] + bytes([content[50] ^ 1]) + content[51:]
        packed(path, entries)

    return altered


ALTERED: dict[str, tuple[Alter, str]] = {
    "the database altered": (spoil(0), "database is not what was backed up"),
    "a file altered": (spoil(1), "is not what was backed up"),
    "the manifest altered": (spoil(-1), "manifest is not what was written"),
    "a file left out": (
        lambda path, entries: packed(path, [entries[0], *entries[2:]]),
        "doesn't hold what its manifest",
    ),
    "a file added": (
        lambda path, entries: packed(path, [("files/programmes/more.pdf", b""), *entries]),
        "doesn't hold what its manifest",
    ),
    "a file twice": (lambda path, entries: packed(path, [entries[1], *entries]), "stands twice"),
    "a way out": (lambda path, entries: packed(path, [("files/programmes/../../x", b""), *entries]), "doesn't belong"),
    "an absolute name": (lambda path, entries: packed(path, [("/etc/passwd", b""), *entries]), "doesn't belong"),
    "another folder": (lambda path, entries: packed(path, [("files/elsewhere/x", b""), *entries]), "doesn't belong"),
    "a symbolic link": (
        lambda path, entries: packed(path, entries, link("files/programmes/x.pdf", tarfile.SYMTYPE)),
        "doesn't belong",
    ),
    "a hard link": (
        lambda path, entries: packed(path, entries, link("files/programmes/x.pdf", tarfile.LNKTYPE)),
        "doesn't belong",
    ),
    "a device": (
        lambda path, entries: packed(path, entries, link("files/programmes/x.pdf", tarfile.CHRTYPE)),
        "doesn't belong",
    ),
    "no manifest": (lambda path, entries: packed(path, entries[:-1]), "no manifest"),
    "cut off": (
        lambda path, entries: path.write_bytes(packed(path, entries).read_bytes()[:100_000]),
        "damaged|no manifest",
    ),
    "something else": (lambda path, entries: path.write_text("no archive"), "damaged, or no backup"),
    "not there": (lambda path, entries: None, "is not there"),
}


@pytest.mark.parametrize("check", [True, False], ids=["check", "restore"])
@pytest.mark.parametrize("alteration", ALTERED)
def test_an_altered_archive_is_refused_before_anything_is_touched(
    backup: Backup, tmp_path: Path, alteration: str, check: bool
):
    """This test may not ask a database: whatever did would fail it."""
    alter, said = ALTERED[alteration]
    alter(tmp_path / "altered.tar", entries_of(backup.archive))

    with pytest.raises(CommandError, match=said):
        call_command("restore", str(tmp_path / "altered.tar"), check=check)


def test_a_whole_archive_is_told_to_be_whole_without_a_database(backup: Backup):
    written = io.StringIO()

    call_command("restore", str(backup.archive), check=True, stdout=written)

    assert "2 files, all whole" in written.getvalue()
