"""What stands on a board, in millimetres, seen from above: one function a part."""

from svg import circle, group, path, rectangle, words

PCB, PCB_EDGE = "#262d34", "#0d1013"
METAL, METAL_EDGE = "#c2c9d0", "#868f98"
GOLD, BLACK, WHITE = "#dba63f", "#14171a", "#f5f6f7"


def pcb(x, y, width, height, radius=1.5):
    return rectangle(x, y, width, height, PCB, radius, PCB_EDGE, 0.3)


def pads(x, y, count, pitch=2.54, across=False):
    """A row of round pads, downwards, or across: dots are the dashes of a line that have no length."""
    length = (count - 1) * pitch + 0.01
    end = f"h{length:.2f}" if across else f"v{length:.2f}"
    dots = {"stroke_dasharray": f"0 {pitch}", "stroke_linecap": "round"}
    return (path(f"M{x} {y}{end}", GOLD, 1.7, **dots) + path(f"M{x} {y}{end}", BLACK, 0.7, **dots))


def can(x, y, width, height, text=None):
    """The radio module's metal can."""
    drawn = rectangle(x, y, width, height, METAL, 0.4, METAL_EDGE, 0.3)
    if text:
        drawn += words(x + width / 2, y + height / 2 + 0.8, text, 2.2, "#59626b", "middle")
    return drawn


def antenna(x, y, width, height=4, waves=4):
    """The printed one: a line that goes up and down."""
    step = width / (2 * waves - 1)
    way = f"M{x} {y + height:.2f}" + "".join(
        f"v{-height if i % 2 == 0 else height:.2f}" + (f"h{step:.2f}" if i < 2 * waves - 1 else "")
        for i in range(2 * waves))
    return path(way, GOLD, 0.7)


def camera(x, y, size=8.5, glass="#3a6cab"):
    """The sensor's housing with its round lens. x, y: its middle."""
    half = size / 2
    return (rectangle(x - half, y - half, size, size, BLACK, 0.5, "#4a525a", 0.25)
            + circle(x, y, size * 0.42, "#2b3137", "#59626b", 0.3)
            + circle(x, y, size * 0.17, glass, "#0b0d0f", 0.4))


def flex(x, y, width, height, fill="#bf7430"):
    """The camera's flexible cable."""
    return rectangle(x, y, width, height, fill)


def socket(x, y, width):
    """The camera's socket; its dark flap is on the side where the cable goes in."""
    return (rectangle(x, y + 1.6, width, 3.4, WHITE, 0.3, METAL_EDGE, 0.2)
            + rectangle(x + 1, y, width - 2, 2.2, BLACK, 0.2, "#4a525a", 0.2)
            + path(f"M{x + 1.5} {y + 5.4:.2f}h{width - 3:.2f}", GOLD, 0.8,
                   stroke_dasharray="0.35 0.35"))


def card_slot(x, y, width, height):
    return (rectangle(x, y, width, height, "#d6dbe0", 0.4, METAL_EDGE, 0.3)
            + path(f"M{x + 1} {y + 1:.2f}v4l1.2 1v1.6", "#59626b", 0.6))


def usb(x, y, width=8, height=7):
    """x, y: its left upper corner."""
    drawn = rectangle(x, y, width, height, "#d3d8dd", 0.8, METAL_EDGE, 0.3)
    top = y + height * 0.35
    springs = "".join(f"M{x + width * part:.2f} {top:.2f}v1.6" for part in (0.3, 0.7))
    return drawn + path(springs, METAL_EDGE, 0.7)


def button(x, y, width=4, height=3.4):
    """x, y: its middle."""
    return (rectangle(x - width / 2, y - height / 2, width, height, METAL, 0.3, METAL_EDGE, 0.2)
            + circle(x, y, min(width, height) * 0.28, BLACK))


def led(x, y, width=3.3, height=3.3, fill="#ffe04a"):
    return (rectangle(x, y, width, height, WHITE, 0.2, METAL_EDGE, 0.2)
            + circle(x + width / 2, y + height / 2, min(width, height) * 0.36, fill))


def chip(x, y, width, height, fill=BLACK):
    return rectangle(x, y, width, height, fill, 0.2, "#4a525a", 0.2)


def coax(x, y):
    """The little socket of an outside antenna."""
    return circle(x, y, 1.2, WHITE, METAL_EDGE, 0.25) + circle(x, y, 0.6, GOLD)


def hole(x, y, radius):
    return circle(x, y, radius, "#eef1f4", GOLD, 0.5)


def screen(x, y, width, height):
    return rectangle(x, y, width, height, "#0b0f14", 0.4, "#59626b", 0.3)


def printed(x, y, text, size=2.6, turned=False):
    """White letters on the board. x, y: the middle of their baseline."""
    upside_down = f"rotate(180 {x} {y - size * 0.35:.2f})"
    return words(x, y, text, size, WHITE, "middle", transform=upside_down if turned else None)


def case(x, y, width, height, radius=3):
    return rectangle(x, y, width, height, "#d9d6cf", radius, "#8d8a83", 0.4)


def label(x, y, text, size=3, fill="#3d3b37"):
    return words(x, y, text, size, fill, "middle", bold=True)


def grove(x, y, width=10, height=4.4):
    """The four-pin socket with a 2 mm pitch."""
    return (rectangle(x, y, width, height, WHITE, 0.4, METAL_EDGE, 0.3)
            + path(f"M{x + width / 2 - 3.4:.2f} {y + height / 2:.2f}h6.8", GOLD, 1.4,
                   stroke_dasharray="0.8 1.2"))


def network(x, y, width=16, height=14):
    """An RJ45 socket."""
    return (rectangle(x, y, width, height, METAL, 0.5, METAL_EDGE, 0.3)
            + rectangle(x + 2, y + height - 6, width - 4, 6, BLACK)
            + path(f"M{x + 4} {y + height - 5.4:.2f}h{width - 8:.2f}", GOLD, 1.6,
                   stroke_dasharray="0.6 0.5"))


def female(x, y, count, pitch=2.54):
    """A row of sockets that a board is put into."""
    length = (count - 1) * pitch
    return (rectangle(x - 1.2, y - 1.3, 2.4, length + 2.6, BLACK, 0.2, "#4a525a", 0.2)
            + path(f"M{x} {y}v{length + 0.01:.2f}", METAL_EDGE, 0.9, stroke_dasharray=f"0 {pitch}",
                   stroke_linecap="round"))


def wire_pads(x, y, count, pitch=2.54):
    """Half-round pads on a board's edge."""
    return path(f"M{x} {y}v{(count - 1) * pitch + 0.01:.2f}", GOLD, 1.9, stroke_dasharray=f"0 {pitch}",
                stroke_linecap="round")


PARTS = {name: made for name, made in globals().items() if getattr(made, "__module__", "") == __name__}


def draw(description, x, y, scale):
    """A list of (part, argument…) in its place on the picture."""
    shapes = [PARTS[part](*arguments) for part, *arguments in description]
    return group(shapes, x, y, scale)
