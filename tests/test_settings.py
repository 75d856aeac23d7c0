"""Production settings: everything from the environment, and no start with a value missing or weak."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

GOOD = {
    "SECRET_KEY": "k3v9-Qz7mW2xT5nB8rY4cJ6hL1pD0sF-gA_uEoIiKqXwZyVtRbN",
    "ALLOWED_HOSTS": "programmes.example",
    "DATABASE_URL": "sqlite:////tmp/never-opened.sqlite3",
}


CHECK = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")


def start(*command: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    values = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production"} | GOOD | environment
    return subprocess.run(  # noqa: S603
        [sys.executable, *(command or CHECK)],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in values.items() if value is not None},
        capture_output=True,
        text=True,
    )


def test_production_starts_with_good_values_and_passes_the_deployment_check():
    result = start()

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", None),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "a" * 60),
        ("SECRET_KEY", "django-insecure-k3v9-Qz7mW2xT5nB8rY4cJ6hL1pD0sF-gA_uEoIiKqXwZyVt"),
        ("ALLOWED_HOSTS", None),
        ("ALLOWED_HOSTS", ""),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ".example"),
        ("DATABASE_URL", None),
        ("DATABASE_URL", ""),
        ("DATABASE_URL", "garbage"),
        ("DATABASE_URL", "sqlite://:memory:"),
        ("CACHE_URL", "locmemcache://"),
        ("CACHE_URL", "dummycache://"),
        ("THROTTLE_USER", "many"),
        ("THROTTLE_LOGIN", "0/min"),
        ("THROTTLE_LOGIN_ACCOUNT", ""),
        ("RETENTION_YEARS", "20"),
        ("RETENTION_YEARS", "NL=20,XX=20"),
        ("RETENTION_YEARS", "NL=0"),
        ("RETENTION_YEARS", "NL=long"),
    ],
)
def test_production_refuses_a_missing_or_weak_value_by_name(name: str, value: str | None):
    result = start(**{name: value})

    assert result.returncode != 0
    assert name in result.stderr


FLOOD = """
import django
django.setup()
from django.core.cache import cache
from django.core.management import call_command
call_command("createcachetable")
cache.set("account", [1, 2, 3], 60)
[cache.set(f"other-{turn}", [1], 60) for turn in range(50)]
print(cache.get("account"))
"""


@pytest.mark.parametrize("kind", ["filecache://{}/cache", "dbcache://sign_ins"])
def test_a_flood_of_other_counts_ends_none(tmp_path: Path, kind: str):
    cache = f"{kind.format(tmp_path)}?max_entries=10"

    result = start("-c", FLOOD, CACHE_URL=cache, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")

    assert result.stdout.split("\n") == ["[1, 2, 3]", ""], result.stderr


def test_processes_count_sign_ins_together_and_rates_come_from_the_environment():
    values = GOOD | {"PATH": os.environ["PATH"], "THROTTLE_INTEGRATION": "5000/min"}
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "from config.settings import production as said;"
            "print(said.CACHES['default']['BACKEND'], said.REST_FRAMEWORK['DEFAULT_THROTTLE_RATES']['integration'])",
        ],
        cwd=settings.BASE_DIR,
        env=values,
        capture_output=True,
        text=True,
    )

    assert result.stdout.split() == ["config.filecache.FileCache", "5000/min"], result.stderr


PRAGMAS = """
import sqlite3
from django.db import connection
raw = sqlite3.connect(connection.settings_dict["NAME"])
raw.execute("PRAGMA secure_delete=OFF")  # which some libraries have on by themselves
raw.executescript(connection.settings_dict["OPTIONS"]["init_command"])
print(*(f"{name}={raw.execute(f'PRAGMA {name}').fetchone()[0]}" for name in ("synchronous", "secure_delete")))
"""


def test_production_answers_for_nothing_that_a_power_cut_could_take_from_sqlite(tmp_path: Path):
    result = start("manage.py", "shell", "-c", PRAGMAS, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")

    assert "synchronous=2 secure_delete=1" in result.stdout, result.stderr  # FULL; and what is erased is overwritten


def test_terms_and_the_place_of_the_notes_come_from_the_environment():
    script = "from django.conf import settings as s; print(s.RETENTION_YEARS['NL'], s.RETENTION_YEARS['BE'], s.ERASURES_FILE)"

    result = start("-c", script, RETENTION_YEARS="NL=25,ZZ=40", ERASURES_FILE="/elsewhere/erasures.jsonl")

    assert result.stdout == "25 30 /elsewhere/erasures.jsonl\n", result.stderr
