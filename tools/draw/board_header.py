"""Reads a board's header in esp32/boards/: the pins stand there and nowhere else."""

import os
import re

TOKEN = re.compile(r'\.(?P<name>\w+)\s*=|(?P<open>{)|(?P<close>})|"(?P<text>[^"]*)"|(?P<word>-?\w+)')
UART = {"esp32": (1, 3), "esp32s3": (43, 44)}  # U0TXD, U0RXD: each chip's data sheet
CAMERA = {"power_down": "PWDN", "reset": "RESET", "xclk": "XCLK", "sda": "SDA", "scl": "SCL",
          "vsync": "VSYNC", "href": "HREF", "pclk": "PCLK"}
ETHERNET = ("cs", "sck", "miso", "mosi")
VALUES = {"CC_PIN_NONE": None, "true": True, "false": False}


def _fields(tokens):
    """What stands between braces: a dictionary when its parts have names, else a list."""
    named, plain, name = {}, [], None
    for token in tokens:
        if token["close"]:
            break
        if token["name"]:
            name = token["name"]
            continue
        if token["open"]:
            value = _fields(tokens)
        elif token["text"] is not None:
            value = token["text"]
        else:
            word = token["word"]
            value = int(word) if re.fullmatch(r"-?\d+", word) else VALUES.get(word, word)
        if name:
            named[name], name = value, None
        else:
            plain.append(value)
    return named or plain


def read(folder, name):
    with open(os.path.join(folder, name + ".h"), encoding="utf-8") as file:
        text = file.read()
    code = re.sub(r"//[^\n]*", "", text).split("cc_board =", 1)[1].split("{", 1)[1]
    board = _fields(TOKEN.finditer(code))
    board["serial_is_usb"] = "CONFIG_ESP_CONSOLE_USB_SERIAL_JTAG=y" in text
    return board


def uses(board):
    """(GPIO, kind, words) of whatever the firmware uses, what matters most first."""
    used = [
        (board["reset_pin"], "set-up", "factory reset: GND for 10 s"),
        (board["light"]["pin"], "light", "lamp"),
        (board["led"]["pin"], "light", "status LED"),
    ]
    if not board["serial_is_usb"]:
        transmit, receive = UART[board["chip"]]
        used += [(transmit, "serial", "serial out (U0T, TX)"),
                 (receive, "serial", "serial in (U0R, RX)")]
    used.append((0, "set-up", "boot: GND to flash"))
    if board["chip"] == "esp32s3":
        used += [(19, "serial", "USB D−"), (20, "serial", "USB D+")]
    camera, ethernet = board["camera"], board["ethernet"]
    used += [(pin, "card", f"card {line.upper()}") for line, pin in board.get("card", {}).items()]
    used += [(ethernet.get(line), "card", f"Ethernet {line.upper()}") for line in ETHERNET]
    used += [(camera[field], "camera", f"camera {line}") for field, line in CAMERA.items()]
    used += [(pin, "camera", f"camera D{i}") for i, pin in enumerate(camera["d"])]
    return [use for use in used if use[0] is not None]


def summary(board):
    """Each use in a line: (what, pins)."""
    def lamp(one):
        if one["pin"] is None:
            return "none"
        return f'GPIO{one["pin"]}, {"low" if one.get("low_is_on") else "high"} = on'

    def lines(pairs):
        return " · ".join(f"{name} {pin}" for name, pin in pairs if pin is not None)

    camera, ethernet = board["camera"], board["ethernet"]
    serial = "USB D− 19 · D+ 20"
    if not board["serial_is_usb"]:
        serial = "TX {} · RX {} · 115200 baud".format(*UART[board["chip"]])
    card = lines((line.upper(), pin) for line, pin in board.get("card", {}).items())
    made = [
        ("Lamp", lamp(board["light"])),
        ("Status LED", lamp(board["led"])),
        ("Factory reset", f'GPIO{board["reset_pin"]} to GND for 10 s, then let go'),
        ("Serial line", serial),
        ("microSD, 1 bit", card or "none used"),
    ]
    if ethernet["kind"] != "CC_ETHERNET_NONE":
        made.append(("Ethernet", lines((line.upper(), ethernet[line]) for line in ETHERNET)))
    made.append(("Camera", lines((line, camera[field]) for field, line in CAMERA.items())))
    made.append(("", "D0–D7: " + " ".join(str(pin) for pin in camera["d"])))
    return made
