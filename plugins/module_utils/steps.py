# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""
Provision steps compared with the machine, and those of files, users and services done. Needs nothing but Python's own library:
the actions pipe these files into the machine's Python, where a module would first compile some 0.3 s of Ansible's.
"""

from __future__ import annotations

import fnmatch
import hashlib
import itertools
import os
import re
import tempfile

from ansible_collections.incus.infra.plugins.module_utils.files import bring_files, lacks_of_files
from ansible_collections.incus.infra.plugins.module_utils.machine import StepError, read, run
from ansible_collections.incus.infra.plugins.module_utils.services import bring_services, lacks_of_services
from ansible_collections.incus.infra.plugins.module_utils.users import bring_users, lacks_of_users

_MARKERS = "/var/lib/incus-infra/scripts"
_LACKS = {"files": lacks_of_files, "users": lacks_of_users, "services": lacks_of_services}
_METHODS = ("apt", "pip", "git", "script", *_LACKS)
_COMMIT = re.compile(r"[0-9a-f]{40}")


def compare(steps, files, refresh):
    """
    What every step lacks, with its number from 1, and those from the first that lacks something.
    files are the texts of the project's files that the steps name, by path; with refresh the origins of checkouts are asked.
    """
    state = _State(files, refresh)
    compared = [state.of(number, step) for number, step in enumerate(steps, start=1)]
    return {"steps": compared, "pending": list(itertools.dropwhile(lambda step: not step["missing"], compared))}


def do(step, stream):
    """Does a step of files, users or services, and looks at what came of it. Contents of files that were sent are in the stream."""
    method = _method(step)
    declared = step[method]
    try:
        if not _LACKS[method](declared):
            return {"changed": False}
        if method == "files":
            bring_files(declared, stream)
        elif method == "users":
            bring_users(declared)
        else:
            bring_services(declared)
        left = _LACKS[method](declared)
    except StepError as error:
        return {"failed": True, "msg": str(error)}
    except OSError as error:
        return {"failed": True, "msg": f"{error.filename2 or error.filename}: {error.strerror}."}
    return {"failed": True, "msg": f"After all was done, {'; '.join(left)}."} if left else {"changed": True}


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


def _method(step):
    return next(method for method in _METHODS if method in step)


class _State:
    """The machine compared with steps."""

    def __init__(self, files, refresh):
        self._files = files
        self._refresh = refresh
        self._installed = None

    def of(self, number, step):
        method, name = _method(step), step.get("name")
        try:
            missing = _LACKS[method](step[method]) if method in _LACKS else getattr(self, f"_{method}")(step[method], name)
        except StepError as error:
            missing = [str(error)]
        label = f"{number} {name} ({method})" if name else f"{number} ({method})"
        return {"number": number, "method": method, "label": label, "missing": missing}

    def _apt(self, apt, dummy):
        missing = []
        for repository in apt.get("repositories") or []:
            wanted = repository_files(repository, self._files[repository["key"]])
            missing += [f"{path} is not as declared" for path, text in wanted.items() if read(path) != text]
        for package in apt.get("packages") or []:
            name, dummy, version = str(package).partition("=")
            found = self._versions().get(name)
            if found is None:
                missing.append(f"package {name} is not installed")
            elif version and not fnmatch.fnmatchcase(found, version):
                missing.append(f"package {name} is {found}, not {version}")
        return missing

    def _versions(self):
        """Of all packages that are installed, with and without architecture, and of those that they stand for."""
        if self._installed is None:
            form = r"${db:Status-Status}\t${Package}\t${Architecture}\t${Version}\t${Provides}\n"
            dummy, lines, dummy = run("dpkg-query", "--show", f"--showformat={form}")
            self._installed = {}
            for line in lines.splitlines():
                status, name, architecture, version, provides = line.split("\t")
                if status != "installed":
                    continue
                for provided in filter(None, provides.split(", ")):
                    virtual, dummy, virtual_version = provided.partition(" (= ")
                    self._installed.setdefault(virtual, virtual_version.rstrip(")"))
                self._installed[f"{name}:{architecture}"] = self._installed[name] = version
        return self._installed

    def _pip(self, pip, dummy):
        python = os.path.join(pip["venv"], "bin", "python")
        if not os.path.exists(python):
            return [f"there is no virtual environment in {pip['venv']}"]
        wanted = ["--", *(str(package) for package in pip.get("packages") or [])]
        with tempfile.TemporaryDirectory() as folder:
            if "requirements" in pip:
                path = os.path.join(folder, "requirements.txt")
                with open(path, "w", encoding="utf-8") as file:
                    file.write(self._files[pip["requirements"]])
                wanted = ["--requirement", path, *wanted]
            # Without an index pip accepts what is installed, and fails or would install for all else.
            dry = ["--isolated", "--disable-pip-version-check", "install", "--dry-run", "--no-index"]
            # Isolated, as Python would take what lies in the current folder for pip.
            rc, output, error = run(python, "-I", "-m", "pip", *dry, *wanted)
        if rc:
            last = error.strip().rpartition("\n")[2]
            return [last.removeprefix("ERROR: ") or f"pip ended with exit code {rc} and said nothing"]
        return [output.strip().rpartition("\n")[2]] if "\nWould install " in output else []

    def _git(self, git, dummy):
        dest, version = git["dest"], str(git.get("version") or "HEAD")
        rc, head, error = run("git", "-C", dest, "rev-parse", "--verify", "HEAD")
        if rc:
            if "dubious ownership" in error:
                return [f"{dest} belongs to another user, so git does not trust it"]
            return [f"there is no checkout in {dest}"]
        missing = []
        dummy, origin, dummy = run("git", "-C", dest, "remote", "get-url", "origin")
        # Ansible's module makes an address of a path.
        if origin.strip() not in (git["repo"], f"file://{git['repo']}"):
            missing.append(f"{dest} is a checkout of {origin.strip()}")
        if not self._stays(git, version) and head.strip() not in self._commits(git, version):
            missing.append(f"{dest} is at {head.strip()[:12]}, not at {version}")
        dummy, changes, dummy = run("git", "-C", dest, "status", "--porcelain", "--untracked-files=no")
        if changes:
            missing.append(f"{dest} has changes of its own in {', '.join(line[3:] for line in changes.splitlines())}")
        return missing

    def _stays(self, git, version):
        """Without update, what was done on the declared branch since it was checked out is as declared."""
        if git.get("update", True):
            return False
        dummy, branch, dummy = run("git", "-C", git["dest"], "symbolic-ref", "--short", "HEAD")
        return version in ("HEAD", branch.strip())

    def _commits(self, git, version):
        """What the version stands for: at its origin now, or in the checkout when it was fetched last."""
        if _COMMIT.fullmatch(version):
            return [version]
        if self._refresh and git.get("update", True):
            dummy, lines, dummy = run("git", "ls-remote", git["repo"], version, f"{version}^{{}}")
            # For git a bare name also stands for other branches that end with it, such as theirs/main for main.
            names = {f"{prefix}{version}" for prefix in ("", "refs/", "refs/heads/", "refs/tags/")}
            answers = [line.split("\t") for line in lines.splitlines()]
            commits = [commit for commit, name in answers if name.removesuffix("^{}") in names]
            # What no ref there is called may be the begin of a commit.
            return commits or [commit for commit in self._in_checkout(git, version) if commit.startswith(version)]
        names = ["origin/HEAD"] if version == "HEAD" else [f"origin/{version}", f"refs/tags/{version}", version]
        return self._in_checkout(git, *names)

    def _in_checkout(self, git, *names):
        answers = [run("git", "-C", git["dest"], "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") for name in names]
        return [commit.strip() for rc, commit, dummy in answers if rc == 0]

    def _script(self, script, name):
        return lacks_of_script(name, script)
