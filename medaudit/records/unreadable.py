"""Errors of the libraries that open files, in a user's words."""

from __future__ import annotations

import gzip
import zipfile
import zlib

from medaudit.engine import SQLFailed
from medaudit.errors import MedauditError
from medaudit.language import say
from medaudit.records import text


def why_unreadable(error: Exception, form: str = "parquet") -> tuple[str, str]:
    """Why a file could not be opened and what to do, for any of the libraries that open files."""
    if isinstance(error, text.WrongEncoding):
        why = say("编码既不是 UTF-8 也不是 GB18030", "the text is neither UTF-8 nor GB18030")
        do = say("另存为 UTF-8 的 CSV 后重试", "save it as UTF-8 CSV and try again")
    elif isinstance(error, RuntimeError) and "password" in str(error):
        why = say("压缩包有密码", "the archive has a password")
        do = say("解压后重试", "unpack it and try again")
    elif isinstance(error, PermissionError):
        why = say("没有读取权限", "no permission to read it")
        do = say(
            "检查权限，或关闭打开它的程序",
            "check permissions, or close the program that has it open",
        )
    elif isinstance(error, SQLFailed) and form == "csv":
        why = say("分隔文本读到一半读不下去", "the delimited text could not be read to its end")
        do = say("检查导出，或换一种格式导出", "check the export, or export it in another format")
    elif isinstance(error, SQLFailed):
        why = say("Parquet 文件不完整或已损坏", "the Parquet file is truncated or damaged")
        do = say("重新导出或重新拷贝", "export or copy it again")
    elif isinstance(error, (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile)):
        why = say("压缩文件不完整或已损坏", "the archive is truncated or damaged")
        do = say("重新导出或重新拷贝", "export or copy it again")
    elif type(error).__module__.startswith("python_calamine"):
        why = say("文件已损坏、加密或不是这种格式", "damaged, encrypted, or not of this format")
        do = say("在表格软件中打开并另存", "open it in a spreadsheet program and save it again")
    elif isinstance(error, MedauditError):
        raise error
    else:
        why = say("读取失败", "it could not be read") + f" ({type(error).__name__})"
        do = say("换一种格式导出", "export it in another format")
    return why, do
