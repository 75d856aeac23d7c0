"""The test suite: SQLite in memory, or the databases that DATABASE_URL and CACHE_URL name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from config.settings.base import *  # noqa: F403
from config.settings.base import CACHES, REST_FRAMEWORK, SQLITE_OPTIONS, Env

env = Env()

DEBUG = False
SECRET_KEY = "only-for-tests-" + "x" * 50
ALLOWED_HOSTS = ["testserver", "localhost"]
DATABASES = {"default": env.db("DATABASE_URL", default="sqlite://:memory:")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {key: value for key, value in SQLITE_OPTIONS.items() if key != "init_command"}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CACHES = CACHES | {"default": env.cache("CACHE_URL", default="locmemcache://")}
ERASURES_FILE = Path(tempfile.gettempdir()) / f"erasures-{os.getpid()}.jsonl"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# A test of throttles sets the rate that it is about.
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": dict.fromkeys(REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])}
DEMAND_MFA_OF_SUPERUSERS = False
