"""The county's catalogue: services, materials and drugs with prices, limits and codes of the national form."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from county.words import rows

# Prices are a tertiary hospital's; the last digits of a key tell strengths of one drug apart.
# key, place in the price list or ATC group, name, class, 甲乙丙, price, limit, sex, most a day, days a pack
ITEMS = """
bed      110900001 普通病房床位费            01 01 40    45    - 1  -
double   110900002 双人间床位费              01 01 60    66    - 1  -
consult  110200005 住院诊查费                02 01 18    20    - 1  -
visit    110200001 普通门诊诊查费            02 01 12    15    - -  -
expert   110200002 专家门诊诊查费            02 01 25    30    - -  -
urgent   110200003 急诊诊查费                02 01 20    22    - -  -
general  110200009 一般诊疗费                12 01 10    10    - -  -
nurse1   120100003 一级护理                  07 01 28    30    - 1  -
nurse2   120100004 二级护理                  07 01 18    20    - 1  -
nurse3   120100005 三级护理                  07 01 10    12    - 1  -
psynurse 120100012 精神病护理                07 01 26    30    - 1  -
iv       120400006 静脉输液                  05 01 12    14    - -  -
inject   120400001 肌肉注射                  05 01 4     5     - -  -
oxygen   120300001 氧气吸入                  05 01 3     4     - 24 -
monitor  310701022 心电监测                  05 01 5     6     - 24 -
neb      120700001 雾化吸入                  05 01 10    12    - -  -
dress    120600001 小换药                    05 01 15    18    - -  -
acupunct 430000001 普通针刺                  05 01 30    36    - -  -
massage  450000001 推拿治疗                  05 02 45    50    - -  -
traction 340100019 颈腰椎牵引                05 01 25    30    - -  -
therapy  340200020 运动疗法训练（每小时）    05 02 60    66    - 24 -
worksong 311503019 工娱治疗                  05 01 12    15    - 1  -
dialysis 311000006 血液透析                  05 01 320   350   - 1  -
mortuary 140000001 尸体料理                  05 03 60    80    - -  -
ecg      310701001 常规心电图检查            03 01 22    25    - -  -
holter   310701003 动态心电图                03 01 160   180   - -  -
belly    220301001 腹部彩色多普勒超声        03 01 110   120   - -  -
echo     220600004 心脏彩色多普勒超声        03 01 150   165   - -  -
surface  220301002 浅表器官彩色多普勒超声    03 01 100   110   - -  -
vagus    220201003 经阴道超声检查            03 01 95    105   2 -  -
scrotum  220301005 阴囊彩色多普勒超声        03 01 100   110   1 -  -
xray     210102015 数字化摄影（DR）          03 01 75    80    - -  -
ct       210300001 X线计算机体层平扫（CT）   03 01 240   260   - -  -
mri      210200001 磁共振平扫（MRI）         03 02 520   560   - -  -
gastro   310902005 胃镜检查                  03 01 190   210   - -  -
colon    310903005 结肠镜检查                03 01 260   280   - -  -
colpo    311201020 阴道镜检查                03 01 120   130   2 -  -
lung     310601001 肺通气功能检查            03 01 110   120   - -  -
fundus   310300023 眼底照相                  03 01 55    60    - -  -
cbc      250101015 血细胞分析（五分类）      04 01 20    22    - -  -
urine    250102035 尿液分析                  04 01 12    15    - -  -
stool    250103001 粪便常规                  04 01 8     10    - -  -
liver    250305000 肝功能组合                04 01 65    72    - -  -
kidney   250307000 肾功能组合                04 01 42    48    - -  -
lipid    250303000 血脂组合                  04 01 48    55    - -  -
glucose  250302001 葡萄糖测定                04 01 6     7     - -  -
hba1c    250302003 糖化血红蛋白测定          04 01 55    60    - -  -
ions     250304000 电解质组合                04 01 32    36    - -  -
clotting 250203000 凝血四项                  04 01 60    66    - -  -
crp      250401025 C反应蛋白测定             04 01 25    28    - -  -
troponin 250306011 肌钙蛋白测定              04 02 90    98    - -  -
dimer    250203066 D二聚体测定               04 02 70    78    - -  -
hepb     250403004 乙肝五项                  04 01 50    55    - -  -
thyroid  250310000 甲状腺功能组合            04 01 120   130   - -  -
cea      250404001 癌胚抗原测定              04 01 45    50    - -  -
psa      250404005 前列腺特异性抗原测定      04 01 58    64    1 -  -
hcg      250310029 绒毛膜促性腺激素测定      04 01 45    50    2 -  -
smear    250103005 阴道分泌物检查            04 01 20    24    2 -  -
append   331003022 阑尾切除术                06 01 1150  1250  - -  -
biliary  331006002 胆囊切除术                06 01 2100  2300  - -  -
hernia   331008001 腹股沟疝修补术            06 01 1200  1350  - -  -
hip      331507005 人工股骨头置换术          06 01 3100  3400  - -  -
fixation 331505020 骨折切开复位内固定术      06 01 2300  2500  - -  -
phaco    330605015 白内障超声乳化摘除术      06 01 1700  1900  - -  -
fibroid  331303016 子宫肌瘤剔除术            06 01 1850  2000  2 -  -
turp     331201006 经尿道前列腺电切术        06 01 2050  2200  1 -  -
stone    331103026 输尿管镜碎石术            06 01 2100  2300  - -  -
polyp    310903010 肠镜下息肉切除术          06 01 880   960   - -  -
delivery 331400002 单胎顺产接生              06 01 780   850   2 -  -
narcosis 330100005 全身麻醉                  06 01 850   950   - -  -
local    330100001 局部浸润麻醉              06 01 60    70    - -  -
lens     C01010199 人工晶状体                08 02 850   900   - -  -
mesh     C02010199 疝修补片                  08 02 980   1080  - -  -
joint    C03010199 股骨头假体                08 02 5200  5600  - -  -
plate    C04010199 接骨板及螺钉              08 02 3600  3900  - -  -
cannula  C14010199 静脉留置针                08 02 22    25    - -  -
amlo5    C08CA 苯磺酸氨氯地平片5mg           09 01 9.8   12    - -  28
amlo10   C08CA 苯磺酸氨氯地平片10mg          09 01 16.5  19    - -  28
valsar   C09CA 缬沙坦胶囊                    09 01 18.6  22    - -  28
metop    C07AB 酒石酸美托洛尔片              09 01 7.5   9     - -  30
isdn     C01DA 单硝酸异山梨酯缓释片          09 01 19.2  23    - -  30
furo     C03CA 呋塞米注射液                  09 01 2.4   3     - -  -
atorva   C10AA 阿托伐他汀钙片                09 01 14.4  18    - -  28
aspirin  B01AC 阿司匹林肠溶片                09 01 8.9   11    - -  30
clopi    B01AC 硫酸氢氯吡格雷片              09 01 26    32    - -  30
heparin  B01AB 低分子肝素钙注射液            09 02 31    36    - -  -
metf     A10BA 盐酸二甲双胍缓释片            09 01 12.8  16    - -  30
glim     A10BB 格列美脲片                    09 01 13.5  17    - -  30
acarb    A10BF 阿卡波糖片                    09 01 21    26    - -  30
insulin  A10AE 甘精胰岛素注射液              09 02 78    86    - -  30
amox     J01CA 阿莫西林胶囊                  09 01 8.6   11    - -  6
cefu     J01DC 头孢呋辛酯片                  09 01 14.2  18    - -  6
ceftri   J01DD 注射用头孢曲松钠              09 01 24.5  29    - -  -
levo     J01MA 左氧氟沙星注射液              09 01 38.5  45    - -  -
azith    J01FA 阿奇霉素片                    09 01 9.9   12    - -  3
ambro    R05CB 盐酸氨溴索注射液              09 02 9.6   12    - -  -
budes    R03BA 吸入用布地奈德混悬液          09 02 16.4  20    - -  -
nacl     B05XA 氯化钠注射液250ml             09 01 3.8   4.6   - -  -
panto    A02BC 注射用泮托拉唑钠              09 02 19.5  24    - -  -
omep     A02BC 奥美拉唑肠溶胶囊              09 01 10.6  13    - -  14
smecta   A07BC 蒙脱石散                      09 01 12.5  15    - -  5
ibup     M01AE 布洛芬缓释胶囊                09 01 13.8  17    - -  7
diclo    M01AB 双氯芬酸钠缓释片              09 01 11.9  15    - -  10
parac    N02BE 对乙酰氨基酚片                09 01 5.6   7     - -  5
lorat    R06AX 氯雷他定片                    09 01 9.2   12    - -  6
edara    N07XX 依达拉奉注射液                09 02 46    54    - -  -
citi     N06BX 胞磷胆碱钠注射液              09 01 12.8  15    - -  -
mecob    B03BA 甲钴胺片                      09 01 15.6  19    - -  14
lipoic   A16AX 硫辛酸注射液                  09 02 42    49    - -  -
halop    N05AD 氟哌啶醇注射液                09 01 4.5   5.5   - -  -
olanz    N05AH 奥氮平片                      09 01 32    38    - -  28
oxyto    H01BB 缩宫素注射液                  09 01 8     10    2 -  -
cispl    L01XA 顺铂注射液                    09 01 46    55    - -  -
doceta   L01CD 多西他赛注射液                09 02 210   240   - -  -
ondan    A04AA 昂丹司琼注射液                09 01 12    15    - -  -
clotri   G01AF 克霉唑阴道片                  09 01 16    20    2 -  3
tamsu    G04CA 盐酸坦索罗辛缓释胶囊          09 01 24    29    1 -  30
eyedrop  S01AE 左氧氟沙星滴眼液              09 01 11    14    - -  7
propof   N01AX 丙泊酚注射液                  09 01 38    45    - -  -
coldtea  A01AA 感冒清热颗粒                  11 01 12.6  16    - -  5
banlan   A01BA 板蓝根颗粒                    11 01 11.8  15    - -  5
xuesai   A12HA 注射用血塞通                  11 02 34    40    - -  -
danshen  A12HA 复方丹参滴丸                  11 01 26    31    - -  15
liuwei   A09BA 六味地黄丸                    11 01 18    22    - -  15
jianwei  A06DA 健胃消食片                    11 02 15    19    - -  8
plaster  A17BA 活血止痛膏                    11 02 22    27    - -  6
fuyan    A15AA 妇炎康片                      11 02 24    29    2 -  10
qianlie  A14AA 前列通片                      11 02 23    28    1 -  10
huangqi  700201 黄芪                         10 01 0.16  0.2   - -  -
danggui  700305 当归                         10 01 0.21  0.26  - -  -
fuling   700118 茯苓                         10 01 0.12  0.15  - -  -
gancao   700412 甘草                         10 01 0.09  0.12  - -  -
"""


class Item(NamedTuple):
    """A row of ITEMS."""

    key: str
    stem: str
    name: str
    kind: str  # med_chrgitm_type
    grade: str  # chrgitm_lv
    price: str
    limit: str
    sex: str
    day_max: str
    pack: str


@cache
def catalogue() -> dict[str, Item]:
    """The items by their key."""
    return {row[0]: Item(*row) for row in rows(ITEMS)}


@cache
def code(key: str) -> str:
    """The code of an item: 23 characters for a western drug, 20 for a patent one, 15 for a service."""
    item = catalogue()[key]
    stem, kind = item.stem, item.kind
    if kind in ("09", "11"):
        name = key.rstrip("0123456789")  # two strengths of one drug share its number
        number = 1 + next(
            n for n, known in enumerate(catalogue()) if known.rstrip("0123456789") == name
        )
        strength = 2 if key.endswith("10") else 1
        if kind == "09":
            return f"X{stem}A{number:03}B{strength:03}010199{number:03}"
        return f"Z{stem}A{number:03}1010199{number:03}"
    if kind == "10":
        return f"T000{stem}"
    return f"{stem:0<20}" if kind == "08" else f"00{stem}0000"
