# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import inspect
import json

from ansible.plugins.action import ActionBase
from ansible_collections.incus.infra.plugins.module_utils import steps

_ARGUMENTS = {
    "steps": {"type": "list", "elements": "dict", "required": True},
    "files": {"type": "dict", "default": {}},
    "refresh": {"type": "bool", "default": False},
}

# Where bootstrap installs it.
_PYTHON = "/usr/bin/python3"
# What a shell ends with that does not find its program.
_NOT_FOUND = 127


class ActionModule(ActionBase):
    """Compares a machine with its steps: one program on the standard input of the machine's Python."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp=None, task_vars=None):
        outcome = super().run(tmp, task_vars)
        dummy, arguments = self.validate_argument_spec(_ARGUMENTS)
        # Isolated, as it would import what lies in the current folder first.
        ran = self._low_level_execute_command(
            f"{self._compute_environment_string()} {_PYTHON} -I -".lstrip(), in_data=_program(arguments).encode()
        )
        try:
            outcome.update(json.loads(ran["stdout"]), changed=False)
        except ValueError:
            why = "Comparing the steps gave no result."
            if ran["rc"] == _NOT_FOUND:
                why = f"There is no {_PYTHON} in the machine; Apply installs it."
            outcome.update(failed=True, msg=why, **ran)
        return outcome


def _program(arguments):
    # str is what decrypts a text of the vault. A traceback shows the lines it comes from: only the last one, without data.
    given = json.dumps(arguments, default=str)
    return "\n".join([
        inspect.getsource(steps),
        "import json",
        f"arguments = json.loads({json.dumps(given)})",
        "print(json.dumps(compare(**arguments)))",
    ])
