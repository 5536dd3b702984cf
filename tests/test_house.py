"""The walls of the house: who may import whom, how long things get, what never gets in."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from medaudit.output.wrap import width

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "medaudit"

# From the ground up: a room imports only rooms before it.
ROOMS = [
    "language",
    "errors",
    "progress",
    "settings",
    "engine",
    "knowledge",
    "records",
    "facts",
    "detectors",
    "findings",
    "ledger",
    "ranking",
    "output",
    "library",
    "cases",
    "handbook",
    "runs",
    "workspace",
    "nightly",
    "audit",
    "check",
    "dossier",
    "compared",
    "verified",
    "review",
    "export",
    "report",
    "synth",
    "commands",
    "cli",
    "__main__",
]
LEAVES = {"output": {"language", "errors"}}  # rooms that may know only these
HEAVY = {"alembic", "duckdb", "networkx", "pandas", "pyod", "sklearn", "sqlalchemy"}
LIMITS = {
    "medaudit/**/*.py": 250,
    "medaudit/commands/[!_]*.py": 60,
    "medaudit/detectors/anomalies/[!_]*.py": 120,
    "medaudit/detectors/links/[!_]*.py": 120,
}
RULE_LIMIT = 60

EXCEPTIONS: dict[str, str] = {}  # path from the project's folder: why it may be longer


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(under: str = "**/*.py") -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(HOUSE.glob(under)):
        yield path, ast.parse(path.read_text("utf-8"))


def imported(nodes: Iterable[ast.AST]) -> Iterator[list[str]]:
    """The dotted names imported by `nodes`, split at their dots."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}".split(".") for alias in node.names)


def room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def written_here() -> Iterator[Path]:
    """Every text file of the project, in the folders it has."""
    folders = (".ci", "benchmarks", "docs", "medaudit", "sample_data", "tests")
    suffixes = {".csv", ".html", ".j2", ".lock", ".md", ".py", ".sql", ".toml"}
    yield from (path for path in ROOT.glob("*") if path.suffix in suffixes)
    yield from (ROOT / "Makefile", ROOT / ".ci" / "run")
    for folder in folders:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes)


def containing(pattern: str) -> list[str]:
    found = []
    for path in written_here():
        for number, line in enumerate(path.read_text("utf-8", errors="ignore").splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{name(path)}:{number}: {line.strip()[:100]}")
    return found


def test_every_module_lives_in_a_known_room() -> None:
    strangers = {room(path) for path, _ in modules()} - {"__init__", *ROOMS}
    assert not strangers, "give it a place in ROOMS"


def test_nothing_imports_upward() -> None:
    upward = []
    for path, tree in modules():
        here = room(path)
        if here not in ROOMS:  # the package's own door leads anywhere
            continue
        allowed = LEAVES.get(here) or set(ROOMS[: ROOMS.index(here)])
        for package, *rest in imported(ast.walk(tree)):
            if package == "medaudit" and rest and rest[0] in set(ROOMS) - allowed - {here}:
                upward.append(f"{name(path)} imports {'.'.join([package, *rest])}")
    assert not upward


def test_nothing_outgrows_its_limit() -> None:
    long = [
        f"{name(path)}: {lines(path)} lines, at most {limit}"
        for pattern, limit in LIMITS.items()
        for path in sorted(ROOT.glob(pattern))
        if lines(path) > limit and name(path) not in EXCEPTIONS
    ]
    assert not long


def test_a_rule_fits_a_screen_below_its_header() -> None:
    long = []
    for path in sorted(HOUSE.glob("detectors/rules/*/*.sql")):
        sql = path.read_text("utf-8").partition("*/")[2].strip()
        if len(sql.splitlines()) > RULE_LIMIT and name(path) not in EXCEPTIONS:
            long.append(name(path))
    assert not long


def test_every_rule_has_a_case_file_and_every_case_file_a_rule() -> None:
    rules = HOUSE / "detectors" / "rules"
    cases = ROOT / "tests" / "rules"
    written = {path.relative_to(rules).with_suffix("") for path in rules.glob("*/*.sql")}
    tried = {path.relative_to(cases).with_suffix("") for path in cases.glob("*/*.toml")}
    assert written == tried


def test_every_exception_is_still_there() -> None:
    assert not [path for path in EXCEPTIONS if not (ROOT / path).exists()]


# The patterns below are written so that they do not find themselves.


def test_no_path_of_somebodys_machine_is_written_down() -> None:
    assert not containing(r"(?<![\w.])/(?:home|opt|root|Users|work)/\w")


def test_no_package_registry_is_named() -> None:
    assert not containing(
        r"pypi[.]org|pythonhosted[.]org|/simple[/]|--(?:extra-)?index[-]url|find[-]links"
    )


def test_nothing_is_left_unfinished() -> None:
    assert not containing(r"\bTO[D]O\b|\bFIX[M]E\b|NotImplemented[E]rror")


def test_commands_import_heavy_libraries_only_when_called() -> None:
    early = [
        f"{name(path)} imports {library}"
        for under in ("cli.py", "commands/*.py")
        for path, tree in modules(under)
        for library, *_ in imported(tree.body)
        if library in HEAVY
    ]
    assert not early


def test_help_loads_no_heavy_library() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "medaudit", "--help"]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in run.stderr.splitlines()}
    assert "typer" in loaded
    assert not HEAVY & loaded


@pytest.mark.parametrize("locale", ["zh_CN.UTF-8", "en_US.UTF-8"])
def test_the_list_of_commands_says_something_of_each_on_eighty_columns(locale: str) -> None:
    command = [sys.executable, "-m", "medaudit", "--help"]
    told = {"LC_ALL": locale, "COLUMNS": "80", "PATH": os.environ["PATH"]}
    run = subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env=told)
    listed = re.findall(r"(?m)^  ([a-z]+)  +(.*)$", run.stdout.decode("utf-8"))
    modules = {path.stem.rstrip("_") for path in (HOUSE / "commands").glob("[!_]*.py")}
    assert {name for name, _ in listed} == modules
    assert all(says and not says.endswith("...") for _, says in listed)
    assert all(width(line) <= 80 for line in run.stdout.decode("utf-8").splitlines())


def test_the_readme_prints_the_command_that_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(r"^<!-- test command -->\n+```sh\n[^`]+ && \S*pytest\n```$", readme, re.M)
