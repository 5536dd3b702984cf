"""Made-up sheets in the official layouts, with the oddities that real ones have."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

CODES = {  # name → codes in the catalogue below
    "丹参注射液": ["ZA12HAD0150010100001", "ZA12HAD0150010100002"],
    "参麦注射液": ["ZA12HAS0150010100001"],
    "奥扎格雷钠注射液": ["XB01ACA148B002010100001"],
    "小儿氨酚黄那敏颗粒": ["XR05XXX148B002010100001"],
    "黄体酮注射液": ["XG03DAH148B002010100001"],
    "复方氨基酸注射液(18AA)": ["XB05BAF148B002010100001", "XB05BAF148B002010100002"],
    "阿卡波糖片": ["XA10BFA148A001010100001"],
    "二甲双胍片": ["XA10BAE148A001010100001"],
}
SERVICES = {
    "急诊监护费": "001102000030000",
    "普通床位费": "001109000010000",
    "糖化血红蛋白测定": "002503010070000",
}


def catalogue(folder: Path) -> Path:
    """A catalogue that has every item above."""
    rows = ["med_list_codg,med_list_name,med_chrgitm_type,generic_code"]
    rows += [f'{code},"{name}",09,' for name, codes in CODES.items() for code in codes]
    rows += [f"{code},{name},01," for name, code in SERVICES.items()]
    path = folder / "catalogue.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def batch_one(path: Path) -> Path:
    """Limits by sex and age: notes above, merged cells, 同上, full widths, breaks, footnotes, a total, a hidden row."""
    book = xlsxwriter.Workbook(path)
    bold = book.add_format({"bold": True})
    sex = book.add_worksheet("药品限性别")
    sex.merge_range(0, 0, 0, 5, "附件1 药品区分性别使用知识点", bold)
    sex.write(
        1, 0, "说明：本表由国家医保局基金监管司整理，供定点医药机构自查自纠参考使用，请遵照执行。"
    )
    for i, name in enumerate(
        [
            "序号",
            "药品通用名",
            "是否医保\n目录内",
            "限定性别",
            "检出逻辑",
            "逻辑依据",
            "知识点对应药品\n代码数量",
        ]
    ):
        sex.write(3, i, name)
    sex.write_row(4, 0, [1, "黄体酮\n注射液", "是", "女", "男性患者使用", "说明书", 1])
    sex.write_row(5, 0, [2, "参麦注射液", "是", "同上", "同上", "同上", 1])
    sex.write_row(6, 0, [3, "仙丹注射液", "是", "女", "同上", "同上", "２"])
    sex.write_row(7, 0, [4, "丹参注射液", "是", "成人", "", "", 2])
    sex.write_row(8, 0, ["合计", "", "", "", "", "", 4])
    sex.write(9, 0, "注：以上知识点以药品说明书为准。")
    age = book.add_worksheet("药品限年龄")
    age.merge_range(0, 1, 0, 2, "药品")
    age.merge_range(0, 3, 1, 3, "限定年龄")
    age.merge_range(0, 4, 1, 4, "逻辑依据")
    age.write_row(1, 1, ["药品通用名", "知识点对应药品代码数量"])
    age.write_row(2, 1, ["小儿氨酚黄那敏颗粒", 1, "１２周岁以下", "说明书"])
    age.write_row(3, 1, ["丹参注射液", 3, "≥14岁", "说明书"])
    age.set_row(3, None, None, {"hidden": True})
    about = book.add_worksheet("填表说明")
    about.write(0, 0, "各省可根据实际情况调整")
    book.close()
    return path


def batch_seven(path: Path) -> Path:
    """Pairs not charged together, with merged first items, and counts a day."""
    book = xlsxwriter.Workbook(path)
    pairs = book.add_worksheet("重复收费")
    pairs.write_row(
        0,
        0,
        ["可收费项目名称", "可收费项目代码", "不可收费项目名称", "不可收费项目代码", "逻辑依据"],
    )
    pairs.merge_range(1, 0, 2, 0, "急诊监护费")
    pairs.merge_range(1, 1, 2, 1, SERVICES["急诊监护费"])
    pairs.write_row(1, 2, ["普通床位费", SERVICES["普通床位费"], "价格项目内涵"])
    pairs.write_row(2, 2, ["护理费", "00110", "价格项目内涵"])
    often = book.add_worksheet("限定频次")
    often.write_row(0, 0, ["医疗服务项目名称", "项目代码(2022版国家)", "限定频次", "备注"])
    often.write_row(1, 0, ["普通床位费", SERVICES["普通床位费"], "１次/日", ""])
    often.write_row(2, 0, ["急诊监护费", SERVICES["急诊监护费"], "每日不超过一次", ""])
    cycle = book.add_worksheet("周期超频次")
    cycle.write_row(0, 0, ["医疗服务项目名称", "项目代码（2022版国家）", "限定周期"])
    cycle.write_row(1, 0, ["糖化血红蛋白测定", SERVICES["糖化血红蛋白测定"], "2-3个月1次"])
    book.close()
    return path
