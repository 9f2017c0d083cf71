# SPDX-License-Identifier: Apache-2.0
"""Breaks one promise at a time in a copy of the tree and demands that the named test turns red.

    run.py RESULTS FOLDER [PATCH...]

Each *.patch here begins with "# test: ctest REGEX" or "# test: FOLDER UNITTEST.NAME" and "# breaks: what".
The copy is built once; each patch rebuilds only what it touches. Every named test must be green first,
and all must build: a mutant that does not compile proves nothing.
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(HERE.parent))
import tally  # noqa: E402


class Tree:
    """A copy of the sources with a build of its own: no sanitizers, no optimisation, quick to rebuild."""

    def __init__(self, folder):
        self.source = folder / "tree"
        self.binary = folder / "build"
        shutil.copytree(ROOT, self.source, symlinks=True, ignore=self.left_out)

    @staticmethod
    def left_out(folder, names):
        top = pathlib.Path(folder) == ROOT
        return [name for name in names if name == "__pycache__" or top
                and (name in (".git", "build", "var") or name.startswith("build-"))]

    def call(self, *command, **options):
        done = subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
        return done.returncode == 0, done.stdout

    def configure(self):
        return self.call("cmake", "-S", self.source, "-B", self.binary, "-G", "Ninja",
                         "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0",
                         "-DWARNINGS_ARE_ERRORS=OFF")

    def build(self):
        return self.call("cmake", "--build", self.binary)

    def patch(self, path, *options):
        return self.call("patch", "-p1", "--batch", "--no-backup-if-mismatch", *options,
                         "-d", self.source, "-i", path)

    def test(self, kind, name, environment):
        if kind == "ctest":
            return self.call("ctest", "--test-dir", self.binary, "-R", f"^{name}$",
                             "--output-on-failure", "--no-tests=error")
        return self.call("/usr/bin/python3", "-m", "unittest", "-f", name,
                         cwd=self.source / "tests" / kind, env=environment)


def head(path):
    """(kind, test, what it breaks)"""
    lines = path.read_text(encoding="utf-8").splitlines()
    test = re.fullmatch(r"# test: (\S+) (\S+)", lines[0])
    breaks = re.fullmatch(r"# breaks: (.+)", lines[1])
    if not test or not breaks:
        raise ValueError(f"{path.name}: the first two lines must be '# test: KIND NAME' and '# breaks: WHAT'")
    return test.group(1), test.group(2), breaks.group(1)


def try_mutant(tree, path, environment):
    """Why the mutant counts as not found; None when its test turned red."""
    kind, name, _ = head(path)
    applied, output = tree.patch(path)
    if not applied:
        return "the patch no longer applies: " + output
    try:
        built, output = tree.build()
        if not built:
            return "the mutant does not build: " + output[-400:]
        green, output = tree.test(kind, name, environment)
        if green:
            return f"{name} stays green"
        # How it was noticed, so that a reader sees red for the right reason.
        print(next((line for line in output.splitlines() if re.search(r"Error:|error:", line)), "")[:160])
        return None
    finally:
        undone, output = tree.patch(path, "-R")
        if not undone:
            raise RuntimeError(output)


def main():
    results, folder, *chosen = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # deaf to it from the start, where it runs beside another
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True)
    paths = sorted(map(pathlib.Path, chosen) if chosen else HERE.glob("*.patch"))
    tree = Tree(folder)
    for act in (tree.configure, tree.build):
        good, output = act()
        if not good:
            print(output[-4000:])
            tally.note(results, "failed", "mutants", "build", "the unchanged tree does not build")
            return
    environment = {**os.environ, "UPTAKE_BIN": str(tree.binary / "bin"),
                   "UPTAKE_TEST_DIR": str(folder),
                   # A broken promise often shows as something that never comes.
                   "UPTAKE_TEST_PATIENCE": "12"}
    for kind, name in sorted({head(path)[:2] for path in paths}):
        good, output = tree.test(kind, name, environment)
        if not good:
            print(output[-4000:])
            tally.note(results, "failed", "mutants", name, "red without any mutant")
            return
    for path in paths:
        began = time.monotonic()
        reason = try_mutant(tree, path, environment)
        status = "failed" if reason else "passed"
        print(f"{status:7} {time.monotonic() - began:6.1f} s  {path.stem}: {head(path)[2]}", flush=True)
        tally.note(results, status, "mutants", path.stem, reason or "")


if __name__ == "__main__":
    main()
