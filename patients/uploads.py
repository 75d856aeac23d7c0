"""Uploaded pictures: decoded, bounded and written anew, so that only pixels are kept: no metadata, no place, no script."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from PIL import Image, ImageOps

MAXIMUM_SIDE = 4000
FORMATS = ("PNG", "JPEG", "WEBP")
JPEG_START, JPEG_SCAN, JPEG_END = b"\xff\xd8", b"\xff\xda", b"\xff\xd9"

# What Pillow's decoders raise on damaged files.
DAMAGE = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, MemoryError)


@dataclass(frozen=True)
class Kind:
    """What an upload is called in messages, how large it may be, and what is made of it."""

    name: str
    megabytes: int
    fits_in: tuple[int, int]


LOGO = Kind("logo", 2, (800, 240))
PHOTO = Kind("photograph", 10, (1600, 1600))


def logo_png(upload: File[bytes]) -> bytes:
    """A PNG of at most 800 by 240 pixels, made from an uploaded PNG, JPEG or WebP picture.

    Raises ValidationError for anything else, over 2 MB, and over 4000 pixels in width or height.
    """
    return _written(_cleaned(upload, LOGO, "RGBA"), "PNG", optimize=True)


def photo_jpeg(upload: File[bytes]) -> tuple[bytes, tuple[int, int]]:
    """A JPEG of at most 1600 by 1600 pixels and its size, made from an uploaded PNG, JPEG or WebP picture.

    Raises ValidationError for anything else, over 10 MB, and over 4000 pixels in width or height.
    """
    pixels = _cleaned(upload, PHOTO, "RGB")
    return _written(pixels, "JPEG", quality=85, optimize=True), pixels.size


def _cleaned(upload: File[bytes], kind: Kind, mode: str) -> Image.Image:
    if upload.size > kind.megabytes * 1024 * 1024:
        raise ValidationError(f"The {kind.name} is larger than {kind.megabytes} MB.", "too-many-bytes")
    data = upload.read()
    picture = _opened(io.BytesIO(data), kind)
    if max(picture.size) > MAXIMUM_SIDE:
        raise _too_many_pixels(kind)
    if not _is_whole(data):
        raise _damaged(kind)
    try:
        return _drawn_anew(picture, kind, mode)
    except DAMAGE as error:
        raise _damaged(kind) from error


def _opened(data: IO[bytes], kind: Kind) -> Image.Image:
    """The picture's head. Nothing is decoded before its size is known."""
    try:
        return Image.open(data, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(kind) from error
    except DAMAGE as error:
        raise ValidationError(f"The {kind.name} is not a PNG, JPEG or WebP picture.", "not-a-picture") from error


def _too_many_pixels(kind: Kind) -> ValidationError:
    message = f"The {kind.name} is larger than {MAXIMUM_SIDE} by {MAXIMUM_SIDE} pixels."
    return ValidationError(message, "too-many-pixels")


def _damaged(kind: Kind) -> ValidationError:
    return ValidationError(f"The {kind.name} is damaged: it cannot be read to its end.", "damaged")


def _is_whole(data: bytes) -> bool:
    """Whether a picture has its end. WeasyPrint lets Pillow read on without it, everywhere in the process."""
    if data.startswith(JPEG_START):
        return data.rfind(JPEG_END) > data.rfind(JPEG_SCAN)
    return b"IEND" in data if data.startswith(b"\x89PNG") else True


def _drawn_anew(picture: Image.Image, kind: Kind, mode: str) -> Image.Image:
    """The pixels alone, upright; without transparency on white where the result can't have any."""
    upright = ImageOps.exif_transpose(picture)
    pixels = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    if pixels.mode == "RGBA" and mode == "RGB":
        pixels = Image.alpha_composite(Image.new("RGBA", pixels.size, "white"), pixels).convert("RGB")
    pixels.thumbnail(kind.fits_in)
    pixels.info.clear()
    return pixels


def _written(pixels: Image.Image, form: str, **saving: object) -> bytes:
    written = io.BytesIO()
    pixels.save(written, form, **saving)
    return written.getvalue()
