from __future__ import annotations

from pathlib import Path

import pytest

from tests.cluster import own_options
from tidegate.errors import StackError
from tidegate.stack import flink
from tidegate.stack.jars import read_manifest


@pytest.fixture
def jar(tmp_path: Path) -> Path:
    """A file in the place of our jar."""
    path = tmp_path / "tidegate-operators.jar"
    path.write_bytes(b"ours")
    return path


def gigabytes(size: str) -> int:
    assert size.endswith("g")
    return int(size[:-1])


@pytest.mark.parametrize(
    ("profile", "parallelism", "seconds", "backends", "memory"),
    [
        ("fraud", (8, 32), 60, {"rocksdb"}, (4, 8)),
        ("industrial", (4, 16), 30, {"hashmap", "rocksdb"}, (2, 4)),
        ("market", (16, 64), 10, {"hashmap"}, (8, 16)),
    ],
)
def test_profiles_have_the_recommended_settings(
    profile: str,
    parallelism: tuple[int, int],
    seconds: int,
    backends: set[str],
    memory: tuple[int, int],
) -> None:
    settings = flink.read_configuration(flink.profile_file(profile))
    assert parallelism[0] <= settings["parallelism.default"] <= parallelism[1]
    assert settings["taskmanager.numberOfTaskSlots"] >= settings["parallelism.default"]
    assert settings["execution.checkpointing.interval"] == f"{seconds}s"
    assert settings["state.backend.type"] in backends
    size = gigabytes(settings["taskmanager.memory.process.size"])
    assert memory[0] <= size <= memory[1]


def test_options_stand_over_the_profile_and_the_profile_over_the_rest(
    tmp_path: Path, jar: Path
) -> None:
    options = own_options(tmp_path / "s", operators_jar=jar, profile="fraud", slots=3)
    flink.assemble(options)
    settings = flink.read_configuration(options.data / "conf" / "config.yaml")
    assert settings["taskmanager.numberOfTaskSlots"] == 3
    assert settings["state.backend.type"] == "rocksdb"
    assert settings["taskmanager.memory.process.size"] == "4g"
    assert settings["python.execution-mode"] == "thread"
    assert settings["python.fn-execution.bundle.time"] == 10
    assert settings["rest.port"] == options.flink_port
    assert settings["env.java.opts.all"].count("--add-opens") > 10
    assert settings["execution.checkpointing.dir"] == f"file://{options.data}/checkpoints"


def test_a_profile_does_not_outlive_its_use(tmp_path: Path, jar: Path) -> None:
    for profile, backend in (("fraud", "rocksdb"), (None, "hashmap")):
        options = own_options(tmp_path / "s", operators_jar=jar, profile=profile)
        flink.assemble(options)
        settings = flink.read_configuration(options.data / "conf" / "config.yaml")
        assert settings["state.backend.type"] == backend


def test_a_file_serves_as_a_profile(tmp_path: Path, jar: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("metrics.reporters: prom\n")
    options = own_options(tmp_path / "s", operators_jar=jar, profile=str(own))
    flink.assemble(options)
    settings = flink.read_configuration(options.data / "conf" / "config.yaml")
    assert settings["metrics.reporters"] == "prom"
    own.unlink()
    with pytest.raises(StackError, match=r"own\.yaml: .*No such file"):
        flink.assemble(options)


def test_an_unknown_profile_is_refused_with_those_that_exist(tmp_path: Path, jar: Path) -> None:
    options = own_options(tmp_path / "s", operators_jar=jar, profile="bank")
    with pytest.raises(StackError, match="'bank': no such profile; there are fraud, industrial"):
        flink.assemble(options)


def test_the_lib_folder_holds_the_wheels_jars_the_connectors_and_ours(
    tmp_path: Path, jar: Path
) -> None:
    options = own_options(tmp_path / "s", operators_jar=jar)
    lib = options.data / "lib"
    lib.mkdir(parents=True)
    (lib / "left-from-before.jar").write_bytes(b"")
    flink.assemble(options)
    names = {path.name for path in lib.iterdir()}
    assert {path.name for path in (flink.home() / "lib").glob("*.jar")} < names
    assert {jar.file_name for jar in read_manifest()["cluster"]} < names
    assert "left-from-before.jar" not in names
    # A build that replaces our jar leaves the cluster's copy as it is.
    jar.write_bytes(b"a later build")
    assert (lib / jar.name).read_bytes() == b"ours"
    flink.assemble(options)
    assert (lib / jar.name).read_bytes() == b"a later build"


def test_a_missing_jar_of_ours_is_named(tmp_path: Path) -> None:
    options = own_options(tmp_path / "s", operators_jar=tmp_path / "none.jar")
    with pytest.raises(StackError, match=r"none\.jar: no such jar; run `make setup`"):
        flink.assemble(options)


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: [1\n"])
def test_a_configuration_that_is_no_mapping_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    with pytest.raises(StackError, match=r"config\.yaml"):
        flink.read_configuration(path)
