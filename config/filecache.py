"""The cache that the processes of one machine share: a folder."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.filebased import FileBasedCache


class FileCache(FileBasedCache):
    """Django's, where of several that `add` the same key at once just one does: counting rests on that.

    The system's lock ends with the process that has it, however that ends.
    """

    def __init__(self, dir: str, params: dict[str, Any]) -> None:
        super().__init__(dir, params)
        self.lock = Path(dir) / "lock"

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        self.lock.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # it may be deleted at any time
        with self.lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            return super().add(key, value, timeout, version)
