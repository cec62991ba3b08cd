"""Letters rendered from the fonts that matplotlib ships, no two alike."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from gradus.errors import Fault
from gradus.lab.data.changes import generator
from gradus.lab.data.dataset import Dataset

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Bold")
LARGE = 48  # side at which glyphs are drawn before they are shrunk


def letters(
    per_class: int, *, alphabet: str = ALPHABET, side: int = 16, jitter: float = 1.0, noise: float = 0.1, seed: int
) -> Dataset:
    """Return images side × side × 1 of letters, ink 1 on 0.

    Args:
        per_class: images of each letter.
        alphabet: which letters; class k is its k-th.
        side: pixels along each side.
        jitter: 1 for turns up to 15°, sizes up to 15 % apart and shifts up to an eighth of the side; 0 for none.
        noise: deviation of the noise added to every pixel.
        seed: the same seed gives the same images.

    >>> letters(2, alphabet="HIOX", seed=0).inputs.shape
    (8, 16, 16, 1)
    """
    import numpy as np

    if per_class < 1 or not alphabet or side < 4:
        raise Fault("letters", "per_class", per_class, "must be at least 1", "write for example letters(40, seed=0)")
    random = generator(seed, 6)
    images = []
    for letter in alphabet:
        for _ in range(per_class):
            glyph = _glyph(letter, FONTS[random.integers(len(FONTS))])
            images.append(_placed(glyph, side, jitter * random.uniform(-1, 1, 4)))
    inputs = np.asarray(images, np.float32) / 255
    inputs += noise * random.standard_normal(inputs.shape, np.float32)
    order = random.permutation(len(inputs))
    targets = np.repeat(np.arange(len(alphabet)), per_class)
    return Dataset(inputs[order, ..., None], targets[order], len(alphabet), name="letters")


def _placed(glyph: Any, side: int, moves: Any) -> Any:
    """Return a glyph turned, sized, shifted and shrunk to the side; the moves are from −1 to 1."""
    import numpy as np
    from PIL import Image

    turn, size, right, down = moves
    angle, zoom = np.deg2rad(15 * turn), 1 + 0.15 * size
    cos, sin, half = np.cos(angle) / zoom, np.sin(angle) / zoom, LARGE / 2
    x, y = half + right * LARGE / 8, half + down * LARGE / 8
    matrix = (cos, sin, half - cos * x - sin * y, -sin, cos, half + sin * x - cos * y)
    moved = glyph.transform((LARGE, LARGE), Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)
    return np.asarray(moved.resize((side, side), Image.Resampling.BOX))


@cache
def _glyph(letter: str, font: str) -> Any:
    """Return one letter, centred in a large image."""
    import matplotlib as mpl
    from PIL import Image, ImageDraw, ImageFont

    file = Path(mpl.get_data_path()) / "fonts" / "ttf" / f"{font}.ttf"
    image = Image.new("L", (LARGE, LARGE))
    ImageDraw.Draw(image).text(
        (LARGE / 2, LARGE / 2), letter, fill=255, font=ImageFont.truetype(str(file), 36), anchor="mm"
    )
    return image
