"""The service as it is served, with a bare view beside it, on a database file of its own."""

import os

from config.settings.base import *  # noqa: F403
from config.settings.base import REST_FRAMEWORK, SQLITE_OPTIONS

DEBUG = False
SECRET_KEY = "only-for-benchmarks-" + "x" * 50
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
ROOT_URLCONF = "tests.benchmarks.urls"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("BENCH_DATABASE", ":memory:"),
        "OPTIONS": SQLITE_OPTIONS,
        "CONN_MAX_AGE": 60,
    }
}
# A benchmark asks more often than anybody may.
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": dict.fromkeys(REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])}
MEDIA_ROOT = os.environ.get("BENCH_FILES", "/nonexistent")
LOGGING = {"version": 1, "disable_existing_loggers": False, "root": {"handlers": [], "level": "ERROR"}}
