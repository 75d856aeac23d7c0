"""What somebody could try with words and pictures: reach a file, an address or another patient's picture; fill the memory.

First through the front door, where every word is printed as it was written. Then as if escaping had failed: the fetcher
knows the document's own assets and nothing else, and whatever WeasyPrint complains of stops the rendering. A socket listens
all the while, and nobody calls.
"""

from __future__ import annotations

import base64
import io
import logging
import socket
import struct
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from patients.uploads import logo_png, photo_jpeg
from plans.models import Plan
from plans.pdf import AssetFetcher, RenderError, _write, render_programme
from tests.factories import (
    ISSUABLE,
    make_copy,
    make_episode,
    make_patient,
    make_practice,
    make_user,
    plan_body,
    token_for,
)
from tests.plans.issued import make_revision
from tests.plans.reading import text_of

SECRET = "Only the machine may know"


class Listener:
    """A server that notes whether anybody ever called."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.setblocking(False)
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def was_called(self) -> bool:
        try:
            connection, _ = self.socket.accept()
        except BlockingIOError:
            return False
        connection.close()
        return True


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.socket.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(SECRET)
    return path


def in_svg(inner: str) -> str:
    """An SVG as an address of its own."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{inner}</svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


BOMB = '<g id="a0"><path d="M0 0L9 9"/></g>' + "".join(
    f'<g id="a{level}">{f"""<use href="#a{level - 1}"/>""" * 10}</g>' for level in range(1, 30)
)
"""Ten times ten times ten … paths: it would never end."""

TRIES = {
    "picture": '<img src="{web}/x.png" alt="x">',
    "picture of a file": '<img src="{file}" alt="x">',
    "picture without end": '<img src="file:///dev/zero" alt="x">',
    "picture beside": '<base href="{web}/"><img src="x.png" alt="x">',
    "path": '<img src="/etc/passwd" alt="x">',
    "other asset": '<img src="asset:picture/{other}" alt="x">',
    "path among assets": '<img src="asset:../../etc/passwd" alt="x">',
    "style sheet": '<link rel="stylesheet" href="{web}/x.css">',
    "style sheet as data": '<link rel="stylesheet" href="data:text/css,p{{color:red}}">',
    "import": '<style>@import url("{web}/x.css");</style>',
    "import of a file": '<style>@import "{file}";</style>',
    "font": "<style>@font-face {{ font-family: x; src: url({web}/x.ttf) }} p {{ font-family: x }}</style>",
    "background": '<p style="background: url({web}/x.png)">x</p>',
    "variable": "<style>:root {{ --x: url({web}/x.png) }} body {{ background: var(--x) }}</style>",
    "content": "<style>body::before {{ content: url({web}/x.png) }}</style>",
    "list": '<ul style="list-style-image: url({web}/x.png)"><li>x</li></ul>',
    "attachment": '<link rel="attachment" href="{file}">',
    "attachment from elsewhere": '<link rel="attachment" href="{web}/x">',
    "attachment in a link": '<a rel="attachment" href="{file}">x</a>',
    "attachment in a link elsewhere": '<a rel="attachment" href="{web}/x">x</a>',
    "object": '<object data="{file}" type="image/png"></object>',
    "embed": '<embed src="{web}/x.png" type="image/png">',
    "picture in SVG": '<svg width="9" height="9"><image href="{web}/x.png" width="9" height="9"/></svg>',
    "file in SVG": '<svg width="9" height="9"><image href="{file}" width="9" height="9"/></svg>',
    "style in SVG": '<svg width="9" height="9"><style>@import url({web}/x.css);</style><path d="M0 0L9 9"/></svg>',
    "SVG as data": f'<img src="{in_svg("<path/>")}" alt="x">',
    "picture in SVG as data": '<img src="' + in_svg('<image href="http://127.0.0.1:9/x.png"/>') + '" alt="x">',
    "bomb": f'<img src="{in_svg(BOMB)}" alt="x">',
}  # fmt: skip
"""What would be fetched if it were markup."""

UNFETCHED = {
    "frame": '<iframe src="{web}/x"></iframe>',
    "script": '<script src="{web}/x.js"></script><script>alert(1)</script>',
    "elsewhere": '<meta http-equiv="refresh" content="0;url={web}/x">',
    "use in SVG": '<svg width="9" height="9"><use href="{web}/x.svg#a"/><use href="{file}#a"/></svg>',
    "colour in SVG": '<svg width="9" height="9"><path d="M0 0L9 9" fill="url({web}/x.svg#a)"/></svg>',
    "film": '<video src="{web}/x" poster="{web}/x.png"></video>',
    "source": '<picture><source srcset="{web}/x.png"></picture>',
}
"""What WeasyPrint doesn't do at all: it may be printed, and nobody calls."""


def filled(attempt: str, listener: Listener, secret: Path, other: str = "abc") -> str:
    return attempt.format(web=listener.address, file=secret.as_uri(), other=other)


def page(body: str) -> bytes:
    return _write(f'<html lang="en"><title>t</title><body>{body}</body></html>', {}, identifier="x")


def holds_nothing_foreign(pdf: bytes) -> bool:
    """Neither an attachment nor the secret, wherever it might be."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        streams = [one.read_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream)]
    return not PdfReader(io.BytesIO(pdf)).attachments and not any(SECRET.encode() in one for one in streams)


# Through the front door.


def plan_with(attempts: list[str], user: Any, practice: Any) -> dict[str, Any]:
    """A request for a plan with attempts in every field that takes free words."""
    note = "\n".join(attempts)
    episode = make_episode(make_patient(practice, given_name="<img src=x>", family_name="\"'><b>"))
    items: list[dict[str, Any]] = [{"exercise": code} for code in ISSUABLE]
    for start, item in zip(range(0, len(note), 4000), items, strict=False):
        item["note"] = note[start : start + 4000]
    items[0]["dose"] = {"duration_seconds": 180, "load": "<style>*{display:none}</style>"}
    return plan_body(episode, title=attempts[0], goal="\n".join(attempts[1:3]), note=note[:2000]) | {"items": items}


@pytest.mark.django_db
def test_whatever_is_written_is_printed_as_it_was_written(listener: Listener, secret: Path) -> None:
    hers = make_revision().complete_document()["pictures"]
    attempts = [
        filled(one, listener, secret, next(iter(hers))) for one in (TRIES | UNFETCHED).values() if len(one) < 400
    ]
    practice = make_practice('"><img src="file:///etc/passwd"><style>*{color:red}')
    user = make_user(practice, name="</td><script>alert(1)</script>")
    make_copy("pelvic-tilt", practice).texts.update(
        name='"><img src="file:///etc/passwd">',
        steps=["<b onclick=x>", "'; @import 'x'", "</li>", "{% x %}", "{{ y }}"],
    )
    client = token_for(user, practice)

    made = client.post("/api/v1/plans/", plan_with(attempts, user, practice), format="json")
    assert made.status_code == 201, made.content
    plan = Plan.objects.get(pk=made.json()["id"])
    issued = client.post(f"/api/v1/plans/{plan.pk}/issue/", {}, format="json")
    assert issued.status_code == 201, issued.content
    answer = client.get(f"/api/v1/revisions/{issued.json()['id']}/programme.pdf")

    assert answer.status_code == 200, answer.content
    text = text_of(answer.content).replace(" ", "")
    for said in (
        *attempts[3:20],
        '"><imgsrc="file:///etc/passwd">',
        "</td><script>",
        "{%x%}",
        "<style>*{display:none}",
    ):
        assert said.replace(" ", "") in text, said
    assert holds_nothing_foreign(answer.content)
    assert not listener.was_called()


@pytest.mark.django_db
def test_control_characters_come_in_nowhere() -> None:
    practice = make_practice()
    client = token_for(make_user(practice), practice)
    body = plan_body(make_episode(make_patient(practice)))

    for field in ("title", "goal", "note"):
        assert client.post("/api/v1/plans/", body | {field: "before\x1b[2Jafter"}, format="json").status_code == 400
    items = [{"exercise": code, "note": "before\x00after"} for code in ISSUABLE]
    assert client.post("/api/v1/plans/", body | {"items": items}, format="json").status_code == 400


@pytest.mark.django_db
def test_a_control_character_in_the_name_of_a_practice_is_named_before_anything_is_issued() -> None:
    practice = make_practice("Practice\x0bStreet")
    client = token_for(make_user(practice), practice)
    made = client.post("/api/v1/plans/", plan_body(make_episode(make_patient(practice))), format="json").json()

    answer = client.post(f"/api/v1/plans/{made['id']}/issue/", {}, format="json")

    assert answer.status_code == 409
    assert "U+000B" in answer.json()["detail"]


@pytest.mark.django_db
def test_a_document_shows_its_own_pictures_only() -> None:
    hers = make_revision("pelvic-tilt").complete_document()
    his = make_revision("warm-up-walk").complete_document()
    (mine, *_), (foreign, *_) = his["pictures"], hers["pictures"]
    assert foreign not in his["pictures"]
    render_programme(hers, "nl")  # known to the process, and yet not to the other document

    swapped = {**his, "pictures": {name: data for name, data in his["pictures"].items() if name != mine}}

    with pytest.raises(RenderError, match="not an asset of this document"):
        render_programme(swapped, "nl")


# As if escaping had failed.


@pytest.mark.parametrize("attempt", TRIES.values(), ids=TRIES)
def test_nothing_is_fetched_and_a_try_stops_the_rendering(attempt: str, listener: Listener, secret: Path) -> None:
    with pytest.raises(RenderError):
        page(filled(attempt, listener, secret))

    assert not listener.was_called()


@pytest.mark.parametrize("attempt", UNFETCHED.values(), ids=UNFETCHED)
def test_what_is_no_picture_is_not_fetched_either(attempt: str, listener: Listener, secret: Path) -> None:
    assert holds_nothing_foreign(page(filled(attempt, listener, secret)))
    assert not listener.was_called()


def test_the_fetcher_knows_its_assets_only_and_follows_nobody(listener: Listener, secret: Path) -> None:
    fetcher = AssetFetcher({"logo": (b"bytes", "image/png")})

    assert fetcher.fetch("asset:logo").read() == b"bytes"
    for url in (
        *(f"{listener.address}/redirects-to-a-file", "https://example.org/x", "ftp://127.0.0.1/x", "data:text/plain,hello"),
        *(secret.as_uri(), "file:///dev/zero", "asset:", "asset:logo/../x", "ASSET:logo", "logo", " asset:logo"),
    ):  # fmt: skip
        with pytest.raises(FatalURLFetchingError):
            fetcher.fetch(url)
    assert not listener.was_called()


# What WeasyPrint complains of.


@pytest.mark.parametrize(
    "body",
    [
        '<p style="no-such-property: 1">x</p>',
        "<style>p { color: }</style>",
        "<style>@no-such-rule {}</style>",
        '<a href="#nowhere">x</a>',
        "<p>\u6f22</p>",
    ],
)
def test_whatever_weasyprint_complains_of_stops_the_rendering(body: str) -> None:
    with pytest.raises(RenderError):
        page(body)


@pytest.mark.parametrize("level", [logging.WARNING, logging.ERROR, logging.CRITICAL])
def test_every_warning_and_error_counts_whatever_the_log_is_set_to(level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Production keeps WeasyPrint's warnings out of its log; they count all the same."""
    logger = logging.getLogger("weasyprint")
    monkeypatch.setattr(logger, "level", logging.CRITICAL)

    def complaining(document: Any, pdf: Any) -> None:
        logger.log(level, "Something is amiss: %s", "this")

    monkeypatch.setattr("plans.pdf.finish", complaining)

    with pytest.raises(RenderError, match="Something is amiss: this"):
        page("<p>x</p>")
    assert logger.level == logging.CRITICAL
    assert not [one for one in logger.handlers if type(one).__module__ == "plans.pdf"]


def test_what_was_complained_of_once_is_forgotten_with_the_next_document() -> None:
    with pytest.raises(RenderError):
        page('<p style="no-such-property: 1">x</p>')

    assert page("<p>x</p>")


# Uploads.


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(side: int, *extra: bytes) -> bytes:
    """A white square in the fewest bytes, complete."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    lines = zlib.compress((b"\0" + b"\xff" * -(-side // 8)) * side, 9)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + b"".join(extra) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def saved(form: str, side: int = 40) -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(data, form)
    return data.getvalue()


def svg_bomb() -> bytes:
    return base64.b64decode(in_svg(BOMB).split(",")[1])


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "13,000 pixels": (lambda: png(13_000), "too-many-pixels"),
    "30,000 pixels": (lambda: png(30_000), "too-many-pixels"),
    "SVG bomb": (svg_bomb, "not-a-picture"),
    "SVG bomb with a head like a PNG": (lambda: b"\x89PNG\r\n\x1a\n" + svg_bomb(), "not-a-picture"),
    "GIF that says it is a PNG": (lambda: saved("GIF"), "not-a-picture"),
    "TIFF that says it is a PNG": (lambda: saved("TIFF"), "not-a-picture"),
    "document": (lambda: b"%PDF-1.7\n" + png(40), "not-a-picture"),
    "no end": (lambda: png(40)[:-12], "damaged"),
    "no pixels": (lambda: png(40).replace(b"IDAT", b"IDAX"), "not-a-picture"),
}


@pytest.mark.parametrize(("make", "code"), HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("upload", [logo_png, photo_jpeg])
def test_a_hostile_picture_is_refused(upload: Callable[[Any], Any], make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        upload(SimpleUploadedFile("picture.png", make(), content_type="image/png"))

    assert refused.value.code == code


@pytest.mark.parametrize("form", ["JPEG", "WEBP"])
def test_a_picture_that_lies_about_its_form_becomes_what_it_should_be(form: str) -> None:
    lying = SimpleUploadedFile("picture.png", saved(form), content_type="image/png")

    assert logo_png(lying).startswith(b"\x89PNG")
    lying.seek(0)
    assert photo_jpeg(lying)[0].startswith(b"\xff\xd8")


TAIL = b"<svg><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    "data",
    [
        png(40) + TAIL,
        png(40, chunk(b"tEXt", b"Title\0" + TAIL)),
        png(40, chunk(b"zTXt", b"x\0\0" + zlib.compress(b"\0" * 10**8))),
    ],
    ids=["after its end", "in its words", "in words that unfold to 100 MB"],
)
def test_nothing_but_pixels_is_kept_of_a_picture(data: bytes) -> None:
    logo, (photo, _) = logo_png(SimpleUploadedFile("x.png", data)), photo_jpeg(SimpleUploadedFile("x.png", data))

    assert len(logo) < len(photo) < 1000
    assert TAIL not in logo + photo
