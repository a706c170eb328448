# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import os
import secrets
import select
import selectors
import shlex
import subprocess
import time

from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.process import get_bin_path
from ansible_collections.community.general.plugins.connection import incus

DOCUMENTATION = r"""
name: incus
author: The Incus.Infra.Sdk contributors (@incus-infra)
short_description: Runs tasks in instances with the Incus client, and loses no output
description:
  - Is P(community.general.incus#connection), but for commands.
  - The Incus client loses what a command wrote when the command ends before the client has answered a ping of the server, and
    says that all went well. Here a command ends only when all that it wrote has arrived, and a task whose output does not
    arrive nevertheless fails.
  - A virtual machine that starts is waited for until its agent answers.
  - Instances need a POSIX shell, and C(cat), C(head) and C(timeout).
version_added: 0.1.0
options:
  remote_addr:
    description: Name of the instance.
    type: string
    default: inventory_hostname
    vars:
      - name: inventory_hostname
      - name: ansible_host
      - name: ansible_incus_host
  executable:
    description: Shell in the instance.
    type: string
    default: /bin/sh
    vars:
      - name: ansible_executable
      - name: ansible_incus_executable
  remote:
    description: Remote of the Incus client.
    type: string
    default: local
    vars:
      - name: ansible_incus_remote
  project:
    description: Incus project of the instance.
    type: string
    default: default
    vars:
      - name: ansible_incus_project
  remote_user:
    description: User in the instance.
    type: string
    default: root
    vars:
      - name: ansible_user
    env:
      - name: ANSIBLE_REMOTE_USER
    ini:
      - section: defaults
        key: remote_user
    keyword:
      - name: remote_user
  agent_timeout:
    description: Seconds that the agent of a virtual machine has to start.
    type: int
    default: 180
    vars:
      - name: ansible_incus_agent_timeout
  incus_become_method:
    description: Program that becomes O(remote_user) where that is not V(root).
    type: str
    default: /bin/su
    vars:
      - name: incus_become_method
"""

# The marks come after the output, and the command waits for the end of its input, which comes when both have arrived. So the
# server does not close the connections before the client has answered every ping that it reads before a mark. The limit is
# for a client that has lost a mark nevertheless: it waits for the command, as the command does for it.
_GUARDED = """{source} {shell} -c {command}
code=$?
printf %s%s {mark}
printf %s%s {mark} >&2
timeout 60 cat >/dev/null
exit $code"""


# Incus's words about a virtual machine that starts, or whose image has no agent.
_AGENT_IS_AWAY = "agent isn't currently running"


class Connection(incus.Connection):
    """Gets into instances with the Incus client."""

    def exec_command(self, cmd, in_data=None, sudoable=True):
        self._display.vvv(f"EXEC {cmd}", host=self._name())
        data = in_data or b""
        # In two halves, as a command may show the list of processes.
        halves = secrets.token_hex(8), secrets.token_hex(8)
        guarded = _GUARDED.format(
            # Exactly, as the end of the input is for what comes after the command.
            source=f"head -c {len(data)} |" if data else "</dev/null",
            shell=shlex.quote(self.get_option("executable")),
            command=shlex.quote(cmd),
            mark=" ".join(halves),
        )
        begin = time.monotonic()
        while True:
            code, outputs, complete = _run(self._call(guarded), data, "".join(halves).encode())
            if complete:
                return code, *outputs
            what = f"incus exec in {self._name()} ended with {code}"
            if code == 0:
                raise AnsibleError(f"{what} and lost output of the command, so that its result is not known.")
            words = outputs[1].decode(errors="replace").strip()
            if _AGENT_IS_AWAY not in words:
                raise AnsibleConnectionFailure(f"{what} before the command did: {words or 'it said nothing'}")
            self._wait_for_agent(begin)

    # No command has begun before there is an agent. Incus 6.0 sends no event when one has started.
    def _wait_for_agent(self, begin):
        if time.monotonic() - begin >= self.get_option("agent_timeout"):
            raise AnsibleConnectionFailure(
                f"the agent of the virtual machine {self._name()} did not start within {self.get_option('agent_timeout')} s. "
                f"Has its image one? The end of its console:\n{self._console()}")
        time.sleep(1)

    def _console(self):
        command = [*self._in_project("console"), self._place(), "--show-log"]
        log = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        lines = (log.stdout or log.stderr).decode(errors="replace").splitlines()
        printable = ("".join(character for character in line if character.isprintable()).strip() for line in lines)
        return "\n".join([line[:110] for line in printable if line][-10:])

    def _name(self):
        # Incus takes no dots in names: a fully qualified one begins with it.
        return self.get_option("remote_addr").split(".")[0]

    def _call(self, text):
        user = self.get_option("remote_user")
        become = [] if user == "root" else [self.get_option("incus_become_method"), user, "-c"]
        return [*self._in_project("exec"), self._place(), "--", *become, self.get_option("executable"), "-c", text]

    def _in_project(self, verb):
        return [get_bin_path("incus"), "--project", self.get_option("project"), verb]

    def _place(self):
        return f"{self.get_option('remote')}:{self._name()}"


def _run(command, data, mark):
    """Its exit code, its two outputs up to the mark, and whether the mark was in both."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    outputs = {process.stdout: bytearray(), process.stderr: bytearray()}
    # What is left of it is a view, not a copy: it may be the content of large files.
    data = memoryview(data)
    unmarked = set(outputs)
    with process.stdin, process.stdout, process.stderr, selectors.DefaultSelector() as ready:
        ready.register(process.stdin, selectors.EVENT_WRITE)
        for stream in outputs:
            ready.register(stream, selectors.EVENT_READ)
        reading = len(outputs)
        while reading:
            for key, dummy in ready.select():
                if key.fileobj is process.stdin:
                    data = _write(key.fd, data)
                    if not data:
                        ready.unregister(process.stdin)
                    continue
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    ready.unregister(key.fileobj)
                    reading -= 1
                outputs[key.fileobj] += chunk
                if mark in outputs[key.fileobj][-len(chunk) - len(mark):]:
                    unmarked.discard(key.fileobj)
            if not data and not unmarked:
                process.stdin.close()
    return process.wait(), [bytes(output.partition(mark)[0]) for output in outputs.values()], not unmarked


def _write(pipe, data):
    """What is left to write: nothing if nobody reads it any more, such as a client that Incus refused."""
    try:
        return data[os.write(pipe, data[:select.PIPE_BUF]):]
    except BrokenPipeError:
        return b""
