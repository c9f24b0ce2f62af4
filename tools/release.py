#!/usr/bin/env python3
"""The steps of a release that GitHub's workflow and a person do alike (docs/releasing.md).

    tools/release.py check [TAG]         one version everywhere; with TAG, that it is this one, and ready
    tools/release.py notes               what CHANGELOG.md says of this version
    tools/release.py files BUILD OUT     out of what was built in BUILD, the files that people fetch, in OUT:
                                         firmware signed with RELEASE_KEY (the key, or the file it is in),
                                         packages, bills of materials, connectcam.json, SHA256SUMS
    tools/release.py publish TAG OUT     OUT as a release of that tag, by GitHub's own gh
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PUBLIC_KEY = ROOT / "esp32/release.pub"
# Where the key changes: the one that cameras out there ask for, in the one release that is built with the new one.
KEY_BEFORE = ROOT / "esp32/release-before.pub"
# What ESP-IDF calls the parts of a board's flash, and what a release calls their files.
PARTS = {"app": "", "bootloader": "-bootloader", "partition-table": "-partitions", "otadata": "-otadata"}


class Refusal(Exception):
    pass


def refuse_unless(condition, why):
    if not condition:
        raise Refusal(why)


def found(pattern, file):
    match = re.search(pattern, (ROOT / file).read_text(), re.M)
    refuse_unless(match, f"{file} has no version")
    return match[1]


def version():
    return found(r"^project\(connectcam VERSION ([0-9.]+)", "CMakeLists.txt")


def section(heading):
    """What stands in CHANGELOG.md below the heading that begins so; None: there is no such heading."""
    text = (ROOT / "CHANGELOG.md").read_text()
    match = re.search(rf"^## {re.escape(heading)}(?: [^\n]*)?\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    return match and match[1].strip()


def check(tag=None):
    ours = version()
    for file, pattern in {
        "tools/connect-standin/CMakeLists.txt": r"^project\(connect-standin VERSION ([0-9.]+)",
        "debian/changelog": r"\Aconnectcam \((.*?)\)",
        "docs/openapi.yaml": r"^  version: (.*)$",
    }.items():
        theirs = found(pattern, file)
        refuse_unless(theirs == ours, f"CMakeLists.txt says version {ours}, {file} says {theirs}.")
    if tag is None:
        sections = section(ours), section("Unreleased")
        refuse_unless(sections != (None, None), f"CHANGELOG.md has neither {ours} nor Unreleased.")
        return
    refuse_unless(tag == f"v{ours}", f"The tag is {tag}, the version {ours}.")
    refuse_unless(section(ours), f'CHANGELOG.md says nothing below "## {ours} (date)".')
    refuse_unless(section("Unreleased") is None, 'CHANGELOG.md still has a section "Unreleased".')
    refuse_unless(PUBLIC_KEY.exists(), "There is no esp32/release.pub: docs/releasing.md says how it is made.")


def notes():
    text = section(version())
    refuse_unless(text, f'CHANGELOG.md says nothing below "## {version()} (date)".')
    print(text)


def boards():
    """The boards that people have: the emulator is none."""
    for header in sorted((ROOT / "esp32/boards").glob("*.h")):
        text = header.read_text()
        if ".has_camera = true" in text:
            yield header.stem, re.search(r'\.title = "(.*)"', text)[1]


def look_at(image, board):
    """Whether the image says of itself what it should (docs/decisions/0010-update.md)."""
    text = [image[at : at + size].split(b"\0")[0].decode("latin1") for at, size in ((48, 32), (80, 32), (304, 32))]
    refuse_unless(
        text == [version(), "connectcam", board], f"firmware-{board}/connectcam.bin is of version {text[0]} for {text[2]}."
    )
    refuse_unless(PUBLIC_KEY.read_bytes() in image, f"firmware-{board} was built without FIRMWARE_KEY=esp32/release.pub.")


def firmware(build, out, board, key):
    """One board's files into OUT; what connectcam.json says of them."""
    folder = build / f"firmware-{board}"
    refuse_unless((folder / "connectcam.bin").exists(), f"There is no firmware for {board}: make firmware BOARD={board}")
    arguments = json.loads((folder / "flasher_args.json").read_text())
    look_at((folder / "connectcam.bin").read_bytes(), board)
    parts = []
    for part, suffix in PARTS.items():
        file = out / f"connectcam-{board}{suffix}.bin"
        source = folder / arguments[part]["file"]
        if part == "app":
            tool = ROOT / "tools/firmware-key"
            subprocess.run([tool, "sign", key, source, file], check=True)
            signer = KEY_BEFORE if KEY_BEFORE.exists() else PUBLIC_KEY
            subprocess.run([tool, "check", signer, file], check=True, stdout=subprocess.DEVNULL)
        else:
            shutil.copyfile(source, file)
        parts.append({"part": part, "offset": int(arguments[part]["offset"], 16), **described(file)})
    shutil.copyfile(folder / "connectcam.elf", out / f"connectcam-{board}.elf")
    shutil.copyfile(folder / "sbom.spdx.json", out / f"connectcam-{board}.spdx.json")
    return {
        "chip": arguments["extra_esptool_args"]["chip"],
        **arguments["flash_settings"],
        "files": parts,
    }


def described(file):
    content = file.read_bytes()
    return {"name": file.name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def packages(build, out):
    """Named without their version, so that releases/latest/download/ has one address for each for good."""
    for package in sorted(build.glob(f"connectcam_{version()}_*.deb")):
        arch = package.stem.rpartition("_")[2]
        shutil.copyfile(package, out / f"connectcam_{arch}.deb")
        shutil.copyfile(f"{package}.spdx.json", out / f"connectcam_{arch}.spdx.json")
        yield {"arch": arch, **described(out / f"connectcam_{arch}.deb")}


def files(build, out):
    check()
    key = os.environ.get("RELEASE_KEY")
    refuse_unless(key, "RELEASE_KEY is wanted: the private key that signs updates, or the file it is in.")
    refuse_unless(PUBLIC_KEY.exists(), "There is no esp32/release.pub: docs/releasing.md says how it is made.")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as hidden:
        if key.startswith("-----BEGIN"):
            (pathlib.Path(hidden) / "key").write_text(key.rstrip() + "\n")
            key = f"{hidden}/key"
        manifest = {
            "version": version(),
            "boards": {board: {"title": title, **firmware(build, out, board, key)} for board, title in boards()},
            "packages": list(packages(build, out)),
        }
    refuse_unless(manifest["packages"], "There is no Debian package: make package")
    shutil.copyfile(PUBLIC_KEY, out / "connectcam.pub")
    shutil.copyfile(build / "flasher.spdx.json", out / "connectcam-flasher.spdx.json")
    (out / "connectcam.json").write_text(json.dumps(manifest, indent=1) + "\n")
    sums = [described(file) for file in sorted(out.iterdir())]
    (out / "SHA256SUMS").write_text("".join(f"{one['sha256']}  {one['name']}\n" for one in sums))
    print(f"{out}: {len(sums) + 1} files, {len(manifest['boards'])} boards, {len(manifest['packages'])} packages")


def publish(tag, out):
    check(tag)
    with tempfile.NamedTemporaryFile("w", suffix=".md") as text:
        text.write(section(version()) + "\n")
        text.flush()
        # A draft until every file is there: nobody meets half a release at releases/latest.
        command = ["gh", "release", "create", tag, "--verify-tag", "--title", f"connectcam {version()}"]
        subprocess.run([*command, "--notes-file", text.name, *sorted(out.iterdir())], check=True)


def main():
    what, *given = sys.argv[1:] or [""]
    try:
        if what == "check" and len(given) < 2:
            check(*given)
        elif what == "notes" and not given:
            notes()
        elif what == "files" and len(given) == 2:
            files(*map(pathlib.Path, given))
        elif what == "publish" and len(given) == 2:
            publish(given[0], pathlib.Path(given[1]))
        else:
            sys.exit(__doc__)
    except Refusal as error:
        sys.exit(str(error))
    except FileNotFoundError as error:
        sys.exit(f"{error.filename} is not there. First make what a release consists of, and make sbom.")
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)  # it has said why


if __name__ == "__main__":
    main()
