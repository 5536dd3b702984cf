"""The records that an audit is of: of files, or of a workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from medaudit.engine import Engine
from medaudit.errors import MedauditError, Problem
from medaudit.language import say
from medaudit.nightly.session import Session, opened
from medaudit.progress import SILENT, Progress
from medaudit.records.load import Records, load
from medaudit.runs.plan import Plan, engine_of, knowledge_of
from medaudit.workspace.catalogue import is_headless, is_workspace


@contextmanager
def records_of(
    paths: Sequence[str | Path],
    plan: Plan,
    folder: Path,
    progress: Progress = SILENT,
    first: Callable[[Engine], None] = lambda _: None,
) -> Iterator[tuple[Engine, Records, Session | None]]:
    """An engine over the records of files, in `folder`, or of a workspace, whose session comes with it.

    first: asked of the engine before anything is read. Raises MedauditError when the records cannot be read.
    """
    if workspace := _workspace_of(paths, plan):
        with opened(workspace, plan, progress, first) as session:
            yield session.engine, session.records, session
        return
    engine = engine_of(plan, folder)
    try:
        first(engine)
        yield (
            engine,
            load(paths, plan.settings, engine, progress, plan.tables, knowledge_of(plan)),
            None,
        )
    finally:
        engine.close()


def _workspace_of(paths: Sequence[str | Path], plan: Plan) -> Path | None:
    """The workspace that `paths` name; None where they are files. Raises MedauditError for a workspace among others, and
    for what is asked of a workspace only."""
    named = [Path(path) for path in paths]
    found = [path for path in named if is_workspace(path) or is_headless(path)]
    if found and len(paths) > 1:
        what = say("工作区只能单独审计", "a workspace is audited by itself")
        do = say(
            "先把其余文件用 medaudit import 导入",
            "bring the other files into it with `medaudit import`",
        )
        raise MedauditError(Problem(what, str(found[0]), do))
    asked = {"--as-of": plan.as_of, "--full": plan.full, "--wait": plan.wait}
    if not found and any(asked.values()):
        what = say("只用于工作区", "of a workspace only")
        do = say(
            "先用 medaudit import 把文件导入工作区",
            "bring the files into a workspace with `medaudit import`",
        )
        raise MedauditError(
            Problem(what, " ".join(name for name, value in asked.items() if value), do)
        )
    if found and (plan.engine != "duckdb" or plan.tables):
        what = say(
            "工作区只用本机的 DuckDB 审计", "a workspace is audited by DuckDB on this machine"
        )
        do = say("去掉 --engine 和 --table", "leave out --engine and --table")
        raise MedauditError(Problem(what, str(found[0]), do))
    return found[0] if found else None
