"""Wiring and circuits for docs/wiring.md, docs/flash-led.md and docs/hardware.md."""

import svg
import symbols
from hardware_data import HARDWARE


def drawings():
    made = {}
    for name, (width, height, title, scene) in HARDWARE.items():
        heading = svg.words(16, 26, title, 15, bold=True)
        made[f"hardware/{name}.svg"] = svg.picture(width, height, title, [heading, *symbols.draw(scene)])
    return made
