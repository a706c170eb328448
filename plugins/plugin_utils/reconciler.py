# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""Runs the Reconciler: a request goes in as JSON, progress comes out as lines of JSON, and the result as JSON."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import tempfile

from ansible.utils.display import Display

# Names another Reconciler than the one in the collection: a program, or a .dll for the dotnet host.
OVERRIDE = "INCUS_INFRA_RECONCILER"

# Set to anything, it makes each request to Incus a line of output.
_LOG_REQUESTS = "INCUS_INFRA_LOG_REQUESTS"

_FOLDER = os.path.join(os.path.dirname(os.path.dirname(__file__)), "reconciler")

display = Display()


class ReconcilerError(Exception):
    """There is no result; the text says why and how to fix it."""


def run(request, tell):
    """Returns the result, and passes on each event as it comes."""
    # Files, not pipes: nobody has to read one stream so that another one can go on.
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as result:
        given.write(json.dumps(request).encode())
        given.seek(0)
        exit_code, words = _start(_command(), given, result, tell)
        result.seek(0)
        text = result.read()
    try:
        return json.loads(text)
    except ValueError:
        raise ReconcilerError(f"The Reconciler exited with {exit_code} and without a result. {words}".rstrip()) from None


def logs_requests():
    """Whether the user wants to see the requests to Incus."""
    return bool(os.environ.get(_LOG_REQUESTS))


def _start(command, given, result, tell):
    words = ""
    with subprocess.Popen(
        command, stdin=given, stdout=result, stderr=subprocess.PIPE, encoding="utf-8", errors="replace"
    ) as process:
        for line in process.stderr:
            try:
                tell(json.loads(line))
            except ValueError:
                # Not from the Reconciler but from the runtime: what is wrong, and then the way to it.
                words = words or line.strip()
                display.vvv(line.rstrip())
    return process.returncode, words


def _command():
    program = os.environ.get(OVERRIDE) or _bundled()
    if not program.endswith(".dll"):
        return [program]
    # `dotnet build` says in this variable which dotnet it is; it need not be on the path.
    dotnet = os.environ.get("DOTNET_HOST_PATH") or shutil.which("dotnet")
    if not dotnet:
        raise ReconcilerError("'dotnet' is not on the PATH. Install the .NET runtime 10 on the controller.")
    return [dotnet, program]


def _bundled():
    """Compiled ahead of time for the machines that most builds run on, else for every machine."""
    compiled = "linux-x64" if (platform.system(), platform.machine()) == ("Linux", "x86_64") else "any"
    program = os.path.join(_FOLDER, compiled, "Incus.Infra.Reconciler.dll")
    if not os.path.exists(program):
        raise ReconcilerError(
            f"The collection has no Reconciler: '{program}' does not exist. "
            "Install the collection from its tarball or use the one in Incus.Infra.Sdk."
        )
    return program
