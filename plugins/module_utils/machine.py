# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""What all steps need of the machine that they are in."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess


class StepError(Exception):
    """What keeps a step from being as declared, in words for people."""


def read(path):
    """The text of a file, or None where there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None


def open_regular(path):
    """A regular file for reading, or None: nothing that a link leads to, and no pipe that would wait for its writer."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
    except (FileNotFoundError, NotADirectoryError):
        return None
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def run(program, *arguments):
    """Exit code and outputs. A program that is not there has not found anything either."""
    if shutil.which(program) is None:
        return 127, "", f"there is no {program}"
    result = subprocess.run(
        [program, *arguments],
        env={**os.environ, "LC_ALL": "C.UTF-8", "GIT_TERMINAL_PROMPT": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


def must_run(program, *arguments):
    rc, dummy, error = run(program, *arguments)
    if rc:
        raise StepError(f"{program} {' '.join(arguments)} ended with {rc}: {error.strip() or 'it said nothing'}")
