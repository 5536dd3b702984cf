from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from medaudit.errors import MedauditError
from medaudit.language import speak
from medaudit.output.whole import disk_problem, opened, whole_file


def test_the_file_appears_when_all_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with whole_file(path) as part:
        part.write_text("new")
        assert not path.exists()
        assert str(os.getpid()) in part.name
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.csv", "new")]


@pytest.mark.parametrize("trouble", [KeyboardInterrupt, ValueError, SystemExit])
def test_whatever_happens_the_old_file_stays(tmp_path: Path, trouble: type[BaseException]) -> None:
    path = tmp_path / "a.csv"
    path.write_text("old")
    with pytest.raises(trouble), opened(path) as stream:
        stream.write(b"half")
        raise trouble
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.csv", "old")]


def test_a_full_disk_is_explained_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MedauditError) as caught, whole_file(tmp_path / "a.csv"):
        raise OSError(errno.ENOSPC, "No space left on device")
    (problem,) = caught.value.problems
    assert "磁盘空间不足" in problem.what
    assert problem.where == str(tmp_path / "a.csv")
    assert problem.do
    assert not list(tmp_path.iterdir())


def test_a_folder_is_not_taken_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(MedauditError, match="文件夹"), whole_file(tmp_path):
        raise AssertionError
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    speak("en")
    with pytest.raises(MedauditError, match="make the folder"), whole_file(tmp_path / "b" / "a"):
        raise AssertionError


def test_an_error_about_another_file_is_not_blamed_on_this_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "a.csv"):
        (tmp_path / "input.parquet").read_bytes()
    assert not list(tmp_path.iterdir())


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to("real.csv")
    with whole_file(tmp_path / "link.csv") as part:
        part.write_text("new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"


def test_a_device_is_written_to_and_not_replaced() -> None:
    with whole_file(os.devnull) as part:
        assert part == Path(os.devnull)
        part.write_text("x")
    assert Path(os.devnull).is_char_device()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "code",
    ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EISDIR", "ENOENT", "ENAMETOOLONG", "EFBIG", "EIO"],
)
def test_every_refusal_says_what_where_and_what_to_do(code: str, language: str) -> None:
    speak(language)
    number = getattr(errno, code)
    (problem,) = disk_problem(OSError(number, os.strerror(number)), Path("out/a.csv")).problems
    assert problem.what
    assert problem.where == str(Path("out/a.csv"))
    assert problem.do
    assert (problem.what.isascii() and problem.do.isascii()) == (language == "en")
