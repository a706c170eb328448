# Copyright (c) The Incus.Infra.Sdk contributors
# MIT License (see LICENSE or https://opensource.org/licenses/MIT)

from __future__ import annotations


class ModuleDocFragment:
    """What all modules share that ask the engine."""

    DOCUMENTATION = r"""
options:
  socket:
    description: The unix socket of the Incus server; by default the one that the incus client uses.
    type: path
  remote:
    description: A remote of the incus client, instead of a socket.
    type: str
attributes:
  platform:
    support: full
    platforms: posix
    description: The controller needs the .NET runtime 10 or newer.
"""
