"""Settings: `domicile.toml` in the data folder, then `DOMICILE_*`, then the command line.

Unknown keys are refused.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pod.errors import BadInput

FILE = "domicile.toml"
PREFIX = "DOMICILE_"


def _setting(default: Any, meaning: str) -> Any:
    return field(default=default, metadata={"meaning": meaning})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, its default and its meaning (`domicile --help` and docs/settings.md)."""

    data: Path = _setting(Path("data"), "folder that holds everything (one folder a pod inside it)")
    base_url: str = _setting(
        "http://localhost:8080/", "public address of the server, ends with a slash"
    )
    shape: str = _setting("home", "`home`: one pod at the root; `provider`: pods at /NAME/")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8080, "port to listen on")
    tls_certificate_file: str = _setting(
        "", "certificate chain (PEM) to answer over TLS with; default: plain HTTP"
    )
    tls_key_file: str = _setting("", "private key (PEM) of that certificate")
    open_pods: int = _setting(200, "a provider's pods that are open at once")
    sign_up: bool = _setting(
        False, "a provider's visitors may make a pod themselves, from the sign-in page"
    )
    sign_ups: int = _setting(5, "pods that visitors from one address may make in an hour")
    workers: int = _setting(
        1, "serving processes: 1, which SQLite's one writer is in; more are refused"
    )
    language: str = _setting(
        "fr", "language of pages for a browser that asks for neither French nor English"
    )
    time_zone: str = _setting("Europe/Paris", "the owner's time zone, for days and hours on pages")
    vault_key_file: str = _setting(
        "", "file of the key that seals secrets; default: outside the data folder"
    )
    setup_code: bool = _setting(
        True, "ask for the printed code when the first visitor is not on this machine"
    )
    max_body_bytes: int = _setting(1 << 30, "largest body of a PUT or POST")
    max_rdf_bytes: int = _setting(16 << 20, "largest RDF body that is parsed")
    max_rdf_depth: int = _setting(64, "deepest nesting in RDF, JSON-LD or SPARQL")
    max_import_bytes: int = _setting(1 << 30, "largest file that is imported")
    max_picture_bytes: int = _setting(32 << 20, "largest picture or PDF that is searched for codes")
    picture_seconds: int = _setting(20, "processor time that one picture or PDF may take")
    drop_files: int = _setting(2000, "most files of one drop, those inside archives included")
    drop_bytes: int = _setting(1 << 30, "most bytes of one drop, sent or unpacked")
    drop_depth: int = _setting(2, "archives within archives that are opened")
    meter: str = _setting(
        "",
        "where the meter's frames come from: a serial port (/dev/ttyUSB0) or mqtt://user@host/topic; "
        "default: nobody listens",
    )
    meter_password_file: str = _setting("", "file of the password for that MQTT broker")
    meter_sample_seconds: float = _setting(
        1800.0, "one frame of the meter is kept in each so many seconds"
    )
    meter_hold_seconds: float = _setting(3600.0, "how long frames wait to be imported as one file")
    inline_bytes: int = _setting(
        512 << 10, "bodies up to this size are kept in the database, larger ones in files"
    )
    version_count: int = _setting(20, "most earlier versions of a document that are kept")
    version_bytes: int = _setting(16 << 20, "largest version that is kept")
    version_quota_bytes: int = _setting(
        256 << 20, "most space for earlier versions and deleted documents; 0 keeps none"
    )
    version_gap_seconds: float = _setting(
        1.0, "a version that stood for less than this is not kept"
    )
    tree_resources: int = _setting(
        50_000, "most resources that one move, copy or deletion of a folder may touch"
    )
    upload_files: int = _setting(2000, "most files of one upload in the pages")
    zip_bytes: int = _setting(8 << 30, "largest folder that is downloaded as a zip file")
    index_seconds: float = _setting(
        1.5,
        "how far search and queries may be behind before writes wait for them; 0: they never wait",
    )
    query_documents: int = _setting(
        20_000, "most documents that a query of anybody but the owner is asked over"
    )
    queries_waiting: int = _setting(16, "most SPARQL requests that are answered or wait at once")
    recent_bytes: int = _setting(
        64 << 20, "memory for what was read and decided since the last change; 0: none"
    )
    listing_bytes: int = _setting(
        256 << 20, "memory for listings of over 5000 children that are being sent"
    )
    query_seconds: float = _setting(10.0, "longest SPARQL query")
    query_rows: int = _setting(100_000, "most rows of a SPARQL answer")
    run_cpu_seconds: float = _setting(10.0, "longest computation of a program")
    import_cpu_seconds_per_mb: float = _setting(
        1.0, "what an importer may compute besides for each megabyte of its file"
    )
    run_memory_bytes: int = _setting(128 << 20, "most memory of a program")
    run_calls: int = _setting(100, "most queries of one run")
    run_read_bytes: int = _setting(64 << 20, "most data one run may read")
    watch_seconds: float = _setting(43_200.0, "longest `run --watch`, which ends then")
    run_result_bytes: int = _setting(1 << 20, "largest result of an app")
    run_yield_bytes: int = _setting(64 << 20, "most records that an importer may yield, in bytes")
    installed_apps: int = _setting(100, "most apps that an owner installs in a pod")
    run_gap_seconds: float = _setting(
        300.0, "least seconds between two runs that changes of data start"
    )
    hosts: str = _setting(
        "", "other names that the owner's pages answer to, with commas; IP addresses always do"
    )
    body_idle_seconds: float = _setting(
        30.0, "longest pause in a body that is being sent to the server"
    )
    silence_seconds: float = _setting(
        60.0,
        "silence after which the other end of a connection is asked whether it is there (TCP); it is "
        "closed after as long again without an answer",
    )
    uploads: int = _setting(32, "most large bodies that are taken in at once")
    leaving_days: int = _setting(
        14, "days from asking that everything be deleted until it is; until then it can be undone"
    )
    session_days: int = _setting(30, "days until a browser session ends")
    session_idle_days: int = _setting(14, "days without use until a browser session ends")
    sign_in_attempts: int = _setting(
        10, "wrong passwords from one address in 15 minutes before it has to wait"
    )

    group_seconds: float = _setting(
        300.0, "how long the members of a group on another server are remembered"
    )
    group_bytes: int = _setting(1 << 20, "largest group document of another server")
    remote_groups: int = _setting(
        1000, "most group documents of other servers that are remembered, a pod"
    )
    guest_bytes: int = _setting(
        256 << 10, "largest body from somebody who may add to a container and not write in it"
    )
    guest_members: int = _setting(
        10_000, "most members of a container that such a guest may still add to"
    )

    outbound_seconds: float = _setting(10.0, "longest exchange with another server")
    outbound_bytes: int = _setting(8 << 20, "largest answer of another server")
    outbound_at_once: int = _setting(16, "most requests to other servers at once")
    outbound_loopback: bool = _setting(
        False, "for development: other servers may be on this machine, without TLS too"
    )
    outbound_ca_file: str = _setting(
        "", "certificates of authorities that are trusted besides the system's"
    )

    holder_hosts: str = _setting(
        "", "for development: origins that stand in for those of holders, as A=B with commas"
    )
    sync_rounds: int = _setting(40, "most runs of a fetcher in one go, while it says there is more")
    sync_bytes: int = _setting(32 << 20, "most bytes that one run of a fetcher may bring")
    sync_retry_seconds: float = _setting(
        900.0, "seconds until a holder that was busy is asked again; they double up to a day"
    )

    channels: int = _setting(10_000, "notification channels of a pod in all")
    channels_of_agent: int = _setting(1_000, "notification channels of one agent")
    channels_of_public: int = _setting(
        5_000, "notification channels of all who have not signed in, together"
    )
    channels_open: int = _setting(
        3_000, "WebSockets and streams that are open at once, of all pods"
    )
    channels_open_of_address: int = _setting(
        1_000, "those of them from one address; behind a proxy all come from one"
    )
    channel_queue: int = _setting(
        256, "notifications that wait for one subscriber; one that is slower is cut off"
    )
    channel_replay: int = _setting(
        10_000, "changes of the log that a subscriber may be told of afterwards"
    )
    channel_idle_seconds: float = _setting(
        60.0, "seconds that a channel waits for its subscriber to connect, or to come back"
    )
    channel_hours: float = _setting(24.0, "longest life of a WebSocket or streaming channel")
    channel_ping_seconds: float = _setting(
        30.0, "seconds of silence after which a stream shows that it is alive"
    )
    channel_frame_bytes: int = _setting(4 << 10, "largest message of a subscriber on a WebSocket")
    channel_topics: int = _setting(100, "topics on one WebSocket of the old protocol `solid-0.1`")
    webhook_days: float = _setting(90.0, "longest life of a webhook channel")
    webhook_attempts: int = _setting(
        10, "attempts to deliver one notification to a webhook until its channel ends"
    )
    webhook_retry_seconds: float = _setting(
        2.0, "seconds until the second attempt; they double up to an hour"
    )
    webhooks_at_once: int = _setting(4, "deliveries of a pod to webhooks at once")
    dpop_seconds: int = _setting(60, "how old a proof of a token's key may be")
    dpop_proofs: int = _setting(
        500_000, "most proofs that are remembered; when full, requests with a token wait"
    )
    dpop_ath: bool = _setting(
        False, "refuse proofs that do not name their token (many deployed clients leave it out)"
    )
    bearer_tokens: bool = _setting(
        False, "accept tokens of identity providers that no key protects (Bearer)"
    )
    profile_seconds: int = _setting(300, "how long what a WebID's profile says is believed")
    issuer_seconds: int = _setting(3600, "how long the keys of another identity provider are kept")
    remote_documents: int = _setting(
        1000, "most profiles, keys and app descriptions of others that are kept"
    )
    access_token_seconds: int = _setting(600, "how long an app's access lasts before it renews it")
    app_sign_in_days: int = _setting(90, "days without use until an app must ask to sign in again")
    authorization_seconds: int = _setting(60, "how long an app has to fetch what a sign-in gave it")
    registered_apps: int = _setting(1000, "most apps that registered themselves")
    registered_app_days: int = _setting(90, "days until an app must register itself again")
    registrations: int = _setting(30, "most registrations of apps from one address in an hour")
    signing_key_days: int = _setting(90, "days until the identity provider signs with a new key")

    @property
    def origin(self) -> str:
        return self.base_url.rstrip("/")


def load(
    data: Path | None = None, environ: Mapping[str, str] = os.environ, **flags: Any
) -> Settings:
    """Settings from `data`/domicile.toml, then `environ`, then `flags` (None: not given).

    Raises BadInput naming the setting.
    """
    known = {f.name: f for f in fields(Settings)}
    given: dict[str, Any] = {}
    folder = data or Path(environ.get(PREFIX + "DATA", "data"))
    if (file := folder / FILE).is_file():
        try:
            given.update(tomllib.loads(file.read_text("utf-8")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadInput(f"{file.name}: {error}") from None
    given.update({k[len(PREFIX) :].lower(): v for k, v in environ.items() if k.startswith(PREFIX)})
    given.update({k: v for k, v in flags.items() if v is not None})
    given["data"] = folder
    for key in given:
        if key not in known:
            raise BadInput(
                f"unknown setting {key!r}; `domicile --help` lists them all", setting=key
            )
    defaults = Settings()
    return _checked(
        replace(defaults, **{k: _typed(k, v, getattr(defaults, k)) for k, v in given.items()})
    )


def _typed(key: str, value: Any, default: Any) -> Any:
    try:
        if isinstance(default, bool):
            if str(value).lower() not in ("true", "false", "1", "0"):
                raise ValueError(value)
            return str(value).lower() in ("true", "1")
        return type(default)(value) if not isinstance(default, Path) else Path(value)
    except (TypeError, ValueError):
        raise BadInput(
            f"setting {key!r}: {value!r} is not a {type(default).__name__}", setting=key
        ) from None


def _checked(settings: Settings) -> Settings:
    if not settings.base_url.startswith(("http://", "https://")):
        raise BadInput("setting 'base_url' must start with http:// or https://", setting="base_url")
    if bool(settings.tls_certificate_file) != bool(settings.tls_key_file):
        raise BadInput(
            "settings 'tls_certificate_file' and 'tls_key_file' come together",
            setting="tls_certificate_file",
        )
    if settings.tls_key_file and not settings.base_url.startswith("https://"):
        raise BadInput("over TLS setting 'base_url' starts with https://", setting="base_url")
    if settings.shape not in ("home", "provider"):
        raise BadInput("setting 'shape' is 'home' or 'provider'", setting="shape")
    if settings.meter and settings.shape != "home":
        raise BadInput("setting 'meter' is for a home: a provider has many owners", setting="meter")
    if settings.workers != 1:
        raise BadInput("setting 'workers' is 1: one process holds a data folder", setting="workers")
    return replace(settings, base_url=settings.base_url.rstrip("/") + "/")
