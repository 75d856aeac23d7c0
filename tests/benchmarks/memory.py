"""In a process of its own: prints what printing needs beyond the bare process at its peak, and grows by a document, in MB."""

from __future__ import annotations

import gc
import json
import resource
import sys
from pathlib import Path

import django

LANGUAGE = "nl"


def main(path: str) -> None:
    django.setup()
    from plans import pdf

    document = json.loads(Path(path).read_text())
    pdf._style()
    gc.collect()
    bare = resident()
    for _ in range(20):
        pdf.render_programme(document, LANGUAGE)
    peak = highest() - bare
    settled = resident()
    for _ in range(100):
        pdf.render_programme(document, LANGUAGE)
    print(peak, max(0.0, resident() - settled) / 100)


def highest() -> float:
    """Megabytes that the process had at its peak. `ru_maxrss` would begin with what the parent had when it started this one."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def resident() -> float:
    """Megabytes that the process has now."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize() / 1024 / 1024


if __name__ == "__main__":
    main(sys.argv[1])
