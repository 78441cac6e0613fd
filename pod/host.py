"""The pods of a server: at home one, at the root; at a provider one a name, under `/NAME/`.

A provider's pods lie in a folder each (`pods/NAME`), are opened when they are first asked for, and
at most `open_pods` of them stay open: the one that was not asked for longest, and has nothing to
do, is closed. "Storages never overlap": no pod holds another, and none holds the root.
https://solidproject.org/TR/protocol#storage
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pod.config import Settings
from pod.errors import BadInput, Conflict, NotFound, Unavailable
from pod.identity.accounts import Account, Accounts
from pod.identity.issuer import Issuer
from pod.identity.webid import PROFILE
from pod.model import Iri
from pod.services import Services

WEBHOOKS = "webhooks"  # a file in the folder of a pod that tells webhooks of its changes
HOME = ""  # the name of the one pod at home
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # also a label of a host name


def root_of(settings: Settings, name: str) -> Iri:
    """The root container of a pod."""
    return Iri(settings.base_url + (f"{name}/" if name else ""))


def webid_of(settings: Settings, name: str) -> Iri:
    """The owner of a pod."""
    return Iri(root_of(settings, name) + PROFILE[1:] + "#me")


@dataclass(slots=True)
class _Open:
    services: Services
    uses: int = 0


class Host:
    """Opens and closes pods by name. Thread-safe.

    `open_pod` opens the pod in its folder, `create_pod` makes the folder of a new one, `remove_pod`
    deletes it (a home's then starts anew, empty).
    """

    def __init__(
        self,
        settings: Settings,
        accounts: Accounts,
        issuer: Issuer,
        open_pod: Callable[[str], Services],
        create_pod: Callable[[str], None],
        remove_pod: Callable[[str], None],
        close: Callable[[], None],
    ) -> None:
        self.settings = settings
        self.accounts = accounts
        self.issuer = issuer
        self._open_pod = open_pod
        self._create_pod = create_pod
        self._remove_pod = remove_pod
        self._close = close
        self._pods: OrderedDict[str, _Open] = OrderedDict()
        self._turn = threading.Lock()
        self._opening = threading.RLock()
        self._closed = False

    @property
    def is_home(self) -> bool:
        return self.settings.shape == "home"

    def name_in(self, path: str) -> str | None:
        """The name of the pod whose storage `path` would lie in: None for a provider's root and
        for what can be no pod's name. Whether there is such a pod is not asked."""
        if self.is_home:
            return HOME
        name, slash, _ = path[1:].partition("/")
        return name if slash and NAME.fullmatch(name) else None

    def name_of(self, webid: str) -> str | None:
        """The name of the pod that `webid` owns; None for somebody else's WebID."""
        base = self.settings.base_url
        name = self.name_in(webid[len(base) - 1 :]) if webid.startswith(base) else None
        return name if name is not None and webid == webid_of(self.settings, name) else None

    def names(self) -> list[str]:
        """The pods there are."""
        if self.is_home:
            return [HOME]
        folder = self.settings.data / "pods"
        return sorted(p.name for p in folder.iterdir() if NAME.fullmatch(p.name))

    def exists(self, name: str) -> bool:
        if self.is_home:
            return name == HOME
        return bool(NAME.fullmatch(name)) and (self.settings.data / "pods" / name).is_dir()

    def telling(self) -> list[str]:
        """The pods that tell webhooks of their changes: perhaps not yet of all there were when the
        server ended. Opening them is enough."""
        folder = self.settings.data / "pods"
        return [name for name in self.names() if name and (folder / name / WEBHOOKS).exists()]

    @property
    def home(self) -> Services | None:
        """A home's pod where it is open: it stays so until the server closes or it is deleted."""
        found = self._pods.get(HOME)
        return found.services if found else None

    def is_open(self, name: str) -> bool:
        """Whether `use` would not have to open it first, which takes some milliseconds."""
        return name in self._pods

    @contextmanager
    def use(self, name: str) -> Iterator[Services]:
        """The pod, which stays open within the block. Raises NotFound if there is none,
        Unavailable where too many are at work at once."""
        found = self._taken(name) or self._opened(name)
        try:
            yield found.services
        finally:
            with self._turn:
                found.uses -= 1

    def create(
        self,
        name: str,
        password: str | None,
        *,
        email: str | None = None,
        language: str | None = None,
    ) -> Account:
        """A new pod with the account that owns it, both or none.

        Raises BadInput for a name that cannot be one, Conflict for one that is taken.
        """
        if self.is_home:
            raise BadInput("a home has one pod; `init --provider` makes a server for several")
        if not NAME.fullmatch(name):
            raise BadInput(
                "a pod's name has 1 to 63 small letters, digits and hyphens", field="name"
            )
        webid = webid_of(self.settings, name)
        with self._opening:
            if self.exists(name):
                raise Conflict(f"there is a pod {name!r} already", field="name")
            # The account first: without a pod it is what a crash left, and is made anew; a pod
            # without an account would be somebody's whose password nobody knows.
            self._forget(webid)
            account = self.accounts.create(name, password, webid, email=email, language=language)
            try:
                self._create_pod(name)
            except BaseException:
                self._forget(webid)
                raise
        return account

    def remove_due(self) -> list[str]:
        """Deletes the pods whose owners asked for it `leaving_days` ago, and their accounts; which.

        A pod in use is left for the next time.
        """
        gone = []
        for webid in self.accounts.due():
            name = self.name_of(webid)
            if name is not None and self._remove(name):
                self._forget(webid)
                gone.append(webid)
        return gone

    def end_client(self, webid: str, client: str) -> None:
        """Ends what an app hears for `webid` in any pod. In a pod that is closed only webhooks are
        left, which ask again before each message."""
        with self._turn:
            found = [one.services for one in self._pods.values()]
        for services in found:
            services.channels.end_client(webid, client)

    def _forget(self, webid: str) -> None:
        """The account, and all that was agreed to in its name: who has the name next gets none."""
        self.accounts.drop(webid)
        self.issuer.forget(webid)

    def _remove(self, name: str) -> bool:
        with self._opening:
            with self._turn:
                found = self._pods.get(name)
                if found is not None and (found.uses or found.services.busy):
                    return False
                self._pods.pop(name, None)
            if found is not None:
                found.services.close()
            self._remove_pod(name)
            return True

    def close(self) -> None:
        """Closes every pod, then what they share."""
        with self._opening:
            with self._turn:
                self._closed = True
            while self._pods:
                self._pods.popitem()[1].services.close()
            self._close()

    def _taken(self, name: str) -> _Open | None:
        with self._turn:
            if self._closed:
                raise Unavailable("the server is closing")
            found = self._pods.get(name)
            if found is not None:
                found.uses += 1
                self._pods.move_to_end(name)
            return found

    def _opened(self, name: str) -> _Open:
        with self._opening:  # what is open is not kept waiting by what is being opened
            if (found := self._taken(name)) is not None:
                return found
            if not self.exists(name):
                raise NotFound("there is no such pod")
            self._make_room()
            found = _Open(self._open_pod(name), 1)
            with self._turn:
                self._pods[name] = found
            return found

    def _make_room(self) -> None:
        """Closes the pods that were not asked for longest, as far as they have nothing to do."""
        while len(self._pods) >= self.settings.open_pods:
            with self._turn:
                idle = (n for n, one in self._pods.items() if not (one.uses or one.services.busy))
                name = next(idle, None)
                if name is None:
                    raise Unavailable("too many pods are at work; try again", retry_after=5)
                closing = self._pods.pop(name)
            closing.services.close()


def check_name(host: Host, name: str | None) -> str:
    """The pod that a command means. Raises BadInput where it does not say, NotFound."""
    if host.is_home:
        if name:
            raise BadInput("a home has one pod: leave --pod out", setting="pod")
        return HOME
    if not name:
        raise BadInput("this server has several pods: --pod NAME says which", setting="pod")
    return name
