"""`medaudit knowledge`: official lists in, what is there, and tables to fill in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Any

import typer

from medaudit.commands._knowledge import BATCH, CATALOGUE, CHANGES, FROM, REPLACES, TO, UNTIL
from medaudit.commands._options import Common, add, common
from medaudit.language import say

FOLDER = typer.Argument(metavar="FOLDER", help=say("知识库文件夹", "folder of the knowledge"))
FILES = typer.Argument(metavar="FILE…", help=say("清单文件", "files of lists"))
