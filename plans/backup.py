"""A backup: one tar file with the database as it was at one moment, the files that its rows name, and a manifest.

The manifest comes last, with the size and SHA-256 of everything before it: an archive that was cut off has none.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Any, Literal

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg.conninfo import make_conninfo
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from catalogue.records import digest
from plans.stored_files import file_fields, folders, stored_files

MANIFEST = "manifest.json"
DATABASE = "database"
FILES = "files"

FROM_MIGRATING = {"django_migrations", "django_content_type", "auth_permission", "django_site"}
"""Tables that have rows as soon as they are there."""

Ask = Callable[[str], list[tuple[Any, ...]]]


class BackupError(Exception):
    """Why nothing was backed up, or nothing restored."""


class Member(BaseModel):
    """A file in the archive."""

    model_config = ConfigDict(extra="forbid")

    size: int
    sha256: str


class Manifest(BaseModel):
    """What an archive holds. `missing`: files that rows named and that weren't there any more."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    made_at: AwareDatetime
    database: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    members: dict[str, Member]
    missing: list[str]
    digest: str = ""

    def own_digest(self) -> str:
        """SHA-256 of everything else that it says."""
        return digest(self.model_dump(mode="json", exclude={"digest"}))


def make_backup(output: Path) -> Manifest:
    """Write an archive that only its owner may read. Raises BackupError; never writes over anything."""
    if output.exists():
        raise BackupError(f"{output} is there already.")
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".backup-") as folder:
        archive = Path(folder) / "archive"
        with archive.open("xb") as written:
            os.fchmod(written.fileno(), 0o600)
            manifest = _write(written, Path(folder) / DATABASE)
            os.fsync(written.fileno())
        try:
            os.link(archive, output)  # unlike a rename, this replaces nothing
        except FileExistsError as error:
            raise BackupError(f"{output} is there already.") from error
    return manifest


def _write(archive: IO[bytes], copy: Path) -> Manifest:
    """The database first, then the files. A file is written before the row that names it: so every row of the copy has its
    file by now. The other way round, a programme that is printed in between would have its row and not its file."""
    with _snapshot(copy) as ask:
        made_at, migrations, names = timezone.now(), _migrations(ask), _named(ask)
        rows = {table: ask(f'SELECT COUNT(*) FROM "{table}"')[0][0] for table in _tables()}  # noqa: S608
    members: dict[str, Member] = {}
    missing: list[str] = []
    with tarfile.open(fileobj=archive, mode="w") as tar:
        with copy.open("rb") as database:
            members[DATABASE] = _add(tar, DATABASE, database)
        for name in names:
            try:
                with default_storage.open(name, "rb") as stored:
                    members[f"{FILES}/{name}"] = _add(tar, f"{FILES}/{name}", stored)
            except FileNotFoundError:  # lost before, or erased since
                missing.append(name)
        manifest = Manifest(
            made_at=made_at,
            database=connection.vendor,
            migrations=migrations,
            rows=rows,
            members=members,
            missing=missing,
        )
        manifest.digest = manifest.own_digest()
        _add(tar, MANIFEST, io.BytesIO(manifest.model_dump_json(indent=2).encode()))
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: Any) -> Member:
    """Put a file into the archive, and say what was put there."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = content.seek(0, io.SEEK_END), 0o600, int(timezone.now().timestamp())
    content.seek(0)
    reading = _Reading(content)
    tar.addfile(entry, reading)
    return Member(size=entry.size, sha256=reading.digest.hexdigest())


class _Reading:
    """A file whose digest is taken while it is read."""

    def __init__(self, content: IO[bytes]) -> None:
        self.content, self.digest = content, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        read = self.content.read(size)
        self.digest.update(read)
        return read


@contextmanager
def _snapshot(copy: Path) -> Iterator[Ask]:
    """Copies the database as it is at one moment, while others write, and says what stands in that copy."""
    match connection.vendor:
        case "sqlite":
            yield from _sqlite_snapshot(copy)
        case "postgresql":
            yield from _postgresql_snapshot(copy)
        case vendor:
            raise BackupError(f"No backup is made of {vendor}.")


def _sqlite_snapshot(copy: Path) -> Iterator[Ask]:
    connection.ensure_connection()
    with closing(sqlite3.connect(copy)) as target:
        connection.connection.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without -wal and -shm beside it
        if (found := target.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise BackupError(f"The database is damaged: {found}.")
        yield lambda sql: target.execute(sql).fetchall()


def _postgresql_snapshot(copy: Path) -> Iterator[Ask]:
    def ask(sql: str) -> list[tuple[Any, ...]]:
        cursor.execute(sql)
        return cursor.fetchall()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = ask("SELECT pg_export_snapshot()")[0][0]
        with copy.open("xb") as output:
            _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", stdout=output)
        yield ask


def _run(program: str, *arguments: str, stdin: IO[bytes] | None = None, stdout: IO[bytes] | None = None) -> None:
    """Run one of PostgreSQL's programs on the database of this service. The password never stands on a command line."""
    given = connection.get_connection_params()
    told = {name: str(value) for name, value in given.items() if isinstance(value, str | int)}
    secret = {"PGPASSWORD": told.pop("password")} if "password" in told else {}
    database = make_conninfo("", **told)
    command = [program, "--no-owner", "--no-privileges", "--no-password", "--dbname", database, *arguments]
    environment = os.environ | secret
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environment, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, check=False
        )
    except FileNotFoundError as error:
        raise BackupError(f"{program} is not installed.") from error
    if done.returncode:
        # Its other lines quote rows.
        said = [line for line in done.stderr.decode(errors="replace").splitlines() if line.startswith(program)]
        raise BackupError(said[0] if said else f"{program} failed.")


def _migrations(ask: Ask) -> dict[str, list[str]]:
    applied: dict[str, list[str]] = {}
    for app, name in ask("SELECT app, name FROM django_migrations ORDER BY app, name"):
        applied.setdefault(app, []).append(name)
    return applied


def _named(ask: Ask) -> list[str]:
    """Every file that a row names."""
    named: set[str] = set()
    for field in file_fields():
        table, column = field.model._meta.db_table, field.column
        if _has(table, column):
            named |= {name for (name,) in ask(f'SELECT "{column}" FROM "{table}" WHERE "{column}" <> \'\'')}  # noqa: S608
    return sorted(named)


def _has(table: str, column: str | None) -> bool:
    """Before an update's migrations, the code knows of more than there is."""
    if table not in _tables():
        return False
    with connection.cursor() as cursor:
        return column in {one.name for one in connection.introspection.get_table_description(cursor, table)}


def _tables() -> list[str]:
    return sorted(connection.introspection.table_names())


def check_archive(path: Path) -> Manifest:
    """Read an archive to its end. Raises BackupError where anything isn't as its manifest says."""
    with _opened(path) as tar:
        return _checked(tar)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:") as tar:
            yield tar
    except FileNotFoundError as error:
        raise BackupError(f"{path} is not there.") from error
    except (tarfile.TarError, EOFError) as error:
        raise BackupError(f"{path} is damaged, or no backup.") from error


def _checked(tar: tarfile.TarFile) -> Manifest:
    entries = tar.getmembers()
    names = [entry.name for entry in entries]
    for entry in entries:
        if not entry.isreg() or not _is_ours(entry.name):
            raise BackupError(f"{entry.name!r} doesn't belong into a backup.")
    if len(names) != len(set(names)):
        raise BackupError("Something stands twice in the archive.")
    if MANIFEST not in names:
        raise BackupError("The archive has no manifest: it was cut off, or is no backup.")
    manifest = _manifest_in(tar)
    if {*names} != {*manifest.members, MANIFEST} or DATABASE not in names:
        raise BackupError("The archive doesn't hold what its manifest says.")
    for name, member in manifest.members.items():
        with _member(tar, name) as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
        if (tar.getmember(name).size, found) != (member.size, member.sha256):
            raise BackupError(f"{name} is not what was backed up.")
    return manifest


def _is_ours(name: str) -> bool:
    """Whether a name is one that a backup gives. Nothing else is looked at, and nothing is ever unpacked by its own path."""
    path = PurePosixPath(name)
    if str(path) != name or ".." in path.parts or "\\" in name or "\0" in name:
        return False
    return name in {MANIFEST, DATABASE} or any(name.startswith(f"{FILES}/{folder}/") for folder in folders())


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    content = tar.extractfile(name)
    assert content is not None  # noqa: S101 - only of what isn't a file
    return content


def _manifest_in(tar: tarfile.TarFile) -> Manifest:
    with _member(tar, MANIFEST) as content:
        try:
            manifest = Manifest.model_validate_json(content.read())
        except ValidationError as error:
            raise BackupError("The archive's manifest can't be read.") from error
    if manifest.digest != manifest.own_digest():
        raise BackupError("The archive's manifest is not what was written.")
    return manifest


def restore(path: Path) -> Manifest:
    """Bring a backup into an empty place, and its tables to this version. Raises BackupError before anything is touched."""
    with _opened(path) as tar:
        manifest = _checked(tar)
        _refuse_foreign(manifest)
        _refuse_full_place()
        written: list[str] = []
        try:
            _restore_files(tar, manifest, written)
            _restore_database(tar)
        except BaseException:
            for name in written:
                default_storage.delete(name)
            raise
    connection.close()
    call_command("migrate", verbosity=0, interactive=False)
    return manifest


def _refuse_foreign(manifest: Manifest) -> None:
    if manifest.database != connection.vendor:
        raise BackupError(f"This is a backup of {manifest.database}; the database here is {connection.vendor}.")
    known = MigrationLoader(None).disk_migrations
    unknown = [f"{app}.{one}" for app, names in manifest.migrations.items() for one in names if (app, one) not in known]
    if unknown:
        raise BackupError(f"The backup is of a newer version, with {', '.join(unknown)}. Restore it with that version.")


def _refuse_full_place() -> None:
    with connection.cursor() as cursor:
        for table in sorted({*_tables()} - FROM_MIGRATING):
            cursor.execute(f'SELECT 1 FROM "{table}" LIMIT 1')  # noqa: S608
            if cursor.fetchone():
                raise BackupError(f"The database is not empty: {table} has rows.")
    if name := next(stored_files(), None):
        raise BackupError(f"The files folder is not empty: {name} is there.")


def _restore_files(tar: tarfile.TarFile, manifest: Manifest, written: list[str]) -> None:
    for member in manifest.members:
        folder, _, name = member.partition("/")
        if folder == FILES:
            with _member(tar, member) as content:
                written.append(default_storage.save(name, File(content)))
            if written[-1] != name:
                raise BackupError(f"{name} is there already.")


def _restore_database(tar: tarfile.TarFile) -> None:
    with _member(tar, DATABASE) as content:
        if connection.vendor == "sqlite":
            _restore_sqlite(content)
        else:
            _restore_postgresql(content)


def _restore_sqlite(content: IO[bytes]) -> None:
    with tempfile.NamedTemporaryFile(dir=Path(connection.settings_dict["NAME"]).parent) as copy:
        shutil.copyfileobj(content, copy)
        copy.flush()
        connection.ensure_connection()
        try:
            with closing(sqlite3.connect(copy.name)) as source:
                source.backup(connection.connection)
        except sqlite3.DatabaseError as error:
            raise BackupError(f"Its database can't be read: {error}.") from error


def _restore_postgresql(content: IO[bytes]) -> None:
    """What migrating made is dropped first: it may be of another version than what comes."""
    quoted = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"DROP TABLE {quoted(table)} CASCADE")
        cursor.execute(OUR_FUNCTIONS)
        for (function,) in cursor.fetchall():
            cursor.execute(f"DROP FUNCTION {function}")
    with tempfile.TemporaryFile() as dump:
        shutil.copyfileobj(content, dump)
        dump.seek(0)
        _run("pg_restore", "--single-transaction", "--exit-on-error", stdin=dump)


# Those of triggers, but for what an extension brought.
OUR_FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype
AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
"""
