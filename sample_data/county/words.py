"""What an invented county has: names, places, departments, illnesses.

Plain tables as text, one row a line; `-` is an empty cell. None of the people or places exists: region
9901 is not assigned, and certificate numbers of region 990100 belong to nobody.
"""

from __future__ import annotations

from typing import NamedTuple

REGION = "990100"
TOWNS = ["望舒镇", "听雨镇", "晴川镇", "稻香镇", "枕河镇", "采薇乡"]
SURNAMES = list("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
GIVEN = {  # sex and whether born before 2000 -> first and second character of the given name
    ("1", True): ("国建志文明永德长海家立新宝金春", "强军华平林辉生福祥峰勇民根财良"),
    ("2", True): ("秀桂玉春丽美淑月凤彩金小红翠惠", "英兰珍芳梅华霞燕萍娟芬玲云香荣"),
    ("1", False): ("子浩宇俊一梓博泽嘉思", "轩然辰涵宸航睿阳恒远"),
    ("2", False): ("梓欣雨诗可思佳语若一", "涵怡彤萱琪妍悦桐宁诺"),
}

# code of the institution ends in this number; level 0 is a clinic; way is how stays are paid
PLACES = """
H 00001 青禾县人民医院       3 case
H 00002 青禾县中医医院       2 item
H 00003 青禾朝露医院         2 item
H 00011 望舒镇中心卫生院     1 item
H 00012 听雨镇卫生院         1 item
H 00013 晴川镇卫生院         1 item
H 00014 稻香镇卫生院         1 item
H 00015 枕河镇卫生院         1 item
H 00016 采薇乡卫生院         1 item
H 00021 望舒镇桐花村卫生室   0 item
H 00022 望舒镇柳絮村卫生室   0 item
H 00023 听雨镇石桥头卫生室   0 item
H 00024 听雨镇青瓦诊所       0 item
H 00025 晴川镇月牙湾卫生室   0 item
H 00026 稻香镇麦场村卫生室   0 item
H 00027 枕河镇渡口村卫生室   0 item
H 00028 枕河镇白帆诊所       0 item
H 00029 采薇乡竹林村卫生室   0 item
H 00030 采薇乡梨园村卫生室   0 item
P 00001 青禾松柏大药房       - -
P 00002 青禾银杏大药房       - -
P 00003 青禾芦苇药店         - -
P 00004 青禾蒲草药店         - -
P 00005 望舒镇茉莉药店       - -
P 00006 听雨镇薄荷药店       - -
P 00007 青禾流萤大药房       - -
P 00008 晴川镇月季药店       - -
P 00009 稻香镇麦穗药店       - -
P 00010 枕河镇菖蒲药店       - -
P 00011 采薇乡紫苏药店       - -
P 00012 青禾合欢大药房       - -
"""

DEPARTMENTS = {
    "A02": "全科", "A03": "内科", "A04": "外科", "A05": "妇产科", "A07": "儿科", "A10": "眼科", "A15": "精神科",
    "A19": "肿瘤科", "A20": "急诊科", "A21": "康复科", "A50": "中医科",
}  # fmt: skip
STAFF = {  # level -> departments of its doctors
    "3": "A03 A03 A03 A03 A03 A04 A04 A04 A04 A05 A05 A07 A07 A10 A19 A19 A20 A20 A21 A50",
    "2": "A03 A03 A03 A04 A04 A05 A07 A10 A15 A20 A21 A50",
    "1": "A02 A02 A03 A03 A04 A50",
    "0": "A02 A02",
}

# key, ICD, name, sex, ages, how common, level at least, department, nights, tests, drugs of each day, operation
ILLNESSES = """
pneumo  J18.900 肺炎                     - 18-90 14 1 A03 7-10  xray,cbc,crp,liver      ceftri,ambro,nacl -
copd    J44.100 慢性阻塞性肺病伴急性加重 - 50-90 14 1 A03 8-12  xray,cbc,lung,ecg       levo,ambro,budes  -
stroke  I63.900 脑梗死                   - 50-90 12 2 A03 9-13  ct,ecg,clotting,lipid   edara,citi,nacl   -
angina  I20.000 不稳定型心绞痛           - 45-88 9  2 A03 7-10  ecg,echo,troponin,lipid heparin,nacl      -
failure I50.900 心力衰竭                 - 55-90 7  1 A03 7-10  ecg,echo,ions           furo,nacl         -
sugar   E11.900 2型糖尿病                - 40-85 8  1 A03 6-9   hba1c,urine,lipid,fundus lipoic,nacl      -
ulcer   K25.900 胃溃疡                   - 25-80 5  2 A03 6-8   gastro,cbc,stool        panto,nacl        -
gastri  K29.500 慢性胃炎                 - 25-78 5  1 A03 6-8   belly,cbc,liver         panto,nacl        -
bronch  J20.900 急性支气管炎             - 4-75  8  1 A03 6-8   xray,cbc,crp            ceftri,ambro,nacl -
dizzy   R42.x00 头晕和眩晕               - 40-78 5  1 A03 6-8   ct,ecg,cbc              xuesai,nacl       -
disc    M51.202 腰椎间盘突出             - 30-75 7  1 A04 7-10  xray,cbc                xuesai,nacl       -
diarrh  A09.900 感染性腹泻               - 16-70 5  1 A03 4-5   stool,cbc,ions          nacl,smecta       -
append  K35.800 急性阑尾炎               - 10-70 5  2 A04 5-7   belly,cbc,clotting      ceftri,nacl       append
biliary K80.200 胆囊结石                 - 28-78 5  2 A04 5-8   belly,liver,clotting    ceftri,nacl       biliary
hernia  K40.900 腹股沟疝                 - 40-80 4  2 A04 4-5   surface,cbc,clotting    nacl              hernia
hip     S72.000 股骨颈骨折               - 60-90 4  2 A04 10-14 xray,cbc,clotting,ecg   heparin,nacl      hip
shin    S82.200 胫骨干骨折               - 18-70 3  2 A04 9-12  xray,cbc,clotting       ceftri,nacl       fixation
stone   N20.100 输尿管结石               - 25-70 4  2 A04 4-6   belly,urine,kidney      levo,nacl         stone
prost   N40.x00 前列腺增生               1 55-85 3  2 A04 6-8   psa,belly,urine         levo,nacl         turp
fibroid D25.900 子宫平滑肌瘤             2 30-52 3  2 A05 6-8   vagus,cbc,clotting      ceftri,nacl       fibroid
cata    H25.900 老年性白内障             - 60-88 4  2 A10 1-1   fundus,glucose          eyedrop           phaco
polyp   K63.500 结肠息肉                 - 40-75 3  2 A03 2-3   colon,cbc,clotting      panto,nacl        polyp
birth   O80.900 单胎顺产                 2 20-38 4  2 A05 3-3   cbc,urine,belly         oxyto,nacl        delivery
newborn P22.100 新生儿短暂性呼吸急促     - 0-99  0  2 A07 3-3   xray,cbc,crp            nacl              -
schizo  F20.900 精神分裂症               - 20-65 0  2 A15 25-25 cbc,liver,ecg           halop,worksong    -
cancer  Z51.100 恶性肿瘤维持性化学治疗   - 45-75 0  3 A19 3-3   cbc,liver,cea           doceta,ondan,nacl  -
kidney  N18.500 慢性肾脏病5期            - 40-75 0  2 A03 6-8   kidney,ions,cbc         furo,nacl         -
"""

# ICD, name, sex, age at least, what is ordered: at least the first
COMPLAINTS = """
J06.900 急性上呼吸道感染 - 0  coldtea amox parac lorat cbc
K29.500 慢性胃炎         - 12 omep jianwei liver belly
M54.500 腰痛             - 20 diclo plaster acupunct massage traction
L30.900 皮炎             - 0  lorat huangqi
H10.900 结膜炎           - 0  eyedrop fundus
I10.x00 高血压           - 35 amlo5 metop ecg lipid
E11.900 2型糖尿病        - 35 metf glim glucose hba1c
R51.x00 头痛             - 15 ibup ct ecg
N76.000 急性阴道炎       2 22 smear clotri fuyan vagus
N40.x00 前列腺增生       1 50 tamsu psa qianlie urine
R53.x00 乏力             - 15 cbc liver thyroid danggui
"""

# code, name, medicines, yearly limit
CHRONIC = """
M03900 高血压       amlo5,valsar,aspirin 3000
M01600 糖尿病       metf,acarb,glim      4000
M04600 冠心病       clopi,atorva,isdn    4000
M02101 重性精神病   olanz                3600
M07801 尿毒症透析   -                    60000
"""

PANELS = {  # tests on admission, by level
    "3": "cbc,urine,stool,liver,kidney,ions,clotting,hepb,ecg",
    "2": "cbc,urine,liver,kidney,ions,clotting,ecg",
    "1": "cbc,urine,liver,kidney,ecg",
}
TWICE_A_DAY = ("ambro", "nacl", "furo", "ceftri", "edara", "xuesai", "heparin", "panto")
TAKE_HOME = {"pneumo": ("cefu", 6), "copd": ("cefu", 6), "stroke": ("clopi", 30), "angina": ("isdn", 30),
             "sugar": ("metf", 30), "ulcer": ("omep", 14), "failure": ("metop", 30), "disc": ("mecob", 14)}  # fmt: skip
SHOP = "coldtea,banlan,amox,parac,ibup,lorat,jianwei,plaster,omep,smecta,eyedrop,liuwei,danshen,cefu,azith,diclo"


class Illness(NamedTuple):
    """A row of ILLNESSES."""

    key: str
    icd: str
    name: str
    sex: str
    ages: str
    weight: str
    level: str
    dept: str
    nights: str
    tests: str
    drugs: str
    operation: str

    def range(self, column: str) -> tuple[int, int]:
        """The ends of "18-90"."""
        low, _, high = getattr(self, column).partition("-")
        return int(low), int(high)


def rows(table: str) -> list[list[str]]:
    """The lines of a table as lists of cells."""
    lines = table.strip().splitlines()
    return [["" if cell == "-" else cell for cell in line.split()] for line in lines]
