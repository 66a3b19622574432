"""Make the pictures of the documentation from the demo's figures: ``make docs``."""

import sys
from pathlib import Path

from PIL import Image

PICTURES = {
    "side_by_side": "",
    "dot_map": "creative-services",
    "clusters": "brainport",
    "neighbourhoods": "creative-services",
    "bubble_chart": "brainport",
    "size_classes": "brainport",
}
WIDTH = 1200  # pixels, enough for a page on a sharp screen


def main(demo: Path, out: Path) -> None:
    """Shrink the figures of a demo folder into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    for name, result in PICTURES.items():
        with Image.open(demo / "result" / result / "figures" / f"{name}.png") as picture:
            height = round(picture.height * WIDTH / picture.width)
            small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
            small.quantize(256).save(out / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).parent / "figures")
