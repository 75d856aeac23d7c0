"""Runs every benchmark, prints one table, writes `.bench/latest.json`, and ends with the rows that don't hold."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import django

OUTPUT = Path(".bench/latest.json")


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bench.sqlite3"
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.benchmarks.settings",
            "BENCH_DATABASE": str(database),
            "BENCH_FILES": folder,
        }
        django.setup()
        from tests.benchmarks.rows import all_rows

        rows = all_rows(database)
    OUTPUT.parent.mkdir(exist_ok=True)
    OUTPUT.write_text(json.dumps([row.data() for row in rows], indent=2) + "\n")
    print(f"{'':58} {'cpu ms':>9} {'p50 ms':>9} {'p95 ms':>9} {'queries':>8} {'ratio':>7} {'limit':>6}")
    for row in rows:
        queries = "" if row.queries is None else row.queries
        limit = "" if row.limit is None else row.limit
        numbers = (
            f"{row.cpu_ms:9.3f} {row.wall_p50_ms:9.3f} {row.wall_p95_ms:9.3f} {queries:>8} {row.ratio:7.2f} {limit:>6}"
        )
        print(f"{row.name:58} {numbers}")
    failing = [row.name for row in rows if not row.holds]
    print("Every limit holds." if not failing else "Does not hold: " + "; ".join(failing))
    return bool(failing)


if __name__ == "__main__":
    sys.exit(main())
