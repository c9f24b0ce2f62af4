"""Wiring and circuits. Each: its width, height, what it shows, and its symbols in pixels.

The ESP32-CAM's flash circuit (Q1, R12, R13) is as in AI Thinker's schematic, version 1.6.
"""

from boards_data import ESP32_CAM, ESP32_CAM_BACK


def flash(y):
    """From GPIO4 by R13 to the base of Q1, whose emitter is on ground: the same on every circuit."""
    return [
        ("pin", 90, y, "GPIO4"), ("wire", (90, y), (104, y)),
        ("resistor_across", 104, y, "R13  1 kΩ"), ("wire", (164, y), (206, y)), ("dot", 186, y),
        ("resistor", 186, y), ("text", 130, y + 36, "R12"), ("text", 130, y + 52, "10 kΩ"),
        ("ground", 186, y + 60), ("npn", 206, y, "Q1  S8050"),
        ("wire", (232, y + 34), (232, y + 60)), ("ground", 232, y + 60),
    ]


HARDWARE = {
    "led-why": (560, 330, "The ESP32-CAM's flash LED: nothing limits its current", [
        *flash(220),
        ("supply", 232, 66, "3.3 V"), ("led", 232, 66, "flash LED"), ("wire", (232, 116), (232, 186)),
        ("ring", 232, 148, 22), ("text", 262, 146, "no resistor here:"),
        ("text", 262, 162, "only the LED itself"), ("text", 262, 178, "sets the current"),
    ]),
    "led-lamp": (560, 370, "Cure a: a lamp of its own, switched by a MOSFET", [
        ("pin", 96, 220, "GPIO4"), ("wire", (96, 220), (116, 220)),
        ("resistor_across", 116, 220, "220 Ω"), ("wire", (176, 220), (216, 220)), ("dot", 196, 220),
        ("resistor", 196, 220, None), ("text", 128, 256, "100 kΩ"), ("ground", 196, 280),
        ("mosfet", 226, 220, "logic-level MOSFET"), ("text", 272, 241, "(n-channel)"),
        ("wire", (252, 254), (252, 280)), ("ground", 252, 280),
        ("wire", (252, 186), (252, 160)), ("box", 202, 106, 100, 54, "LED lamp", "made for 5 V"),
        ("wire", (252, 106), (252, 76)), ("supply", 252, 76, "5 V"),
        ("quiet", 330, 120, "5 V and ground of the lamp"), ("quiet", 330, 136, "and of the board are the same."),
        ("quiet", 40, 330, "The board's own LED lights too, as long as it is there. A relay instead of the MOSFET:"),
        ("quiet", 40, 347, "a relay board with 3.3 V input, on GPIO4, 5 V and ground, and both levels at 100 %."),
    ]),
    "led-add": (560, 350, "Cure b: a 5 V LED lamp on the transistor that is there", [
        *flash(220),
        ("supply", 232, 66, "3.3 V"), ("led", 232, 66), ("wire", (232, 116), (232, 186)),
        ("text", 128, 88, "flash LED:"), ("text", 128, 104, "30–40 mA,"), ("text", 128, 120, "or taken off"),
        ("dot", 232, 160), ("wire", (232, 160), (390, 160), (390, 144)),
        ("box", 340, 90, 100, 54, "LED lamp", "5 V, 180 mA"),
        ("wire", (390, 90), (390, 66)), ("supply", 390, 66, "5 V"),
        ("text", 300, 180, "minus wire of the lamp"), ("text", 300, 196, "on the LED's minus pad"),
        ("text", 284, 258, "Through Q1: 180 mA + 40 mA = 220 mA"),
        ("text", 284, 276, "Q1 may carry: 500 mA", {"bold": True}),
    ]),
    "led-resistor": (560, 350, "Cure c: a resistor between the LED and its transistor", [
        *flash(250),
        ("supply", 232, 70, "3.3 V"), ("led", 232, 70, "flash LED", "Vf 2.8–3.2 V"),
        ("wire", (232, 120), (232, 140)),
        ("resistor", 232, 140, "10–12 Ω, size 0603", "(new)"), ("wire", (232, 200), (232, 216)),
        ("quiet", 262, 214, "Q1's collector, lifted off the board"),
        ("text", 316, 286, "I = (3.3 V − Vf − VCE) / R"),
        ("text", 316, 306, "at most 0.45 V / 10 Ω = 45 mA", {"bold": True}),
    ]),
    "serial-adapter": (820, 500, "An ESP32-CAM on a USB serial adapter", [
        ("adapter", 50, 110, "USB adapter", ["5V", "GND", "TXD", "RXD"], "3.3 V signals"),
        ("board", 470, 56, 9, ESP32_CAM),
        # board: pads at x 470 + 1.9 * 9, 470 + 25.1 * 9; y 56 + (4.58 + i * 2.54) * 9
        ("thick", "red", (190, 154), (300, 154), (300, 97), (487, 97)),
        ("thick", "black", (190, 180), (320, 180), (320, 120), (487, 120)),
        ("thick", "green", (190, 206), (340, 206), (340, 482), (736, 482), (736, 211.5), (696, 211.5)),
        ("thick", "blue", (190, 232), (364, 232), (364, 454), (752, 454), (752, 234.4), (696, 234.4)),
        ("thick", "purple", (696, 143), (712, 143), (712, 166), (696, 166)),
        ("text", 420, 91, "5V", {"anchor": "end"}), ("text", 420, 114, "GND", {"anchor": "end"}),
        ("text", 722, 150, "IO0 to GND:"), ("text", 722, 166, "only to flash"),
        ("text", 762, 207, "U0R"), ("text", 762, 239, "U0T"),
        ("text", 400, 475, "TXD of the adapter to U0R", {"fill": "#2e7d32"}),
        ("text", 400, 447, "RXD of the adapter to U0T", {"fill": "#1c5fa8"}),
        ("quiet", 36, 330, "The signals must be 3.3 V."), ("quiet", 36, 347, "Supply the board with 5 V."),
    ]),
    "level-divider": (560, 250, "Signals of 5 V: two resistors make 3.3 V of them", [
        ("box", 30, 70, 110, 44, "TXD", "5 V adapter"), ("wire", (140, 92), (180, 92)),
        ("resistor_across", 180, 92, "1 kΩ"), ("wire", (240, 92), (400, 92)), ("dot", 300, 92),
        ("resistor", 300, 92, "2 kΩ"), ("ground", 300, 152),
        ("box", 400, 70, 110, 44, "U0R", "ESP32-CAM"),
        ("text", 280, 210, "5 V × 2 kΩ / (1 kΩ + 2 kΩ) = 3.3 V", {"anchor": "middle", "bold": True}),
        ("quiet", 280, 230, "Only in this line. U0T to RXD goes straight: adapters take 3.3 V for a high.",
         {"anchor": "middle"}),
    ]),
    "antenna": (620, 330, "The ESP32-CAM's antenna: a link as small as a grain chooses", [
        ("board", 24, 40, 6.4, ESP32_CAM_BACK), ("ring", 146, 90, 16),
        ("arrow", 162, 90, 250, 120),
        *[part for x, upper, when, what in (
            (250, True, "as sold:", "printed antenna"), (436, False, "link moved:", "antenna on the socket"),
        ) for part in (
            ("box", x, 60, 160, 190, {"fill": "#262d34"}),
            ("printed_antenna", x + 16, 70), ("pads_of_link", x + 60, 130, upper), ("coaxial", x + 122, 178),
            ("text", x + 80, 276, when, 13, "middle", True), ("text", x + 80, 294, what, 13, "middle"),
        )],
    ]),
    "supply": (560, 250, "A capacitor close to the board bridges the peaks", [
        ("box", 30, 70, 130, 60, "5 V supply", "1 A or more"), ("box", 400, 70, 130, 60, "ESP32-CAM", "5V · GND"),
        ("wire", (160, 84), (400, 84), {"colour": "red", "width": 3}),
        ("wire", (160, 118), (190, 118), (190, 160), (370, 160), (370, 118), (400, 118),
         {"colour": "black", "width": 3}),
        ("dot", 340, 84), ("wire", (340, 84), (340, 102)), ("capacitor", 340, 102), ("wire", (340, 142), (340, 160)),
        ("dot", 340, 160), ("text", 224, 118, "470 µF, 10 V"), ("text", 224, 134, "or more"),
        ("quiet", 280, 204, "Short, thick wires. At the board it has to be 5 V also while the lamp is lit:",
         {"anchor": "middle"}),
        ("quiet", 280, 222, "measure there, not at the supply.", {"anchor": "middle"}),
    ]),
    # As photographs of both show them.
    "esp32-cam-versions": (560, 330, "Two versions of the ESP32-CAM: the last pad below U0T", [
        ("quiet", 16, 48, "The lower half of the right row of pads, seen from the camera's side"),
        *[part for x, last, rows, first, second in (
            (40, "GND/R", 6, "12 tiny pads, GND/R: reset", "for the CH340 carrier"),
            (310, "GND", 4, "8 tiny pads, GND: ground", "for FT232RL and CP2102 adapters"),
        ) for part in (
            ("header_row", x, 70, ["IO0", "GND", "VCC", "U0R", "U0T", last], rows),
            ("ring", x + 168, 223, 16),
            ("text", x + 95, 282, first, 13, "middle", True), ("text", x + 95, 300, second, 13, "middle"),
        )],
    ]),
    "lens": (560, 330, "The lens: film off first, then turn the ring", [
        ("lens", 140, 150, {"film": True}), ("lens", 400, 150, {"turned": True}),
        *[part for x, said, do in (
            (140, "the film, often with a tab:", "pull it off"),
            (400, "against the clock, for near things:", "a few degrees at a time"),
        ) for part in (("text", x, 290, said, 13, "middle"), ("text", x, 308, do, 13, "middle", True))],
    ]),
}
