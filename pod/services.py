"""What the outer layers (pages, commands, worker) are given: wired once, in `server`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pod.config import Settings
from pod.identity.accounts import Accounts
from pod.identity.issuer import Issuer
from pod.model import Agent
from pod.notify.channels import Channels
from pod.outbound import Outbound
from pod.programs.consents import Consents
from pod.programs.coverage import Coverage
from pod.programs.drops import Drops
from pod.programs.holders import Connections
from pod.programs.imports import Imports
from pod.programs.installed import Programs
from pod.programs.publications import Publications
from pod.programs.runs import Runs
from pod.programs.sandbox import Sandbox
from pod.programs.schedules import Schedules
from pod.programs.trial import Trial
from pod.space import Space


@dataclass(frozen=True, slots=True)
class Services:
    """One pod, and what it shares with the others of its server: accounts, programs, sandbox,
    outbound. `close` flushes and releases the pod; nothing of it may be used after."""

    settings: Settings
    space: Space
    accounts: Accounts
    issuer: Issuer
    programs: Programs
    sandbox: Sandbox
    imports: Imports
    drops: Drops
    coverage: Coverage
    connections: Connections
    consents: Consents
    publications: Publications
    runs: Runs
    schedules: Schedules
    trial: Trial
    channels: Channels
    outbound: Outbound
    close: Callable[[], None]

    @property
    def owner(self) -> Agent:
        return self.space.owner

    @property
    def busy(self) -> bool:
        """Whether something works in the background that closing would have to wait for."""
        parts = (self.imports, self.drops, self.connections, self.runs, self.trial, self.channels)
        return any(part.busy for part in parts)
