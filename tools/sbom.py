#!/usr/bin/env python3
"""What is in what was built: bills of materials in SPDX 2.3 (JSON), each beside what it is about.

    tools/sbom.py BUILD

    BUILD/firmware-BOARD/     sbom.spdx.json: what ESP-IDF linked into connectcam.bin, by the linker's own map
    BUILD/FILE.deb            FILE.deb.spdx.json: what the Linux program is linked with, by the package's dependencies
    BUILD/flasher/            flasher.spdx.json: the npm packages that the page is made of, by package-lock.json

The version is that of the tree; versions of parts are those that the build used.
"""
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True  # no folder of its own beside the sources
import release  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = "https://github.com/connectcam/connectcam"
ESPRESSIF = "Organization: Espressif Systems (Shanghai) CO LTD"


def say(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def purl_of(kind, name, version=None):
    return f"pkg:{kind}/{urllib.parse.quote(name)}" + (f"@{urllib.parse.quote(version, safe=':')}" if version else "")


def part(name, version=None, supplier=None, license=None, url=None, purl=None, cpe=None, sha256=None, why=None):
    """One package. What nobody says is left unsaid, as SPDX wants it."""
    one = {
        "name": name,
        "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", name),
        "downloadLocation": url or "NOASSERTION",
        "filesAnalyzed": False,
        "licenseConcluded": "NOASSERTION",
        "licenseDeclared": license or "NOASSERTION",
        "copyrightText": "NOASSERTION",
    }
    if version:
        one["versionInfo"] = version
    if supplier:
        one["supplier"] = supplier
    if why:
        one["comment"] = why
    if sha256:
        one["checksums"] = [{"algorithm": "SHA256", "checksumValue": sha256}]
    references = [("PACKAGE-MANAGER", "purl", purl), ("SECURITY", "cpe23Type", cpe)]
    one["externalRefs"] = [
        {"referenceCategory": category, "referenceType": kind, "referenceLocator": where}
        for category, kind, where in references
        if where
    ]
    return one


def document(name, ours, parts, how):
    """OURS is what people get, PARTS is what is in it or what it stands on, HOW says which."""
    parts = sorted(parts, key=lambda one: one["name"])
    everything = json.dumps([ours, parts], sort_keys=True).encode()
    when = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH", time.time())))
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": f"{OURS}/spdx/{name}-{hashlib.sha256(everything).hexdigest()}",
        "creationInfo": {
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", when),
            "creators": ["Tool: connectcam-tools-sbom"],
        },
        "packages": [ours, *parts],
        "relationships": [
            {
                "spdxElementId": "SPDXRef-DOCUMENT",
                "relationshipType": "DESCRIBES",
                "relatedSpdxElement": ours["SPDXID"],
            }
        ]
        + [
            {"spdxElementId": ours["SPDXID"], "relationshipType": how, "relatedSpdxElement": one["SPDXID"]}
            for one in parts
        ],
    }


def ourselves(name, file=None):
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest() if file else None
    version = release.version()
    purl = f"pkg:github/connectcam/connectcam@v{version}"
    return part(name, version, "Organization: connectcam", "Apache-2.0", OURS, purl, sha256=sha256)


# --- Firmware


def fields_of(file):
    """The plain `key: value` lines of a YAML file, which is all that these have of interest."""
    lines = re.findall(r"^(\w+): *(\S.*)$", file.read_text(), re.M)
    return {key: value.strip().strip("'\"") for key, value in lines}


def linked_archives(build):
    """By the linker's map: each archive that something was taken from, and the names of what was taken."""
    taken = {}
    for archive, member in re.findall(r"^(\S+\.a)\((\S+)\)$", (build / "connectcam.map").read_text(), re.M):
        taken.setdefault(archive, set()).add(member)
    return taken


def submodules_of(idf):
    """ESP-IDF's submodules by folder, with what its own list says of them for lists like this one."""
    text = (idf / ".gitmodules").read_text()
    for block in re.split(r"^\[submodule .*\]$", text, flags=re.M)[1:]:
        fields = dict(re.findall(r"^\s*([\w-]+) *= *(.*)$", block, re.M))
        said = {key[len("sbom-"):]: value for key, value in fields.items() if key.startswith("sbom-")}
        url = re.sub(r"^\.\./\.\./", "https://github.com/", fields["url"]).removesuffix(".git")
        yield idf / fields["path"], {"name": pathlib.Path(fields["path"]).name, "url": url, **said}


def firmware(build):
    project = json.loads((build / "project_description.json").read_text())
    idf = pathlib.Path(project["idf_path"])
    version = project["git_revision"]
    taken = linked_archives(build)

    # Where each of what was linked came from: its source, or the archive that it came in.
    origins = set()
    for name, component in project["build_component_info"].items():
        folder = pathlib.Path(component["dir"])
        sources = [pathlib.Path(source) for source in component["sources"]]
        for archive, members in taken.items():
            if archive.startswith(f"esp-idf/{name}/"):
                ours = [source for source in sources if source.name + ".obj" in members]
                # What has a build of its own, as mbedTLS does, has no sources listed.
                origins.update(ours or [folder / pathlib.Path(archive).relative_to(f"esp-idf/{name}")])
    origins.update(pathlib.Path(archive) for archive in taken if archive.startswith("/"))

    def is_linked(folder):
        return any(folder in origin.parents for origin in origins)

    parts = {}
    for component in project["build_component_info"].values():
        folder = pathlib.Path(component["dir"])
        manifest = folder / "idf_component.yml"
        if idf in folder.parents or not manifest.exists() or not is_linked(folder) or folder.name == "main":
            continue
        said = fields_of(manifest)
        name = folder.name.removeprefix("espressif__")
        parts[name] = part(
            name, said.get("version"), ESPRESSIF, said.get("license"), said.get("repository"),
            purl_of("generic", f"espressif/{name}", said.get("version")),
        )
    parts["esp-idf"] = part(
        "esp-idf", version, ESPRESSIF, "Apache-2.0", "https://github.com/espressif/esp-idf",
        f"pkg:github/espressif/esp-idf@{version}",
        f"cpe:2.3:a:espressif:esp-idf:{version.removeprefix('v')}:*:*:*:*:*:*:*",
    )
    # What ESP-IDF took from others says so itself: in a file beside it, or in the list of its submodules.
    others = dict(submodules_of(idf))
    for file in (idf / "components").rglob("sbom.yml"):
        others[file.parent] = {**others.get(file.parent, {}), **fields_of(file)}
    for folder, said in others.items():
        if not is_linked(folder):
            continue
        where = str(folder.relative_to(idf))
        of_idf = None if said.get("version") else f"the one of ESP-IDF {version}"
        name = said["name"] if said["name"] != "lib" else folder.parent.name + "-lib"
        name = "newlib" if where == "components/newlib" else name
        parts[name] = part(
            name, said.get("version", version), said.get("supplier") or ESPRESSIF, said.get("license"),
            said.get("url"), purl_of("generic", name, said.get("version", version)),
            said.get("cpe", "").replace("{}", said.get("version", "")) or None, why=of_idf,
        )
    # The compiler's own.
    compiler = project["c_compiler"]
    gcc = next((pathlib.Path(archive).parent.name for archive in taken if archive.endswith("/libgcc.a")), None)
    for name in ("libgcc", "libstdc++"):
        if any(archive.endswith(f"/{name}.a") for archive in taken):
            parts[name] = part(
                name, re.sub(r"[^0-9.].*", "", gcc or "") or None, "Organization: Free Software Foundation",
                "GPL-3.0-or-later WITH GCC-exception-3.1", why=f"of {pathlib.Path(compiler).name}",
            )
    board = re.search(r"^BOARD:\w+=(.*)$", (build / "CMakeCache.txt").read_text(), re.M)[1]
    ours = ourselves(f"connectcam-{board}", build / "connectcam.bin")
    return document(f"connectcam-{board}", ours, parts.values(), "CONTAINS")


# --- The Linux package


def package(deb):
    arch, depends = (say("dpkg-deb", "-f", str(deb), field) for field in ("Architecture", "Depends"))
    distribution = dict(re.findall(r'^(\w+)="?(.*?)"?$', pathlib.Path("/etc/os-release").read_text(), re.M))
    parts = []
    for wanted in depends.split(", "):
        name = re.match(r"[a-z0-9.+-]+", wanted)[0]
        found = subprocess.run(
            ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Version}\n", f"{name}:{arch}"], capture_output=True, text=True
        ).stdout.split()
        version = found[1] if found[:1] == ["installed"] else None
        purl = purl_of("deb", f"{distribution['ID']}/{name}", version)
        purl += f"?arch={arch}&distro={distribution['ID']}-{distribution.get('VERSION_ID', 'testing')}"
        parts.append(part(name, version, purl=purl, why=f"Depends: {wanted}"))
    ours = ourselves(f"connectcam-{arch}", deb)
    return document(f"connectcam-{arch}", ours, parts, "DEPENDS_ON")


# --- What comes from npm


def npm(lock, names):
    packages = json.loads(lock.read_text())["packages"]
    parts = {}

    def take(name, beside):
        # As Node.js looks: beside whoever asks, then further up.
        while beside and f"{beside}/node_modules/{name}" not in packages:
            beside = beside.rpartition("/node_modules/")[0]
        where = f"{beside}/node_modules/{name}".lstrip("/")
        one = packages[where]
        if where in parts:
            return
        license, version = one.get("license"), one["version"]
        parts[where] = part(f"{name}@{version}", version, license=license, purl=purl_of("npm", name, version))
        for other in one.get("dependencies", {}):
            take(other, where)

    for name in names:
        take(name, "")
    assert parts, "a page of nothing"
    return document("connectcam-flasher", ourselves("connectcam-flasher"), parts.values(), "CONTAINS")


def flasher():
    """Whatever the page's sources take from npm, with all that stands on."""
    names = set()
    for source in (ROOT / "docs/flash").glob("*.js"):
        for module in re.findall(r"(?:^import|\bfrom) ['\"]([^.'\"][^'\"]*)['\"]", source.read_text(), re.M):
            names.add("/".join(module.split("/")[: 2 if module.startswith("@") else 1]))
    return npm(ROOT / "package-lock.json", sorted(names))


def write(file, bill):
    file.write_text(json.dumps(bill, indent=1, ensure_ascii=False) + "\n")
    print(f"{file}: {len(bill['packages']) - 1} parts")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = pathlib.Path(sys.argv[1])
    for map_file in sorted(build.glob("firmware-*/connectcam.map")):
        write(map_file.parent / "sbom.spdx.json", firmware(map_file.parent))
    for deb in sorted(build.glob("connectcam_*.deb")):
        write(deb.with_name(f"{deb.name}.spdx.json"), package(deb))
    if (build / "flasher").exists():
        write(build / "flasher.spdx.json", flasher())


main()
