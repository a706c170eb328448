# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

# Documentation only: plugins/action/resting.py asks on the controller.

DOCUMENTATION = r"""
---
module: resting
short_description: Says whether nothing is to be done in a machine, as it does not run and need not
description:
  - A machine whose variable C(instance_state) is V(stopped) rests.
  - So does one with V(any) that somebody has stopped or paused. It is asked by its connection.
  - Any other machine does not rest, whether it runs or not.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
attributes:
  check_mode:
    support: full
    description: It never changes anything.
  platform:
    support: full
    platforms: posix
    description: The machine needs a POSIX shell.
"""

EXAMPLES = r"""
- name: See whether the machine rests
  incus.infra.resting:
  register: infra_resting
"""

RETURN = r"""
reason:
  description: Why it rests, as a clause.
  returned: when it rests
  type: str
  sample: it is stopped
"""
