"""Which settings give-ld has. Each is read from the environment with the prefix GIVE_LD_, or from arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import quote, urlsplit

from pydantic import Field, HttpUrl, SecretStr, TypeAdapter, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from give_ld.errors import NotUsable
from give_ld.model.record import describe
from give_ld.model.user import ClaimRow
from give_ld.model.visibility import DEFAULT_VISIBILITY, Visibility

MIB = 1024 * 1024
MEDIA_PARTS = ("file", "item", "partner", "sha256")
_PART = re.compile(r"\{([^{}]*)\}")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Settings(BaseSettings):
    """Every setting of the service, with the most private default."""

    model_config = SettingsConfigDict(env_prefix="GIVE_LD_", frozen=True, extra="ignore")

    home: Annotated[Path, Field(description="directory that holds journal, stores, biometrics and secrets")] = Path(
        "give-ld-home"
    )
    journal_url: Annotated[
        SecretStr | None,
        Field(description="postgresql://USER:PASSWORD@HOST/DATABASE that holds the journal; none: SQLite in the home"),
    ] = None
    base: Annotated[str, Field(description="start of every IRI that this instance mints; no slash at the end")] = (
        "http://127.0.0.1:8000"
    )
    host: Annotated[str, Field(description="address that the server listens on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="port that the server listens on")] = 8000
    sidecar_key: Annotated[
        str | None, Field(description="Fernet key with which sidecars are encrypted; none: they are not")
    ] = None
    visibility: Annotated[
        Visibility,
        Field(description="rows in order, as JSON: licences (shell patterns) and the kinds that are public under them"),
    ] = DEFAULT_VISIBILITY
    undo_seconds: Annotated[int, Field(ge=0, description="time in which a person may take back a decision")] = 3600
    claim_seconds: Annotated[
        int, Field(gt=0, le=86_400, description="time after which an archivist's claim on guesses lapses")
    ] = 900
    media_url: Annotated[
        str,
        Field(
            description="where access copies play, with {file}, {item}, {partner} or {sha256} in it; none: no player"
        ),
    ] = ""
    import_urls: Annotated[
        tuple[str, ...],
        Field(description="starts of the addresses from which `ingest` may fetch pages; none: it fetches nothing"),
    ] = ()
    import_token: Annotated[
        SecretStr | None, Field(description="bearer token that goes along when `ingest` fetches pages")
    ] = None
    import_seconds: Annotated[
        float, Field(gt=0, description="longest time that fetching the pages of a source takes")
    ] = 600.0
    unknown_face_days: Annotated[
        int, Field(ge=0, description="days after which an unknown face about which nobody decided is erased")
    ] = 90
    rejected_days: Annotated[int, Field(ge=0, description="days after which a rejected guess is erased")] = 730
    quarantine_days: Annotated[int, Field(ge=0, description="days after which a piece in quarantine is erased")] = 365
    upload_bytes: Annotated[int, Field(gt=0, description="largest body of an ingest request")] = 256 * MIB
    reserve_bytes: Annotated[
        int, Field(ge=0, description="free space on the disk of the home below which nothing more is taken in")
    ] = 256 * MIB
    request_bytes: Annotated[int, Field(gt=0, description="largest body of any other request")] = 4 * MIB
    session_idle_seconds: Annotated[
        int, Field(gt=0, description="time without a request after which a session of the pages is over")
    ] = 3600
    session_seconds: Annotated[int, Field(gt=0, description="longest time that a session of the pages lasts")] = (
        12 * 3600
    )
    oidc_issuer: Annotated[
        str | None,
        Field(description="OpenID Connect provider with which people sign in; none: they do not"),
    ] = None
    oidc_client_id: Annotated[str, Field(description="what the identity provider calls this instance")] = ""
    oidc_client_secret: Annotated[
        SecretStr | None, Field(description="secret of this instance at the identity provider")
    ] = None
    oidc_scopes: Annotated[str, Field(description="what is asked of the identity provider, by spaces")] = (
        "openid profile"
    )
    oidc_roles: Annotated[
        tuple[ClaimRow, ...],
        Field(description="rows as JSON: claim (path by dots), value, roles, partner; who matches none stays out"),
    ] = ()
    sparql_seconds: Annotated[float, Field(gt=0, description="wall time after which a query is killed")] = 10.0
    sparql_fast_seconds: Annotated[
        float,
        Field(gt=0, description="time after which a query counts as long; half of the workers are kept from those"),
    ] = 0.5
    sparql_lag_seconds: Annotated[
        float, Field(ge=0, description="time for which a query may still see the graph as it was before a change")
    ] = 1.0
    sparql_client_seconds: Annotated[
        float, Field(gt=0, description="query time that one client may use in a minute; more is told to wait")
    ] = 60.0
    sparql_memory_bytes: Annotated[int, Field(gt=0, description="address space of a query worker")] = 2048 * MIB
    sparql_open_files: Annotated[int, Field(gt=16, description="open files of a query worker")] = 1024
    sparql_file_bytes: Annotated[
        int, Field(ge=0, description="size up to which a query worker may write a file, as the log that it inherits is")
    ] = 16 * MIB
    sparql_rows: Annotated[int, Field(gt=0, description="most rows or triples of an answer")] = 100_000
    sparql_answer_bytes: Annotated[int, Field(gt=0, description="most bytes of an answer")] = 64 * MIB
    sparql_query_bytes: Annotated[int, Field(gt=0, description="most bytes of a query")] = 64 * 1024
    sparql_workers: Annotated[int, Field(gt=0, le=64, description="query worker processes")] = 4
    sparql_queue: Annotated[int, Field(ge=0, description="queries that may wait for a worker")] = 8
    sparql_accept_network: Annotated[
        bool, Field(description="serve SPARQL even where the workers' network cannot be cut")
    ] = False
    data_licence: Annotated[
        str | None, Field(description="address of the licence of the public data, as the archives agreed; none: unsaid")
    ] = None
    dumps: Annotated[
        tuple[str, ...], Field(description="addresses at which dumps of the public data are offered, for VoID")
    ] = ()

    @field_validator("data_licence", "dumps")
    @classmethod
    def _are_addresses(cls, value: str | tuple[str, ...] | None) -> str | tuple[str, ...] | None:
        for address in (value,) if isinstance(value, str) else value or ():
            TypeAdapter(HttpUrl).validate_python(address)
        return value

    @field_validator("media_url")
    @classmethod
    def _is_a_template(cls, value: str) -> str:
        if value:
            TypeAdapter(HttpUrl).validate_python(fill_media_url(value, dict.fromkeys(MEDIA_PARTS, "x")))
        return value

    @property
    def journal(self) -> Path | str:
        """Return where the journal lies: a file of SQLite, or the address of a database."""
        return self.journal_url.get_secret_value() if self.journal_url else self.home / "journal.sqlite"

    @field_validator("base")
    @classmethod
    def _is_a_base(cls, value: str) -> str:
        TypeAdapter(HttpUrl).validate_python(value)
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str | None) -> str | None:
        if value is not None:
            TypeAdapter(HttpUrl).validate_python(value)
            if not is_private(value):
                raise ValueError("an identity provider is asked over https, or on this very machine")
        return value


def is_private(address: str) -> bool:
    """Return whether nobody on the way can read or change what goes to an address: https, or this very machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)


def fill_media_url(template: str, parts: Mapping[str, str]) -> str:
    """Return the address of an access copy: the template with its parts filled in, each quoted.

    Raises:
        ValueError: the template names another part.
    """

    def part(found: re.Match[str]) -> str:
        if found[1] not in MEDIA_PARTS:
            raise ValueError(f"{{{found[1]}}} is no part of an address of media; there are {', '.join(MEDIA_PARTS)}")
        return quote(parts.get(found[1], ""), safe="")

    return _PART.sub(part, template)


def load_settings(**given: object) -> Settings:
    """Return the settings of the environment, with those given put in their place; None counts as not given.

    Raises:
        NotUsable: a setting does not have the form that it needs.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        raise NotUsable(f"settings: {describe(error)}") from error
    except SettingsError as error:
        raise NotUsable(f"settings: {error}; is it JSON?") from error
