"""One laptop: SQLite in `data/`, a key made once, errors in full."""

from __future__ import annotations

import secrets

from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, SQLITE_OPTIONS

DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

DATA = BASE_DIR / "data"
DATA.mkdir(exist_ok=True)
_key = DATA / "secret-key"
if not _key.exists():
    _key.write_text(secrets.token_urlsafe(64))
SECRET_KEY = _key.read_text().strip()

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "db.sqlite3", "OPTIONS": SQLITE_OPTIONS}
}

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
DEMAND_MFA_OF_SUPERUSERS = False
