"""Sign-ins and wrong links are counted over all processes: however many ask at once, no more than the rate get through."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

SCRIPT = """
import os, threading
import django
django.setup()
from allauth.core import ratelimit
from django.test import RequestFactory
from plans.api.throttles import LoginByAddress
from plans.web.limits import Misses

request = RequestFactory().post("/")
LoginByAddress.THROTTLE_RATES["login"] = "20/hour"
Misses.THROTTLE_RATES["share_miss"] = "20/hour"
asked = {
    "login": lambda: LoginByAddress().allow_request(request, None),
    "share_miss": lambda: Misses().allow_request(request, None),
    "page": lambda: ratelimit.consume(request, action="login_failed", key="clara@practice.example"),
}[os.environ["LIMIT"]]
accepted = []

def ask():
    accepted.extend(bool(asked()) for _ in range(10))

threads = [threading.Thread(target=ask) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sum(accepted))
"""


@pytest.mark.parametrize(("limit", "rate"), [("login", 20), ("share_miss", 20), ("page", 5)])
def test_no_more_than_the_rate_get_through_however_many_ask_at_once(tmp_path: Path, limit: str, rate: int):
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "CACHE_URL": f"filecache://{tmp_path}/cache",
        "LIMIT": limit,
    }

    processes = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", SCRIPT],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    said = [process.communicate()[0] for process in processes]

    assert sum(map(int, said)) == rate
