# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import os

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.incus.infra.plugins.module_utils.machine import read
from ansible_collections.incus.infra.plugins.module_utils.steps import repository_files

DOCUMENTATION = r"""
---
module: apt_source
short_description: Adds an apt repository with its key
description:
  - Writes a deb822 source and an ASCII-armored key that is valid for this repository only.
  - Needs no Python library in the machine. It does not read the lists of the repository.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
options:
  repository:
    description: C(name), C(uris), C(suites) and C(components), as in a C(provision) step of infra.yml.
    type: dict
    required: true
  key:
    description: The text of the key.
    type: str
    required: true
attributes:
  check_mode:
    support: full
    description: Says what would change.
"""

EXAMPLES = r"""
- name: Add the repository of the database
  incus.infra.apt_source:
    repository:
      name: database
      uris: [https://deb.example.org]
      suites: [stable]
      components: [main]
    key: "{{ lookup('ansible.builtin.file', 'keys/database.asc') }}"
"""

RETURN = r"""
files:
  description: The files that changed.
  returned: success
  type: list
  elements: str
"""


def main():
    module = AnsibleModule(
        argument_spec={
            "repository": {"type": "dict", "required": True},
            "key": {"type": "str", "required": True, "no_log": False},
        },
        supports_check_mode=True,
    )
    wanted = repository_files(module.params["repository"], module.params["key"])
    changed = {path: text for path, text in wanted.items() if read(path) != text}
    if not module.check_mode:
        for path, text in changed.items():
            _write(module, path, text)
    module.exit_json(changed=bool(changed), files=sorted(changed))


def _write(module, path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    half_done = os.path.join(module.tmpdir, os.path.basename(path))
    with open(half_done, "w", encoding="utf-8") as file:
        file.write(text)
    # apt reads the key as a user of its own.
    os.chmod(half_done, 0o644)
    module.atomic_move(half_done, path)


if __name__ == "__main__":
    main()
