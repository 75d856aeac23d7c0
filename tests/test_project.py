"""What holds for the project as a whole: its layout, its imports, its locked libraries."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT: Path = settings.BASE_DIR
ORDER = ("config", "plans", "catalogue", "patients")


def imported_apps(path: Path) -> set[str]:
    """The apps of this project that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found & set(ORDER)


@pytest.mark.parametrize("app", ORDER)
def test_imports_run_one_way(app: str):
    allowed = set(ORDER[ORDER.index(app) :])

    for path in (ROOT / app).rglob("*.py"):
        assert imported_apps(path) <= allowed, path.relative_to(ROOT)


PURE = [
    *sorted((ROOT / "plans" / "rules").rglob("*.py")),
    *sorted((ROOT / "plans" / "words").rglob("*.py")),
    *sorted((ROOT / "plans" / "readability").rglob("*.py")),
    *(ROOT / "plans" / f"{name}.py" for name in ("values", "progression", "session", "forms", "handout")),
    ROOT / "catalogue" / "protocols.py",
]


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_pure_parts_know_no_database_clock_or_request(path: Path):
    source = path.read_text()

    assert not re.search(r"\bfrom django\b|\bimport django\b|\.objects\b|\.now\(|\.today\(|rest_framework", source)


def test_the_top_level_has_what_it_should_and_no_more():
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}

    assert folders - {"data", "staticfiles", "out"} == {
        "config",
        "plans",
        "catalogue",
        "patients",
        "templates",
        "tests",
        "docs",
    }


def test_every_library_is_locked_with_its_hash():
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text().split("\n", 2)[2])
        assert all("==" in block and "--hash=sha256:" in block for block in blocks), name


def test_the_pages_made_from_code_are_as_the_code_says():
    call_command("writedocs", check=True)
