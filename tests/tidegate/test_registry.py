"""A registry on any file system: what is there, what is served, and what is refused."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import fsspec
import pytest

from models.card import Card, DomainInput, sha256_of
from tests.models.folders import card_of
from tidegate.errors import ModelError, RegistryError
from tidegate.model_card import read_card
from tidegate.promotions import Promotion
from tidegate.registry import CURRENT, Registry

AT = "2026-01-02T03:04:05+00:00"


def version(folder: Path, name: str, number: str, graph: bytes = b"graph") -> Path:
    """A model folder whose graph is no graph: a registry looks at bytes."""
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(graph + number.encode())
    card_of(folder).model_copy(update={"name": name, "version": number}).write(folder)
    return folder


def with_domains(folder: Path, number: str, rows: bytes) -> Path:
    """A version whose card names numbers of domains."""
    version(folder, "pump", number)
    (folder / "domains.json").write_bytes(rows)
    sha256 = sha256_of(folder / "domains.json")
    domain = DomainInput(parameters=("mean(a)",), file="domains.json", sha256=sha256)
    card = Card.read(folder)
    card.model_copy(update={"inputs": (*card.inputs, domain)}).write(folder)
    return folder


@pytest.fixture(params=["folder", "memory"])
def registry(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registry]:
    """With versions 1, 2 and 10 of a pump, on a disk and in memory."""
    root = str(tmp_path / "registry")
    if request.param == "memory":
        root = f"memory://{uuid.uuid4().hex}"
    found = Registry(root)
    for number in ("1", "2", "10"):
        found.publish(version(tmp_path / "made" / number, "pump", number), "pump", number)
    yield found
    fsspec.filesystem("memory").store.clear()


def write(registry: Registry, path: str, content: bytes) -> None:
    files, root = fsspec.core.url_to_fs(registry.root)
    files.makedirs(f"{root}/{path}".rpartition("/")[0], exist_ok=True)
    files.pipe_file(f"{root}/{path}", content)


def test_versions_are_in_the_order_of_their_numbers(registry: Registry) -> None:
    assert registry.names() == ("pump",)
    assert registry.versions("pump") == ("1", "2", "10")
    assert registry.versions("fan") == ()


def test_what_is_promoted_is_current_and_a_rollback_goes_to_the_one_before(
    registry: Registry,
) -> None:
    for number in ("1", "2", "10"):
        registry.promote("pump", number, "ada", AT)
        assert registry.version("pump", CURRENT) == number
    assert registry.rollback("pump", "ada", AT).version == "2"
    assert registry.rollback("pump", "ada", AT).version == "1"
    registry.promote("pump", "10", "ada", AT)
    assert registry.rollback("pump", "bob", AT).version == "1"
    with pytest.raises(RegistryError, match="pump: nothing was served before 1; promote another"):
        registry.rollback("pump", "ada", AT)
    history = registry.promotions("pump").history
    assert [each.number for each in history] == list(range(1, 8))
    assert [each.version for each in history] == ["1", "2", "10", "2", "1", "10", "1"]
    assert (history[-1].action, history[-1].by, history[-1].at) == ("rollback", "bob", AT)


def test_promoting_what_is_served_changes_nothing(registry: Registry) -> None:
    assert registry.promote("pump", "2", "ada", AT) is not None
    assert registry.promote("pump", "2", "ada", AT) is None
    assert registry.promote("pump", CURRENT, "ada", AT) is None
    assert len(registry.promotions("pump").history) == 1


def test_numbers_of_domains_are_carried_and_checked(registry: Registry, tmp_path: Path) -> None:
    registry.publish(with_domains(tmp_path / "made" / "11", "11", b"{}"), "pump", "11")
    registry.promote("pump", "11", "ada", AT)
    folder = registry.folder("pump", CURRENT, tmp_path / "cache")
    assert (folder / "domains.json").read_bytes() == b"{}"
    write(registry, "pump/11/domains.json", b"{ }")
    with pytest.raises(ModelError, match=r"sha256 of domains.json is [0-9a-f]{64}, the card says"):
        registry.verify("pump", "11")
    with pytest.raises(ModelError, match=r"sha256 of domains.json"):
        registry.promote("pump", "11", "ada", AT)


def test_numbers_that_are_replaced_with_their_card_are_not_served(
    registry: Registry, tmp_path: Path
) -> None:
    registry.publish(with_domains(tmp_path / "made" / "11", "11", b"{}"), "pump", "11")
    registry.promote("pump", "11", "ada", AT)
    registry.promote("pump", "2", "ada", AT)
    other = with_domains(tmp_path / "other" / "11", "11", b"{ }")
    for name in ("domains.json", "card.json"):
        write(registry, f"pump/11/{name}", (other / name).read_bytes())
    with pytest.raises(RegistryError, match=r"pump 11: its numbers of domains are [0-9a-f]{64}, s"):
        registry.rollback("pump", "ada", AT)
    registry.promote("pump", "11", "ada", AT)
    assert registry.verify("pump", "11").domain is not None


def test_of_two_promotions_at_one_time_one_is_refused(registry: Registry) -> None:
    one, other = registry.promotions("pump"), registry.promotions("pump")
    assert one.history == other.history == ()
    one.promote(registry.verify("pump", "1"), "ada", AT)
    with pytest.raises(RegistryError, match="another promotion was made at the same time"):
        other.promote(registry.verify("pump", "2"), "bob", AT)
    (kept,) = registry.promotions("pump").history
    assert kept.version == "1"


def test_a_missing_model_or_version_is_named_with_those_that_are_there(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="no model fan; it has pump"):
        registry.version("fan", "1")
    with pytest.raises(RegistryError, match=r"model pump: no version 3 in .*; there are 1, 2, 10"):
        registry.promote("pump", "3", "ada", AT)
    with pytest.raises(RegistryError, match="no version is promoted; name one of 1, 2, 10, or"):
        registry.version("pump", CURRENT)


def test_an_altered_graph_is_neither_promoted_nor_handed_out(
    registry: Registry, tmp_path: Path
) -> None:
    write(registry, "pump/2/model.onnx", b"another")
    for ask in (
        lambda: registry.verify("pump", "2"),
        lambda: registry.promote("pump", "2", "ada", AT),
        lambda: registry.folder("pump", "2", tmp_path / "cache"),
    ):
        with pytest.raises(ModelError, match=r"sha256 of model\.onnx is .*, the card says"):
            ask()
    assert registry.verify("pump", "1").version == "1"
    assert registry.promotions("pump").serving is None


def test_a_graph_replaced_together_with_its_card_is_noticed_where_it_is_served(
    registry: Registry, tmp_path: Path
) -> None:
    registry.promote("pump", "1", "ada", AT)
    made = version(tmp_path / "again", "pump", "1", b"another")
    for path in made.iterdir():
        write(registry, f"pump/1/{path.name}", path.read_bytes())
    with pytest.raises(RegistryError, match="it was replaced since; promote it again"):
        registry.folder("pump", CURRENT, tmp_path / "cache")
    registry.promote("pump", "1", "ada", AT)
    assert registry.verify("pump", CURRENT).version == "1"


def test_a_half_written_version_is_listed_as_one_and_refused(registry: Registry) -> None:
    write(registry, "pump/3/model.onnx", b"graph")
    assert "half-written" in str(registry.look("pump", "3").problem)
    with pytest.raises(RegistryError, match=r"pump 3: card\.json is missing: half-written; remove"):
        registry.promote("pump", "3", "ada", AT)


def test_a_copy_under_another_number_is_refused(registry: Registry, tmp_path: Path) -> None:
    for path in (tmp_path / "made" / "1").iterdir():
        write(registry, f"pump/4/{path.name}", path.read_bytes())
    with pytest.raises(RegistryError, match=r"pump 4: card\.json is that of pump 1"):
        registry.verify("pump", "4")


def test_a_rollback_needs_the_version_it_goes_to_and_not_the_one_it_leaves(
    registry: Registry,
) -> None:
    registry.promote("pump", "1", "ada", AT)
    registry.promote("pump", "2", "ada", AT)
    write(registry, "pump/2/model.onnx", b"another")
    assert registry.rollback("pump", "ada", AT).version == "1"
    registry.promote("pump", "10", "ada", AT)
    write(registry, "pump/1/model.onnx", b"another")
    with pytest.raises(ModelError, match=r"sha256 of model\.onnx"):
        registry.rollback("pump", "ada", AT)
    assert registry.promotions("pump").serving_version == "10"


def test_a_version_is_published_once(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match=r"pump 2: exists in .*; give another version"):
        registry.publish(tmp_path / "made" / "2", "pump", "2")


def test_a_version_elsewhere_comes_to_this_machine_once(registry: Registry, tmp_path: Path) -> None:
    registry.promote("pump", "2", "ada", AT)
    found = registry.folder("pump", CURRENT, tmp_path / "cache")
    assert json.loads((found / "card.json").read_bytes())["version"] == "2"
    assert (found / "model.onnx").read_bytes() == b"graph2"
    before = found.stat().st_ino
    assert registry.folder("pump", "2", tmp_path / "cache").stat().st_ino == before


def test_a_record_that_is_none_is_named(registry: Registry) -> None:
    write(registry, "pump/promotions/000001.json", b"{}")
    with pytest.raises(RegistryError, match=r"pump: .*000001\.json is no promotion"):
        registry.version("pump", CURRENT)


def test_a_store_that_nothing_can_read_is_refused() -> None:
    with pytest.raises(RegistryError, match="registry nowhere://x: cannot be opened: Protocol"):
        Registry("nowhere://x")


def test_a_folder_is_not_left_half_copied(tmp_path: Path) -> None:
    registry = Registry(f"memory://{uuid.uuid4().hex}")
    made = version(tmp_path / "made", "pump", "1")
    shutil.copy(made / "card.json", made / "notes.txt")
    (made / "model.onnx").write_bytes(b"another")
    with pytest.raises(ModelError, match="the card says"):
        registry.publish(made, "pump", "1")
    assert registry.names() == ()


def test_of_many_promotions_at_once_on_a_disk_one_is_made(tmp_path: Path) -> None:
    together = Barrier(6)
    folders = [version(tmp_path / "made" / str(at), "pump", str(at)) for at in range(6)]
    cards = [read_card(folder) for folder in folders]

    def promote(at: int) -> Promotion | None:
        promotions = Registry(str(tmp_path)).promotions("pump")
        assert promotions.history == ()
        together.wait(timeout=30)
        try:
            return promotions.promote(cards[at], "ada", AT)
        except RegistryError:
            return None

    with ThreadPoolExecutor(6) as pool:
        done = [each for each in pool.map(promote, range(6)) if each is not None]
    assert list(Registry(str(tmp_path)).promotions("pump").history) == done
    assert len(done) == 1
    assert len(list((tmp_path / "pump" / "promotions").iterdir())) == 1


def test_a_record_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    registry = Registry(str(tmp_path))
    registry.publish(version(tmp_path / "made" / "1", "pump", "1"), "pump", "1")
    (tmp_path / "pump" / "promotions").write_text("no folder")
    with pytest.raises(RegistryError, match=r"model pump: .*promotions cannot be made: "):
        registry.promote("pump", "1", "ada", AT)


@pytest.mark.parametrize(("name", "number"), [("../pump", "1"), ("pump", "current"), ("p/q", "1")])
def test_what_cannot_be_a_folder_is_not_published(tmp_path: Path, name: str, number: str) -> None:
    made = version(tmp_path / "made", name, number)
    with pytest.raises(RegistryError, match="cannot be a name here"):
        Registry(str(tmp_path / "registry")).publish(made, name, number)


def test_a_store_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    class Denied(type(fsspec.filesystem("memory"))):  # type: ignore[misc]
        protocol = "denied"

        def ls(self, path: str, detail: bool = True, **more: object) -> list[object]:
            raise PermissionError("no right to list")

    fsspec.register_implementation("denied", Denied, clobber=True)
    with pytest.raises(RegistryError, match="registry denied://x: cannot be read: no right"):
        Registry("denied://x").names()
