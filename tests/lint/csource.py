"""A small reader of C sources for the lint rules: text without comments, includes, functions.

It relies on the project's layout (.clang-format): a function's body opens and closes with a brace
in column 0, and no other line begins with an opening brace there.
"""
import re

TOKEN = re.compile(r"""
    (?P<comment> /\*.*?\*/ | //[^\n]* )
  | (?P<string>  "(?:\\.|[^"\\\n])*" )
  | (?P<char>    '(?:\\.|[^'\\\n])+' )
""", re.VERBOSE | re.DOTALL)

BRANCH = re.compile(r"\b(?:if|for|while|case)\b|&&|\|\||\?")
CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*\(")
OPENING = re.compile(r"^(?!\s*} while)[ }]*(?:else )?\b(if|for|while) \("
                     r"|(?<!#)\belse\b(?! if)", re.MULTILINE)
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
SIGNATURE = re.compile(r"([A-Za-z_]\w*)\s*\(")


def blank(text):
    """As many lines as `text`, with nothing in them."""
    return " " + "\n" * text.count("\n")


def strip(text, strings=True):
    """Without comments, and without the contents of strings; every line stays where it was."""
    def replace(match):
        if match.lastgroup == "comment":
            return blank(match.group(0))
        if not strings:
            return match.group(0)
        return '""' if match.lastgroup == "string" else "' '"
    return TOKEN.sub(replace, text)


def includes(text):
    """[(line, '<' or '"', name)], comments ignored."""
    plain = strip(text, strings=False)
    return [(plain.count("\n", 0, m.start(2)) + 1, m.group(1), m.group(2))
            for m in INCLUDE.finditer(plain)]


class Function:
    def __init__(self, name, line, lines, body):
        self.name = name
        self.line = line                              # of the first line of its signature
        self.lines = lines                            # from there to the closing brace
        self.branches = len(BRANCH.findall(body))     # places where it may go another way


def functions(text):
    """The functions that a file defines, in order."""
    lines = strip(text).split("\n")
    found, start = [], None
    for number, line in enumerate(lines):
        if line.startswith("{"):
            first = signature_start(lines, number)
            name = SIGNATURE.search(" ".join(lines[first:number]))
            start = (name.group(1), first) if name else None
        elif line.startswith("}") and start:
            name, first = start
            found.append(Function(name, first + 1, number - first + 1,
                                  "\n".join(lines[first:number])))
            start = None
    return found


def signature_start(lines, brace):
    """Index of the first line of the declaration that ends just above the line `brace`."""
    first = brace
    while first > 0 and lines[first - 1].strip() and \
            not lines[first - 1].rstrip().endswith((";", "}", "\\")) and \
            not lines[first - 1].startswith("#"):
        first -= 1
    return first


def calls(text):
    """[(line, name)] of everything that looks like a call."""
    plain = strip(text)
    return [(plain.count("\n", 0, m.start()) + 1, m.group(1)) for m in CALLED.finditer(plain)]


def words(text):
    """[(line, identifier)]."""
    plain = strip(text)
    return [(plain.count("\n", 0, m.start()) + 1, m.group(0))
            for m in re.finditer(r"\b[A-Za-z_]\w*\b", plain)]


def closing(text, opening):
    """Index just after the parenthesis that closes the one at `opening`."""
    depth = 0
    for index in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth == 0:
            return index + 1
    return len(text)


def without_braces(text):
    """Lines of if, for, while and else whose statement has no braces (an empty one needs none)."""
    plain = strip(text)
    out = []
    for match in OPENING.finditer(plain):
        end = closing(plain, match.end() - 1) if match.group(1) else match.end()
        if not re.match(r"\s*[{;\\]", plain[end:]):
            out.append(plain.count("\n", 0, match.start(0)) + 1)
    return out
