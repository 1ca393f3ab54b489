"""Draws the head of nobody: one look for one seed, from four sides."""

import hashlib
import math

import jpeg

MOST_SQUARES = 64
# Points within a square whose colours are mixed.
POINTS = (0.25, 0.75)

SKIN = ((244, 208, 177), (224, 172, 125), (198, 134, 90), (141, 85, 54), (96, 57, 36))
HAIR = ((38, 28, 24), (86, 54, 36), (150, 96, 48), (214, 176, 104), (150, 148, 150), (122, 52, 34))
SHIRT = ((52, 92, 132), (128, 60, 72), (60, 112, 88), (104, 84, 132), (206, 170, 84))
WALL = ((206, 218, 226), (226, 216, 200), (210, 222, 208), (222, 210, 222))
EYES = ((70, 46, 32), (62, 98, 132), (74, 104, 68))
WHITE, LIPS = (250, 248, 244), (176, 74, 78)


def drawn(view, seed, side):
    """A JPEG of a side that is a multiple of eight. view: front, smile, right_profile or left_profile."""
    look = hashlib.sha256(seed).digest()
    colours = [group[look[n] % len(group)] for n, group in enumerate((SKIN, HAIR, SHIRT, WALL, EYES))]
    count = min(MOST_SQUARES, side // jpeg.BLOCK)
    squares = [[_square(view, colours, x, y, count) for x in range(count)] for y in range(count)]
    blocks = side // jpeg.BLOCK
    return jpeg.encoded([[squares[y * count // blocks][x * count // blocks] for x in range(blocks)] for y in range(blocks)])


def _square(view, colours, x, y, count):
    points = [_colour(view, colours, 2 * (x + dx) / count - 1, 2 * (y + dy) / count - 1) for dy in POINTS for dx in POINTS]
    return tuple(sum(point[n] for point in points) / len(points) for n in range(3))


def _colour(view, colours, x, y):
    """At a point of a square from -1 to 1, y downwards."""
    if view == "left_profile":
        return _colour("right_profile", colours, -x, y)
    skin, hair, shirt, wall, eyes = colours
    face = _profile if view == "right_profile" else _front
    found = face(x, y, skin, hair, eyes, smiles=view == "smile")
    if found is None and (_in(x, y, 0, 1.05, 0.72, 0.42) or abs(x) < 0.17 and 0.3 < y < 0.8):
        found = _shaded(shirt, x) if _in(x, y, 0, 1.05, 0.72, 0.42) and not _in(x, y, 0, 0.62, 0.2, 0.14) else _shaded(skin, 0.5)
    return found or _mixed(wall, (255, 250, 236) if view == "smile" else (255, 255, 255), max(0, 0.7 - math.hypot(x, y - 0.1) / 2))


def _front(x, y, skin, hair, eyes, smiles):
    side = abs(x)
    if _in(side, y, 0.17, -0.12, 0.035, 0.04):
        return eyes
    if _in(side, y, 0.17, -0.12, 0.085, 0.05 if not smiles else 0.038):
        return WHITE
    if _in(side, y, 0.17, -0.25, 0.11, 0.025):
        return hair
    if smiles and _in(x, y, 0, 0.24, 0.2, 0.12) and y > 0.24:
        return WHITE if y < 0.3 else LIPS
    if not smiles and _in(x, y, 0, 0.28, 0.13, 0.03):
        return LIPS
    if _in(x, y, 0, 0.09, 0.06, 0.035):
        return _shaded(skin, 0.55)
    if smiles and _in(side, y, 0.27, 0.12, 0.09, 0.07):
        return _mixed(skin, LIPS, 0.3)
    if _in(x, y, 0, 0.02, 0.42, 0.55) and not _in(x, y, 0, -0.52, 0.5, 0.2):
        return _shaded(skin, x)
    if _in(x, y, 0, -0.14, 0.52, 0.56) and y < 0.25:
        return _shaded(hair, x)
    return _shaded(skin, 0.6) if _in(side, y, 0.43, 0, 0.07, 0.12) else None


def _profile(x, y, skin, hair, eyes, smiles):
    """Looks to the right of the picture."""
    if _in(x, y, 0.3, -0.12, 0.03, 0.04):
        return eyes
    if _in(x, y, 0.28, -0.12, 0.07, 0.045):
        return WHITE
    if _in(x, y, 0.29, -0.25, 0.1, 0.025):
        return hair
    if 0.24 < x < 0.42 and abs(y - 0.28) < 0.025:
        return LIPS
    if _in(x, y, -0.08, 0, 0.08, 0.13):
        return _shaded(skin, 0.7)
    nose = 0.36 < x < 0.44 + (y + 0.1) * 0.65 and -0.1 < y < 0.12
    if (nose or _in(x, y, 0.05, 0.02, 0.38, 0.53)) and not (_in(x, y, -0.2, -0.3, 0.42, 0.44) or _in(x, y, 0, -0.52, 0.5, 0.18)):
        return _shaded(skin, x - 0.3)
    return _shaded(hair, x) if _in(x, y, -0.08, -0.16, 0.5, 0.54) and y < 0.34 else None


def _in(x, y, middle_x, middle_y, half_width, half_height):
    return ((x - middle_x) / half_width) ** 2 + ((y - middle_y) / half_height) ** 2 < 1


def _shaded(colour, x):
    return _mixed(colour, (0, 0, 0), 0.06 + 0.2 * abs(min(1, max(-1, x + 0.1))))


def _mixed(colour, other, share):
    return tuple(one + (two - one) * share for one, two in zip(colour, other))
