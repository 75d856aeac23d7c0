"""The folder that sign-ins are counted in: what is over goes now and then, and what counts stays however much there is."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

import pytest

from config.filecache import TIDIED_EVERY, FileCache


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(str(tmp_path / "counts"), {"max_entries": 10})


def let_time_pass(cache: FileCache, seconds: float = TIDIED_EVERY) -> None:
    then = cache.lock.stat().st_mtime - seconds
    os.utime(cache.lock, (then, then))


def kept(cache: FileCache) -> int:
    return len(list(cache.lock.parent.glob("*.djcache")))


def count(cache: FileCache, times: int, timeout: float = 60) -> None:
    """As counting does: a lock, the count, and the lock again."""
    for turn in range(times):
        cache.add(f"{turn}:lock", True, 10)
        cache.set(f"{turn}", [time.time()], timeout)
        cache.delete(f"{turn}:lock")


def test_a_flood_of_others_ends_no_count(cache):
    cache.set("account", [1, 2, 3], 60)
    cache.add("account:lock", True, 10)

    count(cache, 100)
    let_time_pass(cache)
    count(cache, 100)

    assert cache.get("account") == [1, 2, 3]
    assert not cache.add("account:lock", True, 10)


def test_what_is_over_goes_without_being_asked_for(cache):
    cache.set("account", [1, 2, 3], 60)
    count(cache, 50, timeout=-1)
    assert kept(cache) == 51

    let_time_pass(cache)
    cache.set("another", [1], 60)

    assert kept(cache) == 2


def test_the_folder_is_listed_once_in_a_while_whoever_writes(cache, monkeypatch):
    lists, scandir = [], os.scandir
    monkeypatch.setattr(os, "scandir", lambda *args: lists.append(args) or scandir(*args))
    count(cache, 100)
    let_time_pass(cache)
    lists.clear()

    count(cache, 100)
    count(FileCache(str(cache.lock.parent), {}), 100)  # as another thread or process has it

    assert len(lists) == 1


def test_who_counts_waits_for_nobody_who_lists(cache, monkeypatch):
    listed, free = FileCache._list_cache_files, []

    def list_if_free(self: FileCache) -> list[str]:
        with self.lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where somebody has it
            free.append(True)
        return listed(self)

    monkeypatch.setattr(FileCache, "_list_cache_files", list_if_free)
    for write in (cache.set, cache.add):
        write("first", [1], 60)
        let_time_pass(cache)
        write("second", [1], 60)

    assert free


def test_a_count_that_begins_anew_while_others_are_tidied_away_stays(cache, monkeypatch):
    listed = FileCache._list_cache_files
    again = FileCache(str(cache.lock.parent), {})
    cache.set("account", [1], -1)
    monkeypatch.setattr(FileCache, "_list_cache_files", lambda self: (listed(self), again.set("account", [2], 60))[0])

    let_time_pass(cache)
    cache.set("another", [1], 60)

    assert cache.get("account") == [2]


def test_the_folder_may_be_deleted_at_any_time(cache):
    count(cache, 1)
    for path in cache.lock.parent.iterdir():
        path.unlink()
    cache.lock.parent.rmdir()

    assert cache.add("account:lock", True, 10)
    assert cache.get("account:lock")
