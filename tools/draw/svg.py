"""What every drawing is made of: numbers, text and frames in SVG, and one set of colours.

The drawings stand on a light card of their own, so that they read the same on light and dark pages.
"""
import html

CARD, CARD_EDGE = "#eef1f4", "#c3cbd3"
INK, QUIET = "#1c2126", "#56606a"


def number(value):
    """As short as a coordinate can be: two decimals at most, none that say nothing."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def escape(text):
    return html.escape(text)


def element(name, content=None, **attributes):
    """<name …>: underscores become dashes, numbers become short, None is left out."""
    parts = [name]
    for key, value in attributes.items():
        if value is not None:
            value = number(value) if isinstance(value, (int, float)) else escape(value)
            parts.append(f'{key.rstrip("_").replace("_", "-")}="{value}"')
    return f"<{' '.join(parts)}/>" if content is None else f"<{' '.join(parts)}>{content}</{name}>"


def rectangle(x, y, width, height, fill="none", radius=None, stroke=None, stroke_width=None):
    return element("rect", x=x, y=y, width=width, height=height, rx=radius, fill=fill,
                   stroke=stroke, stroke_width=stroke_width)


def circle(x, y, radius, fill="none", stroke=None, stroke_width=None):
    return element("circle", cx=x, cy=y, r=radius, fill=fill, stroke=stroke,
                   stroke_width=stroke_width)


def path(points, stroke=INK, stroke_width=1.6, fill="none", **more):
    """A path: its `d`, or a list of (x, y) to connect."""
    if not isinstance(points, str):
        points = "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return element("path", d=points, fill=fill, stroke=stroke, stroke_width=stroke_width, **more)


def words(x, y, text, size=12, fill=INK, anchor=None, bold=False, **more):
    """`anchor`: "middle" or "end"; None begins at x. y is the baseline."""
    return element("text", escape(text), x=x, y=y, font_size=size,
                   fill=None if fill == INK else fill, text_anchor=anchor,
                   font_weight="bold" if bold else None, **more)


def group(content, x, y, scale=1):
    moved = f"translate({number(x)} {number(y)})"
    if scale != 1:
        moved += f"scale({scale:.3f})"
    return element("g", "\n".join(content), transform=moved)


def picture(width, height, title, content):
    """A whole file. Its title is what a screen reader says."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" font-family="sans-serif" fill="{INK}">',
        element("title", escape(title)),
        rectangle(0.5, 0.5, width - 1, height - 1, CARD, 8, CARD_EDGE, 1),
        *content,
        "</svg>",
        "",
    ])
