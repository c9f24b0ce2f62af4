"""What the boards look like. `views`: (width, height, parts) in millimetres. Sources stand at each."""

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
