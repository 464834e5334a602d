from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cluster import free_port
from tidegate.errors import JarError
from tidegate.stack.jars import Jar, cached, fetch, read_manifest

CONTENT = b"the jar"
JAR = Jar("org.example.some:thing:1.2", hashlib.sha256(CONTENT).hexdigest())


class Repository(SimpleHTTPRequestHandler):
    """Serves a folder and keeps the Authorization headers it saw."""

    seen: list[str | None] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(self.headers.get("Authorization"))
        super().do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and folder of a Maven repository that holds JAR."""
    folder = tmp_path / "repository"
    path = folder / JAR.path
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    Repository.seen.clear()
    handler = partial(Repository, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()
        thread.join()


def test_a_jar_is_downloaded_once(repository: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = repository
    origins: list[str] = []
    for _ in range(2):
        paths = fetch(
            [JAR, JAR], tmp_path / "cache", address, progress=lambda jar, o: origins.append(o)
        )
        assert [path.name for path in paths] == ["thing-1.2.jar"]
        assert paths[0].read_bytes() == CONTENT
    assert origins == ["download", "cache"]
    assert len(Repository.seen) == 1


def test_a_damaged_file_in_the_cache_is_fetched_again(
    repository: tuple[str, Path], tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    [path] = fetch([JAR], cache, repository[0])
    path.write_bytes(CONTENT[:3])
    with pytest.raises(JarError, match=rf"sha256 is .*, expected {JAR.sha256}"):
        cached([JAR], cache)
    fetch([JAR], cache, repository[0])
    assert cached([JAR], cache) == [path]


def test_another_content_than_the_manifest_says_is_refused_and_not_kept(
    repository: tuple[str, Path], tmp_path: Path
) -> None:
    address, folder = repository
    (folder / JAR.path).write_bytes(b"something else")
    found = hashlib.sha256(b"something else").hexdigest()
    with pytest.raises(JarError) as error:
        fetch([JAR], tmp_path / "cache", address)
    for part in (JAR.coordinates, address, found, JAR.sha256):
        assert part in str(error.value)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_jar_that_the_repository_lacks_is_named(
    repository: tuple[str, Path], tmp_path: Path
) -> None:
    absent = Jar("org.example:absent:1", "0" * 64)
    with pytest.raises(JarError, match=r"org\.example:absent:1: .* answered 404"):
        fetch([absent, JAR], tmp_path / "cache", repository[0])


def test_a_repository_that_cannot_be_reached_is_named_with_the_option(tmp_path: Path) -> None:
    port = free_port()
    with pytest.raises(JarError, match=rf"cannot reach .*:{port}.*TIDEGATE_MAVEN_REPOSITORY"):
        fetch([JAR], tmp_path, f"http://127.0.0.1:{port}")


def test_login_of_the_repository_is_sent_and_never_shown(
    repository: tuple[str, Path], tmp_path: Path
) -> None:
    address = repository[0].replace("http://", "http://me:s%40cret@")
    fetch([JAR], tmp_path / "cache", address)
    assert Repository.seen == ["Basic bWU6c0BjcmV0"]
    absent = Jar("org.example:absent:1", "0" * 64)
    with pytest.raises(JarError) as error:
        fetch([absent], tmp_path / "cache", address)
    assert "cret" not in str(error.value)


def test_a_jar_of_mavens_own_folder_is_taken_when_its_hash_is_right(tmp_path: Path) -> None:
    local = tmp_path / "local" / JAR.path
    local.parent.mkdir(parents=True)
    local.write_bytes(CONTENT)
    port = free_port()
    nowhere = f"http://127.0.0.1:{port}"
    [path] = fetch([JAR], tmp_path / "cache", nowhere, tmp_path / "local")
    assert path.read_bytes() == CONTENT
    local.write_bytes(b"tampered with")
    path.unlink()
    with pytest.raises(JarError, match="cannot reach"):
        fetch([JAR], tmp_path / "cache", nowhere, tmp_path / "local")


def test_missing_jars_are_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(JarError, match=r"thing-1\.2\.jar missing; run `make setup`"):
        cached([JAR], tmp_path)


@pytest.mark.parametrize(
    "text", ["[cluster\n", '[cluster]\n"a:b" = "' + "0" * 64 + '"', '[cluster]\n"a:b:1" = "00"']
)
def test_a_malformed_manifest_is_refused(text: str, tmp_path: Path) -> None:
    manifest = tmp_path / "jars.toml"
    manifest.write_text(text)
    with pytest.raises(JarError, match=r"jars\.toml"):
        read_manifest(manifest)


def test_one_file_name_means_one_content_in_our_manifest() -> None:
    jars = [jar for jars in read_manifest().values() for jar in jars]
    hashes = {jar.file_name: jar.sha256 for jar in jars}
    assert len(jars) > 50
    assert all(hashes[jar.file_name] == jar.sha256 for jar in jars)
