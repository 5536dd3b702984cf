"""Names, numbers and telephones stay in the building unless somebody says why."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from medaudit.export import notice, sheets, tables
from medaudit.export.leaving import leave
from medaudit.export.wanted import FORMS, Wanted
from medaudit.language import speak
from medaudit.ledger import opened
from tests.export.conftest import SECRETS, loaded


def leaves(folder: Path) -> Iterator[str]:
    """Everything in the files of a folder as text, what is packed unpacked."""
    for path in sorted(folder.rglob("*")):
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as packed:
                yield from (
                    packed.read(name).decode("utf-8", "replace") for name in packed.namelist()
                )
        elif path.is_file():
            yield path.read_bytes().decode("utf-8", "replace")


def seen(run: Path, place: Path, wanted: Wanted, reveal: bool = False) -> set[str]:
    """The secrets that leave with an export."""
    with loaded(run, wanted, reveal) as load:
        ledger = opened(str(place / "ledger.db"))
        leave(load, place / "out", FORMS, ledger, "检查员", "复核" if reveal else "")
    everything = "\n".join(leaves(place / "out"))
    return {secret for secret in SECRETS if secret in everything}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["institution", "doctor", "settlement"])
def test_no_secret_is_in_any_byte_that_leaves(
    run: Path, tmp_path: Path, kind: str, language: str
) -> None:
    speak(language)
    assert seen(run, tmp_path, Wanted((kind,))) == set()


def test_revealed_the_names_are_there_and_telephones_need_not_be(run: Path, tmp_path: Path) -> None:
    assert {"张三丰", "王五", "P10000000"} <= seen(
        run, tmp_path, Wanted(("settlement",)), reveal=True
    )


def test_a_revealed_doctor_is_called_by_name(run: Path, tmp_path: Path) -> None:
    assert "孙医生" in seen(run, tmp_path, Wanted(("doctor",)), reveal=True)


def patient(changed: Callable[..., Path]) -> Path:
    """The run with a person on the list, and a reason that names him and his telephone."""
    theirs = "'patient' AS subject_type, 'P100000001' AS subject_id"
    return changed(
        suspects=f"FROM t UNION ALL SELECT * REPLACE ({theirs}, '张三丰' AS subject_name) FROM t WHERE subject_id = 'S2'",
        claims=f"FROM t UNION ALL SELECT * REPLACE ({theirs}) FROM t WHERE subject_id = 'S2'",
        findings="""SELECT * REPLACE (CASE WHEN setl_id = 'S2' THEN '张三丰 13812345671 ' || reason ELSE reason END AS reason,
        CASE WHEN setl_id = 'S2' THEN '{"group_id": "13812345671", "other_psn_no": "P100000003", "who": "张三丰（P100000001）"}' ELSE evidence END AS evidence) FROM t""",
    )


def test_a_patient_is_masked_in_titles_numbers_sentences_and_evidence(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    assert seen(patient(changed), tmp_path, Wanted(("patient",))) == set()


def test_a_patients_finding_still_has_its_id_so_that_the_result_can_come_back(
    changed: Callable[..., Path], tmp_path: Path
) -> None:
    with loaded(patient(changed), Wanted(("patient",))) as load:
        tables.write_cases_csv(tmp_path / "cases.csv", load, "E1")
        sheets.write(tmp_path / "cases.xlsx", load, "E1")
    text = (tmp_path / "cases.csv").read_text("utf-8-sig")
    assert "STY02-9d8322530b67e236" in text
    assert "P10*****01" in text
    assert "张**" in text


def test_institutions_and_doctors_codes_stay(run: Path, tmp_path: Path) -> None:
    with loaded(run) as load:
        sheets.write(tmp_path / "cases.xlsx", load, "E1")
        notice.write(tmp_path, load, "E1")
    everything = "\n".join(leaves(tmp_path))
    assert "青禾县人民医院" in everything
    assert "D1" in everything
    assert "S2" in everything  # a bill's id is how the hospital finds it
