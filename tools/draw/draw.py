#!/usr/bin/env python3
"""Makes the documents' drawings.

    draw.py [FOLDER]      into FOLDER instead of docs/images

Python's standard library only. The drawings depend on what stands beside this file and on
esp32/boards/ alone: a habit test makes them again and compares.
"""
import os
import sys

sys.dont_write_bytecode = True  # no folder of its own beside the sources
import boards  # noqa: E402
import hardware  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def main():
    target = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "docs", "images")
    drawings = boards.drawings(os.path.join(ROOT, "esp32", "boards")) | hardware.drawings()
    for name, text in drawings.items():
        place = os.path.join(target, name)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(place, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
    print(f"{len(drawings)} drawings in {os.path.relpath(target)}")


if __name__ == "__main__":
    main()
