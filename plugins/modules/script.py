# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import os
import subprocess

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.incus.infra.plugins.module_utils.steps import lacks_of_script, marker_of

DOCUMENTATION = r"""
---
module: script
short_description: Runs the script of a provision step, once for each version
description:
  - Runs the script as root in C(/), with the interpreter in its first line, else C(/bin/sh), unless the file that it
    creates exists and it has run in this version.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
options:
  name:
    description: The name of the step.
    type: str
  script:
    description: The C(script) of a C(provision) step of infra.yml.
    type: dict
    required: true
  text:
    description: The text of the script.
    type: str
    required: true
attributes:
  check_mode:
    support: full
    description: Says whether it would run.
"""

EXAMPLES = r"""
- name: Make the database
  incus.infra.script:
    name: database
    script: {file: scripts/database.sh, version: "2"}
    text: "{{ lookup('ansible.builtin.file', 'scripts/database.sh', rstrip=false) }}"
"""

RETURN = r"""
stdout:
  description: What the script wrote, to both of its outputs.
  returned: when it ran
  type: str
rc:
  description: Its exit code; negative is the signal that ended it.
  returned: when it ran
  type: int
"""


def main():
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str"},
            "script": {"type": "dict", "required": True},
            "text": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    name, script = module.params["name"], module.params["script"]
    if not lacks_of_script(name, script):
        module.exit_json(changed=False)
    if module.check_mode:
        module.exit_json(changed=True)
    rc, output = _run(module, script.get("environment") or {}, module.params["text"])
    if rc:
        module.fail_json(msg=f"The script failed with exit code {rc}.", rc=rc, stdout=output)
    creates = script.get("creates")
    if creates and not os.path.lexists(creates):
        module.fail_json(msg=f"The script succeeded, but did not create {creates}.", rc=rc, stdout=output)
    if script.get("version") is not None:
        _remember(module, marker_of(name, script), str(script["version"]))
    module.exit_json(changed=True, rc=rc, stdout=output)


def _run(module, environment, text):
    path = os.path.join(module.tmpdir, "script")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, 0o700)
    result = subprocess.run(
        [path] if text.startswith("#!") else ["/bin/sh", path],
        cwd="/",
        env={**os.environ, **{key: str(value) for key, value in environment.items()}},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return result.returncode, result.stdout.decode("utf-8", "replace")


def _remember(module, marker, version):
    os.makedirs(os.path.dirname(marker), exist_ok=True)
    half_done = os.path.join(module.tmpdir, "version")
    with open(half_done, "w", encoding="utf-8") as file:
        file.write(version)
    module.atomic_move(half_done, marker)


if __name__ == "__main__":
    main()
