"""Single-point changes of C code: where the text can be changed, and into what.

Like tests/lint/csource.py it relies on the project's layout: the braces of a function's body are
in column 0, and every statement starts a line.
"""
import collections
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lint"))
import csource  # noqa: E402

# In `file`, the characters from `start` to `end` become `new`.
Point = collections.namedtuple("Point", "file line start end kind old new")

BODY = re.compile(r"^\{$.*?^\}", re.MULTILINE | re.DOTALL)
SWAPPED = {"==": "!=", "!=": "==", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "&&": "||",
           "||": "&&", "+": "-", "-": "+", "+=": "-=", "-=": "+="}
RESULTS = {"0": "-1", "true": "false", "false": "true"}  # of a return; anything else becomes 0


def swapped(text, match):
    return match.start(1), match.end(1), SWAPPED[match.group(1)]


def other_constant(text, match):
    old = match.group(1)
    return match.start(1), match.end(1), RESULTS[old] if old.isalpha() else str(int(old) + 1)


def turned_round(text, match):
    """Not of a lone == or !=, which is another point already."""
    end = csource.closing(text, match.end(1))
    asked = text[match.end(1):end]
    lone = re.search(r" [=!]= ", asked) and not re.search(r"&&|\|\|", asked)
    return match.end(1), end, asked if lone else "(!%s)" % asked


def left_out(text, match):
    return match.start(1), match.end(1), ""


def other_result(text, match):
    return match.start(1), match.end(1), RESULTS.get(match.group(1), "0")


# Each pattern is sought in function bodies without comments and strings.
KINDS = [
    ("comparison", swapped, re.compile(r" (==|!=|<=?|>=?) ")),
    ("logic", swapped, re.compile(r"(&&|\|\|)")),
    ("arithmetic", swapped, re.compile(r" ([+-]=?) ")),
    ("constant", other_constant, re.compile(
        r"(?<!return )(?<!return -)(?<![\w.])(\d+|true|false)(?![\w.])")),
    ("condition", turned_round, re.compile(r"\b((?:if|while) )\(")),
    ("negation", left_out, re.compile(r"(!)[\w(]")),
    ("statement", left_out, re.compile(
        r"(?<=[;{}:])\s*\n +([a-z][\w>.\[\]-]*\([^;{}]*;|\*?[a-z][\w>.\[\]-]* [-+|&]?= [^;{}]*;)")),
    ("jump", left_out, re.compile(r"\b((?:break|continue);)")),
    ("return", other_result, re.compile(r"\breturn (?!NULL\b)([^;]+);")),
]


def blanked(text):
    """`text` with spaces in place of comments, strings and characters: every offset stays."""
    return csource.TOKEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group(0)), text)


def points(file, text):
    """The points of a C source, in order."""
    plain = blanked(text)
    found = []
    for body in BODY.finditer(plain):
        for kind, change, pattern in KINDS:
            for match in pattern.finditer(plain, body.start(), body.end()):
                start, end, _ = change(plain, match)
                _, _, new = change(text, match)
                if new != text[start:end]:
                    found.append(Point(file, plain.count("\n", 0, start) + 1, start, end, kind,
                                       text[start:end], new))
    return sorted(set(found), key=lambda point: (point.start, point.kind))


def changed(text, point):
    return text[:point.start] + point.new + text[point.end:]


def described(point):
    """One line for a list of points."""
    old, new = (" ".join(part.split()) for part in (point.old, point.new))
    return "%s:%d: %s: %s -> %s" % (point.file, point.line, point.kind, old, new or "nothing")
