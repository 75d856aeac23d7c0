"""Languages that are found by their files: to add one, a file is enough."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def language_modules(package: str) -> dict[str, ModuleType]:
    """The modules of a package that are named for a language (`en`), by its code, in order."""
    names = (module.name for module in iter_modules(import_module(package).__path__))
    return {name: import_module(f"{package}.{name}") for name in sorted(names) if len(name) == 2}
