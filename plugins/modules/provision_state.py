# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

# Documentation only: plugins/action/provision_state.py runs plugins/module_utils/steps.py in the machine.

DOCUMENTATION = r"""
---
module: provision_state
short_description: Reports which provision steps of a machine are as declared in infra.yml
description:
  - Checks packages, repositories, virtual environments, checkouts, the markers of scripts, files, users and services, and
    changes nothing.
  - One call for all steps, so that a machine where everything is in place costs one task.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
options:
  steps:
    description: The C(provision) steps of infra.yml.
    type: list
    elements: dict
    required: true
  files:
    description: The texts of the project's files that the steps name, by path.
    type: dict
    default: {}
  refresh:
    description:
      - Whether to ask the origins of checkouts with C(update) for changes.
      - Without it the machine needs no network.
    type: bool
    default: false
attributes:
  check_mode:
    support: full
    description: It never changes anything.
  platform:
    support: full
    platforms: posix
    description: The machine needs C(/usr/bin/python3), 3.9 or newer.
"""

EXAMPLES = r"""
- name: See whether nginx is there
  incus.infra.provision_state:
    steps:
      - apt: {packages: [nginx]}
"""

RETURN = r"""
steps:
  description:
    - For each step its C(number) from 1, C(method), C(label) for people, and C(missing), what is not as declared.
  returned: always
  type: list
  elements: dict
pending:
  description: The steps from the first that is not as declared. What comes after it may depend on it.
  returned: always
  type: list
  elements: dict
"""
