"""The files that the lint rules look at: those of the project, or of a self-test's tiny example."""
import os
import re

SKIP = {".git", "build", "__pycache__"}
PRODUCT = ("cache", "reconfigure", "cli")


class Tree:
    def __init__(self, root, build=None):
        self.root = os.path.abspath(root)
        self.build = build and os.path.abspath(build)   # a release build, for rules on objects
        self.paths = sorted(self._walk())
        self._texts = {}

    def _walk(self):
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in SKIP]
            for name in set(names) - SKIP:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def full(self, path):
        return os.path.join(self.root, path)

    def text(self, path):
        if path not in self._texts:
            with open(self.full(path), encoding="utf-8", errors="surrogateescape",
                      newline="") as file:
                self._texts[path] = file.read()
        return self._texts[path]

    def exists(self, path):
        return os.path.exists(self.full(path))

    def select(self, *endings, below=()):
        """Paths with one of the endings, below one of the folders (or anywhere)."""
        return [path for path in self.paths if path.endswith(endings)
                and (not below or path.split(os.sep)[0] in below)]

    def product(self, *endings):
        return self.select(*endings, below=PRODUCT)

    def scripts(self, language):
        """Scripts by ending or by their first line; language is `sh` or `py`."""
        interpreter = {"sh": r"^#!.*\b(ba|da)?sh\b", "py": r"^#!.*\bpython3?\b"}[language]
        return [path for path in self.paths if not path.startswith("fixtures")
                and (path.endswith("." + language)
                     or "." not in os.path.basename(path)
                     and re.match(interpreter, self.text(path)[:80]))]
