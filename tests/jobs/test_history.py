from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from connectors.iceberg import open_catalog
from jobs.history import read_domain
from models.errors import TrainingError
from models.training.definition import Domain, WindowDefinition
from tests.connectors.test_iceberg import properties
from tidegate.errors import DocumentError, FileFormatError, TableError

ROOT = Path(__file__).resolve().parents[2]
WINDOW = WindowDefinition(channels={"a": "A"}, length=2)


def domain(**source: Any) -> Domain:
    return Domain.model_validate({"name": "line", **source})


def pipeline(folder: Path, lake: bool = True) -> Path:
    """The fraud pipeline with its lake in a folder, or without one."""
    text = (ROOT / "pipelines" / "fraud.yaml").read_text()
    head, iceberg = text.split("iceberg:", 1)
    iceberg = iceberg.replace("${TIDEGATE_LAKE:-build/lake}", str(folder / "lake"))
    for name in ("schemas/transaction.avsc", "rules/fraud.yaml"):
        head = head.replace(name, str(ROOT / name))
    path = folder / "pipeline.yaml"
    path.write_text(f"{head}iceberg:{iceberg}" if lake else head)
    return path


def test_a_table_of_a_pipeline_s_lake_is_read_and_its_snapshot_named(tmp_path: Path) -> None:
    catalog = open_catalog("lake", properties(tmp_path))
    catalog.create_namespace("fraud")
    rows = pa.table({"ts": [2, 1, 3], "a": [2.0, 1.0, 3.0], "robot": ["A", "A", "B"]})
    table = catalog.create_table("fraud.samples", rows.schema)
    table.append(rows)
    snapshot = table.current_snapshot()
    assert snapshot is not None
    catalog.close()
    pipeline(tmp_path)
    asked = {"table": "fraud.samples", "pipeline": "pipeline.yaml", "time": "ts", "group": "robot"}
    given, origin = read_domain(domain(table=asked), WINDOW, tmp_path)
    assert [each.name for each in given.series] == ["A", "B"]
    assert given.series[0].values.tolist() == [[1.0], [2.0]]
    assert origin["snapshot_id"] == snapshot.snapshot_id
    assert origin["rows"] == 3
    with pytest.raises(TableError, match="does not exist"):
        read_domain(domain(table={**asked, "table": "fraud.none"}), WINDOW, tmp_path)


def test_a_pipeline_without_a_lake_has_no_table(tmp_path: Path) -> None:
    pipeline(tmp_path, lake=False)
    asked = {"table": "fraud.samples", "pipeline": "pipeline.yaml", "time": "ts"}
    with pytest.raises(DocumentError, match="it has no iceberg, so no table to read"):
        read_domain(domain(table=asked), WINDOW, tmp_path)


def test_patterns_start_from_the_training_file_s_folder(tmp_path: Path) -> None:
    for name in ("2", "1"):
        (tmp_path / f"{name}.csv").write_text(f"t,a\n1,{name}\n")
    given, origin = read_domain(domain(files={"files": ["*.csv"], "time": "t"}), WINDOW, tmp_path)
    assert [each.name for each in given.series] == ["1", "2"]
    assert origin["rows"] == 2
    with pytest.raises(FileFormatError, match=r"none\*\.csv: no such file"):
        read_domain(domain(files={"files": ["none*.csv"], "time": "t"}), WINDOW, tmp_path)


def test_a_channel_that_the_generated_robot_has_not_is_named(tmp_path: Path) -> None:
    asked = domain(generated={"brand": "source", "sessions": 1, "minutes": 1, "seed": 0})
    with pytest.raises(TrainingError, match="the generated robot has no a; it has current_0"):
        read_domain(asked, WINDOW, tmp_path)
