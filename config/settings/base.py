"""What holds everywhere. `dev`, `test` and `production` add what differs."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ

BASE_DIR = Path(__file__).resolve().parent.parent.parent


class Env(environ.Env):
    CACHE_SCHEMES = environ.Env.CACHE_SCHEMES | {"filecache": "config.filecache.FileCache"}


INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # for pages of allauth
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "django_filters",
    "knox",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "patients",
    "catalogue",
    "plans",
]

MIDDLEWARE = [
    "patients.middleware.request_origin",
    "config.middleware.access_line",
    "config.middleware.browser_policies",
    "config.middleware.methods_of_pages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "plans.api.middleware.bounded_body",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "patients.middleware.bounded_session",
    "patients.middleware.acting_practice",
    "patients.middleware.second_factor",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"
APPEND_SLASH = False

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# One writer at a time, readers undisturbed: without IMMEDIATE, concurrent writers fail with "database is locked".
# What is deleted is overwritten: an erased patient stays in no free page.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON; PRAGMA synchronous=NORMAL;",
}

AUTH_USER_MODEL = "patients.User"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "patients.passwords.MaximumLengthValidator", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
SIMPLE_HISTORY_DATE_INDEX = False  # changes are looked for by their patient or practice
# From the login on, however busy the session is (`bounded_session`); the cookie ends with the browser.
SESSION_COOKIE_AGE = 8 * 60 * 60

ACCOUNT_ADAPTER = "patients.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # Accounts are made by invitation or by the administrator; a change is verified.
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = False
DEMAND_MFA_OF_SUPERUSERS = True  # they manage every account and read every practice's log
SECOND_FACTOR_KEYS: list[str] = []  # what encrypts their secrets; empty: SECRET_KEY
MFA_ADAPTER = "patients.accounts.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "patients.accounts.CodeForm",
    "reauthenticate": "patients.accounts.CodeAgainForm",
    "authenticate_webauthn": "patients.accounts.CredentialOfAnyShape",
    "reauthenticate_webauthn": "patients.accounts.PasskeyAgainForm",
    "login_webauthn": "patients.accounts.PasskeyLoginForm",
    "add_webauthn": "patients.accounts.NewPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # An account is made from a mail to its address, or by the administrator.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Home exercise programmes"
MFA_RECOVERY_CODES_SHOW_ONCE = True

DEFAULT_FROM_EMAIL = "Home exercise programmes <no-reply@localhost>"
EMAIL_TIMEOUT = 10

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("nl", "Nederlands"), ("fr", "français"), ("de", "Deutsch")]
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True

# Stored programmes. Never served as they are: who may see which is asked at each request.
MEDIA_ROOT = BASE_DIR / "data" / "files"

# Who was erased: ids, so that it can be done again after an older backup was restored. No part of any backup.
ERASURES_FILE = BASE_DIR / "data" / "erasures.jsonl"

# How long a record is kept after its last change, by the practice's country. Law: NL (BW 7:454, the last change), BE (law of
# 22 April 2019 on quality of practice, article 35: 30 to 50 years after the last contact), DE (BGB 630f, 10 years after the
# treatment's end). The house's own, after what is usual there: FR, GB, LU; and the longest known where the country isn't.
RETENTION_YEARS = {"NL": 20, "BE": 30, "DE": 10, "FR": 20, "GB": 8, "LU": 10, "ZZ": 30}

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"

# Bodies over these limits are answered with 413.
MAXIMUM_BODY_BYTES = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

# `default` is for what processes count together, `process` for what each counts alone, at every request.
LOCAL_CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}
CACHES: dict[str, Any] = {"default": LOCAL_CACHE, "process": LOCAL_CACHE}

KNOX_TOKEN_MODEL = "patients.AuthToken"  # noqa: S105
REST_KNOX = {"TOKEN_TTL": timedelta(hours=10), "TOKEN_PREFIX": "hep_", "AUTH_HEADER_PREFIX": "Token"}

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "plans.api.authentication.PracticeTokenAuthentication",
        "plans.api.authentication.PracticeSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["plans.api.permissions.MemberMayReadWriterMayWrite"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["plans.api.parsing.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["plans.api.filtering.QueryFilter"],
    "DEFAULT_PAGINATION_CLASS": "plans.api.pagination.NumberedPages",
    "DEFAULT_SCHEMA_CLASS": "plans.api.schema.Operations",
    "DEFAULT_THROTTLE_CLASSES": ["plans.api.throttles.ByCaller"],
    # Requests of an address without an account, of a person and of an integration; logins from an address; wrong passwords for
    # an account, and of these from one address; visits by share link from an address, and those with one that doesn't work.
    "DEFAULT_THROTTLE_RATES": {
        "anon": "60/min",
        "user": "600/min",
        "integration": "1200/min",
        "login": "10/min",
        "login_account": "90/hour",
        "login_account_address": "10/hour",
        "share_visit": "60/min",
        "share_miss": "10/min",
    },
    "EXCEPTION_HANDLER": "plans.api.problems.answer_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "COERCE_DECIMAL_TO_STRING": False,
    # Whom throttles count: the address itself. Headers that a caller can make up are not believed.
    "NUM_PROXIES": 0,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Home exercise programmes",
    "DESCRIPTION": "Compose, check, issue and hand over home exercise programmes.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "LanguageEnum": "patients.vocabulary.Language",
        "SideEnum": "catalogue.vocabulary.Side",
        "LateralityEnum": "catalogue.vocabulary.Laterality",
        "PlanStatusEnum": "plans.models.Plan.Status",
        "RoleEnum": "patients.models.Role",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "plans.api.schema.describe_problems",
    ],
}

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True

# In the form of Django 6's setting of this name. Nothing inline, nothing from elsewhere, framed by nobody.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
REFUSED_PERMISSIONS = ["camera", "display-capture", "geolocation", "microphone", "midi", "payment", "usb"]

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "config.logs.PlainLines", "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "config.logs.JsonLines"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Without Django's own handlers: one of them mails the local variables of an error.
        "django": {"handlers": [], "level": "INFO"},
        # `runserver` names paths.
        "django.server": {"handlers": ["console"], "propagate": False},
        # Each request has its line from `access` already.
        "django.request": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "WARNING"},
    },
}
