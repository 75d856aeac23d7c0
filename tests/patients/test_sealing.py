"""The access log is kept: nobody changes or deletes a row, and whoever does so behind the triggers is found out."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from patients.access import Action, record_access
from patients.models import AccessEvent, AppendOnlyError, LogSeal, Practice
from patients.sealing import digest_of, hash_of, seal_log
from tests.factories import make_practice, make_user

pytestmark = pytest.mark.django_db

EVENTS, SEALS = "patients_accessevent", "patients_logseal"
IDS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(6)]


@pytest.fixture
def practice() -> Practice:
    return make_practice()


def write(practice: Practice | None, count: int = 1) -> list[int]:
    """So many rows of the log; their ids."""
    user = make_user(practice)
    return [record_access(user, Action.READ, "patient", [IDS[0]]).pk for _ in range(count)]


def seal() -> str:
    said = io.StringIO()
    call_command("seal_log", stdout=said)
    return said.getvalue()


def verify(**options: Any) -> tuple[str, bool]:
    """What verifying prints, and whether all is well."""
    said = io.StringIO()
    try:
        call_command("verify_log", stdout=said, **options)
    except CommandError:
        return said.getvalue(), False
    return said.getvalue(), True


def execute(*statements: str, **values: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(events=EVENTS, seals=SEALS, **values))


TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN (%s, %s)",
    "postgresql": "SELECT DISTINCT t.tgname || ' ON ' || c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
    "WHERE NOT t.tgisinternal AND c.relname IN (%s, %s)",
}


def behind_the_triggers(*statements: str, **values: Any) -> None:
    """What somebody can do who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute(TRIGGERS[connection.vendor], [EVENTS, SEALS])
        for (trigger,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {trigger}")
    execute(*statements, **values)


# What the database refuses.


@pytest.mark.parametrize("table", [EVENTS, SEALS])
@pytest.mark.parametrize(
    ("vendor", "statement"),
    [
        ("any", "UPDATE {table} SET practice_id = NULL"),
        ("any", "DELETE FROM {table}"),
        ("any", "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})"),
        ("sqlite", "INSERT OR REPLACE INTO {table} SELECT * FROM {table}"),
        ("sqlite", "UPDATE OR REPLACE {table} SET id = id + 1"),
        ("postgresql", "TRUNCATE {table}"),
        ("postgresql", "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET practice_id = NULL"),
    ],
)
def test_sql_that_changes_or_deletes_is_refused(practice: Practice, table: str, vendor: str, statement: str):
    if vendor not in {"any", connection.vendor}:
        pytest.skip(f"{vendor} only")
    write(practice)
    seal()

    with pytest.raises(DatabaseError, match=r"never changed|are kept"), transaction.atomic():
        execute(statement, table=table)


@pytest.mark.parametrize("model", [AccessEvent, LogSeal])
def test_the_orm_neither_changes_nor_deletes(practice: Practice, model: Any):
    write(practice)
    seal()
    row = model.objects.first()

    with pytest.raises(AppendOnlyError):
        row.save()
    for attempt in (
        row.delete,
        model.objects.all().delete,
        lambda: model.objects.update(practice_id=None),
        lambda: model.objects.bulk_update([row], ["practice_id"]),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()

    assert model.objects.get(pk=row.pk) == row


# What is well.


def test_without_events_there_is_nothing_to_seal_and_nothing_wrong():
    assert seal() == ""
    assert verify() == ("", True)


def test_what_was_not_sealed_yet_is_told(practice: Practice):
    write(practice, 2)
    seal()
    write(practice, 3)

    assert verify() == (f"Practice {practice.pk}: 2 rows as sealed, 3 not yet sealed.\n", True)


def test_to_seal_twice_seals_once(practice: Practice):
    write(practice, 3)

    assert seal() == f"{practice.pk} 1 {LogSeal.objects.get().hash}\n"
    assert seal() == ""
    assert LogSeal.objects.count() == 1
    assert verify() == (f"Practice {practice.pk}: 3 rows as sealed, 0 not yet sealed.\n", True)


def test_every_practice_has_a_chain_of_its_own_and_so_have_events_without_a_practice():
    here, there = make_practice("Here"), make_practice("There")
    for one in (here, there, None, here):
        write(one)
        seal()

    numbers = LogSeal.objects.order_by("pk").values_list("practice_id", "number")
    assert list(numbers) == [(here.pk, 1), (there.pk, 1), (None, 1), (here.pk, 2)]
    said, well = verify()
    assert well
    assert "Without a practice: 1 rows as sealed, 0 not yet sealed." in said


def test_large_logs_are_sealed_in_batches(practice: Practice):
    ids = write(practice, 5)

    list(seal_log(batch=2))
    write(practice)
    list(seal_log(batch=2))

    ranges = [(one.number, one.from_id, one.to_id, one.count) for one in LogSeal.objects.order_by("number")]
    assert ranges[:3] == [(1, ids[0], ids[1], 2), (2, ids[2], ids[3], 2), (3, ids[4], ids[4], 1)]
    assert [number for number, *_ in ranges] == [1, 2, 3, 4, 5]
    assert verify()[1]
    assert list(seal_log(batch=2)) == []


def test_a_column_that_is_added_later_changes_no_digest(practice: Practice):
    event = AccessEvent.objects.get(pk=write(practice)[0])
    before = digest_of(event)

    event.on_behalf_of, event.patient_ids = None, []

    assert digest_of(event) == before


# What is found out.


def sealed_twice(practice: Practice) -> list[int]:
    """Six rows under two seals, and two more rows that are not sealed yet. Another practice's row stands between."""
    ids = write(practice, 3)
    write(make_practice("Between"))
    seal()
    ids += write(practice, 3)
    seal()
    return ids + write(practice, 2)


TAMPERING: list[tuple[str, str, Callable[[list[int]], str]]] = [
    (
        "the first row altered",
        "UPDATE {events} SET outcome = 'denied' WHERE id = {ids[0]}",
        lambda ids: f"row {ids[0]} was altered",
    ),
    (
        "a row altered",
        "UPDATE {events} SET user_id = NULL WHERE id = {ids[4]}",
        lambda ids: f"row {ids[4]} was altered",
    ),
    (
        "a time altered",
        "UPDATE {events} SET at = '2020-01-01' WHERE id = {ids[1]}",
        lambda ids: f"row {ids[1]} was altered",
    ),
    (
        "ids altered",
        "UPDATE {events} SET object_ids = '[]' WHERE id = {ids[1]}",
        lambda ids: f"row {ids[1]} was altered",
    ),
    (
        "a row moved",
        "UPDATE {events} SET practice_id = NULL WHERE id = {ids[1]}",
        lambda ids: f"row {ids[1]} was deleted",
    ),
    ("the first row deleted", "DELETE FROM {events} WHERE id = {ids[0]}", lambda ids: f"row {ids[0]} was deleted"),
    ("a row deleted", "DELETE FROM {events} WHERE id = {ids[4]}", lambda ids: f"row {ids[4]} was deleted"),
    (
        "the last rows of a seal deleted",
        "DELETE FROM {events} WHERE id IN ({ids[4]}, {ids[5]})",
        lambda ids: f"row {ids[4]} was deleted",
    ),
    (
        "all rows of the last seal and after it deleted",
        "DELETE FROM {events} WHERE id >= {ids[3]}",
        lambda ids: f"row {ids[3]} was deleted",
    ),
    ("the first seal deleted", "DELETE FROM {seals} WHERE number = 1", lambda ids: "seal 1 was deleted"),
    ("the last seal deleted", "DELETE FROM {seals} WHERE number = 2", lambda ids: "seal 2 was deleted or replaced"),
    ("all seals deleted", "DELETE FROM {seals}", lambda ids: "seal 1 was deleted or replaced"),
    ("a seal altered", "UPDATE {seals} SET to_id = to_id + 1 WHERE number = 2", lambda ids: "seal 2 was altered"),
    ("its digests altered", "UPDATE {seals} SET digests = '[]' WHERE number = 1", lambda ids: "seal 1 was altered"),
]


@pytest.mark.parametrize(("statement", "fault"), [one[1:] for one in TAMPERING], ids=[one[0] for one in TAMPERING])
def test_tampering_is_found_and_named(practice: Practice, statement: str, fault: Callable[[list[int]], str]):
    ids = sealed_twice(practice)
    assert verify()[1]

    behind_the_triggers(statement, ids=ids)

    said, well = verify()
    assert not well
    assert f"Practice {practice.pk}: {fault(ids)}." in said


def inserted(pk: int, practice: Practice) -> None:
    AccessEvent.objects.create(pk=pk, practice_id=practice.pk, action=Action.READ, object_type="patient", object_ids=[])


def test_a_row_inserted_under_a_seal_is_found(practice: Practice):
    """No trigger refuses it: whoever has SQL can insert. A gap in the ids is where somebody else's row stood, or none."""
    ids = sealed_twice(practice)
    behind_the_triggers("DELETE FROM {events} WHERE id = {pk}", pk=ids[2] + 1)  # the other practice's

    inserted(ids[2] + 1, practice)

    assert f"Practice {practice.pk}: row {ids[2] + 1} was inserted." in verify()[0]


def test_a_row_inserted_before_the_first_is_found(practice: Practice):
    sealed_twice(practice)

    inserted(-1, practice)
    write(practice)  # as before

    assert f"Practice {practice.pk}: row -1 was inserted." in verify()[0]


def test_a_row_may_stand_for_no_other(practice: Practice):
    """A row is deleted, and another is put in its place."""
    ids = sealed_twice(practice)
    behind_the_triggers("DELETE FROM {events} WHERE id = {pk}", pk=ids[1])

    inserted(ids[1], practice)

    assert f"row {ids[1]} was altered" in verify()[0]


def test_a_seal_made_anew_over_altered_rows_is_found(practice: Practice):
    """Whoever knows this code can alter a row, and seal again what was sealed before."""
    ids = sealed_twice(practice)
    behind_the_triggers(
        "UPDATE {events} SET outcome = 'denied' WHERE id = {pk}", "DELETE FROM {seals} WHERE number = 2", pk=ids[5]
    )

    seal()

    said, well = verify()
    assert not well
    assert "seal 2 was deleted or replaced" in said


def test_a_seal_that_was_altered_with_its_hash_breaks_the_chain(practice: Practice):
    ids = sealed_twice(practice)
    first = LogSeal.objects.get(practice_id=practice.pk, number=1)
    behind_the_triggers("DELETE FROM {events} WHERE id = {pk}", pk=ids[2])
    first.digests, first.to_id, first.count = first.digests[:2], ids[1], 2
    execute("DELETE FROM {seals} WHERE id = {pk}", pk=first.pk)
    first.hash = hash_of(first, "")
    LogSeal.objects.bulk_create([first])

    assert f"Practice {practice.pk}: seal 2 was altered." in verify()[0]


def test_what_was_noted_elsewhere_finds_a_log_that_was_emptied(practice: Practice, tmp_path: Path):
    write(practice, 3)
    noted = tmp_path / "seals"
    noted.write_text(seal())
    assert verify(noted=noted)[1]

    behind_the_triggers("DELETE FROM {events}", "DELETE FROM {seals}")

    assert verify() == ("", True)
    said, well = verify(noted=noted)
    assert (said, well) == (
        f"Practice {practice.pk}: seal 1 was deleted or replaced. 0 rows before it as sealed, 0 not yet sealed.\n",
        False,
    )


def test_a_note_that_is_none_is_named_with_its_line(tmp_path: Path):
    noted = tmp_path / "seals"
    noted.write_text("None 1 abc\nnonsense\n")

    with pytest.raises(CommandError, match="line 2"):
        call_command("verify_log", noted=noted)
