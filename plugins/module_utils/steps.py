# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""What the modules that run in the machines agree on: where a step leaves what, and what it has to say."""

from __future__ import annotations

import hashlib
import os

_MARKERS = "/var/lib/incus-infra/scripts"


def marker_of(name, script):
    """The file that holds the version of a script that ran. Without a name or a file, a script is known by its text."""
    identity = f"{name or ''}\n{script.get('file') or ('' if name else script['inline'])}"
    return os.path.join(_MARKERS, hashlib.sha256(identity.encode()).hexdigest()[:16])


def lacks_of_script(name, script):
    """What tells that a script has to run."""
    lacks = []
    creates, version = script.get("creates"), script.get("version")
    if creates and not os.path.lexists(creates):
        lacks.append(f"there is no {creates}")
    if version is not None:
        ran = read(marker_of(name, script))
        if ran is None:
            lacks.append("the script has not run")
        elif ran != str(version):
            lacks.append(f"the script ran in version {ran}, not {version}")
    return lacks


def repository_files(repository, key):
    """The files of an additional apt repository: path to text. Its key counts for this repository alone."""
    name = repository["name"]
    key_file = f"/etc/apt/keyrings/{name}.asc"
    fields = {
        "Types": "deb",
        "URIs": " ".join(repository["uris"]),
        "Suites": " ".join(repository["suites"]),
        "Components": " ".join(repository.get("components") or []),
        "Signed-By": key_file,
    }
    source = "".join(f"{field}: {value}\n" for field, value in fields.items() if value)
    return {key_file: key, f"/etc/apt/sources.list.d/{name}.sources": source}


def read(path):
    """The text of a file, or None where there is none."""
    try:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            return file.read()
    except (FileNotFoundError, NotADirectoryError):
        return None
