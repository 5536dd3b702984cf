/*
made = "links"
[grain]
zh = "每个关联群组一行：一起刷卡的卡（cards）、结伴住院（admissions）、辗转多家机构（tour）；由图方法找出"
en = "one row per ring: cards used together (cards), people admitted together (admissions) or toured from place to place (tour); found by graph methods"
[columns]
ring_id = { zh = "群组编号，成员留下一半以上就不变", en = "the ring's id; it stays while more than half of the members do" }
kind = { zh = "cards 聚卡、admissions 结伴住院、tour 辗转就医", en = "cards, admissions or tour" }
fixmedins_code = { zh = "最常出现的机构", en = "the institution where it was seen most" }
members = { zh = "人数", en = "people" }
places = { zh = "出现过的机构数", en = "institutions where it was seen" }
sessions = { zh = "三人以上同时出现的次数", en = "times three or more were seen together" }
most = { zh = "一次最多几人", en = "most of them at one time" }
lockstep = { zh = "到场过半的次数占比", en = "share of those times with half of the ring or more" }
gap = { zh = "前后两卡相隔秒数的中位数，没有时钟为空", en = "median seconds from one card to the next, NULL without a clock" }
met = { zh = "各对成员相遇天数（次数）合计", en = "days (or times) its pairs met, added up" }
expected = { zh = "其中偶然所致的期望", en = "how many of them chance would give" }
first_day = { zh = "首次", en = "first day" }
last_day = { zh = "末次", en = "last day" }
label = { zh = "看起来像的无害情形：care_home 养老机构、household 亲属、colleagues 同事、bus_day 同村同来、series 系列治疗、unknown_homes 多数人住处不详，没有为空", en = "the harmless thing it looks like: care_home, household, colleagues, bus_day, series or unknown_homes (where most live is not known); NULL for none" }
labelled = { zh = "符合该情形的人数", en = "members that fits" }
bond = { zh = "结伴住院者的共同点：care_home 养老机构、phone 电话、employer 单位、address 地址，不知为空", en = "of admissions: what its people share, care_home, phone, employer or address; NULL for nothing known" }
strength = { zh = "证据强度 0–1", en = "strength of the evidence, 0–1" }
*/
SELECT CAST(NULL AS VARCHAR) AS ring_id, CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS VARCHAR) AS fixmedins_code, CAST(NULL AS INTEGER) AS members,
       CAST(NULL AS INTEGER) AS places, CAST(NULL AS INTEGER) AS sessions, CAST(NULL AS INTEGER) AS most, CAST(NULL AS DOUBLE) AS lockstep,
       CAST(NULL AS DOUBLE) AS gap, CAST(NULL AS INTEGER) AS met, CAST(NULL AS DOUBLE) AS expected, CAST(NULL AS DATE) AS first_day,
       CAST(NULL AS DATE) AS last_day, CAST(NULL AS VARCHAR) AS label, CAST(NULL AS INTEGER) AS labelled, CAST(NULL AS VARCHAR) AS bond, CAST(NULL AS DOUBLE) AS strength
-- What it is made of (detectors/links); nothing is made here.
FROM card_use
CROSS JOIN card_crowd CROSS JOIN card_place CROSS JOIN card_meeting CROSS JOIN card_pair
CROSS JOIN stay CROSS JOIN stay_meeting CROSS JOIN stay_pair CROSS JOIN group_admission CROSS JOIN admission_burst CROSS JOIN household CROSS JOIN people
WHERE FALSE
