"""What the shell may fill in: codes of rules, run folders, names. Cheap, for it is asked at every press of the key."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from medaudit.errors import MedauditError, Problem
from medaudit.language import say, spoken

_HOUSE = Path(__file__).parent.parent
_CODE = re.compile(r'^code\s*=\s*"(\w+)"', re.MULTILINE)
_TITLE = {tongue: re.compile(rf'^\[title\][^\[]*?^{tongue}\s*=\s*"(.*)"', re.MULTILINE | re.DOTALL) for tongue in ("zh", "en")}  # fmt: skip
_ENOUGH = 2000  # characters of a rule's file within which its code and title stand
PEERS = "ANO"
SHELLS = ("bash", "zsh", "fish", "powershell", "pwsh")
VARIABLE = "_MEDAUDIT_COMPLETE"

Named = list[tuple[str, str]]


def codes(incomplete: str) -> Named:
    """The shipped rules and their titles, without reading their statements."""
    found = [(PEERS, say("与同类比较", "against peers"))]
    for path in (_HOUSE / "detectors" / "rules").glob("*/*.sql"):
        with path.open(encoding="utf-8") as file:
            head = file.read(_ENOUGH)
        code, title = _CODE.search(head), _TITLE[spoken()].search(head)
        if code:
            found.append((code[1], title[1].partition('"')[0] if title else ""))
    return sorted(one for one in found if one[0].startswith(incomplete))


def prefixes(incomplete: str) -> Named:
    """Codes, and the families that they begin with."""
    told = codes(incomplete)
    families = {code.rstrip("0123456789") for code, _ in told} - {PEERS}
    return [*((one, say("整类", "the family")) for one in sorted(families)), *told]


def runs(incomplete: str) -> list[str]:
    """The run folders beside what is typed; where there is none the shell lists files."""
    typed = Path(incomplete)
    place = typed if incomplete.endswith(("/", "\\")) else typed.parent
    try:
        return sorted(str(path.parent) for path in place.glob("*/run.json"))
    except OSError:
        return []


def files(folder: str, said: str = "") -> Callable[[], list[str]]:
    """The names of the settings that ship in a folder of the house, those that say so where `said` is given."""

    def named() -> list[str]:
        found = (_HOUSE / folder).glob("*.toml")
        return sorted(path.stem for path in found if said in path.read_text(encoding="utf-8"))

    return named


def one_of(*names: str) -> Callable[[], list[str]]:
    """These names."""
    return lambda: list(names)


def told(command: Any) -> Any:
    """Put the library's two options for the shell into words."""
    words = {
        "install_completion": (say("为这个 shell 装上 Tab 补全", "install completion for this shell"), _install),
        "show_completion": (say("打印 Tab 补全的脚本", "print the script of completion"), _show),
    }  # fmt: skip
    for option in command.params:
        if option.name in words:
            option.help, option.callback = words[option.name]
    return command


def _install(context: Any, option: Any, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    from typer.completion import install  # type: ignore[attr-defined]

    shell = _shell(option)
    if shell in ("powershell", "pwsh"):
        # The library would let every script run on this machine, from wherever it comes.
        what = say("PowerShell 的补全请自己加进配置文件", "on PowerShell, add it to your profile yourself")  # fmt: skip
        do = "medaudit --show-completion | Out-File -Append -Encoding utf8 $PROFILE"
        raise MedauditError(Problem(what, option.opts[0], do))
    try:
        _, path = install(shell=shell, prog_name="medaudit", complete_var=VARIABLE)
    except OSError as error:
        from medaudit.output.whole import disk_problem

        raise disk_problem(error, error.filename or "~") from error
    print(say(f"已装上 {shell} 的补全：{path}。新开一个终端即可使用。", f"Completion for {shell} is in {path} and works in a new terminal."))  # fmt: skip
    raise typer.Exit


def _show(context: Any, option: Any, asked: bool) -> None:
    if not asked or context.resilient_parsing:
        return
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    shell = _shell(option)
    print(get_completion_script(prog_name="medaudit", complete_var=VARIABLE, shell=shell))
    raise typer.Exit


def _shell(option: Any) -> str:
    """The shell this was typed in. Raises MedauditError for one that nothing is known of."""
    import shellingham

    try:
        name = str(shellingham.detect_shell()[0])
    except shellingham.ShellDetectionFailure:
        name = ""
    if name not in SHELLS:
        what = say("认不出是哪种 shell", "it is not clear which shell this is")
        do = say(
            "在 bash、zsh、fish 或 PowerShell 里运行", "run it in bash, zsh, fish or PowerShell"
        )
        raise MedauditError(Problem(what, option.opts[0], do))
    return name
