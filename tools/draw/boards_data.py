"""What the boards look like, and what is printed beside their pads. Sources stand at each.

No purpose of a pin stands here: those are read from esp32/boards/.
"""

# AI Thinker's "ESP32-CAM Product Specification" (27 × 40.5 mm, pads) and schematic 1.6.
ESP32_CAM = (27, 40.5, [
    ("pcb", 0, 0, 27, 40.5, 2),
    ("pads", 1.9, 4.58, 8), ("pads", 25.1, 4.58, 8),
    ("card_slot", 6, 0.2, 15, 15),
    ("flex", 10.3, 12, 6.6, 11),
    ("camera", 13.6, 9, 9.4),
    ("socket", 5.2, 22.5, 17.3),
    ("chip", 23.8, 24.6, 2.4, 1.6), ("led", 23.4, 28.3),
    ("printed", 13.5, 37.8, "ESP32-CAM", 2.9),
])
ESP32_CAM_BACK = (27, 40.5, [
    ("pcb", 0, 0, 27, 40.5, 2),
    ("antenna", 6, 0.9, 15, 4.2, 4),
    ("can", 5.4, 6.6, 16, 18.4, "ESP32-S"), ("coax", 20, 8.2),
    ("pads", 1.9, 17.6, 8), ("pads", 25.1, 17.6, 8),
    ("chip", 4.6, 28, 3.6, 6, "#e08a2c"), ("chip", 10.8, 33.8, 4, 4.4), ("chip", 18.6, 30, 4.2, 7),
    ("button", 5.9, 37.4, 3.6, 3.4),
])

# `views`: (width, height, parts) in millimetres.
BOARDS = {
    "ai-thinker": {
        "views": [ESP32_CAM, ESP32_CAM_BACK],
    },
    # Freenove's "ESP32-WROVER CAM Pinout", versions 1.6 and 3.0.
    "wrover-dev": {
        "views": [(28, 57.2, [
            ("pcb", 4.5, 0, 19.5, 10, 0.4), ("antenna", 6.5, 1, 15.5, 4, 4),
            ("pcb", 0, 6.2, 28, 51, 0.6),
            ("pads", 1.3, 7.6, 20), ("pads", 26.7, 7.6, 20),
            ("can", 4.6, 7.4, 18.8, 23.6),
            ("flex", 10.7, 24, 6.6, 14), ("camera", 14, 19.4, 9.4),
            ("socket", 5.6, 37, 16.8),
            ("printed", 14, 46.6, "FREENOVE", 2.6), ("printed", 14, 49.6, "ESP32 WROVER", 2.2),
            ("button", 6.4, 53.4, 3.2, 4.4), ("button", 21.6, 53.4, 3.2, 4.4),
            ("usb", 10.2, 51.4, 7.6, 5.8),
        ])],
    },
    # Espressif's "ESP32-S3-EYE Getting Started Guide": photographs of both sides, with its display.
    "s3-eye": {
        "views": [
            (31, 63, [
                ("pcb", 0, 0, 31, 62.5, 1.2), ("hole", 3, 3, 1.6), ("hole", 28, 3, 1.6),
                ("flex", 11.8, 14, 6.6, 7), ("camera", 15.3, 11, 9.4),
                ("button", 3.6, 8.9, 4.4, 3.1), ("button", 3.6, 14.4, 4.4, 3.1),
                ("button", 27.6, 8.9, 4.4, 3.1), ("button", 27.6, 14.4, 4.4, 3.1),
                ("led", 21.6, 9.6, 1.5, 3, "#7bd88f"),
                ("pcb", -0.8, 20.4, 32.6, 35.4, 0.4), ("printed", 15.5, 22.9, "ESP32-S3-EYE", 2.1),
                ("screen", 1.4, 23.6, 28.2, 28.8),
                ("button", 2.8, 59.3, 3.2, 4), ("button", 7.8, 59.3, 3.2, 4),
                ("chip", 13.8, 57.2, 3.2, 4, "#c2c9d0"),
            ]),
            (31, 63, [
                ("pcb", 0, 0, 31, 62.5, 1.2), ("hole", 3, 3, 1.6), ("hole", 28, 3, 1.6),
                ("antenna", 8, 1, 15, 4.2, 4),
                ("can", 7.2, 6.8, 17.4, 19, "ESP32-S3"),
                ("card_slot", 15.8, 30.2, 15.4, 16),
                ("usb", 11.6, 56.8, 8, 6.4),
            ]),
        ],
    },
    # Seeed Studio's wiki, "XIAO ESP32S3 (Sense)": 21 × 17.5 mm, front and camera board.
    "xiao-s3": {
        "views": [
            (17.5, 22.8, [
                ("pcb", 0, 1.8, 17.5, 21, 2.2),
                ("wire_pads", 1, 4.5, 7), ("wire_pads", 16.5, 4.5, 7),
                ("can", 2.6, 8, 12.3, 11, "XIAO S3"),
                ("usb", 4.8, 0, 7.9, 6.6), ("button", 3.7, 3.6, 1.6, 1.9), ("button", 13.8, 3.6, 1.6, 1.9),
                ("coax", 4.4, 21), ("chip", 7.1, 19.6, 7.4, 2.6),
            ]),
            (17.5, 17.5, [
                ("pcb", 0, 0, 17.5, 17.5, 2.2), ("chip", 1.8, 2.6, 2, 3, "#c2c9d0"),
                ("flex", 7, 6, 3.6, 6.6), ("camera", 8.8, 4.4, 7.6),
                ("socket", 1.6, 11, 14.4),
            ]),
        ],
        "gap": 7,
    },
    # Photographs in public guides; the maker publishes none. The second view: the adapter below it.
    "s3-cam": {
        "views": [
            (27, 39.5, [
                ("pcb", 0, 0, 27, 39.5, 2),
                ("pads", 1.9, 4, 8), ("pads", 25.1, 4, 8),
                ("card_slot", 6, 0.4, 15, 15),
                ("flex", 10.6, 12, 6.2, 11, "#5b5f64"), ("camera", 13.7, 9.6, 9, "#d8567e"),
                ("socket", 5.2, 22.7, 17.3),
                ("led", 23.5, 26.8, 3.3, 3.6, "#ffffff"),
                ("printed", 13.5, 37, "ESP32-S3-CAM", 2.6, True),
            ]),
            (27, 39.5, [
                ("pcb", 0, 0, 27, 39.5, 2),
                ("female", 1.9, 12, 8), ("female", 25.1, 12, 8),
                ("usb", 9.6, -0.6, 7.8, 5.6), ("button", 3.6, 3.4, 3.4, 3), ("button", 23.4, 3.4, 3.4, 3),
                ("chip", 10, 12, 7, 4),
            ]),
        ],
    },
    # Freenove's "ESP32-S3 WROOM Pinout".
    "freenove-s3": {
        "views": [(28, 57.2, [
            ("pcb", 5, 0, 18.2, 10, 0.4), ("antenna", 7, 1, 14.5, 4, 4),
            ("pcb", 0, 6.2, 28, 51, 0.6),
            ("pads", 1.3, 7.6, 20), ("pads", 26.7, 7.6, 20),
            ("can", 5.4, 7.2, 17.4, 18.6),
            ("flex", 10.7, 20, 6.6, 12), ("camera", 14, 16.4, 9.4),
            ("socket", 5.6, 31, 16.8),
            ("printed", 14, 40.6, "ESP32-S3 WROOM", 2.1), ("printed", 14, 43.4, "FREENOVE", 2.6),
            ("button", 5.6, 45.4, 3.2, 4.4), ("button", 22.4, 45.4, 3.2, 4.4),
            ("led", 15.8, 44.6, 2, 2, "#ffffff"),
            ("usb", 5, 49.6, 8.2, 7.8), ("usb", 15, 49.6, 8.2, 7.8),
        ])],
    },
    # M5Stack's cases, not to scale: no dimensions were found that could be checked.
    "m5-cams3": {
        "views": [(26, 46, [
            ("case", 0, 0, 26, 42),
            ("camera", 13, 12, 12), ("label", 13, 26.6, "M5", 5), ("label", 13, 32, "CamS3", 3.6),
            ("grove", 8, 40.6, 10, 4.6),
        ])],
    },
    "m5-poecam": {
        "views": [(27, 68, [
            ("network", 5.5, 52, 16, 14),
            ("case", 0, 0, 27, 58),
            ("camera", 13.5, 13, 13), ("label", 13.5, 34, "M5", 5.4), ("label", 13.5, 40, "PoE CAM", 3.8),
        ])],
    },
}

GND, V5, V3 = ("GND", "ground", "ground"), ("5V", "supply", "5 V in"), ("3V3", "supply", "3.3 V out")
RESET = ("set-up", "reset: to GND, short")


def gpio(*pins, prefix=""):
    """Pads with their GPIO's number printed beside them."""
    return [(f"{prefix}{pin}", pin) for pin in pins]


# `pads`: left and right of the first view, top to bottom: (as printed, GPIO), or (as printed, kind, words).
# `at`: where in the view the two rows are and how far down they begin, millimetres.
# `blocks`: connectors whose order is not known, or not printed. `hints`: what else hangs on a pin.
HEADERS = {
    "ai-thinker": {
        "at": (1.9, 25.1, 4.58),
        "pads": (
            [V5, GND, *gpio(12, 13, 15, 14, 2, 4, prefix="IO")],
            [V3, ("IO16", 16), ("IO0", 0), GND, ("VCC", "supply", "3.3 V out (5 V on some boards)"),
             ("U0R", 3), ("U0T", 1), ("GND(/R)", "set-up", "GND/R: reset, not ground!")],
        ),
        "hints": {13: "card slot D3, not used", 4: "card slot D1",
                  16: "memory (PSRAM): leave open"},
        "notes": ["Seen from the camera's side. The last pad on the right: GND/R is reset, GND is ground.",
                  "IO12 never to 3.3 V: at reset it chooses the flash memory's voltage."],
    },
    "wrover-dev": {
        "at": (1.3, 26.7, 7.6),
        "pads": (
            [("3.3V", *V3[1:]), ("EN", *RESET), ("VP", 36), ("VN", 39),
             *gpio(34, 35, 32, 33, 25, 26, 27, 14, 12), GND, ("13", 13),
             ("SD2", 9), ("SD3", 10), ("CMD", 11), ("VCC", *V5[1:]), ("VCC", *V5[1:])],
            [GND, *gpio(23, 22), ("TX", 1), ("RX", 3), ("21", 21), GND, *gpio(19, 18, 5), GND, GND,
             *gpio(4, 0, 2, 15), ("SD1", 8), ("SD0", 7), ("CLK", 6), GND],
        ),
        "hints": {**{pin: "flash: leave open" for pin in range(6, 12)}},
        "notes": ["12 never to 3.3 V: at reset it chooses the flash memory's voltage.",
                  "Version 1.6. On 3.0 SD2, SD3, CMD are 3.3 V; SD1, SD0, CLK are GND; a card is on 14, 15, 2."],
    },
    "s3-eye": {
        "blocks": [
            ("J9, left, under the display: as printed, top to bottom", gpio(48, 47, 44, 21, 43, prefix="IO")),
            ("J8, right, under the display: as printed, top to bottom",
             [V3, *gpio(0, 3, 45, 46, prefix="IO")]),
            ("Buttons", [("UP+", 1), ("BOOT", 0), ("RST", "set-up", "reset")]),
        ],
        "hints": {45: "boot strap: leave open", 46: "boot strap: leave open"},
        "notes": ["MENU, PLAY, UP+ and DN− share GPIO1 through resistors; UP+ pulls it lowest, to 0.38 V."],
    },
    "xiao-s3": {
        "at": (1, 16.5, 4.5),
        "pads": (
            [("D0", 1), ("D1", 2), ("D2", 3), ("D3", 4), ("D4", 5), ("D5", 6), ("D6", 43)],
            [V5, GND, V3, ("D10", 9), ("D9", 8), ("D8", 7), ("D7", 44)],
        ),
        "notes": ["Seen with the camera board taken off. B: boot button, R: reset button."],
    },
    "s3-cam": {
        "at": (1.9, 25.1, 4),
        "pads": (
            [V5, GND, *gpio(14, 47, 38, 39, 40, 41)],
            [V3, GND, *gpio(0, 20, 19), ("RX", 44), ("TX", 43), ("RST", *RESET)],
        ),
        "hints": {41: "card slot, not used"},
        "notes": ["Seen from the camera's side. Nothing is printed beside its pads: measured, by a public guide."],
    },
    "freenove-s3": {
        "at": (1.3, 26.7, 7.6),
        "pads": (
            [V3, ("EN", *RESET),
             *gpio(4, 5, 6, 7, 15, 16, 17, 18, 8, 3, 46, 9, 10, 11, 12, 13, 14), V5],
            [("TX", 43), ("RX", 44),
             *gpio(1, 2, 42, 41, 40, 39, 38, 37, 36, 35, 0, 45, 48, 47, 21, 20, 19), GND],
        ),
        "hints": {3: "boot strap: leave open", 45: "boot strap: leave open", 46: "boot strap: leave open",
                  35: "memory: leave open", 36: "memory: leave open", 37: "memory: leave open",
                  48: "RGB LED, not used"},
    },
    "m5-cams3": {
        "blocks": [
            ("Grove socket: power and USB", [GND, V5, ("D+", 20), ("D−", 19)]),
            ("Pads for a header", [("G43", 43), ("G44", 44), GND, V5]),
            ("Button", [("G0", 0)]),
        ],
        "notes": ["Not to scale; the order of the contacts is not shown. Look at what is printed on yours."],
    },
    "m5-poecam": {
        "blocks": [
            ("Pads for the programmer",
             [V3, ("G1", 1), ("G3", 3), ("G", *GND[1:]), ("G0", 0), ("EN", *RESET)]),
            ("Grove socket", [("G25", 25), ("5V", "supply", "5 V"), GND]),
            ("Button", [("G37", 37)]),
        ],
        "notes": ["Not to scale; the order of the contacts is not shown. Look at what is printed on yours."],
    },
}
