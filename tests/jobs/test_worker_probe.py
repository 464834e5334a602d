from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from jobs.worker_probe import probe, versions

ANSWER = json.dumps({"worker": "w1", "missing": ["class A is not there"]})


GRAPH = hashlib.sha256(b"graph").hexdigest()
ROWS = hashlib.sha256(b"rows").hexdigest()


def model(folder: Path) -> dict[str, Any]:
    (folder / "model.onnx").write_bytes(b"graph")
    return {"path": str(folder), "files": {"model.onnx": GRAPH}}


def lines(answer: str) -> list[str]:
    found: list[str] = json.loads(answer)["missing"]
    return found


def test_a_worker_like_the_client_adds_nothing(tmp_path: Path) -> None:
    look = probe(versions(), model(tmp_path))
    assert json.loads(look(ANSWER)) == json.loads(ANSWER)


def test_an_altered_model_is_named_with_both_hashes(tmp_path: Path) -> None:
    expected = model(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"another")
    (line,) = lines(probe(versions(), expected)(ANSWER))[1:]
    assert GRAPH in line
    assert hashlib.sha256(b"another").hexdigest() in line


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    gone = {"path": str(tmp_path / "gone"), "files": {"model.onnx": "0"}}
    look = probe(versions(), gone)
    assert lines(look(ANSWER))[1:] == [
        f"model {tmp_path}/gone/model.onnx: No such file or directory"
    ]


def test_numbers_of_domains_are_looked_at_too(tmp_path: Path) -> None:
    asked = model(tmp_path)
    asked["files"]["domains.json"] = ROWS
    (tmp_path / "domains.json").write_bytes(b"rows")
    assert lines(probe(versions(), asked)(ANSWER)) == lines(ANSWER)
    (tmp_path / "domains.json").write_bytes(b"others")
    (line,) = lines(probe(versions(), asked)(ANSWER))[1:]
    assert f"{tmp_path}/domains.json: sha256 is " in line
    assert ROWS in line


def test_a_package_that_cannot_be_imported_is_named_with_the_reason(tmp_path: Path) -> None:
    look = probe(versions(), model(tmp_path), modules=("numpy", "no_such_package"))
    (line,) = lines(look(ANSWER))[1:]
    assert "cannot import no_such_package (ModuleNotFoundError" in line


def test_another_version_is_named_with_both(tmp_path: Path) -> None:
    look = probe({**versions(), "numpy": "0.1", "python": "2.7"}, model(tmp_path))
    found = lines(look(ANSWER))[1:]
    assert len(found) == 2
    assert (
        f"has numpy {versions()['numpy']}, the client has 0.1" in found[1 - ("numpy" in found[0])]
    )


def test_another_build_of_onnx_runtime_is_no_finding(tmp_path: Path) -> None:
    client = {**versions(), "onnxruntime-of-another-build": "9"}
    assert lines(probe(client, model(tmp_path))(ANSWER))[1:] == []
