"""A standalone Flink cluster from the apache-flink wheel, which stays as it was installed."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tidegate.errors import StackError
from tidegate.stack.jars import ROOT, cached, read_manifest
from tidegate.stack.options import StackOptions
from tidegate.stack.processes import Started, java

CONFIGURATION = ROOT / "flink-conf"
IDENTITY = "tidegate"
DAEMONS = {"jobmanager": "standalonesession", "taskmanager": "taskexecutor"}


def home() -> Path:
    """Folder of the Flink distribution inside the wheel.

    Raises:
        StackError: when apache-flink is not installed.
    """
    found = importlib.util.find_spec("pyflink")
    if found is None or found.origin is None:
        raise StackError("apache-flink is not installed in this Python; run `make setup`")
    return Path(found.origin).parent


def variables(options: StackOptions) -> dict[str, str]:
    """Environment variables with which Flink's own scripts use this cluster."""
    return {
        "FLINK_HOME": str(home()),
        "FLINK_CONF_DIR": str(options.data / "conf"),
        "FLINK_LIB_DIR": str(options.data / "lib"),
        "FLINK_LOG_DIR": str(options.data / "log"),
        "FLINK_PID_DIR": str(options.data / "pid"),
        "FLINK_IDENT_STRING": IDENTITY,
    }


def python_path() -> str:
    """`PYTHONPATH` with which an interpreter inside a TaskManager finds what this one imports.

    It starts as the interpreter that this virtual environment was made from: without the
    environment's packages, and without the link in them that leads to a checkout.
    """
    paths = [sysconfig.get_path("purelib"), str(ROOT), os.environ.get("PYTHONPATH")]
    return os.pathsep.join(path for path in paths if path)


def assemble(options: StackOptions) -> None:
    """Write the conf folder and fill the lib folder of the options' data folder.

    Raises:
        StackError: when our jar is missing, or the profile is unknown.
        JarError: when a connector jar is missing.
    """
    _assemble_conf(options)
    _assemble_lib(options)
    for name in ("log", "pid", "checkpoints", "savepoints", "tmp"):
        (options.data / name).mkdir(parents=True, exist_ok=True)


def _assemble_conf(options: StackOptions) -> None:
    conf = options.data / "conf"
    conf.mkdir(parents=True, exist_ok=True)
    wheel = home() / "conf"
    settings = {
        **read_configuration(wheel / "config.yaml"),
        **read_configuration(CONFIGURATION / "config.yaml"),
        **(read_configuration(profile_file(options.profile)) if options.profile else {}),
        **_own_settings(options),
    }
    text = yaml.safe_dump(settings, default_flow_style=False, width=1_000_000)
    (conf / "config.yaml").write_text(text)
    for name in ("masters", "workers"):
        (conf / name).write_text("localhost\n")
    for source in wheel.glob("log*"):
        shutil.copyfile(source, conf / source.name)


def _own_settings(options: StackOptions) -> dict[str, Any]:
    """What only this stack knows."""
    settings: dict[str, Any] = {
        "rest.port": options.flink_port,
        "rest.bind-port": str(options.flink_port),
        "jobmanager.rpc.port": options.rpc_port,
        "execution.checkpointing.dir": (options.data / "checkpoints").as_uri(),
        "execution.checkpointing.savepoint-dir": (options.data / "savepoints").as_uri(),
        "io.tmp.dirs": str(options.data / "tmp"),
        # This Python runs what the client and the workers run of ours.
        "python.executable": sys.executable,
        "python.client.executable": sys.executable,
    }
    if options.slots is not None:
        settings["taskmanager.numberOfTaskSlots"] = options.slots
    if options.jobmanager_memory is not None:
        settings["jobmanager.memory.process.size"] = options.jobmanager_memory
    if options.taskmanager_memory is not None:
        settings["taskmanager.memory.process.size"] = options.taskmanager_memory
    return settings


def _assemble_lib(options: StackOptions) -> None:
    if not options.operators_jar.is_file():
        raise StackError(f"{options.operators_jar}: no such jar; run `make setup` to build it")
    lib = options.data / "lib"
    lib.mkdir(parents=True, exist_ok=True)
    wanted = {
        path.name: path
        for path in (
            *(home() / "lib").glob("*.jar"),
            # In the lib folder once, instead of once in every job's own class loader.
            *(home() / "opt").glob("flink-python-*.jar"),
            *cached(read_manifest()["cluster"]),
        )
    }
    for old in lib.iterdir():
        if old.name not in wanted or old.resolve() != wanted[old.name].resolve():
            old.unlink()
    for name, path in wanted.items():
        if not (lib / name).exists():
            (lib / name).symlink_to(path)
    # A copy: a build must not change a jar under a JVM that has it open.
    part = lib / f".{options.operators_jar.name}"
    shutil.copy2(options.operators_jar, part)
    part.replace(lib / options.operators_jar.name)


def read_configuration(path: Path) -> dict[str, Any]:
    """Settings of one Flink configuration file, with dotted keys.

    Raises:
        StackError: when the file is missing or no mapping.
    """
    try:
        document = yaml.safe_load(path.read_text()) or {}
    except (OSError, yaml.YAMLError) as error:
        raise StackError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(document, Mapping):
        raise StackError(f"{path}: expected `key: value` lines")
    return dict(_flatten(document, ""))


def _flatten(document: Mapping[str, Any], prefix: str) -> list[tuple[str, Any]]:
    flat: list[tuple[str, Any]] = []
    for key, value in document.items():
        if isinstance(value, Mapping):
            flat += _flatten(value, f"{prefix}{key}.")
        else:
            flat.append((f"{prefix}{key}", value))
    return flat


def profile_file(profile: str) -> Path:
    """File of a profile: one of `flink-conf/` by its name, or any `*.yaml` by its path.

    Raises:
        StackError: when there is no such profile; names those that exist.
    """
    if profile.endswith(".yaml"):
        return Path(profile)
    path = CONFIGURATION / f"{profile}.yaml"
    names = sorted(p.stem for p in CONFIGURATION.glob("*.yaml") if p.stem != "config")
    if profile not in names:
        raise StackError(f"profile {profile!r}: no such profile; there are {', '.join(names)}")
    return path


def start(name: str, options: StackOptions) -> Started:
    """Start the `jobmanager` or the `taskmanager` with Flink's own script.

    Raises:
        StackError: when Java is missing or the script fails.
    """
    java()
    pid_file = options.data / "pid" / f"flink-{IDENTITY}-{DAEMONS[name]}.pid"
    pid_file.unlink(missing_ok=True)
    done = subprocess.run(
        [str(home() / "bin" / f"{name}.sh"), "start"],
        env={**os.environ, **variables(options), "PYTHONPATH": python_path()},
        cwd=options.data,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    if done.returncode != 0 or not pid_file.is_file():
        words = (done.stderr or done.stdout).strip().splitlines() or ["no output"]
        raise StackError(f"{name}: {name}.sh failed: {words[-1]}")
    pid = int(pid_file.read_text().split()[-1])
    logs = (options.data / "log").glob(f"flink-{IDENTITY}-{DAEMONS[name]}-*.out")
    log = max(logs, key=lambda path: path.stat().st_mtime).with_suffix(".log")
    return Started.of(name, pid, log)


def overview(options: StackOptions) -> dict[str, Any] | None:
    """The cluster's overview, or None when the REST interface does not answer.

    It holds `taskmanagers`, `slots-total`, `slots-available` and `jobs-running`.
    """
    return _get(options, "overview")


def taskmanagers(options: StackOptions) -> set[str]:
    """Ids of the TaskManagers that the JobManager counts; a dead one is among them for a while."""
    document = _get(options, "taskmanagers") or {"taskmanagers": []}
    return {one["id"] for one in document["taskmanagers"]}


def _get(options: StackOptions, path: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(f"{options.flink_rest}/{path}", timeout=5) as response:
            document: dict[str, Any] = json.load(response)
            return document
    except (OSError, ValueError):
        return None
