"""Boards: how each looks (NAME-front.svg), and what its pins are for (NAME.svg)."""

import board_header
import parts
import svg
from boards_data import BOARDS, HEADERS

FRONT_WIDTH, FRONT_HEIGHT, FRONT_EDGE = 300, 220, 12

# What a pin is for: a colour each, and always words beside it.
KINDS = {
    "supply": ("#b3261e", "#ffffff", "supply"),
    "ground": ("#33393f", "#ffffff", "ground"),
    "set-up": ("#6a1b9a", "#ffffff", "boot and reset"),
    "light": ("#ffcf33", "#1c2126", "lamp and LED"),
    "serial": ("#00707e", "#ffffff", "serial and USB"),
    "card": ("#2e7d32", "#ffffff", "card, Ethernet"),
    "camera": ("#1c5fa8", "#ffffff", "camera"),
    "other": ("#d7dde3", "#1c2126", "not used by connectcam"),
}
ROW = 26  # from pad to pad, 2.54 mm
SCALE = ROW / 2.54
SIDE, NAME_WIDTH, GAP, EDGE = 350, 62, 24, 16
TEXT = 12


def front(title, views, gap):
    """As it lies on the table, all its sides beside each other."""
    width = sum(view[0] for view in views) + gap * (len(views) - 1)
    height = max(view[1] for view in views)
    scale = min((FRONT_WIDTH - 2 * FRONT_EDGE) / width, (FRONT_HEIGHT - 2 * FRONT_EDGE) / height)
    x = (FRONT_WIDTH - width * scale) / 2
    content = []
    for one_width, one_height, shapes in views:
        content.append(parts.draw(shapes, x, (FRONT_HEIGHT - one_height * scale) / 2, scale))
        x += (one_width + gap) * scale
    return svg.picture(FRONT_WIDTH, FRONT_HEIGHT, title, content)


def purpose(pad, used, hints):
    """(kind, words) of a pad: (printed name, GPIO or a kind, words where there is no GPIO)."""
    name, pin, *said = pad
    if not isinstance(pin, int):
        return pin, said[0]
    uses = [(kind, words) for gpio, kind, words in used if gpio == pin]
    words = [words for _, words in uses] + ([hints[pin]] if pin in hints else [])
    return (uses[0][0] if uses else "other"), f"GPIO{pin}  " + " + ".join(words or ["free"])


def pad_row(x, y, pad, used, hints, to_the_left, width=SIDE - NAME_WIDTH - GAP - 4):
    """A pad's printed name and its purpose, away from the board. x: where the board's pad is."""
    kind, words = purpose(pad, used, hints)
    fill, ink, _ = KINDS[kind]
    name_x = x - GAP - NAME_WIDTH if to_the_left else x + GAP
    box_x = name_x - 4 - width if to_the_left else name_x + NAME_WIDTH + 4
    line_end = x - GAP if to_the_left else x + GAP
    return [
        svg.path([(x, y), (line_end, y)], svg.QUIET, 1.2),
        svg.rectangle(name_x, y - 10, NAME_WIDTH, 20, "#ffffff", 3, svg.QUIET, 1),
        svg.words(name_x + NAME_WIDTH / 2, y + 4.3, pad[0], TEXT, anchor="middle", bold=True),
        svg.rectangle(box_x, y - 10, width, 20, fill, 3),
        svg.words(box_x + 8, y + 4.3, words, TEXT, ink),
    ]


def below(y, width, board, notes):
    """The summary, notes and the key to the colours. Returns what it drew and where it ends."""
    content, y = [svg.path([(EDGE, y), (width - EDGE, y)], svg.CARD_EDGE, 1)], y + 22
    for what, pins in board_header.summary(board):
        content.append(svg.words(EDGE, y, what, TEXT, bold=True))
        content.append(svg.words(EDGE + 112, y, pins, TEXT))
        y += 18
    for note in notes:
        content.append(svg.words(EDGE, y, note, TEXT, svg.QUIET))
        y += 18
    x = EDGE
    for fill, _, words in KINDS.values():
        content.append(svg.rectangle(x, y - 4, 12, 12, fill, 2))
        content.append(svg.words(x + 17, y + 6, words, 11))
        x += 30 + 6.3 * len(words)
    return content, y + 20


def heading(width, board, name):
    return [svg.words(EDGE, 28, board["title"], 17, bold=True),
            svg.words(width - EDGE, 28, f"BOARD={name}", 13, svg.QUIET, "end")]


def pinout(name, board, description, header):
    """The board with its pads' names and purposes on both sides."""
    used, hints = board_header.uses(board), header.get("hints", {})
    _, one_height, shapes = description["views"][0]
    left, right = header["pads"]
    left_x, right_x, first = header["at"]
    width = round(2 * (SIDE + EDGE) + (right_x - left_x) * SCALE)
    x, y = EDGE + SIDE - left_x * SCALE, 48
    content = heading(width, board, name)
    content.append(parts.draw(shapes, x, y, SCALE))
    for pads, pad_x, to_the_left in ((left, left_x, True), (right, right_x, False)):
        for i, pad in enumerate(pads):
            pad_y = y + (first + i * 2.54) * SCALE
            content += pad_row(x + pad_x * SCALE, pad_y, pad, used, hints, to_the_left)
    more, end = below(y + one_height * SCALE + 18, width, board, header.get("notes", []))
    return svg.picture(width, round(end), f'{board["title"]}: what its pins are for', content + more)


def blocks(name, board, description, header):
    """The board and, beside it, its connectors as lists: their order is not known, or not printed."""
    used, hints = board_header.uses(board), header.get("hints", {})
    one_width, one_height, shapes = description["views"][0]
    scale = 330 / one_height
    x, width = EDGE + one_width * scale + 40, 900
    y, content = 48, heading(width, board, name)
    content.append(parts.draw(shapes, EDGE + 10, y, scale))
    for title, pads in header["blocks"]:
        content.append(svg.words(x, y + 14, title, 13, bold=True))
        y += 34
        for pad in pads:
            content += pad_row(x - GAP, y, pad, used, hints, False, 400)[1:]
            y += ROW
        y += 8
    more, end = below(max(y, 48 + 330 + 18), width, board, header.get("notes", []))
    return svg.picture(width, round(end), f'{board["title"]}: what its pins are for', content + more)


def drawings(folder):
    made = {}
    for name, description in BOARDS.items():
        board, header = board_header.read(folder, name), HEADERS[name]
        draw = pinout if "pads" in header else blocks
        made[f"boards/{name}-front.svg"] = front(board["title"], description["views"],
                                                 description.get("gap", 5))
        made[f"boards/{name}.svg"] = draw(name, board, description, header)
    return made
