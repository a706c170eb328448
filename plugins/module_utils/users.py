# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""Steps of users."""

from __future__ import annotations

import grp
import os
import pwd
import subprocess

from ansible_collections.incus.infra.plugins.module_utils.machine import StepError, must_run, open_regular

# As the user, who may have put a link where a folder belongs.
_WRITE_KEYS = """
set -e
mkdir -p -- "$1"
cat >"$1/.authorized_keys.infra"
mv -f -T -- "$1/.authorized_keys.infra" "$1/authorized_keys"
"""


def lacks_of_users(users):
    """What is not as declared, each in words."""
    return [lack for user in users for lack in _lacks_of_account(user) + _lacks_of_keys(user)]


def bring_users(users):
    """Makes or changes the accounts that are not as declared, then their keys."""
    for user in users:
        if _lacks_of_account(user):
            options = [f"--shell={user['shell']}"] if "shell" in user else []
            account = _account(user)
            # useradd makes a group of the user's name with the user, but after a look at the others.
            groups = [group for group in user.get("groups", []) if account or group != user["name"]]
            options += [f"--groups={','.join(groups)}"] if "groups" in user else []
            program = ["usermod"] if account else ["useradd", "--create-home"]
            must_run(*program, *options, "--", user["name"])
        if _lacks_of_keys(user):
            _write_keys(user)


def _lacks_of_account(user):
    name, account = user["name"], _account(user)
    if account is None:
        return [f"there is no user {name}"]
    missing = []
    if "shell" in user and account.pw_shell != user["shell"]:
        missing.append(f"user {name} has the shell {account.pw_shell}, not {user['shell']}")
    if "groups" in user:
        own = grp.getgrgid(account.pw_gid).gr_name
        groups = sorted({group.gr_name for group in grp.getgrall() if name in group.gr_mem} - {own})
        wanted = sorted(set(user["groups"]) - {own})
        if groups != wanted:
            missing.append(f"user {name} is in {_list(groups)}, not in {_list(wanted)}")
    return missing


def _lacks_of_keys(user):
    account = _account(user)
    if "ssh_keys" not in user or account is None:
        return []
    path = os.path.join(account.pw_dir, ".ssh", "authorized_keys")
    if not user["ssh_keys"] and not os.path.lexists(path):
        return []
    file = open_regular(path)
    if file is None:
        return [f"there is no file {path}"]
    with file:
        return [] if file.read() == _text(user["ssh_keys"]) else [f"{path} has other keys"]


def _write_keys(user):
    account = _account(user)
    result = subprocess.run(
        ["/bin/sh", "-c", _WRITE_KEYS, "sh", os.path.join(account.pw_dir, ".ssh")],
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        umask=0o077,
        cwd="/",
        input=_text(user["ssh_keys"]),
        capture_output=True,
        check=False,
    )
    if result.returncode:
        raise StepError(f"The keys of {user['name']} cannot be written: {result.stderr.decode(errors='replace').strip()}")


def _account(user):
    try:
        return pwd.getpwnam(user["name"])
    except KeyError:
        return None


def _text(keys):
    return "".join(f"{key}\n" for key in keys).encode()


def _list(groups):
    return ", ".join(sorted(groups)) or "no other group"
