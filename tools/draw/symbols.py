"""What circuits and wiring are drawn with: symbols on a grid of pixels, one function each."""

import parts
from svg import INK, QUIET, circle, group, path, rectangle, words

WIRES = {"red": "#c62828", "black": "#1c2126", "blue": "#1c5fa8", "green": "#2e7d32", "purple": "#6a1b9a",
         "ink": INK}


def wire(*points, colour="ink", width=1.8):
    return path(list(points), WIRES[colour], width, stroke_linejoin="round")


def thick(colour, *points):
    """A cable that one plugs in."""
    return wire(*points, colour=colour, width=4)


def dot(x, y):
    return circle(x, y, 3, INK)


def text(x, y, said, size=13, anchor=None, bold=False, fill=INK):
    return words(x, y, said, size, fill, anchor, bold)


def quiet(x, y, said, size=12, anchor=None):
    return words(x, y, said, size, QUIET, anchor)


def supply(x, y, name):
    """An arrow up, with the voltage above it."""
    return path(f"M{x} {y}v-16m-6 8l6-8l6 8") + words(x, y - 22, name, 13, INK, "middle", True)


def ground(x, y):
    return path(f"M{x} {y}v8m-11 0h22m-18 5h14m-10 5h6")


def resistor(x, y, name=None, value=None):
    """60 long, downwards from x, y; its name to the right."""
    drawn = path(f"M{x} {y}v12M{x} {y + 48}v12") + rectangle(x - 7, y + 12, 14, 36, "#ffffff", 1, INK, 1.6)
    if name:
        drawn += words(x + 13, y + 27, name, 13) + words(x + 13, y + 43, value or "", 13)
    return drawn


def resistor_across(x, y, name):
    """60 long, to the right from x, y; its name above."""
    return (path(f"M{x} {y}h12M{x + 48} {y}h12") + rectangle(x + 12, y - 7, 36, 14, "#ffffff", 1, INK, 1.6)
            + words(x + 30, y - 13, name, 13, INK, "middle"))


def led(x, y, name=None, more=None):
    """50 long, the current flows down."""
    drawn = (path(f"M{x} {y}v14M{x} {y + 34}v16M{x - 11} {y + 34}h22")
             + path(f"M{x - 11} {y + 14}h22l-11 20z", INK, 1.6, "#ffe04a")
             + path(f"M{x + 15} {y + 16}l9-8m-5 0h5v5M{x + 18} {y + 27}l9-8m-5 0h5v5", INK, 1.3))
    if name:
        drawn += words(x + 34, y + 22, name, 13) + words(x + 34, y + 38, more or "", 13)
    return drawn


def npn(x, y, name=None):
    """Base at x, y; collector at x + 26, y - 34; emitter at x + 26, y + 34."""
    drawn = (circle(x + 16, y, 22, "#ffffff", INK, 1.6)
             + path(f"M{x - 6} {y}h14m0-13v26M{x + 8} {y - 7}l18-13v-14M{x + 8} {y + 7}l18 13v14")
             + path(f"M{x + 25} {y + 19}l-9-2l5-6z", INK, 1, INK))
    return drawn + (words(x + 44, y + 5, name, 13) if name else "")


def mosfet(x, y, name=None):
    """Gate at x, y; drain at x + 26, y - 34; source at x + 26, y + 34."""
    drawn = (circle(x + 14, y, 24, "#ffffff", INK, 1.6)
             + path(f"M{x - 10} {y}h14m0-13v26M{x + 10} {y - 17}v10m0 3v8m0 3v10")
             + path(f"M{x + 10} {y - 12}h16v-22M{x + 10} {y + 12}h16v22M{x + 26} {y + 12}v-12h-16")
             + path(f"M{x + 11} {y}l8-4v8z", INK, 1, INK))
    return drawn + (words(x + 46, y + 5, name, 13) if name else "")


def box(x, y, width, height, *lines, fill="#ffffff"):
    drawn = rectangle(x, y, width, height, fill, 4, INK, 1.6)
    first = y + height / 2 + 5 - 8 * (len(lines) - 1)
    for i, line in enumerate(lines):
        drawn += words(x + width / 2, first + 16 * i, line, 13, INK, "middle", i == 0)
    return drawn


def pin(x, y, name):
    """A port of the chip, to the left of x, y."""
    width = 16 + 8 * len(name)
    return (rectangle(x - width, y - 12, width, 24, "#ffffff", 4, INK, 1.6)
            + words(x - width / 2, y + 4.5, name, 13, INK, "middle", True))


def capacitor(x, y, name=None, more=None):
    """An electrolytic one, 40 long, downwards from its plus."""
    drawn = path(f"M{x} {y}v16m-12 0h24M{x} {y + 40}v-16") + rectangle(x - 12, y + 21, 24, 5, INK)
    drawn += words(x - 20, y + 15, "+", 13, INK, "middle")
    if name:
        drawn += words(x + 20, y + 19, name, 13) + words(x + 20, y + 35, more or "", 13)
    return drawn


def ring(x, y, radius):
    """Around what is meant."""
    return circle(x, y, radius, "none", "#c62828", 2.5)


def arrow(x1, y1, x2, y2):
    """From words to what they are about: straight, with a dot at its end."""
    return path([(x1, y1), (x2, y2)], QUIET, 1.2) + circle(x2, y2, 2.6, QUIET)


def board(x, y, scale, description):
    """A view from boards_data.py."""
    return parts.draw(description[2], x, y, scale)


def adapter(x, y, name, pins, jumper=None):
    """A USB adapter, its pins on the right, 26 apart from y + 44."""
    height = 40 + 26 * len(pins) + (34 if jumper else 0)
    drawn = [rectangle(x, y, 150, height, "#262d34", 6, "#0d1013", 2),
             rectangle(x - 26, y + height / 2 - 17, 40, 34, "#d3d8dd", 3, "#868f98", 1.5),
             words(x + 26, y + 24, name, 14, "#ffffff", bold=True)]
    for i, said in enumerate(pins):
        at = y + 44 + 26 * i
        drawn.append(circle(x + 140, at, 5, "#dba63f"))
        drawn.append(words(x + 126, at + 4.5, said, 13, "#ffffff", "end"))
    if jumper:
        drawn.append(rectangle(x + 24, y + height - 36, 16, 26, "#e0b400", 2))
        drawn.append(words(x + 46, y + height - 18, jumper, 12, "#ffffff"))
    return group(drawn, 0, 0)


def printed_antenna(x, y):
    return parts.draw([("antenna", 0, 0, 20, 5, 4)], x, y, 6)


def lens(x, y, film=False, turned=False):
    """The camera from the front, large: x, y is its middle."""
    drawn = parts.draw([("flex", -3, 4, 6, 6.4), ("camera", 0, 0, 10)], x, y, 11)
    if film:
        tab = path(f"M{x + 34} {y - 22}l30-20l14 20l-30 20z", "#2f7fa8", 2, "#7fc4e8")
        drawn += circle(x, y, 40, "#7fc4e8", "#2f7fa8", 2) + tab
    if turned:
        drawn += path(f"M{x + 66} {y + 28}A72 72 0 0 0 {x - 4} {y - 72}m15-10l-16 10l14 11", "#c62828", 3)
    return drawn


def header_row(x, y, names, tiny_rows):
    """The right edge of an ESP32-CAM: pads with their names, and the tiny solder pads beside them."""
    drawn = [rectangle(x, y, 190, 26 * len(names) + 20, "#262d34", 6, "#0d1013", 2)]
    for i, name in enumerate(names):
        at = y + 23 + 26 * i
        drawn.append(circle(x + 168, at, 8, "#dba63f") + circle(x + 168, at, 3.5, "#14171a"))
        drawn.append(words(x + 150, at + 4.5, name, 13, "#f5f6f7", "end"))
    for i in range(tiny_rows):
        for column in (0, 1):
            drawn.append(rectangle(x + 30 + 18 * column, y + 26 + 15 * i, 12, 9, "#dba63f", 1))
    return "".join(drawn)


def pads_of_link(x, y, upper):
    """The link beside the antenna's socket, drawn large: from the radio to one of two ends."""
    ends = {True: (x + 14, y - 24), False: (x + 40, y + 14)}
    pads = [(x, y), *ends.values()]
    squares = "".join(rectangle(px - 8, py - 8, 16, 16, "#dba63f") for px, py in pads)
    to_x, to_y = ends[upper]
    traces = path(f"M{x} {y}l-34 34", "#dba63f", 3) + path(
        f"M{x + 14} {y - 24}V{y - 34}M{x + 40} {y + 14}l22 34", "#dba63f", 3)
    return traces + squares + path([(x, y), (to_x, to_y)], "#f5f6f7", 11)


def coaxial(x, y):
    return circle(x, y, 15, "#f5f6f7", "#868f98", 2) + circle(x, y, 7, "#dba63f")


SYMBOLS = {name: made for name, made in globals().items() if getattr(made, "__module__", "") == __name__}


def draw(scene):
    """A list of (symbol, argument…), the last of which may be named: a dictionary."""
    drawn = []
    for symbol, *arguments in scene:
        named = arguments.pop() if arguments and isinstance(arguments[-1], dict) else {}
        drawn.append(SYMBOLS[symbol](*arguments, **named))
    return drawn
