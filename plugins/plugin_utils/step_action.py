# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import hashlib
import inspect
import json
import shlex

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.plugins.action import ActionBase
from ansible.plugins.loader import lookup_loader
from ansible_collections.incus.infra.plugins.module_utils import files, machine, services, steps, users

# Each before those that use it.
_MODULES = (machine, services, users, files, steps)

# Where bootstrap installs it. Isolated, as it would import what lies in the current folder first.
_PYTHON = "/usr/bin/python3"
_READ = "import sys; exec(sys.stdin.buffer.read(int(sys.argv[1])))"

# What a shell ends with that does not find its program.
_NOT_FOUND = 127

_PROGRAM = """
import json, sys, types
for name, source in json.loads({sources}):
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(source, name, "exec"), vars(module))
print(json.dumps(getattr(sys.modules[{module}], {function})(**json.loads({arguments}){stream})))
"""


class StepAction(ActionBase):
    """An action that has steps looked at or done in the machine: one program on the standard input of the machine's Python."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def in_machine(self, function, data=None, **arguments):
        """
        What a function of module_utils returns there, or a failure as Ansible shows it. With data, it reads them from its argument
        stream.
        """
        sources = [(module.__name__, inspect.getsource(module)) for module in _MODULES]
        # str is what decrypts a text of the vault. A traceback shows no line of this program, and so none of its data.
        program = _PROGRAM.format(
            sources=repr(json.dumps(sources)),
            module=repr(function.__module__),
            function=repr(function.__name__),
            arguments=repr(json.dumps(arguments, default=str)),
            stream="" if data is None else ", stream=sys.stdin.buffer",
        ).encode()
        command = f"{self._compute_environment_string()} {_PYTHON} -I -c {shlex.quote(_READ)} {len(program)}".lstrip()
        ran = self._low_level_execute_command(command, in_data=program + (data or b""))
        try:
            return json.loads(ran["stdout"])
        except ValueError:
            why = "The program of the steps gave no result."
            if ran["rc"] == _NOT_FOUND:
                why = f"There is no {_PYTHON} in the machine; Apply installs it."
            return {**ran, "failed": True, "msg": why}

    def described(self, step, task_vars):
        """The step with size and hash in the place of the content of each file, and these contents."""
        if "files" not in step:
            return step, []
        contents = [self._content(file, task_vars) for file in step["files"]]
        return {**step, "files": [_described(file, content) for file, content in zip(step["files"], contents)]}, contents

    def _content(self, file, task_vars):
        if "content" in file:
            return file["content"].encode()
        if "template" in file:
            return self._rendered(file["template"], task_vars).encode()
        # What the vault has encrypted comes out in the clear.
        with open(self._loader.get_real_file(f"{task_vars['playbook_dir']}/{file['source']}"), "rb") as source:
            return source.read()

    def _rendered(self, path, task_vars):
        template = lookup_loader.get("ansible.builtin.template", loader=self._loader, templar=self._templar)
        try:
            # A template of nothing but a variable has its type.
            return str(template.run([f"{task_vars['playbook_dir']}/{path}"], variables=task_vars)[0])
        except AnsibleError as error:
            raise AnsibleActionFail(f"The template {path} cannot be evaluated.") from error


def _described(file, content):
    return {
        "dest": file["dest"],
        "owner": file.get("owner", "root"),
        "group": file.get("group", "root"),
        "mode": file.get("mode", "0644"),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        **({"restart": file["restart"]} if "restart" in file else {}),
    }
