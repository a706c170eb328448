# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

# Documentation only: plugins/action/provision_step.py runs plugins/module_utils/steps.py in the machine.

DOCUMENTATION = r"""
---
module: provision_step
short_description: Does a provision step of files, users or services
description:
  - Changes what is not as declared, and looks afterwards whether it is.
  - Sends the contents of those files alone that differ, and shows none of them.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
options:
  step:
    description: A C(provision) step of infra.yml with C(files), C(users) or C(services).
    type: dict
    required: true
attributes:
  check_mode:
    support: full
    description: Says whether it would change something.
  diff_mode:
    support: none
  platform:
    support: full
    platforms: posix
    description: >-
      The machine needs C(/usr/bin/python3), 3.9 or newer; C(users) needs C(useradd) and C(usermod); C(services) and C(restart)
      need systemd.
"""

EXAMPLES = r"""
- name: Greet
  incus.infra.provision_step:
    step:
      files:
        - {dest: /etc/motd, content: "Welcome\n"}
"""

RETURN = r""" # """
