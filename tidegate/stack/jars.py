"""Download of the jars of `connectors/jars.toml`, each checked against its sha256."""

from __future__ import annotations

import hashlib
import http.client
import os
import tomllib
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from tidegate.errors import JarError
from tidegate.mistakes import in_one_line
from tidegate.options import Option, Settings

ROOT = Path(__file__).resolve().parents[2]
MANIFEST = ROOT / "connectors" / "jars.toml"
CACHE = ROOT / "build" / "jars"

REPOSITORY = Option(
    "maven.repository",
    str,
    "https://repo.maven.apache.org/maven2",
    "Base URL of the Maven repository that jars are downloaded from.",
)
LOCAL_REPOSITORY = Option(
    "maven.local.repository",
    Path,
    Path.home() / ".m2" / "repository",
    "Folder of Maven's own downloads; a jar with the right sha256 there is copied.",
)


@dataclass(frozen=True)
class Jar:
    """One artifact of the manifest.

    Attributes:
        coordinates: `group:artifact:version`.
        sha256: lower-case hex digest of the file.
    """

    coordinates: str
    sha256: str

    @property
    def file_name(self) -> str:
        """`artifact-version.jar`."""
        return self.path.rsplit("/", 1)[1]

    @property
    def path(self) -> str:
        """Path below the base of any Maven repository."""
        group, artifact, version = self.coordinates.split(":")
        return f"{group.replace('.', '/')}/{artifact}/{version}/{artifact}-{version}.jar"


def read_manifest(path: Path = MANIFEST) -> dict[str, tuple[Jar, ...]]:
    """Jars by the name of their set (`cluster`, `broker`).

    Raises:
        JarError: when the manifest is missing, no TOML, or a line of it is malformed.
    """
    try:
        table = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise JarError(f"{path}: {error}") from error
    sets: dict[str, tuple[Jar, ...]] = {}
    for name, jars in table.items():
        for coordinates, sha256 in jars.items():
            if coordinates.count(":") != 2 or len(sha256) != 64:
                raise JarError(
                    f'{path}: [{name}] {coordinates}: expected "group:artifact:version" = "sha256"'
                )
        sets[name] = tuple(Jar(*item) for item in jars.items())
    return sets


def cached(jars: Iterable[Jar], cache: Path = CACHE) -> list[Path]:
    """Paths of `jars` in the cache, each verified (156 MB take 0.1 s).

    Raises:
        JarError: when one has not been downloaded, or has another sha256.
    """
    wanted = {cache / jar.file_name: jar for jar in jars}
    absent = [path.name for path in wanted if not path.is_file()]
    if absent:
        more = f" and {len(absent) - 1} more" if len(absent) > 1 else ""
        raise JarError(f"{cache}: {absent[0]}{more} missing; run `make setup` to download the jars")
    for path, jar in wanted.items():
        if (found := _sha256(path)) != jar.sha256:
            raise JarError(
                f"{path}: sha256 is {found}, expected {jar.sha256} ({MANIFEST.name}); "
                "run `make setup` to fetch it again"
            )
    return list(wanted)


def fetch(
    jars: Sequence[Jar],
    cache: Path = CACHE,
    repository: str = REPOSITORY.default,
    local_repository: Path | None = None,
    progress: Callable[[Jar, str], None] = lambda jar, origin: None,
) -> list[Path]:
    """Make sure that the cache holds every jar with the manifest's sha256.

    A file that is there and right is kept; one that is damaged is fetched again. The second of two
    sets that name one file shares it. `progress` is told of each jar and where it came from:
    `cache`, `local` or `download`.

    Raises:
        JarError: when the repository cannot be reached, lacks a jar, or serves another content.
    """
    cache.mkdir(parents=True, exist_ok=True)

    def one(jar: Jar) -> Path:
        target = cache / jar.file_name
        if target.is_file() and _sha256(target) == jar.sha256:
            progress(jar, "cache")
            return target
        local = local_repository / jar.path if local_repository else None
        if local and local.is_file() and _sha256(local) == jar.sha256:
            _place(local.read_bytes(), target)
            progress(jar, "local")
            return target
        _place(_download(jar, repository), target)
        progress(jar, "download")
        return target

    unique = list(dict.fromkeys(jars))
    with ThreadPoolExecutor(max_workers=4) as pool:
        futures = [pool.submit(one, jar) for jar in unique]
        try:
            return [future.result() for future in futures]
        except JarError:
            for future in futures:
                future.cancel()
            raise


def _download(jar: Jar, repository: str) -> bytes:
    """Content of `jar` from `repository`, verified."""
    url = f"{repository.rstrip('/')}/{jar.path}"
    try:
        with urllib.request.urlopen(_request(url), timeout=60) as response:
            content: bytes = response.read()
    except urllib.error.HTTPError as error:
        error.close()
        raise JarError(f"{jar.coordinates}: {masked(url)} answered {error.code}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise JarError(
            f"{jar.coordinates}: cannot reach {masked(repository)} ({reason}); "
            f"set {REPOSITORY.variable} to a Maven repository that this machine reaches"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != jar.sha256:
        raise JarError(
            f"{jar.coordinates}: sha256 of {masked(url)} is {found}, "
            f"expected {jar.sha256} ({MANIFEST.name}); not kept"
        )
    return content


def _request(url: str) -> urllib.request.Request:
    """Request for `url`; a user name and password in it go into the header."""
    parts = urlsplit(url)
    request = urllib.request.Request(masked(url))
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_header("Authorization", "Basic " + b64encode(login.encode()).decode())
    return request


def _place(content: bytes, target: Path) -> None:
    """Write `content` so that `target` is whole or absent, also after a kill."""
    part = target.with_name(f".{target.name}.{os.getpid()}")
    part.write_bytes(content)
    part.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def masked(url: str) -> str:
    """`url` without the user name and password that it may carry."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rsplit("@", 1)[-1]))


def main() -> None:
    """Fetch all jars of the manifest into the cache; exit code 2 with one line when it cannot."""
    with in_one_line():
        settings = Settings.load()
        jars = [jar for jars in read_manifest().values() for jar in jars]
        origins: list[str] = []
        fetch(
            jars,
            repository=settings.get(REPOSITORY),
            local_repository=settings.get(LOCAL_REPOSITORY),
            progress=lambda jar, origin: origins.append(origin),
        )
    new = len(origins) - origins.count("cache")
    print(f"jars: {len(origins)} verified in {os.path.relpath(CACHE)} ({new} new)")


if __name__ == "__main__":
    main()
