"""Two hundred people who issue and edit at once, and remember what they were told."""

from __future__ import annotations

import http.client
import json
import random
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

CLIENTS = 200
GONE = (OSError, http.client.HTTPException)
"""How a request ends when the server is killed."""

Answer = tuple[int, dict[str, str], bytes]


def ask(port: int, method: str, path: str, token: str, body: Any = None, **headers: str) -> Answer:
    """One request over a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    given = {"Authorization": f"Token {token}", "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
    try:
        connection.request(method, path, None if body is None else json.dumps(body), given | headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


@dataclass
class Told:
    """What the server acknowledged, what it never answered, and what it should not have said."""

    issued: dict[str, list[Any]] = field(default_factory=dict)  # by key: plan, id, number
    edited: list[list[Any]] = field(default_factory=list)  # plan, version, title
    versions: dict[str, int] = field(default_factory=dict)  # of each plan, as it was told last
    unanswered: dict[str, dict[str, str]] = field(default_factory=dict)  # by key: plan and token
    surprises: list[str] = field(default_factory=list)
    acknowledged: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


@dataclass
class Client:
    """Issues, edits and prints, one after the other, until the server is gone."""

    port: int
    plans: list[dict[str, str]]
    dice: random.Random
    told: Told

    def run(self) -> None:
        try:
            while True:
                act = self.dice.choices([self.issue, self.edit, self.print], [10, 10, 1])[0]
                act(self.dice.choice(self.plans))
        except GONE:
            pass
        except Exception as error:
            self.told.surprises.append(repr(error))

    def issue(self, of: dict[str, str], key: str = "") -> None:
        key = key or f"key-{self.dice.getrandbits(64):x}"
        self.told.unanswered[key] = of
        path = f"/api/v1/plans/{of['plan']}/issue/"
        status, _, body = ask(self.port, "POST", path, of["token"], {}, **{"Idempotency-Key": key})
        if status == 201:
            made = json.loads(body)
            self._same_as_before(key, [of["plan"], made["id"], made["number"]])
            self.told.acknowledged.release()
        elif (status, json.loads(body).get("type", "").rpartition(":")[2]) != (409, "nothing-changed"):
            self.told.surprises.append(f"issue: {status} {body!r}")
        del self.told.unanswered[key]

    def _same_as_before(self, key: str, made: list[Any]) -> None:
        if self.told.issued.setdefault(key, made) != made:
            self.told.surprises.append(f"{key}: {self.told.issued[key]}, and later {made}")

    def edit(self, of: dict[str, str]) -> None:
        plan, title = of["plan"], str(uuid.UUID(int=self.dice.getrandbits(128)))
        tag = f'"{plan}.{self.told.versions.get(plan, 1)}"'
        status, _, body = ask(
            self.port, "PATCH", f"/api/v1/plans/{plan}/", of["token"], {"title": title}, **{"If-Match": tag}
        )
        said = json.loads(body)
        if status in {200, 412}:
            self.told.versions[plan] = said["version"]
        else:
            self.told.surprises.append(f"edit: {status} {body!r}")
        if status == 200:
            self.told.edited.append([plan, said["version"], title])
            self.told.acknowledged.release()

    def print(self, of: dict[str, str]) -> None:
        made = next((made for made in [*self.told.issued.values()] if made[0] == of["plan"]), None)
        if made:
            status, _, body = ask(self.port, "GET", f"/api/v1/revisions/{made[1]}/programme.pdf", of["token"])
            if (status, body[:5]) != (200, b"%PDF-"):
                self.told.surprises.append(f"print: {status} {body[:300]!r}")


@contextmanager
def at_once(port: int, plans: list[dict[str, str]], seed: str, told: Told) -> Iterator[None]:
    """All of them, for as long as the server lives; ended only when each has seen it go."""
    clients = [Client(port, plans, random.Random(f"{seed} {number}"), told) for number in range(CLIENTS)]  # noqa: S311
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join(180)
    assert not any(thread.is_alive() for thread in threads)
