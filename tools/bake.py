#!/usr/bin/env python3
"""Makes a C source of the page's files, so that the program needs no files beside it.

    bake.py OUTPUT.c FILE...           index.html becomes the path "/", every other file its place beside that
    bake.py --join FOLDER FILE...      writes the scripts that the .js files among FILE... are joined into

Modules become one script, /page.js: over a slow link each request costs more than its bytes. A module
that is fetched by import('./name.js') becomes a script of its own, with what only it imports. A style that another
one imports (@import './name.css';) is put where it is named, and not served by itself. Python's
standard library only, because ESP-IDF and Debian both bring that. The output depends on the inputs
alone: no dates, no names of folders. What cannot be joined safely is refused with FILE:LINE and what to do.
"""
import gzip
import hashlib
import json
import os
import re
import sys

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
ENTRY = "page.js"

TOKEN = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<string>'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\")"
    r"|(?P<word>[\w$]+)|(?P<blank>\s+)|(?P<mark>.)",
    re.DOTALL,
)
TEMPLATE = re.compile(r"(?:\\.|\$(?!\{)|[^\\`$])*(?:`|\$\{)", re.DOTALL)  # to its end or its next ${
REGEX = re.compile(r"/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/\w*")
BEFORE_REGEX = {"return", "typeof", "case", "in", "of", "else", "do", "throw", "await", "yield"}
IMPORT = re.compile(r"import\s*\{([^{}]*)\}\s*from\s*(['\"])\./(\w+\.js)\2[ \t]*;?")
LATER = re.compile(r"import\(\s*(['\"])\./(\w+\.js)\1\s*\)")
STYLE_IMPORT = re.compile(r"^@import '\./([\w.-]+\.css)';$", re.MULTILINE)
IMPORTED_NAME = re.compile(r"(\w+)(?:\s+as\s+(\w+))?")
EXPORT = re.compile(r"export\s+(?=(?:(?:async\s+)?function\b\s*\*?|class\b|const\b)\s*(\w+))")
NEWLINE_TO_KEEP = "\0"
CSS_COMMENT = re.compile(r"(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')|/\*.*?\*/", re.DOTALL)


def refuse(file, text, at, what):
    sys.exit(f"{file}:{text.count(chr(10), 0, at) + 1}: {what}")


def read(file):
    with open(file, encoding="utf-8") as source:
        return source.read()


def tokens(file, text):
    """Each (kind, piece, at, depth) of a script; depth counts the brackets around it."""
    at, depth, templates, last = 0, 0, [], ""  # templates: the depths at which a } goes back into one
    while at < len(text):
        found = TOKEN.match(text, at)
        kind, piece = found.lastgroup, found.group()
        if piece == "`" or (piece == "}" and templates and templates[-1] == depth):
            if piece == "}":
                depth = templates.pop() - 1
            rest = TEMPLATE.match(text, at + 1)
            if not rest:
                refuse(file, text, at, "this template literal has no end")
            kind, piece = "string", piece + rest.group()
        elif piece == "/" and (last in BEFORE_REGEX or not re.match(r"[\w$)\]}'\"`]", last[-1:])):
            literal = REGEX.match(text, at)
            if not literal:
                refuse(file, text, at, "this regular expression has no end")
            kind, piece = "string", literal.group()
        elif kind == "mark" and piece in "'\"":
            refuse(file, text, at, "this string has no end")
        if kind == "mark" and piece in ")]}":
            depth -= 1
        yield kind, piece, at, depth
        if kind == "mark" and piece in "([{":
            depth += 1
        elif kind == "string" and piece.endswith("${"):
            depth += 1
            templates.append(depth)
        if kind not in ("comment", "blank"):
            last = piece
        at += len(piece)


class Module:
    """A script's body without imports, comments and indentation; what it imports and exports."""

    def __init__(self, file):
        self.file, self.text = file, read(file)
        self.name = os.path.basename(file)
        self.variable = "m_" + self.name[: -len(".js")]
        self.imports, self.exports = [], []  # [(at, name of the other module, [(its name, ours)])]
        self.later = []  # [(at, name of the other module)]: what import() fetches
        pieces, skip_to = [], 0
        for kind, piece, at, depth in tokens(file, self.text):
            if at < skip_to:
                continue
            if kind == "word" and self.text[at - 1 : at] != ".":
                skip_to = self.take_word(piece, at, depth)
            if at < skip_to:
                continue
            if kind == "comment":
                piece = "\n" if "\n" in piece else " "
            pieces.append(piece.replace("\n", NEWLINE_TO_KEEP) if kind == "string" else piece)
        lines = [line.strip() for line in "".join(pieces).split("\n")]
        self.body = "\n".join(line for line in lines if line).replace(NEWLINE_TO_KEEP, "\n")

    def take_word(self, word, at, depth):
        """Notes an import or export; returns where the body goes on after it."""
        is_later = word == "import" and re.match(r"\s*[(.]", self.text[at + len(word) :])
        if word == "import" and depth == 0 and not is_later:
            found = IMPORT.match(self.text, at)
            if not found:
                self.refuse(at, "write import { names } from './module.js'; the build joins nothing else")
            names = [name.strip() for name in found[1].split(",") if name.strip()]
            pairs = [IMPORTED_NAME.fullmatch(name) for name in names]
            if not pairs or None in pairs:
                self.refuse(at, "between the braces only names are understood, and name as other")
            self.imports.append((at, found[3], [(pair[1], pair[2] or pair[1]) for pair in pairs]))
            return found.end()
        if is_later:
            found = LATER.match(self.text, at)
            if not found:
                self.refuse(at, "write import('./module.js'); the build understands nothing else")
            if depth == 0:
                self.refuse(at, "the script that this fetches needs this one to be ready; move it into a function")
            self.later.append((at, found[2]))
            return at
        if word == "export" and depth == 0:
            found = EXPORT.match(self.text, at)
            if not found:
                self.refuse(at, "write export before a function, class or const with one name")
            self.exports.append(found[1])
            return found.end()
        if word == "await" and depth == 0 and self.name != ENTRY:
            self.refuse(at, f"only {ENTRY} can await outside a function; move this into one")
        return at

    def refuse(self, at, what):
        refuse(self.file, self.text, at, what)

    def joined(self):
        lines = []
        for _, other, pairs in self.imports:
            names = ", ".join(its if its == ours else f"{its}: {ours}" for its, ours in pairs)
            lines.append(f"const {{ {names} }} = m_{other[: -len('.js')]};")
        lines.append(self.body)
        if self.name == ENTRY:
            return "\n".join(lines)
        lines.append(f"return {{ {', '.join(self.exports)} }};")
        return f"const {self.variable} = (() => {{\n" + "\n".join(lines) + "\n})();"


def in_order(first, modules, known):
    """The modules that `first` needs beyond the known ones, each behind those that it imports itself."""
    order, open_ = [], []

    def visit(module):
        open_.append(module.name)
        for at, name, pairs in module.imports:
            if name not in modules:
                module.refuse(at, f"there is no {name} beside it")
            if name in open_:
                way = " → ".join(open_[open_.index(name) :] + [name])
                module.refuse(at, f"these import each other: {way}; move what they share into one more module")
            for its, _ in pairs:
                if its not in modules[name].exports:
                    module.refuse(at, f"{name} does not export {its}")
            if modules[name] not in order + known:
                visit(modules[name])
        open_.pop()
        order.append(module)

    visit(first)
    return order


def join(files):
    """{name: script}: page.js, and one for each module that it fetches by import()."""
    modules = {module.name: module for module in map(Module, sorted(files))}
    if ENTRY not in modules:
        sys.exit(f"bake.py: {ENTRY} is missing; that is where the page begins")
    page = in_order(modules[ENTRY], modules, [])
    scripts, used, shared = {}, list(page), set()
    for module in page:
        for at, name in module.later:
            if name not in modules:
                module.refuse(at, f"there is no {name} beside it")
            if modules[name] in page:
                module.refuse(at, f"{name} is imported at the top elsewhere, so it is here already")
            order = in_order(modules[name], modules, page)
            of_page = {other for one in order for _, other, _ in one.imports if modules[other] in page}
            shared |= of_page
            used += order
            scripts[name] = [
                f"import {{ {', '.join(modules[other].variable for other in sorted(of_page))} }} from './{ENTRY}';",
                *(one.joined() for one in order),
                f"export const {{ {', '.join(modules[name].exports)} }} = {modules[name].variable};",
            ]
    scripts[ENTRY] = [module.joined() for module in page]
    if shared:
        scripts[ENTRY].append(f"export {{ {', '.join(modules[name].variable for name in sorted(shared))} }};")
    for module in modules.values():
        if module not in used:
            module.refuse(0, "no module imports this one; import it, or delete it")
    return {name: "\n".join(lines) + "\n" for name, lines in scripts.items()}


def parsed(file):
    text = read(file)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        refuse(file, text, error.pos, f"this is no JSON: {error.msg}")


def compact(content):
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def served_json(path, content):
    """A language of {"first": …, "later": …} is two files: the words of the first view, and at NAME.later.json the
    rest, which nobody waits for."""
    if isinstance(content, dict) and content.keys() == {"first", "later"}:
        return {path: compact(content["first"]), path[: -len("json")] + "later.json": compact(content["later"])}
    return {path: compact(content)}


def minified_css(text):
    lines = CSS_COMMENT.sub(lambda found: found[1] or "", text).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip()) + "\n"


def styles(files):
    """{file: style}: those that no other one imports, with what they import in its place."""
    texts = {os.path.basename(file): read(file) for file in files}
    imported = {name for text in texts.values() for name in STYLE_IMPORT.findall(text)}

    def whole(file, text):
        def found(match):
            if match[1] not in texts:
                refuse(file, text, match.start(), f"there is no {match[1]} beside it")
            return texts[match[1]]

        return STYLE_IMPORT.sub(found, text)

    names = {file: os.path.basename(file) for file in files}
    return {file: minified_css(whole(file, texts[name])) for file, name in names.items() if name not in imported}


def contents(files):
    """What is served: (path, bytes), in the order of paths."""
    top = next((os.path.dirname(file) for file in files if os.path.basename(file) == "index.html"), None)
    if top is None:
        sys.exit("bake.py: index.html is missing")
    scripts = join([file for file in files if file.endswith(".js")])
    served = {"/" + name: script for name, script in scripts.items()}
    styled = styles([file for file in files if file.endswith(".css")])
    for file in files:
        path = "/" + os.path.relpath(file, top or ".").replace(os.sep, "/")
        kind = os.path.splitext(file)[1]
        if kind not in CONTENT_TYPES:
            sys.exit(f"{file}:1: bake.py knows no Content-Type for this; add it to CONTENT_TYPES")
        if kind == ".json":
            served.update(served_json(path, parsed(file)))
        elif kind == ".css":
            if file in styled:
                served[path] = styled[file]
        elif kind != ".js":
            served["/" if path == "/index.html" else path] = read(file)
    return [(path, served[path].encode()) for path in sorted(served)]


def c_bytes(data):
    lines = []
    for at in range(0, len(data), 20):
        lines.append("    " + " ".join(f"{byte}," for byte in data[at : at + 20]))
    return "\n".join(lines)


def bake(files):
    arrays, rows = [], []
    for number, (path, content) in enumerate(contents(files)):
        packed = gzip.compress(content, compresslevel=9, mtime=0)
        etag = hashlib.sha256(content).hexdigest()[:16]
        content_type = CONTENT_TYPES[os.path.splitext(path)[1] or ".html"]
        arrays.append(f"static const uint8_t gzip_{number}[] = {{\n{c_bytes(packed)}\n}};\n")
        rows.append(
            f'    {{"{path}", "{content_type}", "\\"{etag}\\"", gzip_{number}, sizeof gzip_{number}}},'
        )
    text = '#include "web/assets.h"\n\n' + "\n".join(arrays)
    text += "\nconst cc_asset_t cc_assets[] = {\n" + "\n".join(rows) + "\n};\n"
    text += "\nconst size_t cc_n_assets = sizeof cc_assets / sizeof cc_assets[0];\n"
    return text


def main(output, files):
    if output == "--join":
        for name, script in join([file for file in files[1:] if file.endswith(".js")]).items():
            with open(os.path.join(files[0], name), "w", encoding="utf-8") as target:
                target.write(script)
        return
    text = bake(files)
    with open(output, "w", encoding="utf-8") as target:
        target.write(text)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2:])
