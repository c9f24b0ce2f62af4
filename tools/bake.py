#!/usr/bin/env python3
"""Gzips the page's files into a C source, so that the program needs no files beside it.

    bake.py OUTPUT.c FILE...

index.html becomes the path "/", every other file "/NAME". Python's standard library only, because
ESP-IDF and Debian both bring that. The output depends on the inputs alone: no dates, no names of
folders.
"""
import gzip
import hashlib
import os
import sys

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}


def c_bytes(data):
    lines = []
    for at in range(0, len(data), 20):
        lines.append("    " + " ".join(f"{byte}," for byte in data[at : at + 20]))
    return "\n".join(lines)


def main(output, files):
    arrays, rows = [], []
    for number, file in enumerate(sorted(files, key=os.path.basename)):
        name = os.path.basename(file)
        with open(file, "rb") as source:
            content = source.read()
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        etag = hashlib.sha256(content).hexdigest()[:16]
        path = "/" if name == "index.html" else "/" + name
        content_type = CONTENT_TYPES[os.path.splitext(name)[1]]
        arrays.append(f"static const uint8_t gzip_{number}[] = {{\n{c_bytes(packed)}\n}};\n")
        rows.append(
            f'    {{"{path}", "{content_type}", "\\"{etag}\\"", gzip_{number}, sizeof gzip_{number}}},'
        )
    text = '#include "web/assets.h"\n\n' + "\n".join(arrays)
    text += "\nconst cc_asset_t cc_assets[] = {\n" + "\n".join(rows) + "\n};\n"
    text += "\nconst size_t cc_n_assets = sizeof cc_assets / sizeof cc_assets[0];\n"
    with open(output, "w", encoding="utf-8") as target:
        target.write(text)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
