/*
code        = "DOC03"
status      = "stable"
level       = "lead"
subject     = "doctor"
key         = ["dr_codg"]
responsible = ["institution", "doctor"]
basis       = ["条例 15", "条例 20"]
prior       = 0.5
needs       = ["fee_item.bilg_dr_codg"]

[title]
zh = "医师同时在两家机构接诊"
en = "A doctor at two institutions at once"

[message]
zh = "有 {days} 天在几分钟内（最短 {minutes} 分钟）先后在两家机构接诊，共 {switches} 次"
en = "On {days} days at two institutions within minutes ({minutes} at the least), {switches} times in all"

[benign]
zh = "两家机构同院区或紧邻；远程会诊、互联网处方、医联体坐诊由一家代录；工号借给带教学生或同事；补录时填了开机时间；同号不同人"
en = "The two share a campus or stand side by side; remote consultation or online prescriptions entered by one of them; a login lent to a trainee or colleague; times filled in afterwards; one code for two people"

[next]
zh = "核对多点执业备案和两处的排班、考勤；看两处病历签名与登录终端；当面核实当天由谁接诊"
en = "Check the registration for several sites, rosters and attendance at both; look at signatures and the terminals used; ask who saw the patients that day"

[params.minutes]
default = 10
unit = "minute"
help = { zh = "先后两次接诊最多相隔多少分钟", en = "Longest time between the two consultations" }
source = { zh = "本工具的设定，无全国依据；同一人不能同时在两处", en = "set by this tool; no national source; nobody is in two places" }

[params.min_days]
default = 3
unit = "day"
help = { zh = "至少多少天出现", en = "Least days on which it happens" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.near]
default = 1
unit = "kilometre"
help = { zh = "机构相距不超过多少公里视为同院区或紧邻；没有经纬度的照常比较", en = "Institutions no further apart count as one campus; those without coordinates are compared all the same" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.max_institutions]
default = 3
unit = "institution"
help = { zh = "一个编码出现在更多机构时视为公用或各院自编", en = "A code at more institutions is shared, or each numbers its own" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }

[params.code_length]
default = 8
unit = ""
min = 1
help = { zh = "没有姓名时，更短的编码视为各院自编的工号", en = "Without names, shorter codes are taken for numbers of each institution's own" }
source = { zh = "国家医保医师编码 13 位；8 位为本工具的设定", en = "the national code has 13 characters; 8 is set by this tool" }

[params.batch_visits]
default = 3
unit = "visit"
help = { zh = "同一秒有更多接诊时视为批量时间戳", en = "A second shared by more consultations is a batch time stamp" }
source = { zh = "本工具的设定，无全国依据", en = "set by this tool; no national source" }
*/
WITH post AS (
  SELECT c.dr_codg, c.fixmedins_code, count(*) AS consultations, max(c.dr_name) AS dr_name,
    max(CAST(i.lnt AS DOUBLE)) AS lnt, max(CAST(i.lat AS DOUBLE)) AS lat
  FROM consultation c
  JOIN (SELECT fixmedins_code, max(fixmedins_name) AS fixmedins_name, max(lnt) AS lnt, max(lat) AS lat FROM visit GROUP BY fixmedins_code) i
    ON i.fixmedins_code = c.fixmedins_code
  WHERE coalesce(i.fixmedins_name, '') NOT LIKE '%互联网%'
  GROUP BY c.dr_codg, c.fixmedins_code
),
several AS (
  -- One code for two people: their names differ, or nobody is named and each institution numbers its own.
  SELECT dr_codg, max(consultations) AS most
  FROM post
  GROUP BY dr_codg
  HAVING count(*) BETWEEN 2 AND $max_institutions AND coalesce(min(dr_name) = max(dr_name), TRUE)
     AND (count(dr_name) >= 2 OR length(dr_codg) >= $code_length)
),
clocked AS (
  SELECT c.dr_codg, c.day, c.setl_id, c.psn_no, c.fixmedins_code, c.charge, p.consultations < s.most AS is_away, p.lnt, p.lat,
    CAST(substr(CAST(c.started AS VARCHAR), 12, 2) AS INTEGER) * 3600 + CAST(substr(CAST(c.started AS VARCHAR), 15, 2) AS INTEGER) * 60
      + CAST(substr(CAST(c.started AS VARCHAR), 18, 2) AS INTEGER) AS clock,
    count(*) OVER (PARTITION BY c.dr_codg, c.day, c.fixmedins_code, c.started) AS same_second
  FROM consultation c
  JOIN several s ON s.dr_codg = c.dr_codg
  JOIN post p ON p.dr_codg = c.dr_codg AND p.fixmedins_code = c.fixmedins_code
),
turn AS (
  SELECT c.*, row_number() OVER (PARTITION BY dr_codg, day ORDER BY clock, setl_id) AS place
  FROM clocked c
  WHERE clock > 0 AND same_second <= $batch_visits
),
switched AS (
  -- Kilometres from degrees; a degree of longitude shrinks by the cosine of the latitude, whose square is a short series here.
  SELECT a.dr_codg, a.day, a.setl_id AS left_id, b.setl_id AS came_id, CAST(b.clock - a.clock AS DOUBLE) / 60 AS minutes,
    111.2e0 * sqrt(CAST(a.lat - b.lat AS DOUBLE) * (a.lat - b.lat) + CAST(a.lnt - b.lnt AS DOUBLE) * (a.lnt - b.lnt)
      * (1 - CAST(a.lat AS DOUBLE) * a.lat / 3282.8 + CAST(a.lat AS DOUBLE) * a.lat * a.lat * a.lat / 32330000)) AS kilometres
  FROM turn a
  JOIN turn b ON b.dr_codg = a.dr_codg AND b.day = a.day AND b.place = a.place + 1
  WHERE b.fixmedins_code <> a.fixmedins_code
),
apart AS (
  SELECT dr_codg, count(DISTINCT day) AS days, count(*) AS switches, min(minutes) AS minutes, min(kilometres) AS kilometres
  FROM switched
  WHERE minutes <= $minutes AND coalesce(kilometres, $near + 1) > $near
  GROUP BY dr_codg
)
SELECT t.setl_id, t.psn_no, t.fixmedins_code, t.dr_codg, t.day AS occurred_on,
  -- Where the doctor is less often the presence is the doubtful one.
  CAST(CASE WHEN t.is_away THEN t.charge ELSE 0 END AS DECIMAL(16,2)) AS charge_amount,
  CAST(least(0.7, CASE WHEN a.kilometres IS NULL THEN 0.2 ELSE 0.3 END + CAST(0.05 AS DOUBLE) * (a.days - $min_days)) AS DOUBLE) AS strength,
  a.days, a.switches, CAST(floor(CAST(a.minutes AS DOUBLE) + 0.5) AS INTEGER) AS minutes,
  CAST(floor(CAST(a.kilometres AS DOUBLE) * 10 + 0.5) / 10.0 AS DECIMAL(9,1)) AS kilometres
FROM apart a
JOIN turn t ON t.dr_codg = a.dr_codg
WHERE a.days >= $min_days  -- 多日出现 | On several days
  AND EXISTS (SELECT 1 FROM switched s WHERE s.dr_codg = t.dr_codg AND s.day = t.day AND (s.left_id = t.setl_id OR s.came_id = t.setl_id)
    AND s.minutes <= $minutes  -- 几分钟之内在两家机构接诊 | At two institutions within minutes
    AND coalesce(s.kilometres, $near + 1) > $near)  -- 两家不在同一院区 | The two are not one campus
