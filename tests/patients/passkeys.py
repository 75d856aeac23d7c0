"""A software authenticator: what a browser and a key answer when a page asks for a passkey."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ADD_PAGE = "/account/mfa/webauthn/add/"
PASSKEY_LOGIN = "/account/mfa/webauthn/login/"

CREATE, GET = CollectedClientData.TYPE.CREATE, CollectedClientData.TYPE.GET


@dataclass
class Passkey:
    """One key of one person at one site. `verifies`: by PIN or finger, that it is this person who touches it."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: str = ""
    origin: str = "https://testserver"
    site: str = "testserver"
    verifies: bool = True
    is_touched: bool = True
    counter: int = 0

    def created(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a page that adds a passkey; without attestation."""
        self.handle = options["publicKey"]["user"]["id"]
        public = AttestedCredentialData.create(
            Aaguid.NONE, self.id, ES256.from_cryptography_key(self.private.public_key())
        )
        said = self._said(CREATE, options)
        made = AttestationObject.create("none", self._data(public), {})
        response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(made)}
        return self._credential(response) | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def answer(self, options: dict[str, Any], kind: str = GET) -> dict[str, Any]:
        """The answer to a page that asks for it."""
        said, data = self._said(kind, options), self._data()
        signature = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.handle,
            }
        )

    def _said(self, kind: str, options: dict[str, Any]) -> bytes:
        challenge = websafe_decode(options["publicKey"]["challenge"])
        return CollectedClientData.create(kind, challenge, self.origin)

    def _data(self, public: bytes = b"") -> bytes:
        flags = AuthenticatorData.FLAG.AT if public else AuthenticatorData.FLAG(0)
        if self.is_touched:
            flags |= AuthenticatorData.FLAG.UP
        if self.verifies:
            flags |= AuthenticatorData.FLAG.UV
        return AuthenticatorData.create(hashlib.sha256(self.site.encode()).digest(), flags, self.counter, public)

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        code = websafe_encode(self.id)
        return {"id": code, "rawId": code, "type": "public-key", "response": response}


def asked_on(client: Client, page: str) -> dict[str, Any]:
    """What a page hands to the browser's dialogue."""
    found = re.search(r'id="js_data" type="application/json">(.+?)</script>', client.get(page).content.decode())
    assert found, f"{page} asks for no passkey."
    [options] = json.loads(found[1]).values()
    return options


def asked_at_login(client: Client) -> dict[str, Any]:
    return client.get(PASSKEY_LOGIN, headers={"Accept": "application/json"}).json()["request_options"]


def send(client: Client, page: str, credential: dict[str, Any], **fields: str) -> Any:
    return client.post(page, {"credential": json.dumps(credential), **fields})


def add_passkey(client: Client, password: str) -> Passkey:
    """A new passkey of the person who is signed in."""
    client.post("/account/reauthenticate/", {"password": password})
    passkey = Passkey()
    answer = send(client, ADD_PAGE, passkey.created(asked_on(client, ADD_PAGE)), name="Key of Clara")
    assert answer.status_code == 302, answer.context["form"].errors
    return passkey
