# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = r"""
---
module: service_answer
short_description: Waits until a systemd service answers or exits
description:
  - Polls a URL until it answers with success. Fails as soon as the service exits, and at the latest when the time is up;
    in both cases with the last lines of its journal.
version_added: 0.1.0
author:
  - The Incus.Infra.Sdk contributors
options:
  name:
    description: The name of the unit.
    type: str
    required: true
  url:
    description: URL that answers once it is ready.
    type: str
    required: true
  timeout:
    description: Seconds to wait.
    type: int
    default: 120
attributes:
  check_mode:
    support: full
    description: Does not wait, because nothing was started.
"""

EXAMPLES = r"""
- name: Wait for the server
  incus.infra.service_answer:
    name: llama-server
    url: http://127.0.0.1:8080/health
"""

RETURN = r"""
stdout:
  description: The last lines of the journal of the service.
  returned: failed
  type: str
"""

_SECONDS_BETWEEN = 0.2


def main():
    module = AnsibleModule(
        argument_spec={
            "name": {"type": "str", "required": True},
            "url": {"type": "str", "required": True},
            "timeout": {"type": "int", "default": 120},
        },
        supports_check_mode=True,
    )
    if module.check_mode:
        module.exit_json(changed=False)
    name, url, timeout = module.params["name"], module.params["url"], module.params["timeout"]
    end = time.monotonic() + timeout
    while (said := _ask(url)) is not None:
        state = _state(module, name)
        if state["ActiveState"] in ("failed", "inactive") or state["SubState"].startswith("auto-restart"):
            _fail(module, name, f"{name} exited with status {state['ExecMainStatus']}.")
        if time.monotonic() > end:
            _fail(module, name, f"{name} runs, but {url} was not ready within {timeout} seconds: {said}.")
        time.sleep(_SECONDS_BETWEEN)
    module.exit_json(changed=False)


def _ask(url):
    """What stands against it; None when it answered."""
    # A proxy of the environment is for others.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5):
            return None
    except urllib.error.HTTPError as fault:
        return f"HTTP status {fault.code}"
    except (OSError, ValueError, http.client.HTTPException) as fault:
        return str(getattr(fault, "reason", fault))


def _state(module, name):
    properties = "ActiveState,SubState,ExecMainStatus"
    dummy, output, dummy = module.run_command(
        ["systemctl", "show", f"--property={properties}", f"{name}.service"], check_rc=True
    )
    return dict(line.split("=", 1) for line in output.splitlines())


def _fail(module, name, message):
    dummy, journal, dummy = module.run_command(
        ["journalctl", "--no-pager", "--output=cat", "--lines=20", f"--unit={name}.service"]
    )
    module.fail_json(msg=message, stdout=journal)


if __name__ == "__main__":
    main()
