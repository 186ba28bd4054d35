#!/usr/bin/python3
"""links.py [ROOT]: fails where a page in Markdown names a file or a heading that is not there."""
import re
import subprocess
import unicodedata

from sources import finish, root

LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|(?:src|href)=\"([^\"]+)\"")
CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.M | re.S)


def pages(base):
    """The pages that are, or would be, committed."""
    command = ["git", "-C", base, "ls-files", "-co", "--exclude-standard", "*.md"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\n")
    except (OSError, subprocess.CalledProcessError):
        listed = [str(p.relative_to(base)) for p in base.rglob("*.md") if "build" not in p.relative_to(base).parts]
    return [base / name for name in sorted(set(listed)) if name and (base / name).is_file()]


def without_code(text):
    return CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def anchors(text):
    """The names under which GitHub's way of writing makes headings reachable."""
    names = set()
    for line in re.findall(r"^#+\s+(.*?)\s*#*$", re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.M | re.S), re.M):
        kept = (c for c in line.lower() if c in " -_" or unicodedata.category(c)[0] in "LNM")
        names.add("".join(kept).replace(" ", "-"))
    return names | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


def check(base, page):
    text = page.read_text()
    plain = without_code(text)
    for match in LINK.finditer(plain):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z+]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        where = f"{page.relative_to(base)}:{plain.count(chr(10), 0, match.start()) + 1}"
        if not file.exists():
            yield f"{where}: there is no {target}"
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text()):
            yield f"{where}: there is no heading for {target}"


def main():
    base = root()
    finish([problem for page in pages(base) for problem in check(base, page)])


if __name__ == "__main__":
    main()
