"""Production: everything from the environment. Starts with no value missing or weak, or not at all."""

from __future__ import annotations

import re

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import (
    BASE_DIR,
    CACHES,
    ERASURES_FILE,
    LOGGING,
    MEDIA_ROOT,
    REST_FRAMEWORK,
    RETENTION_YEARS,
    SQLITE_OPTIONS,
    Env,
)

env = Env()

DEBUG = False

SECRET_KEY = env.str("SECRET_KEY")
if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 15 or SECRET_KEY.startswith("django-insecure"):
    raise ImproperlyConfigured("SECRET_KEY is weak: give at least 50 random characters.")
# Beside SECRET_KEY, so that changing that one ends sessions and links in mails, and leaves second factors as they are.
SECOND_FACTOR_KEYS = env.list("SECOND_FACTOR_KEYS", default=[])

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or any(host.startswith(("*", ".")) or not host for host in ALLOWED_HOSTS):
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts in full, separated by commas.")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

DATABASES = {"default": env.db("DATABASE_URL")}
if "ENGINE" not in DATABASES["default"]:
    raise ImproperlyConfigured("DATABASE_URL is not a database's URL, such as postgres://user:password@host/name.")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if DATABASES["default"]["NAME"] in {":memory:", ""}:
        raise ImproperlyConfigured("DATABASE_URL names no file: a database in memory would lose everything.")
    # What was answered with 2xx is on the disk, as with PostgreSQL: a power cut takes none of it away.
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS | {
        "init_command": SQLITE_OPTIONS["init_command"].replace("synchronous=NORMAL", "synchronous=FULL")
    }
# Opening a connection for each request costs more than most requests do.
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = not DATABASES["default"]["ENGINE"].endswith("sqlite3")
# A folder, so that all processes of a machine count sign-ins together.
CACHES["default"] = env.cache("CACHE_URL", default=f"filecache://{BASE_DIR}/data/cache")
if CACHES["default"]["BACKEND"].endswith((".LocMemCache", ".DummyCache")):
    raise ImproperlyConfigured("CACHE_URL must name a cache that all processes share, or guesses are counted in none.")
if CACHES["default"]["BACKEND"].endswith(".DatabaseCache"):
    # With more, what is over goes; of what counts one in so many goes, which is none: a flood of others ends no count.
    CACHES["default"].setdefault("OPTIONS", {}).setdefault("MAX_ENTRIES", 10_000)
    CACHES["default"]["OPTIONS"]["CULL_FREQUENCY"] = 10**9
for _name, _rate in REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"].items():
    _asked = env.str(f"THROTTLE_{_name.upper()}", default=_rate)
    if not re.fullmatch(r"[1-9][0-9]*/(sec|min|hour|day)", _asked):
        raise ImproperlyConfigured(f"THROTTLE_{_name.upper()} must be a rate such as {_rate}.")
    REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"][_name] = _asked

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default=f"Home exercise programmes <no-reply@{ALLOWED_HOSTS[0]}>")
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https"

MEDIA_ROOT = env.str("FILES_ROOT", default=str(MEDIA_ROOT))
ERASURES_FILE = env.str("ERASURES_FILE", default=str(ERASURES_FILE))
for _said in env.list("RETENTION_YEARS", default=[]):
    _country, _, _years = _said.partition("=")
    if _country not in RETENTION_YEARS or not _years.isdecimal() or not 1 <= int(_years) <= 100:
        raise ImproperlyConfigured("RETENTION_YEARS gives years, 1 to 100, for countries that are known: NL=25,ZZ=20.")
    RETENTION_YEARS = RETENTION_YEARS | {_country: int(_years)}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

LOGGING["handlers"]["console"]["formatter"] = "json"

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
if env.bool("BEHIND_PROXY", default=False):
    REST_FRAMEWORK["NUM_PROXIES"] = 1
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
