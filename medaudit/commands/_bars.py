"""Progress on a terminal: a bar for every stage, what is under way, and how long it took or will take."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich import progress as rich
from rich.console import Console, RenderableType
from rich.table import Column
from rich.text import Text

from medaudit.language import say
from medaudit.progress import Progress, title

# Stages whose steps take about as long each: of the others nobody knows how long is left.
ALIKE = {"rules", "pages", "towns"}
ENOUGH = 5  # steps done before the time left is more than a guess


class Bars(Progress):
    """Draws what it is told."""

    def __init__(self, bars: rich.Progress) -> None:
        super().__init__()
        self.drawing = bars
        self._begun = 0  # steps of the stage
        self.stage("starting")
        bars.start()

    def stage(self, name: str, total: int | None = None) -> None:
        done = self.name
        super().stage(name, total)
        self._over(done)
        self._begun = 0
        self._task = self.drawing.add_task(
            title(name), total=total or None, step="", known=bool(total), alike=name in ALIKE, broken=False,
        )  # fmt: skip

    def step(self, text: str) -> None:
        super().step(text)
        self.drawing.update(self._task, completed=self._begun, step=text)
        self._begun += 1

    def _over(self, name: str) -> None:
        if not name:
            return
        whole = self.drawing.tasks[-1].total or 1
        # That the program was loaded is of interest only while it lasts.
        lasting = name != "starting"
        self.drawing.update(self._task, total=whole, completed=whole, step="", visible=lasting)

    def done(self) -> None:
        """Leave the terminal to the result."""
        super().done()
        self._over(self.name)
        self.leave()

    def leave(self) -> None:
        """Draw no more; a stage that was broken off stays as it is."""
        self.drawing.update(self._task, broken=True)
        self.drawing.live.transient = self.name == "starting"
        self.drawing.stop()


class _Mark(rich.SpinnerColumn):
    def render(self, task: rich.Task) -> RenderableType:
        broken = task.fields["broken"] and not task.finished
        return Text("✗") if broken else super().render(task)


class _Steps(rich.ProgressColumn):
    """How many steps are done of how many."""

    def render(self, task: rich.Task) -> Text:
        known = task.fields["known"]
        return Text(f"{task.completed:.0f}/{task.total:.0f}" if known else "")


class _Time(rich.ProgressColumn):
    """How long a stage took; of one under way how long is left where that can be told, else how long it has taken so far."""

    def __init__(self) -> None:
        super().__init__()
        # A thread draws, and knows no language.
        self._left = say("约剩 {}", "about {} left")
        self._words = say("{} 秒", "{} s"), say("{} 分 {} 秒", "{} min {} s")

    def render(self, task: rich.Task) -> Text:
        if task.finished:
            return Text(self._told(task.finished_time or 0, tenths=True))
        left = task.time_remaining if task.fields["alike"] and task.completed >= ENOUGH else None
        if left is None:
            return Text(self._told(task.elapsed or 0))
        return Text(self._left.format(self._told(left)))

    def _told(self, seconds: float, tenths: bool = False) -> str:
        short, long = self._words
        if seconds >= 60:
            return long.format(*divmod(int(seconds), 60))
        return short.format(f"{seconds:.1f}" if tenths and seconds < 10 else int(seconds))


@contextmanager
def drawn(console: Console) -> Iterator[Bars]:
    """Bars on a console while the block lasts; stdout is left to results."""
    rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
    columns = (
        _Mark(finished_text="✓"), rich.TextColumn("{task.description}"), rich.BarColumn(12), _Steps(), _Time(),
        rich.TextColumn("{task.fields[step]}", markup=False, table_column=rest),
    )  # fmt: skip
    told = Bars(rich.Progress(*columns, console=console, expand=True, redirect_stdout=False))
    try:
        yield told
        told.done()
    finally:
        told.leave()
