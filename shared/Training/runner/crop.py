"""Children: squares of one size, upright and in RGB, from photos of any shape; and a small picture. They use the image's own Pillow."""

from pathlib import Path

QUALITIES = (85, 70, 50, 30)


def squares(size, folder, photos):
    from PIL import Image, ImageOps

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for number, photo in enumerate(photos, 1):
        with Image.open(photo) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
        # People stand in the upper part of a tall photo more often than in the middle.
        centre = (0.5, 0.4) if picture.height > picture.width else (0.5, 0.5)
        ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS, centering=centre).save(folder / f"{number:03}.png")


def thumbnail(square, target, most_side, most_bytes):
    from PIL import Image

    with Image.open(square) as opened:
        picture = opened.convert("RGB")
    side = min(most_side, picture.width)
    small = picture.resize((side, side), Image.Resampling.LANCZOS)
    # Pillow hands comments and profiles of the source on to what it saves.
    small.info = {}
    for quality in QUALITIES:
        small.save(target, "JPEG", quality=quality)
        if Path(target).stat().st_size <= most_bytes:
            return
