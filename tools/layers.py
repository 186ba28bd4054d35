#!/usr/bin/python3
"""layers.py [ROOT]: fails where a module includes one beside or above it, or a library that is another's."""
import re

from sources import blank, c_files, finish, line_of, root

# Modules on one line never include one another.
LAYERS = [
    ["base"],
    ["geo", "rules"],
    ["raster", "vector", "table"],
    ["evaluate", "sample", "survey"],
    ["review"],
    ["store"],
    ["atlas"],
    ["ops"],
    ["cli"],
]
RANK = {module: rank for rank, line in enumerate(LAYERS) for module in line}

# Public headers that do not carry their module's name.
HEADERS = {"io": "base", "yaml": "base", "json": "base", "hash": "base", "zip": "base", "csv": "base", "sign": "base", "standard": "rules"}

# The one module that wraps a library.
LIBRARIES = [
    (r"yaml\.h|jansson.*\.h|sodium(/.*|\.h)|zip\.h|expat.*\.h", "base"),
    (r"proj.*\.h|geodesic\.h", "geo"),
    (r"geos_c\.h", "vector"),
    (r"sqlite3.*\.h|gdal.*\.h|ogr.*\.h|cpl_.*\.h|dlfcn\.h", "store"),
    (r"cairo.*\.h|pango/.*|glib.*\.h|fontconfig/.*|xlsxwriter.*\.h", "atlas"),
]

# The C library and POSIX: open to all.
LIBC = set("""assert complex ctype dirent errno fcntl fenv float fnmatch ftw getopt glob iconv inttypes langinfo
libgen limits locale math poll pthread sched setjmp signal spawn stdalign stdarg stdatomic stdbool stddef stdint
stdio stdlib stdnoreturn string strings tgmath time unistd wchar wctype execinfo termios""".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)


def module_of_header(name):
    """The module of a public header "guotu/NAME.h"; None where it is unknown."""
    stem = name.removeprefix("guotu/").removesuffix(".h")
    module = HEADERS.get(stem, stem)
    return module if module in RANK else None


def module_of_file(path):
    """The module that a file belongs to; None for what may include anything (fuzz targets, the harness)."""
    if path.parts[0] == "include":
        return module_of_header(f"guotu/{path.name}")
    if path.parts[0] == "src":
        return path.parts[1]
    return path.parts[2] if path.parts[:2] == ("tests", "unit") and len(path.parts) > 3 else None


def may_include(module, other):
    return module is None or other == module or RANK[other] < RANK[module]


def check_outside(module, name):
    for pattern, owner in LIBRARIES:
        if re.fullmatch(pattern, name):
            if module in (None, owner):
                return None
            return f"<{name}> belongs to module {owner}, found in {module}"
    if name.removesuffix(".h") in LIBC or name.split("/")[0] in ("sys", "linux", "netinet", "arpa", "sanitizer"):
        return None
    return f"<{name}> is of no library known to tools/layers.py"


def check_quoted(base, path, module, name):
    if name.startswith("guotu/"):
        other = module_of_header(name)
        if other is None:
            return f'"{name}" is of no known module'
        return None if may_include(module, other) else f"{module} includes {other}, which is not to its left"
    if name == "gt_version.h" or module is None:
        return None
    own = [(base / path).parent, base / "src" / module, base / "tests" / "unit" / module]
    if (base / "tests/unit" / name).is_file() and path.parts[0] == "tests":
        return None
    for folder in own:
        found = (folder / name).resolve()
        if found.is_file():
            inside = found.is_relative_to(base / "src" / module) or found.is_relative_to(base / "tests/unit" / module)
            return None if inside else f'"{name}" is private to another module'
    return f'"{name}" is not a header of module {module}'


def main():
    base = root()
    problems = []
    for full in c_files(base, "include/guotu", "src", "tests/unit", "fuzz", "bench"):
        path = full.relative_to(base)
        module = module_of_file(path)
        if path.parts[0] in ("src", "include") and path.name != "guotu.h" and module not in RANK:
            problems.append(f"{path}:1: is of no known module")
            continue
        text = blank(full.read_text(), strings=False)
        for match in INCLUDE.finditer(text):
            kind, name = match.groups()
            outside = kind == "<" and not name.startswith("guotu/")
            wrong = check_outside(module, name) if outside else check_quoted(base, path, module, name)
            if wrong:
                problems.append(f"{path}:{line_of(text, match.start(1))}: {wrong}")
    finish(problems)


if __name__ == "__main__":
    main()
