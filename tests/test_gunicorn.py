"""The server as production starts it: each of its lines is JSON, and none says which path was asked for."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from tests.deployed import port_in
from tests.test_settings import GOOD

COMMAND = ["-c", "config/gunicorn.py", "config.wsgi", "--bind", "127.0.0.1:0", "--workers", "1"]


def test_every_line_of_the_server_is_json_and_names_no_path(tmp_path: Path):
    hosts = {"ALLOWED_HOSTS": "127.0.0.1", "DJANGO_SETTINGS_MODULE": "config.settings.production"}
    log = tmp_path / "log"
    with log.open("w") as output:
        server = subprocess.Popen(  # noqa: S603
            [sys.executable, "-W", "ignore", "-m", "gunicorn", *COMMAND],
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ["PATH"], **GOOD, **hosts},
            stdout=output,
            stderr=output,
        )
    try:
        client = http.client.HTTPConnection("127.0.0.1", port_in(log), timeout=30)
        client.request("GET", "/healthz?name=Geheimnaam")
        answer = client.getresponse()
        assert (answer.status, answer.read()) == (200, b'{"status": "ok"}')
        client.request("GET", "/s/Geheimnaam/")
        answer = client.getresponse()
        assert (answer.status, answer.read()) == (301, b"")  # to https
        # Read as UTF-8, whatever codec a request names.
        client.request("GET", "/healthz?a=%ff", headers={"Content-Type": "text/plain; charset=hex"})
        assert client.getresponse().status == 200
    finally:
        server.terminate()
        server.wait(30)

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["route"] for line in lines if line["logger"] == "access"] == ["healthz", None, "healthz"]
    assert {line["logger"] for line in lines} == {"access", "gunicorn.error"}
    assert "Geheimnaam" not in log.read_text()
