from __future__ import annotations

from pathlib import Path

import pytest

from tidegate.errors import OptionError
from tidegate.options import MASK, Option, Settings, count, memory, port

PORT = Option("kafka.port", port, 9092, "Port.")
PASSWORD = Option("kafka.password", str, "", "Password.", secret=True)


def test_flag_stands_over_environment_over_file_over_default() -> None:
    environment, file = {"TIDEGATE_KAFKA_PORT": "1"}, {"kafka.port": "2"}
    assert Settings(environment, file).get(PORT, 3) == 3
    assert Settings(environment, file).get(PORT) == 1
    assert Settings({}, file).get(PORT) == 2
    assert Settings({}, {}).get(PORT) == 9092
    assert Settings({"TIDEGATE_KAFKA_PORT": ""}, {}).get(PORT) == 9092


def test_a_file_is_read_from_the_folder_or_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tidegate.toml").write_text("[kafka]\nport = 7\n")
    (tmp_path / "other.toml").write_text("kafka.port = 8\n")
    monkeypatch.chdir(tmp_path)
    assert Settings.load({}).get(PORT) == 7
    assert Settings.load({"TIDEGATE_CONFIG": str(tmp_path / "other.toml")}).get(PORT) == 8


@pytest.mark.parametrize(
    ("name", "message"), [("none.toml", "no such file"), ("bad.toml", "not valid TOML")]
)
def test_a_file_that_cannot_be_read_is_named(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("port =\n")
    with pytest.raises(OptionError, match=message):
        Settings.load({"TIDEGATE_CONFIG": str(tmp_path / name)})


def test_a_wrong_value_is_named_with_where_it_stands() -> None:
    with pytest.raises(OptionError, match=r"TIDEGATE_KAFKA_PORT: kafka\.port = 'x': a port is"):
        Settings({"TIDEGATE_KAFKA_PORT": "x"}, {}).get(PORT)
    with pytest.raises(OptionError, match=r"some\.toml: kafka\.port = '0'"):
        Settings({}, {"kafka.port": "0"}, "some.toml").get(PORT)


def test_a_secret_is_masked() -> None:
    assert PASSWORD.show("hunter2") == MASK
    assert PASSWORD.show("") == ""
    assert PORT.show(5) == "5"

    def refuse(_: str) -> str:
        raise ValueError("too short")

    secret = Option("kafka.password", refuse, "", "Password.", secret=True)
    with pytest.raises(OptionError) as error:
        secret.read("hunter2", "here")
    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "1.5", "x", "9" * 9])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a port is"):
        port(text)


def test_sizes_and_counts() -> None:
    assert (memory("512M"), memory("2g"), count("12")) == ("512m", "2g", 12)
    for text in ("512", "0m", "1.5g", "g"):
        with pytest.raises(ValueError, match="memory size"):
            memory(text)
    for text in ("0", "-1", "x", ""):
        with pytest.raises(ValueError, match="above zero"):
            count(text)
