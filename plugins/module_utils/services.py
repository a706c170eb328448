# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

"""Steps of services, and restarts. All of it asks systemd."""

from __future__ import annotations

import os

from ansible_collections.incus.infra.plugins.module_utils.machine import StepError, must_run, run

# A file here says that a service still runs with what its files were before. It comes before the change and goes after the
# restart, so a run that is killed in between leaves it to the next one.
_MARKS = "/var/lib/incus-infra/restarts"

_PROPERTIES = ("LoadState", "ActiveState", "SubState", "UnitFileState", "NeedDaemonReload")
_RUNNING = ("active", "reloading", "refreshing")
_STOPPED = ("inactive", "failed")
_ENABLED = ("enabled", "enabled-runtime")


def lacks_of_services(services):
    """What is not as declared, each in words."""
    states = _states([service["name"] for service in services])
    return [lack for service in services for dummy, lack in _lacks(service, states[service["name"]])]


def bring_services(services):
    """Enables, disables, starts and stops what is not as declared."""
    states = _fresh_states([service["name"] for service in services])
    for service in services:
        for verb, dummy in _lacks(service, states[service["name"]]):
            _systemctl(verb, service["name"])


def mark_for_restart(services):
    """Before the files of these services change."""
    os.makedirs(_MARKS, exist_ok=True)
    for service in services:
        with open(_mark(service), "wb"):
            pass


def waiting_for_restart(services):
    """Those of them that have not been restarted since their files changed."""
    return [service for service in services if os.path.exists(_mark(service))]


def restart(services):
    """Restarts each of them, also when one fails."""
    faults = []
    if services:
        _fresh_states(services)
    for service in services:
        try:
            _systemctl("restart", service)
            state = _states([service])[service]
            if state["ActiveState"] == "failed" or state["SubState"] == "auto-restart":
                raise StepError(f"Service {service} failed after its restart.{_journal(service)}")
            os.remove(_mark(service))
        except StepError as error:
            faults.append(str(error))
    if faults:
        raise StepError("\n".join(faults))


def _lacks(service, state):
    """Verbs of systemctl, each with what makes it necessary."""
    name, active, file_state = service["name"], state["ActiveState"], state["UnitFileState"]
    found = "is not there" if state["LoadState"] == "not-found" else None
    enabled, wanted = service.get("enabled"), service.get("state")
    if enabled is True and file_state not in _ENABLED:
        yield "enable", f"service {name} {found or f'is {file_state or active}'}, not enabled"
    if enabled is False and file_state in _ENABLED:
        yield "disable", f"service {name} is enabled"
    if wanted == "started" and (active not in _RUNNING):
        yield "start", f"service {name} {found or f'is {active}'}, not started"
    if wanted == "stopped" and active not in _STOPPED:
        yield "stop", f"service {name} is {active}, not stopped"


def _states(names):
    """What systemd says of each."""
    properties = [f"--property={name}" for name in _PROPERTIES]
    rc, output, error = run("systemctl", "show", *properties, "--", *names)
    if rc:
        raise StepError(f"systemd does not answer: {error.strip()}")
    blocks = [dict(line.split("=", 1) for line in block.splitlines()) for block in output.strip("\n").split("\n\n")]
    return dict(zip(names, blocks))


def _fresh_states(names):
    """After systemd has read the units anew, if any has changed."""
    states = _states(names)
    if any(state["NeedDaemonReload"] == "yes" for state in states.values()):
        must_run("systemctl", "daemon-reload")
        states = _states(names)
    return states


def _systemctl(verb, service):
    rc, dummy, error = run("systemctl", verb, "--", service)
    if rc:
        raise StepError(f"systemctl {verb} {service} failed: {error.strip()}{_journal(service)}")


def _journal(service):
    dummy, lines, dummy = run("journalctl", f"--unit={service}", "--lines=10", "--output=cat", "--no-pager", "--quiet")
    return f"\nThe end of its journal:\n{lines.strip()}" if lines.strip() else ""


def _mark(service):
    return os.path.join(_MARKS, service)
