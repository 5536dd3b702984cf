"""The options of `medaudit knowledge`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from medaudit.commands._options import add as add_command
from medaudit.commands._options import with_example
from medaudit.commands._shared import day, own_option
from medaudit.language import say

FOLDER = typer.Argument(
    metavar="FOLDER",
    help=say(
        "知识库文件夹（默认 medaudit-knowledge）", "folder of the knowledge (medaudit-knowledge)"
    ),
)
FILES = typer.Argument(metavar="FILE", help=say("清单文件", "files of lists"))
TO = own_option(
    "--to",
    "放进这个知识库文件夹（默认 medaudit-knowledge）",
    "into this folder (medaudit-knowledge)",
    "FOLDER",
)
BATCH = own_option(
    "--batch", "批次名称（默认第一个文件的名称）；同名的批次整个换掉",
    "name of the batch (that of the first file); a batch of that name is replaced whole", "NAME",
)  # fmt: skip
FROM = own_option(
    "--from", "这批清单从哪天起有效", "the day from which the batch is valid", "DATE", parser=day
)
UNTIL = own_option("--until", "到哪天为止有效", "the last day it is valid", "DATE", parser=day)
REPLACES = own_option(
    "--replaces",
    "从生效那天起取代这个批次（可重复）",
    "ends this batch the day before (repeatable)",
    "BATCH",
)
CATALOGUE = own_option(
    "--catalogue", "医保目录（文件或文件夹，可重复）；不给则用上次的",
    "the catalogue of items (file or folder, repeatable); that of the last import where it is left out", "PATH",
)  # fmt: skip
CHANGES = own_option(
    "--changes", "两个批次有什么不同", "what differs between two batches", "OLD NEW"
)
EMPTY = typer.Argument(metavar="FOLDER", help=say("新文件夹", "a new folder"))

SHORT = say(
    "导入官方知识点清单，看有哪些、何时有效", "official lists in; what is there, valid when"
)
ABOUT = say(
    "把官方和本地的知识点清单（XLSX、CSV）读成审核用的知识表，每一行都记得出处；"
    "scan 用 --knowledge 使用。不带子命令时列出有哪些知识。",
    "Read official and local lists of points (XLSX, CSV) into the tables of knowledge an audit goes by, each row with "
    "where it stands; scan uses them with --knowledge. Without a subcommand it lists what knowledge there is.",
)
_IMPORT = say(
    "medaudit knowledge import 批次7.xlsx --from 2025-07-01 --catalogue 目录.csv",
    "medaudit knowledge import batch7.xlsx --from 2025-07-01 --catalogue catalogue.csv",
)
HELP = {
    "import": (
        say("读入清单，列出看不懂和对不上的", "read lists, and tell what is not understood"),
        say(
            "读入一批清单。认不出的版式、看不懂的格子、对不上目录的名称都列出来，不猜；名称由 mapping.csv 里人工对上。"
            "有未用的行时退出码为 1。",
            "Read a batch of lists. Unknown layouts, cells that are not understood and names not in the catalogue are listed, "
            "never guessed; a person maps names in mapping.csv. Exits 1 when some rows could not be used.",
        ),
        _IMPORT,
    ),
    "show": (
        say("有哪些批次、何时有效、哪些规则用", "which batches, valid when, used by which rules"),
        say(
            "列出批次和清单；--changes 旧批次 新批次 列出不同。",
            "List batches and lists; --changes OLD NEW lists what differs.",
        ),
        say("medaudit knowledge show --changes 批次6 批次7", "medaudit knowledge show --changes batch6 batch7"),
    ),
    "template": (
        say("写出可填写的空知识表", "write empty tables to fill in"),
        say(
            "写出每种知识表的空 CSV 和列的说明；填好后用 medaudit check DATA --knowledge FOLDER 检查。",
            "Write an empty CSV of every table of knowledge and what its columns mean; check what you filled in with "
            "medaudit check DATA --knowledge FOLDER.",
        ),
        say("medaudit knowledge template 本地知识表", "medaudit knowledge template our-tables"),
    ),
}  # fmt: skip


def add(app: typer.Typer, commands: Mapping[str, Callable[..., None]]) -> None:
    """Add `medaudit knowledge` with these commands; without one it shows what there is."""
    group = typer.Typer(
        invoke_without_command=True, help=with_example(ABOUT, _IMPORT), short_help=SHORT
    )
    group.callback()(_alone)
    for name, command in commands.items():
        add_command(group, command, *HELP[name], name)
    app.add_typer(group, name="knowledge")


def _alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        from medaudit.library.shown import show_shelf

        show_shelf()
