"""sources.py: what the checks of the C sources share: which files there are, and their text without comments."""
import pathlib
import re
import sys

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def root():
    """The tree to check: the first argument, or the one that this file is in."""
    return pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()


def c_files(base, *folders):
    """All C files under the folders, in order of name."""
    for folder in folders:
        yield from sorted(p for p in (base / folder).rglob("*") if p.suffix in (".c", ".h"))


def blank(text, comments=True, strings=True):
    """The text with comments and the insides of strings turned to blanks; lines stay where they are."""
    def spaces(match):
        token = match.group(0)
        if token[0] == "/":
            return re.sub(r"[^\n]", " ", token) if comments else token
        return token[0] + " " * (len(token) - 2) + token[-1] if strings else token
    return TOKEN.sub(spaces, text)


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def finish(problems):
    """Prints what is wrong and ends the program."""
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)
