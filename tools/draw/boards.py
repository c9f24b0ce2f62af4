"""Boards: how each looks (NAME-front.svg)."""

import os
import re

import parts
import svg
from boards_data import BOARDS

FRONT_WIDTH, FRONT_HEIGHT, FRONT_EDGE = 300, 220, 12


def read_board(folder, name):
    with open(os.path.join(folder, name + ".h"), encoding="utf-8") as file:
        text = file.read()
    return {"title": re.search(r'\.title = "([^"]+)"', text)[1]}


def front(title, description):
    """As it lies on the table, all its sides beside each other."""
    views = description["views"]
    gap = description.get("gap", 5)
    width = sum(view[0] for view in views) + gap * (len(views) - 1)
    height = max(view[1] for view in views)
    scale = min((FRONT_WIDTH - 2 * FRONT_EDGE) / width, (FRONT_HEIGHT - 2 * FRONT_EDGE) / height)
    x = (FRONT_WIDTH - width * scale) / 2
    content = []
    for one_width, one_height, shapes in views:
        content.append(parts.draw(shapes, x, (FRONT_HEIGHT - one_height * scale) / 2, scale))
        x += (one_width + gap) * scale
    return svg.picture(FRONT_WIDTH, FRONT_HEIGHT, title, content)


def drawings(folder):
    made = {}
    for name, description in BOARDS.items():
        board = read_board(folder, name)
        made[f"boards/{name}-front.svg"] = front(board["title"], description)
    return made
