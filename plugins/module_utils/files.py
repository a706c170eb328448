# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""Steps of files. Of their contents it knows size and hash; those that have to be written come in a stream."""

from __future__ import annotations

import grp
import hashlib
import os
import pwd
import stat

from ansible_collections.incus.infra.plugins.module_utils.machine import StepError, open_regular
from ansible_collections.incus.infra.plugins.module_utils.services import mark_for_restart, restart, waiting_for_restart

_CHUNK = 1 << 20


def lacks_of_files(files):
    """What is not as declared, each in words."""
    waiting = waiting_for_restart(_served(files))
    return [
        *(lack for file in files for lack in _lacks(file)),
        *(f"service {name} has not been restarted since its files changed" for name in waiting),
    ]


def with_other_content(files):
    """Those whose content is not as declared, by their place in the list."""
    return [number for number, file in enumerate(files) if not _has_content(file)]


def bring_files(files, stream):
    """Writes those that are marked as sent, whose contents follow each other in the stream, and restarts their services."""
    for file in files:
        _ids(file)
    mark_for_restart(_served(file for file in files if file["sent"]))
    for file in files:
        if file["sent"]:
            _write(file, stream)
        elif there := open_regular(file["dest"]):
            with there:
                _give(there.fileno(), file)
    restart(waiting_for_restart(_served(files)))


def _served(files):
    return sorted({file["restart"] for file in files if "restart" in file})


def _lacks(file):
    path = file["dest"]
    if not os.path.lexists(path):
        return [f"there is no {path}"]
    if not _has_content(file):
        return [f"{path} has other content" if stat.S_ISREG(os.lstat(path).st_mode) else f"{path} is no regular file"]
    lacks, status = [], os.lstat(path)
    mode, owner = f"{stat.S_IMODE(status.st_mode):04o}", _names(status)
    if mode != file["mode"].rjust(4, "0"):
        lacks.append(f"{path} has the mode {mode}, not {file['mode'].rjust(4, '0')}")
    if owner != (file["owner"], file["group"]):
        lacks.append(f"{path} is of {':'.join(owner)}, not of {file['owner']}:{file['group']}")
    return lacks


def _has_content(file):
    there = open_regular(file["dest"])
    if there is None:
        return False
    with there:
        if os.fstat(there.fileno()).st_size != file["size"]:
            return False
        found = hashlib.sha256()
        for chunk in iter(lambda: there.read(_CHUNK), b""):
            found.update(chunk)
        return found.hexdigest() == file["sha256"]


def _write(file, stream):
    """The file is the old one or the new one at any time."""
    folder, name = os.path.split(file["dest"])
    _make_folders(folder, file)
    # Always the same name, so that what a killed run left goes away. Folders of configuration leave hidden files out.
    half_done = os.path.join(folder, f".infra-{hashlib.sha256(name.encode()).hexdigest()[:16]}")
    if os.path.lexists(half_done):
        os.unlink(half_done)
    try:
        with os.fdopen(os.open(half_done, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as new:
            left = file["size"]
            while left:
                chunk = stream.read(min(left, _CHUNK))
                if not chunk:
                    raise StepError(f"The content of {file['dest']} did not arrive.")
                new.write(chunk)
                left -= len(chunk)
            _give(new.fileno(), file)
        os.replace(half_done, file["dest"])
    finally:
        if os.path.lexists(half_done):
            os.unlink(half_done)


def _make_folders(folder, file):
    if not os.path.isdir(folder):
        _make_folders(os.path.dirname(folder), file)
        os.mkdir(folder, 0o755)
        os.chown(folder, *_ids(file))


def _give(descriptor, file):
    # In this order, as a change of the owner takes away what runs as the owner.
    os.fchown(descriptor, *_ids(file))
    os.fchmod(descriptor, int(file["mode"], 8))


def _ids(file):
    try:
        return pwd.getpwnam(file["owner"]).pw_uid, grp.getgrnam(file["group"]).gr_gid
    except KeyError as error:
        raise StepError(f"{file['dest']} shall be of {file['owner']}:{file['group']}, one of which is not there.") from error


def _names(status):
    try:
        return pwd.getpwuid(status.st_uid).pw_name, grp.getgrgid(status.st_gid).gr_name
    except KeyError:
        return str(status.st_uid), str(status.st_gid)
