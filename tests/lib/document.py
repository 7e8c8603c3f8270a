"""Runs the commands of a document and compares what they print with what the document shows.

In the document, a block fenced as `console` holds commands (a line that starts with "# ", and those
with "> " that go on from it) and their output; a line "..." stands for any lines, "..." within a
line for any text.
"""
import os
import re

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read(name):
    """The text of doc/NAME."""
    with open(os.path.join(SOURCE, "doc", name), encoding="utf-8") as file:
        return file.read()


def commands(text, first, last):
    """[(line number, command, [lines shown])] of the chapters `first` to `last`, by number."""
    out = []
    fenced, chapter = False, 0
    for number, line in enumerate(text.splitlines(), 1):
        heading = re.match(r"## (\d+)\.", line)
        chapter = int(heading.group(1)) if heading else chapter
        if not first <= chapter <= last:
            continue
        if line.startswith("```"):
            fenced = line == "```console"
        elif fenced and line.startswith("# "):
            out.append((number, line[2:], []))
        elif fenced and line.startswith("> ") and not out[-1][2]:
            out[-1] = (out[-1][0], out[-1][1] + "\n" + line[2:], [])
        elif fenced:
            out[-1][2].append(line)
    return out


def block(text, language):
    """What the first block fenced as `language` holds."""
    return re.search(r"^```%s\n(.*?)^```$" % language, text, re.DOTALL | re.MULTILINE).group(1)


def pattern(lines):
    """A regular expression for the output that the shown lines describe."""
    parts = []
    for line in lines:
        if line == "...":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(re.escape(piece) for piece in line.rstrip().split("..."))
                         + r"[ \t]*\n")
    return re.compile("".join(parts))


def check(results, name, chapters, run):
    """A result for each command of these chapters (first, last) of doc/NAME.md; run(command)
    returns what it prints."""
    found = commands(read(name + ".md"), *chapters)
    if len(found) < 5:
        results.fail("%s: chapters %d to %d" % (name, *chapters),
                     ["only %d commands found" % len(found)])
    for number, command, shown in found:
        output = run(command)
        wrong = [] if pattern(shown).fullmatch(output) else (
            ["shown:"] + ["  " + line for line in shown] + ["printed:"]
            + ["  " + line for line in output.splitlines()])
        results.result("%s: line %d: %s" % (name, number, command.partition("\n")[0]), wrong)
