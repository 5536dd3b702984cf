"""What long work says of itself while it goes on: the stage it is in, and the step under way.

The rooms are handed a `Progress` and speak to it; what becomes of that (bars, lines of a log, nothing) is the command's business.
"""

from __future__ import annotations

from medaudit.language import say

# Name → what a user reads. The names stand in logs and stay as they are.
STAGES = {
    "starting": ("准备", "getting ready"),
    "opening": ("查看文件", "opening files"),
    "reading": ("读取文件", "reading files"),
    "sorting": ("冲销与去重", "refunds, duplicates"),
    "storing": ("存入工作区", "storing"),
    "checking": ("核对数据", "checking the data"),
    "facts": ("整理数据", "working out facts"),
    "links": ("查找关联", "looking for links"),
    "rules": ("运行规则", "running rules"),
    "findings": ("汇总疑点", "gathering findings"),
    "anomalies": ("与同类比较", "comparing with peers"),
    "ranking": ("排出先后", "ranking"),
    "writing": ("写出结果", "writing results"),
    "hashing": ("核对文件", "checking the files"),
    "comparing": ("比较两次运行", "comparing the runs"),
    "choosing": ("挑选案件", "choosing cases"),
    "lists": ("读取名单", "reading the lists"),
    "evidence": ("汇集证据", "gathering evidence"),
    "pages": ("逐个成页", "making pages"),
    "towns": ("生成乡镇", "making towns"),
    "exporting": ("写成导出文件", "writing the export"),
    "scoring": ("对照真值", "scoring"),
    "matching": ("对照目录", "matching items"),
}


class Progress:
    """Where some work has got to. This one only remembers it."""

    def __init__(self) -> None:
        self.name = ""
        self.text = ""
        self.is_done = False
        self.is_stopped = False

    def stage(self, name: str, total: int | None = None) -> None:
        """A stage of STAGES begins and the one before is over. total: how many steps it has, None where nobody knows."""
        self._go_on()
        self.name, self.text = name, ""

    def step(self, text: str) -> None:
        """A step of the stage begins, and the one before is done."""
        self._go_on()
        self.text = text

    def done(self) -> None:
        """All stages are over: what follows is the result."""
        self.is_done = True

    def stop(self) -> None:
        """From another thread: no further stage or step begins."""
        self.is_stopped = True

    def _go_on(self) -> None:
        if self.is_stopped:
            raise KeyboardInterrupt


SILENT = Progress()


def title(name: str) -> str:
    """A stage in the run's language."""
    return say(*STAGES[name])
