"""The cache that the processes of one machine share: a folder."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache

TIDIED_EVERY = 60  # seconds


class FileCache(FileBasedCache):
    """Django's, where of several that `add` the same key at once just one does: counting rests on that.

    The system's lock ends with the process that has it, however that ends. It is held for one file at a time, and its own
    time says when the folder was tidied last.
    """

    def __init__(self, dir: str, params: dict[str, Any]) -> None:
        super().__init__(dir, params)
        self.lock = Path(dir) / "lock"

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._alone():
            is_new = not self.has_key(key, version)
            if is_new:
                super().set(key, value, timeout, version)
        self._tidy()
        return is_new

    def set(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with self._alone():
            super().set(key, value, timeout, version)
        self._tidy()

    def _cull(self) -> None:
        """Nothing goes to make room, as Django would have it: a flood of others would end a count."""

    def _tidy(self) -> None:
        """What is over goes, now and then. Looked at alone: what begins anew meanwhile stays."""
        with suppress(FileNotFoundError):
            if time.time() - self.lock.stat().st_mtime < TIDIED_EVERY:
                return
            self.lock.touch()
        for path in self._list_cache_files():  # type: ignore[attr-defined]  # Django's
            with suppress(FileNotFoundError), self._alone(), Path(path).open("rb") as file:
                self._is_expired(file)  # type: ignore[attr-defined]  # deletes it

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it may be deleted at any time
        with self.lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
