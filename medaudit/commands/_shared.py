"""The options themselves: those that commands share, with their words, and how one is made."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from functools import partial
from typing import Any

import typer

from medaudit.commands import _complete
from medaudit.language import say


class Format(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"
    markdown = "markdown"


class Subject(StrEnum):
    institution = "institution"
    pharmacy = "pharmacy"
    doctor = "doctor"
    patient = "patient"
    settlement = "settlement"
    ring = "ring"


class Level(StrEnum):
    violation = "violation"
    suspected = "suspected"
    lead = "lead"


class Engine(StrEnum):
    duckdb = "duckdb"
    spark = "spark"


class LogFormat(StrEnum):
    text = "text"
    json = "json"


class Language(StrEnum):
    zh = "zh"
    en = "en"


def day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(say("日期写成 2025-01-31", "write dates as 2025-01-31")) from None


def option(name: str, help: str, value: str | None, **rest: Any) -> Any:
    short = ("-q",) if name == "--quiet" else ()
    return typer.Option(name, *short, help=help, metavar=value, show_default=False, **rest)


def own_option(name: str, zh: str, en: str, value: str | None = None, **rest: Any) -> Any:
    """An option of one command, its help in both languages."""
    return option(name, say(zh, en), value, **rest)


_listing = partial(own_option, rich_help_panel=say("筛选与显示", "What is listed and how"))
_running = partial(own_option, rich_help_panel=say("运行", "Running"))

SELECT = _running(
    "--select",
    "只用这些规则（编号前缀，可重复）",
    "only rules with this code prefix (repeatable)",
    "CODE",
    autocompletion=_complete.prefixes,
)
IGNORE = _running(
    "--ignore",
    "不用这些规则（编号前缀，可重复）",
    "no rules with this code prefix (repeatable)",
    "CODE",
    autocompletion=_complete.prefixes,
)
RULES = _running(
    "--rules", "另加自己的规则文件夹", "a folder of your own rules, besides ours", "FOLDER"
)
KNOWLEDGE = _running(
    "--knowledge",
    "自己的知识表文件夹（限价、互斥项目等，可重复）",
    "a folder of your own knowledge tables: price limits, conflicting items … (repeatable)",
    "FOLDER",
)
BY = _listing("--by", "只列这一类对象", "list only this kind of subject")
TOP = _listing("--top", "每类列前几名（默认 10）", "how many of each kind (10)", "N", min=1)
SINCE = _listing(
    "--since", "只列此日及以后的疑点", "only findings on or after this day", "DATE", parser=day
)
UNTIL = _listing(
    "--until", "只列此日及以前的疑点", "only findings on or before this day", "DATE", parser=day
)
INSTITUTION = _listing(
    "--institution",
    "只列这家机构（编号，可重复）",
    "only this institution (code, repeatable)",
    "CODE",
)
AREA = _listing("--area", "只列这一医保区划（前缀）", "only this area (admdvs prefix)", "AREA")
PERSON = _listing("--person", "只列这个人（人员编号）", "only this person (psn_no)", "NUMBER")
MIN_AMOUNT = _listing(
    "--min-amount", "只列金额不低于此数（元）", "only amounts from this on, yuan", "YUAN"
)
FORMAT = _listing("--format", "标准输出的格式", "format on standard output")
OUTPUT = _listing(
    "--output",
    "写入文件：.xlsx .csv .json .md .txt",
    "write to a file: .xlsx .csv .json .md .txt",
    "FILE",
)
LANG = _listing("--lang", "语言：zh 或 en", "language: zh or en")
ENGINE = _running(
    "--engine", "运算引擎：本机 duckdb（默认）或 spark", "engine: duckdb on this machine, or spark"
)
SPARK_MASTER = _running(
    "--spark-master",
    "Spark 主节点（默认本机各核）",
    "Spark's master (the cores of this machine)",
    "URL",
)
SPARK_CONF = _running(
    "--spark-conf", "Spark 设置，名=值（可重复）", "a setting of Spark's (repeatable)", "NAME=VALUE"
)
TABLE = _running(
    "--table",
    "读 Spark 目录里的表，如 settlement=db.setl_d（可重复）",
    "read a table of Spark's catalogue, such as settlement=db.setl_d (repeatable)",
    "TABLE=NAME",
)
MEMORY = _running(
    "--memory-limit",
    "整个进程的内存上限，如 2GB",
    "memory for the whole process, such as 2GB",
    "SIZE",
)
THREADS = _running("--threads", "线程数", "threads", "N", min=1)
REVIEWS = _running(
    "--reviews",
    "复核结果（CSV，可重复）：据此调整概率",
    "decisions of reviewers (CSV, repeatable): they adjust the probabilities",
    "FILE",
)
EXPLORE = _listing(
    "--explore",
    "名单之外每类再随机抽几个，标明",
    "so many more of each kind at random from below the list, marked",
    "N",
    min=0,
)
LEDGER = _running(
    "--ledger",
    "台账：文件或 PostgreSQL 地址（默认 ./medaudit-ledger.db）",
    "ledger: a file or a PostgreSQL address (./medaudit-ledger.db)",
    "FILE",
)
RUN = own_option(
    "--run",
    "扫描的结果文件夹（默认 ./medaudit-run）",
    "run folder of a scan (./medaudit-run)",
    "FOLDER",
    autocompletion=_complete.runs,
)
WHO = _running("--who", "谁在操作（默认登录名）", "who is doing this (your login)", "NAME")
LOG_FORMAT = _running(
    "--log-format",
    "标准错误的格式：text（默认）或 json（一行一个对象）",
    "format on standard error: text, or json, an object a line",
)
MAX_SECONDS = _running(
    "--max-seconds",
    "超过这么多秒就停止，不写结果",
    "stop when it takes longer than so many seconds, and write nothing",
    "N",
    min=1,
)
QUIET = _listing("--quiet", "不显示进度和概况", "no progress and no summary")
CONFIG = _running(
    "--config", "设置文件（默认 ./medaudit.toml）", "settings file (./medaudit.toml)", "FILE"
)
DEBUG = _running("--debug", "出错时显示追踪", "show tracebacks", hidden=True)
