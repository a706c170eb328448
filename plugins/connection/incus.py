# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations

import mmap
import os
import secrets
import select
import selectors
import shlex
import subprocess
import time

from ansible.errors import AnsibleConnectionFailure, AnsibleError, AnsibleFileNotFound
from ansible.module_utils.common.process import get_bin_path
from ansible_collections.community.general.plugins.connection import incus

DOCUMENTATION = r"""
name: incus
author: The Incus.Infra.Sdk contributors (@incus-infra)
short_description: Runs tasks in instances with the Incus client, and loses no output and no file
description:
  - Is P(community.general.incus#connection), but for commands and files.
  - The Incus client loses what a command wrote when the command ends before the client has answered a ping of the server, and
    says that all went well. Here a command ends only when all that it wrote has arrived, and a task whose output does not
    arrive nevertheless fails.
  - The Incus client loses a file when the server ends its file transfers in the instance meanwhile, and the other connection
    takes no notice. Here files are the input and output of commands, which a full disk makes fail.
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

    def put_file(self, in_path, out_path):
        self._display.vvv(f"PUT {in_path} TO {out_path}", host=self._name())
        if not os.path.isfile(in_path):
            raise AnsibleFileNotFound(f"There is no file {in_path}.")
        with open(in_path, "rb") as file:
            # Nothing can be mapped of an empty one.
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if os.fstat(file.fileno()).st_size else b""
        self._transfer(f"cat >{shlex.quote(out_path)}", f"write {out_path}", content)

    def fetch_file(self, in_path, out_path):
        self._display.vvv(f"FETCH {in_path} TO {out_path}", host=self._name())
        content = self._transfer(f"cat <{shlex.quote(in_path)}", f"read {in_path}")
        with open(out_path, "wb") as file:
            file.write(content)

    def _transfer(self, command, what, content=b""):
        code, output, errors = self.exec_command(command, content)
        if code:
            words = errors.decode(errors="replace").strip()
            raise AnsibleError(f"{self._name()} could not {what}: {words or f'cat ended with {code}'}")
        return output

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
