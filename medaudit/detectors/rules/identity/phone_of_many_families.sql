/*
code        = "IDN07"
status      = "stable"
level       = "lead"
subject     = "institution"
key         = ["fixmedins_code", "tel"]
responsible = ["institution"]
basis       = ["条例 15", "条例 40(1)"]
needs       = ["settlement.coner_tel|person.tel", "settlement.psn_name|person.psn_name|person.addr_code"]
prior       = 0.45
[title]
zh = "多户人家共用一个联系电话"
en = "One telephone for many families"
[message]
zh = "{persons} 名参保人（分属 {families} 户）留同一电话 {tel}，都在本机构结算；按同一地址其他人的就诊习惯，应有 {expected_persons} 人"
en = "{persons} insured persons of {families} families give the telephone {tel}, and all were settled here, where {expected_persons} were to be expected by what others of their addresses do"
[benign]
zh = "登记员图省事填了机构、村医或自己的电话；村干部、社工、养老机构代办；单位统一登记；大家庭。"
en = "A registrar entered the institution's, the village doctor's or their own number; a village official, social worker or care home acts for them; an employer registered its staff; a large family."
[next]
zh = "拨打并查明机主身份；电话归中介、机构职工或药店人员的，逐人核对是否本人就诊、取药，卡由谁保管。"
en = "Find out whose number it is; where it belongs to an agent or to staff, ask each person who was treated, who collected the drugs and who keeps the card."
[params.min_persons]
default = 6
unit = "person"
help = { zh = "同一电话在本机构至少涉及多少人", en = "how many people of one telephone there must be at the institution" }
source = { zh = "公开方案以 2 人以上且居前 5% 为界；为避开普通家庭，取值由本工具设定", en = "published schemes take more than two people and the top 5 %; set higher by this tool so that ordinary families stay out" }
[params.min_families]
default = 4
unit = "family"
help = { zh = "至少分属多少户（地址与姓氏都不同才算另一户）", en = "how many families they must belong to; another address or family name makes another" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.times_usual]
default = 4
unit = "times"
help = { zh = "来本机构的人数达到按同一地址其他人来这里的比例推算的多少倍：人人都去的医院自然会遇到村医一个电话下的许多人", en = "how many times as many there must be as others of their addresses make likely: a hospital to which everybody goes meets many people of one village doctor's telephone anyway" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
[params.filler_persons]
default = 100
unit = "person"
help = { zh = "更多人共用的电话视为填充值", en = "a telephone of more people is taken for a filler" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH given AS (
  SELECT person_id, tel FROM household WHERE tel IS NOT NULL
  UNION SELECT person_id, coner_tel FROM visit
  WHERE length(coner_tel) >= 7 AND replace(coner_tel, substr(coner_tel, 1, 1), '') <> ''  -- 是电话，不是 0、00000000 | A telephone, not 0 or 00000000
),
shared AS (
  SELECT tel FROM given GROUP BY tel HAVING count(*) BETWEEN $min_persons AND $filler_persons  -- 多人共用，又没有多到像填充值 | Of several people, but not of so many that it is a filler
),
holder AS (
  SELECT g.tel, g.person_id, coalesce(h.addr_code, '') AS addr, coalesce(h.addr_code, '') || '|' || coalesce(h.surname, '') AS family, h.care_home, h.emp_name
  FROM shared s JOIN given g ON g.tel = s.tel JOIN household h ON h.person_id = g.person_id
),
seen AS (
  SELECT o.tel, v.fixmedins_code, v.setl_id, v.psn_no, v.begndate, o.person_id, o.addr, o.family, o.care_home, o.emp_name
  FROM holder o JOIN visit v ON v.person_id = o.person_id
),
measured AS (
  SELECT tel, fixmedins_code, count(DISTINCT person_id) AS persons, count(DISTINCT family) AS families,
    count(DISTINCT CASE WHEN care_home IS NOT NULL THEN person_id END) AS residents
  FROM seen GROUP BY tel, fixmedins_code
),
lived AS (  -- the addresses of the telephones that families share here
  SELECT m.tel, m.fixmedins_code, o.addr, count(*) AS holders
  FROM measured m JOIN holder o ON o.tel = m.tel
  WHERE m.persons >= $min_persons AND m.families >= $min_families
  GROUP BY m.tel, m.fixmedins_code, o.addr
),
address AS (
  SELECT h.addr, h.people, v.fixmedins_code, count(DISTINCT v.person_id) AS here
  FROM (SELECT person_id, coalesce(addr_code, '') AS addr, count(*) OVER (PARTITION BY coalesce(addr_code, '')) AS people FROM household) h
  JOIN (SELECT addr FROM lived GROUP BY addr) a ON a.addr = h.addr
  JOIN visit v ON v.person_id = h.person_id
  GROUP BY h.addr, h.people, v.fixmedins_code
),
likely AS (
  -- the share of those of each address without the telephone who come here, for as many as have it
  SELECT a.tel, a.fixmedins_code, sum(CAST(a.holders AS DOUBLE) * (n.here - coalesce(w.here, 0)) / nullif(n.people - a.holders, 0)) AS expected
  FROM lived a JOIN address n ON n.addr = a.addr AND n.fixmedins_code = a.fixmedins_code
  LEFT JOIN (SELECT tel, fixmedins_code, addr, count(DISTINCT person_id) AS here FROM seen GROUP BY tel, fixmedins_code, addr) w
    ON w.tel = a.tel AND w.fixmedins_code = a.fixmedins_code AND w.addr = a.addr
  GROUP BY a.tel, a.fixmedins_code
),
staff AS (
  SELECT tel, fixmedins_code, max(persons) AS colleagues
  FROM (SELECT tel, fixmedins_code, emp_name, count(DISTINCT person_id) AS persons FROM seen WHERE emp_name IS NOT NULL GROUP BY tel, fixmedins_code, emp_name) e
  GROUP BY tel, fixmedins_code
)
SELECT s.setl_id, s.psn_no, s.fixmedins_code, CAST(NULL AS VARCHAR) AS dr_codg, s.begndate AS occurred_on,
  CAST(0 AS DECIMAL(16,2)) AS charge_amount,
  -- a home or an employer that looks after its people is the usual reason
  CAST(CASE WHEN 2 * m.residents > m.persons OR 2 * coalesce(f.colleagues, 0) > m.persons THEN 0.1
            WHEN m.persons >= 2 * $min_persons THEN 0.6 ELSE 0.4 END AS DOUBLE) AS strength,
  s.tel, m.persons, m.families, m.residents, CAST(coalesce(k.expected, 0) AS DECIMAL(16,1)) AS expected_persons
FROM measured m
LEFT JOIN likely k ON k.tel = m.tel AND k.fixmedins_code = m.fixmedins_code
JOIN seen s ON s.tel = m.tel AND s.fixmedins_code = m.fixmedins_code
LEFT JOIN staff f ON f.tel = m.tel AND f.fixmedins_code = m.fixmedins_code
WHERE m.persons >= $min_persons   -- 同一电话的多人都在本机构结算 | So many people of the telephone were settled here
  AND m.families >= $min_families -- 分属多户 | They belong to several families
  AND m.persons >= CAST($times_usual AS DOUBLE) * coalesce(k.expected, 0) -- 远多于同一地址的其他人来本机构的比例 | Far more of them than of others of their addresses come here
