"""A practice's logo: decoded, bounded and written anew, or refused with the reason."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from patients.uploads import logo_png

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'


def picture(form: str = "PNG", size: tuple[int, int] = (400, 100), mode: str = "RGB", **saving: object) -> bytes:
    data = io.BytesIO()
    Image.new(mode, size).save(data, form, **saving)
    return data.getvalue()


def made_from(data: bytes, name: str = "logo.png") -> Image.Image:
    written = Image.open(io.BytesIO(logo_png(SimpleUploadedFile(name, data))))
    written.load()
    return written


def refusal(data: bytes, name: str = "logo.png") -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        logo_png(SimpleUploadedFile(name, data, content_type="image/png"))
    return refused.value


def png_that_claims(width: int, height: int) -> bytes:
    """A tiny file whose head announces a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_small_picture_becomes_a_png_of_the_same_size(form: str) -> None:
    logo = made_from(picture(form))

    assert logo.format == "PNG"
    assert logo.size == (400, 100)


@pytest.mark.parametrize(
    ("size", "fitted"), [((4000, 1000), (800, 200)), ((1000, 4000), (60, 240)), ((10, 10), (10, 10))]
)
def test_a_large_picture_is_shrunk_to_fit_and_a_small_one_is_never_blown_up(
    size: tuple[int, int], fitted: tuple[int, int]
) -> None:
    assert made_from(picture(size=size)).size == fitted


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    logo = made_from(picture(mode=mode))

    assert logo.mode == ("RGBA" if mode in {"LA", "RGBA"} else "RGB")


def test_a_jpeg_for_print_is_read() -> None:
    assert made_from(picture("JPEG", mode="CMYK")).mode == "RGB"


def test_transparency_stays() -> None:
    data = io.BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(data, "PNG")

    assert made_from(data.getvalue()).getpixel((5, 5)) == (255, 0, 0, 0)


def test_nothing_but_pixels_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "Secret description"
    data = picture("JPEG", exif=exif, icc_profile=b"Secret profile", comment=b"Secret comment")
    assert data.count(b"Secret") == 3

    written = logo_png(SimpleUploadedFile("logo.jpg", data))

    assert b"Secret" not in written
    assert Image.open(io.BytesIO(written)).info == {}


def test_a_photo_that_was_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    assert made_from(picture("JPEG", (400, 100), exif=exif)).size == (60, 240)


@pytest.mark.parametrize("name", ["logo.svg", "logo.png"])
def test_svg_is_refused_whatever_its_name(name: str) -> None:
    assert refusal(SVG, name).code == "not-a-picture"


@pytest.mark.parametrize(
    "data", [b"Hello", b"\x00" * 100, b"GIF89a", picture("GIF"), picture("BMP"), picture("TIFF"), b"%PDF-1.7"]
)
def test_what_is_no_png_jpeg_or_webp_is_refused(data: bytes) -> None:
    assert refusal(data).code == "not-a-picture"


def test_more_than_2_mb_is_refused() -> None:
    assert refusal(picture() + b"\0" * 2 * 1024 * 1024).code == "too-many-bytes"


@pytest.mark.parametrize("size", [(4001, 10), (10, 4001)])
def test_more_than_4000_pixels_a_side_is_refused(size: tuple[int, int]) -> None:
    assert refusal(picture(size=size)).code == "too-many-pixels"


@pytest.mark.parametrize("side", [5000, 10_000, 14_000, 100_000])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(side: int) -> None:
    assert refusal(png_that_claims(side, side)).code == "too-many-pixels"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_breaks_off_is_refused(form: str) -> None:
    data = io.BytesIO()
    Image.effect_noise((300, 300), 90).convert("RGB").save(data, form)

    assert refusal(data.getvalue()[: len(data.getvalue()) // 2]).code in {"damaged", "not-a-picture"}
