# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

# Documentation only: the work is done on the controller, in plugins/action/health.py.

DOCUMENTATION = r"""
---
module: health
short_description: Waits until the machines that others need are healthy
description:
  - Takes what some hosts need (C(needs) in C(infra.yml)) and waits until each of these machines is healthy as its C(health)
    says, or for one without until it runs. All are waited for at the same time, each as long as its C(within) says.
  - Fails for no host. RV(unmet) says which hosts lack a machine, so that these alone are left out.
  - Runs once on the controller, however many hosts the play has.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
extends_documentation_fragment:
  - incus.infra.engine
options:
  before:
    description: Names of hosts and groups whose turn comes next.
    type: list
    elements: str
    required: true
attributes:
  check_mode:
    support: full
    description: Does not wait, because nothing was started.
  diff_mode:
    support: none
"""

EXAMPLES = r"""
- name: Wait for what the web servers need
  incus.infra.health:
    before: [web]
  register: needs
  run_once: true

- name: Leave out what needs a machine that is not ready
  ansible.builtin.fail:
    msg: "{{ needs.unmet[inventory_hostname] }}"
  when: inventory_hostname in needs.unmet
"""

RETURN = r"""
unmet:
  description: For each host that needs a machine that failed or is not healthy, which one.
  returned: always
  type: dict
  sample: {web: "It needs db, which is not healthy."}
unhealthy:
  description: The machines that are not healthy.
  returned: always
  type: list
  elements: dict
  contains:
    project:
      description: The Incus project of the machine.
      type: str
      sample: shop
    name:
      description: The machine.
      type: str
      sample: db
    error:
      description: What it answered and what its journal says last, with C(code), C(message) and C(help).
      type: dict
"""
