-- An invented county of any size, in DuckDB SQL: a year of settlements with their fee lines.
--
-- Every choice is a hash of a running number, so the same size gives the same county. People see somebody at most
-- once in each of twelve slots of thirty days, which keeps the ordinary year free of contradictions; `quirk` says
-- which bills are made irregular. Region 9902 is not assigned and its certificate numbers belong to nobody.

CREATE MACRO draw(salt, n, sides) AS CAST(md5_number_lower(salt || n) % sides AS INTEGER);
CREATE MACRO cents(amount) AS CAST(round(amount, 2) AS DECIMAL(16,2));
CREATE MACRO nth(letters, i) AS substr(letters, 1 + i % length(letters), 1);
CREATE MACRO given(n, sex) AS
  nth('王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧', draw('surname', n, 30))
  || nth(CASE sex WHEN 1 THEN '国建志文明永德长海家立新' ELSE '秀桂玉春丽美淑月凤彩金小' END, draw('given', n, 12))
  || nth(CASE sex WHEN 1 THEN '强军华平林辉生福祥峰勇民' ELSE '英兰珍芳梅华霞燕萍娟芬玲' END, draw('second', n, 12));

-- ── The masters ──────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE departments AS
SELECT generate_subscripts(names, 1) - 1 AS dept_no, 'A' || lpad(CAST(generate_subscripts(names, 1) + 1 AS VARCHAR), 2, '0')
         AS dept, unnest(names) AS dept_name
FROM (SELECT ['全科', '呼吸内科', '心内科', '消化内科', '神经内科', '内分泌科', '普外科', '骨科', '泌尿科', '眼科', '妇产科',
              '儿科'] AS names);

-- No is its place in the county: 3 hospitals, 25 township hospitals, 60 clinics, then 60 pharmacies.
CREATE TABLE places AS
SELECT i AS place_no, CASE WHEN i < 88 THEN 'H' ELSE 'P' END || '990200' || lpad(CAST(i + 1 AS VARCHAR), 5, '0')
         AS fixmedins_code,
       CASE WHEN i < 3 THEN ['云溪县人民医院', '云溪县中医医院', '云溪县第二医院'][i + 1]
            WHEN i < 28 THEN '云溪县' || nth('东西南北中', i) || nth('河桥塘湾岭', i // 5) || '镇卫生院'
            WHEN i < 88 THEN nth('东西南北中', i) || nth('河桥塘湾岭', i // 5) || '镇第' || (i - 27) || '村卫生室'
            ELSE '云溪' || nth('松柏银杏芦苇蒲草茉莉薄荷', i) || nth('康安和济仁', i // 12) || '大药房' || (i - 87) || '店' END
         AS fixmedins_name,
       CASE WHEN i < 88 THEN '1' ELSE '2' END AS fixmedins_type,
       CASE WHEN i < 1 THEN '3' WHEN i < 3 THEN '2' WHEN i < 28 THEN '1' WHEN i < 88 THEN '0' END AS hosp_lv,
       CASE WHEN i < 28 THEN '1' ELSE '2' END AS medins_natu,
       CASE WHEN i < 3 THEN 900 - 200 * i WHEN i < 28 THEN 90 WHEN i < 88 THEN 0 END AS bed_cnt,
       '990200' AS admdvs, 120.0 + draw('lnt', i, 5000) / 10000 AS lnt, 30.0 + draw('lat', i, 5000) / 10000 AS lat,
       'A' AS cred_lv, CASE WHEN i < 1 THEN 'case' ELSE 'item' END AS payment_way,
       CASE WHEN i < 3 THEN 120 WHEN i < 28 THEN 12 WHEN i < 88 THEN 2 ELSE 0 END AS staff
FROM range(148) t(i);

CREATE TABLE doctors AS
SELECT p.place_no, k AS doctor_no, 'D990200' || lpad(CAST(p.place_no * 200 + k AS VARCHAR), 6, '0') AS dr_codg,
       given(p.place_no * 200 + k + 9000000, k % 2 + 1) AS dr_name, p.fixmedins_code, d.dept,
       -- Six village doctors are suspended in December and go on for three weeks.
       CASE WHEN p.place_no BETWEEN 40 AND 45 AND k = 0 THEN '0' ELSE '1' END AS dr_status,
       CASE WHEN p.place_no BETWEEN 40 AND 45 AND k = 0 THEN DATE '2025-12-08' END AS status_date
FROM places p, range(120) t(k) JOIN departments d ON d.dept_no = CASE WHEN p.place_no < 28 THEN k % 12 ELSE 0 END
WHERE k < p.staff;

-- stays: whether the illness is one of hospital patients; mild: admitted only by those who stretch the rule.
CREATE TABLE illnesses AS
SELECT row_number() OVER (PARTITION BY kind ORDER BY icd) - 1 AS illness_no, *
FROM (VALUES
  ('stay', 'J18.900', '肺炎', 1), ('stay', 'J44.100', '慢性阻塞性肺病伴急性加重', 1), ('stay', 'I63.900', '脑梗死', 4),
  ('stay', 'I20.000', '不稳定型心绞痛', 2), ('stay', 'I50.900', '心力衰竭', 2), ('stay', 'E11.900', '2型糖尿病', 5),
  ('stay', 'K25.900', '胃溃疡', 3), ('stay', 'K80.200', '胆囊结石', 6), ('stay', 'K35.800', '急性阑尾炎', 6),
  ('stay', 'K40.900', '腹股沟疝', 6), ('stay', 'S72.000', '股骨颈骨折', 7), ('stay', 'S82.200', '胫骨干骨折', 7),
  ('stay', 'M51.202', '腰椎间盘突出', 7), ('stay', 'N20.100', '输尿管结石', 8), ('stay', 'G45.900', '短暂性脑缺血发作', 4),
  ('stay', 'K85.900', '急性胰腺炎', 3), ('stay', 'J45.900', '支气管哮喘', 1), ('stay', 'I48.900', '心房颤动', 2),
  ('stay', 'K63.500', '结肠息肉', 3), ('stay', 'L03.900', '蜂窝织炎', 6),
  ('visit', 'J06.900', '急性上呼吸道感染', 1), ('visit', 'K29.500', '慢性胃炎', 3), ('visit', 'M54.500', '腰痛', 7),
  ('visit', 'L30.900', '皮炎', 0), ('visit', 'H10.900', '结膜炎', 9), ('visit', 'I10.x00', '高血压', 2),
  ('visit', 'E11.900', '2型糖尿病', 5), ('visit', 'R51.x00', '头痛', 4), ('visit', 'R53.x00', '乏力', 0),
  ('visit', 'J20.900', '急性支气管炎', 1), ('visit', 'K59.000', '便秘', 3), ('visit', 'G47.000', '失眠', 4),
  ('mild', 'J06.900', '急性上呼吸道感染', 1), ('mild', 'K29.500', '慢性胃炎', 3), ('mild', 'M54.500', '腰痛', 7)
) t(kind, icd, illness, dept_no);

-- class → how many items it has, lowest and highest price in fen, first half and second half of names.
CREATE TABLE classes AS
SELECT * FROM (VALUES
  ('01', 3, 3000, 4500, ['普通病房', '双人间', '三人间'], ['床位费']),
  ('02', 1, 1800, 1800, ['住院'], ['诊查费']),
  ('12', 1, 1000, 1000, ['一般'], ['诊疗费']),
  ('07', 3, 1000, 2800, ['一级', '二级', '三级'], ['护理']),
  ('03', 160, 6000, 40000, ['胸部', '腹部', '头颅', '颈椎', '腰椎', '膝关节', '心脏', '甲状腺', '血管', '浅表'],
         ['彩色多普勒超声', '数字化摄影', '计算机体层平扫', '磁共振平扫', '心电图', '内镜检查', '造影', '功能测定']),
  ('04', 260, 800, 9000, ['血清', '血浆', '尿液', '全血', '粪便', '体液', '痰液', '糖化', '免疫', '微量'],
         ['细胞分析', '肌酐测定', '转氨酶测定', '电解质组合', '血脂组合', '蛋白测定', '抗体测定', '培养', '酶测定', '因子测定']),
  ('05', 180, 500, 6000, ['静脉', '肌肉', '皮下', '雾化', '穴位', '局部', '低频', '中频', '红外', '微波'],
         ['输液', '注射', '吸入', '针刺', '推拿', '换药', '理疗', '热敷', '引流']),
  ('06', 200, 60000, 250000, ['胆囊', '阑尾', '疝囊', '骨折', '结石', '息肉', '甲状腺', '肠段', '肌腱', '血管'],
         ['切除术', '修补术', '切开复位术', '取出术', '吻合术', '探查术', '成形术']),
  ('08', 400, 200, 6000, ['一次性', '医用', '无菌', '可吸收', '硅胶', '导管', '介入', '骨科', '外科', '防粘连'],
         ['注射器', '敷料', '缝线', '导尿管', '留置针', '引流袋', '接骨板', '夹板', '贴膜', '纱布']),
  ('09', 1400, 300, 9000, ['氨氯', '缬沙', '美托', '阿托', '氯吡', '二甲', '格列', '头孢', '左氧', '奥美', '布洛', '氯雷'],
         ['地平片', '坦胶囊', '洛尔片', '他汀片', '格雷片', '双胍片', '美脲片', '曲松钠', '沙星片', '拉唑胶囊', '芬胶囊']),
  ('10', 400, 10, 60, ['黄', '丹', '白', '川', '生', '炙', '炒', '制', '熟', '当'], ['芪', '参', '术', '芎', '地', '归', '苓', '芍']),
  ('11', 500, 1200, 4000, ['感冒', '板蓝', '六味', '健胃', '活血', '复方', '清热', '安神', '补中', '麝香'],
         ['清热颗粒', '根颗粒', '地黄丸', '消食片', '止痛膏', '滴丸', '解毒片', '口服液', '益气丸'])
) t(class, items, lowest, highest, firsts, seconds);

CREATE TABLE items AS
SELECT class, i AS item_no, class IN ('09', '11') AS is_pack,
       CASE class WHEN '09' THEN 'X' || nth('ABCDGHJLMNRSV', i) || lpad(CAST(i % 97 AS VARCHAR), 2, '0') || 'AAA' ||
                    lpad(CAST(i // 2 AS VARCHAR), 4, '0') || lpad(CAST(i % 2 + 1 AS VARCHAR), 3, '0') || '010199' ||
                    lpad(CAST(i AS VARCHAR), 4, '0')
                  WHEN '11' THEN 'ZA' || lpad(CAST(i % 17 AS VARCHAR), 2, '0') || 'HA' ||
                    lpad(CAST(i AS VARCHAR), 7, '0') || '0101463'
                  WHEN '10' THEN 'T' || lpad(CAST(700000 + i AS VARCHAR), 9, '0')
                  WHEN '08' THEN 'C' || lpad(CAST(14010000 + i AS VARCHAR), 19, '0')
                  ELSE '00' || lpad(CAST(100000000 * CAST(class AS INTEGER) + i AS VARCHAR), 9, '0') || '0000' END
         AS med_list_codg,
       firsts[1 + i % len(firsts)] || seconds[1 + i // len(firsts) % len(seconds)] ||
         CASE WHEN items > 3 THEN '（' || (1 + i // (len(firsts) * len(seconds))) || '型）' ELSE '' END AS med_list_name,
       cents((lowest + draw('price' || class, i, highest - lowest + 1)) / 100) AS pric,
       CASE WHEN class IN ('01', '02', '07', '12', '06') THEN '01' ELSE ['01', '01', '02'][1 + draw('lv' || class, i, 3)] END
         AS chrgitm_lv,
       -- Ten examinations are for women and ten for men.
       CASE WHEN class = '03' AND i >= 140 THEN CAST(i % 2 + 1 AS VARCHAR) END AS lmt_gend,
       CASE WHEN class IN ('01', '02', '07') THEN 1 END AS day_max_cnt,
       CASE WHEN class IN ('09', '11') THEN 7 END AS pack_days,
       CASE WHEN class = '09' THEN 'G' || lpad(CAST(i // 2 AS VARCHAR), 5, '0') END AS generic_code
FROM classes, range(1400) t(i) WHERE i < items;

CREATE TABLE people AS
SELECT n, '9902' || lpad(CAST(n AS VARCHAR), 10, '0') AS psn_no, sex, given(n, sex) AS psn_name,
       DATE '1935-01-01' + CAST(n * 7919 % 32500 AS INTEGER) AS brdy,
       CASE WHEN draw('scheme', n, 100) < 25 AND n * 7919 % 32500 < 26000 THEN '310' ELSE '390' END AS insutype,
       draw('care', n, 100) AS care, CASE WHEN draw('death', n, 1000) < 8 THEN DATE '2025-03-01' + draw('died', n, 280) END
         AS death_date
FROM (SELECT n, 1 + draw('sex', n, 2) AS sex FROM range(1, CAST(getvariable('people') AS BIGINT) + 1) t(n));

-- ── Bills: one row a settlement ─────────────────────────────────────────────────────────────────────────────────

-- Who sees somebody in which slot; stays only in every third slot, so that a second one is a month away.
CREATE TABLE bills AS
WITH seen AS (
  SELECT p.n, p.n * 100 + slot * 4 AS sid, p.sex, p.insutype, p.care, p.death_date,
         DATE '2025-01-01' + CAST(slot * 30 + draw('day', p.n * 12 + slot, 12) AS INTEGER) AS begndate,
         draw('kind', p.n * 12 + slot, 1000) AS kind, (slot + p.n) % 3 = 0 AS may_stay, slot
  FROM people p, range(12) t(slot)
  WHERE draw('visit', p.n * 12 + slot, 1000) < CASE WHEN care < 6 THEN 900 WHEN care < 40 THEN 115 WHEN care < 80 THEN 240 ELSE 460 END
), placed AS (
  SELECT n, sid, sex, insutype, death_date, begndate, slot, care < 6 AS is_chronic,
         CASE WHEN may_stay AND kind < 200 THEN CASE WHEN kind < 7 THEN '28' ELSE '21' END
              WHEN care < 6 THEN '14' WHEN kind < 560 THEN '41' WHEN kind < 580 THEN '13' ELSE '11' END AS med_type,
         draw('where', sid, 100) AS w
  FROM seen
), told AS (
  SELECT *, CASE WHEN med_type = '41' THEN 88 + n * 7 % 60
                 WHEN med_type IN ('21', '28', '13') THEN CASE WHEN w < 70 THEN w % 3 ELSE 3 + n % 25 END
                 WHEN med_type = '14' THEN CASE WHEN n % 5 < 2 THEN n % 3 ELSE 3 + n % 25 END
                 WHEN w < 25 THEN w % 3 WHEN w < 62 THEN 3 + n % 25 ELSE 28 + n % 60 END AS place_no,
         CASE med_type WHEN '21' THEN CASE WHEN draw('quirk', sid, 10000) BETWEEN 330 AND 429 THEN 3 ELSE 3 + draw('nights', sid, 12) END WHEN '28' THEN 1 ELSE 0 END AS nights,
         draw('quirk', sid, 10000) AS q
  FROM placed
  WHERE death_date IS NULL OR begndate + 16 < death_date OR (begndate > death_date + 2 AND draw('ghost', sid, 100) < 12)
)
SELECT n, sid, sid AS first_sid, sex, insutype, med_type, begndate, place_no, nights, '2' AS setl_type,
       -- One village doctor sees everybody of a quarter on one day.
       CASE WHEN place_no = 34 AND slot BETWEEN 4 AND 6 THEN DATE '2025-06-05' ELSE begndate END AS day_seen,
       draw('illness', sid, 1000) AS illness_draw,
       CASE WHEN med_type = '21' THEN
              CASE WHEN q < 100 THEN 'split' WHEN q < 130 THEN 'overlap' WHEN q < 200 AND nights > 5 THEN 'idle'
                   WHEN q < 230 THEN 'empty' WHEN q < 330 AND nights > 4 THEN 'elsewhere' WHEN q < 430 THEN 'mild'
                   WHEN q < 500 THEN 'beds' WHEN q < 600 THEN 'outside' ELSE '' END
            WHEN med_type = '14' THEN CASE WHEN n % 60 = 0 THEN 'hoard' ELSE '' END
            WHEN med_type = '11' THEN
              CASE WHEN q < 5 THEN 'dear' WHEN q < 33 THEN 'again' WHEN q < 45 THEN 'sex' WHEN q < 53 THEN 'twice' ELSE '' END
            ELSE '' END AS quirk
FROM told;

-- Second legs of what contradicts itself: they take the number after the first.
INSERT INTO bills
SELECT n, sid + 1, CASE WHEN quirk = 'twice' THEN sid ELSE sid + 1 END, sex, insutype,
       CASE WHEN quirk IN ('elsewhere', 'twice') THEN '11' ELSE '21' END,
       CASE quirk WHEN 'split' THEN begndate + nights + 3 + CAST(sid % 6 AS INTEGER) WHEN 'overlap' THEN begndate + nights - 2
                  WHEN 'elsewhere' THEN begndate + 2 ELSE begndate END,
       CASE quirk WHEN 'overlap' THEN (place_no + 1) % 3 WHEN 'elsewhere' THEN 28 + n % 60 ELSE place_no END,
       CASE WHEN quirk = 'elsewhere' THEN 0 ELSE nights END, CASE WHEN quirk = 'twice' THEN '1' ELSE '2' END,
       CASE WHEN quirk = 'elsewhere' THEN begndate + 2 ELSE begndate END, illness_draw,
       CASE WHEN quirk = 'twice' THEN 'copy' ELSE '' END
FROM bills WHERE quirk IN ('split', 'overlap', 'elsewhere', 'twice');
UPDATE bills SET begndate = day_seen WHERE med_type = '11';

CREATE TABLE bill AS
SELECT b.*, b.begndate + b.nights AS enddate, p.fixmedins_code, p.fixmedins_name, p.hosp_lv, i.icd, i.illness,
       coalesce(d.dept_no, 0) AS dept_no, r.dr_codg, r.dr_name, r.dept,
       '9902' || strftime(b.begndate + b.nights, '%Y%m%d') || lpad(CAST(b.sid AS VARCHAR), 12, '0') AS setl_id,
       CAST(b.begndate + b.nights AS TIMESTAMP) + to_seconds(28800 + draw('clock', b.sid, 32400)) AS setl_time
FROM bills b
JOIN places p ON p.place_no = b.place_no
JOIN illnesses i ON i.kind = CASE WHEN b.quirk = 'mild' THEN 'mild' WHEN b.nights > 0 THEN 'stay' ELSE 'visit' END
                AND i.illness_no = b.illness_draw % CASE WHEN b.quirk = 'mild' THEN 3 WHEN b.nights > 0 THEN 20 ELSE 12 END
LEFT JOIN departments d ON d.dept_no = CASE WHEN b.place_no < 28 THEN i.dept_no ELSE 0 END
LEFT JOIN doctors r ON r.place_no = b.place_no
                   AND r.doctor_no = CASE WHEN b.place_no < 3 THEN i.dept_no + 12 * draw('doctor', b.n, 10)
                                          WHEN b.place_no < 28 THEN i.dept_no
                                          WHEN b.begndate = DATE '2025-06-05' THEN 0 ELSE draw('doctor', b.n, 2) END;

-- ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────────────

-- What a day of a stay brings: class, how many different items, on which days, count of each.
-- Only bed, consultation and nursing remain on the idle days of a stay with the quirk `idle` or `empty`.
CREATE TABLE line AS
WITH routine AS (
  SELECT * FROM (VALUES ('01', 1, 'daily'), ('02', 1, 'daily'), ('07', 1, 'daily'), ('09', 6, 'daily'), ('05', 3, 'daily'),
    ('08', 1, 'daily'), ('11', 1, 'some'), ('04', 8, 'first'), ('03', 2, 'first'), ('04', 3, 'third'), ('03', 1, 'third'),
    ('06', 1, 'operation')) t(class, many, whence)
), ordered AS (
  SELECT *, sum(many) OVER (ORDER BY whence, class) - many AS before FROM routine
), stay_days AS (
  SELECT sid, quirk, nights, draw('orders', sid, 1000000) AS h, unnest(range(nights)) AS day_no FROM bill WHERE nights > 0
), of_stays AS (
  SELECT s.sid, s.day_no, s.day_no * 40 + o.before + k AS seq, o.class,
         CASE WHEN o.class IN ('01', '02', '07') THEN s.h + 1 ELSE s.h + o.before * 131 + k * 17 + CASE WHEN o.whence = 'third' THEN s.day_no * 29 ELSE 0 END END
           AS choice,
         CASE WHEN s.quirk = 'beds' AND o.class = '01' AND s.day_no = 0 THEN 3 WHEN o.class = '09' THEN 1 + s.h % 2 ELSE 1 END
           AS cnt
  FROM stay_days s, ordered o, range(8) t(k)
  WHERE k < o.many
    AND CASE o.whence WHEN 'daily' THEN TRUE WHEN 'some' THEN s.h % 2 = 0 WHEN 'first' THEN s.day_no = 0
                      WHEN 'third' THEN s.day_no % 3 = 2 WHEN 'operation' THEN s.day_no = 1 AND s.h % 5 = 0 END
    AND NOT (o.class NOT IN ('01', '02', '07') AND (s.quirk = 'empty' OR (s.quirk = 'idle' AND s.day_no > 1)))
    AND NOT (s.quirk = 'mild' AND o.class NOT IN ('01', '02', '07', '03', '04', '09'))
), of_visits AS (
  -- A visit: fee, two to four drugs, now and then tests; a sale: one to three packs; a refill: the same three drugs.
  SELECT sid, 0 AS day_no, k AS seq,
         CASE WHEN med_type = '41' THEN CASE WHEN k % 2 = 0 THEN '11' ELSE '09' END
              WHEN k = 0 THEN '12' WHEN med_type = '14' THEN '09'
              WHEN k = 1 THEN '04' WHEN k = 2 AND h % 3 = 0 THEN '03' WHEN k = 3 AND h % 7 = 0 THEN '10'
              WHEN k = 4 THEN '11' ELSE '09' END AS class,
         CASE WHEN med_type = '14' THEN n ELSE h END + k * 17 AS choice,
         CASE WHEN k > 0 AND k = 3 AND h % 7 = 0 AND med_type <> '41' AND med_type <> '14' THEN 15 WHEN k = 0 THEN 1 ELSE 1 + h % 2 END AS cnt
  FROM (SELECT *, draw('orders', first_sid, 1000000) AS h FROM bill WHERE nights = 0), range(6) t(k)
  WHERE k < CASE med_type WHEN '41' THEN 1 + h % 3 WHEN '14' THEN 4 ELSE 3 + h % 4 END
), odd AS (
  SELECT sid, nights + 4 AS day_no, 900 AS seq, '05' AS class, 7 AS choice, 1 AS cnt FROM bill WHERE quirk = 'outside'
  UNION ALL SELECT sid, 0, 901, '03', 140 + (sex % 2), 1 FROM bill WHERE quirk = 'sex'
  UNION ALL SELECT sid, 0, 902, '04', 5, 1 FROM bill WHERE quirk = 'again'
  UNION ALL SELECT sid, 0, 903, '04', 5, 1 FROM bill WHERE quirk = 'again'
), picked AS (
  -- The last twenty examinations have a sex and are ordered by nobody in the ordinary year.
  SELECT a.sid, a.day_no, a.seq, a.class, a.cnt,
         CASE WHEN a.seq = 901 THEN a.choice WHEN a.class = '03' THEN a.choice % 140 ELSE a.choice % c.items END AS item_no
  FROM (SELECT * FROM of_stays UNION ALL SELECT * FROM of_visits UNION ALL SELECT * FROM odd) a
  JOIN classes c ON c.class = a.class
)
SELECT a.*, i.pric * CASE WHEN b.quirk = 'dear' THEN 2 ELSE 1 END AS pric,
       cents(a.cnt * i.pric * CASE WHEN b.quirk = 'dear' THEN 2 ELSE 1 END) AS charge,
       CASE WHEN i.chrgitm_lv = '02' THEN 0.1 ELSE 0.0 END AS selfpay_prop,
       CAST(b.begndate + CAST(a.day_no AS INTEGER) AS TIMESTAMP)
         + to_seconds(CASE WHEN b.nights = 0 THEN CAST(epoch(b.setl_time) AS BIGINT) % 86400 - 600
                           ELSE 25200 + draw('hour', a.sid * 1000 + a.seq, 36000) END) AS fee_ocur_time
FROM picked a
JOIN bill b ON b.sid = a.sid
JOIN items i ON i.class = a.class AND i.item_no = a.item_no;

CREATE TABLE money AS
WITH summed AS (
  SELECT sid, sum(charge) AS charge, sum(cents(charge * (1 - selfpay_prop))) AS scope FROM line GROUP BY sid
), funded AS (
  SELECT s.*, b.med_type, b.insutype,
         cents(CASE WHEN b.nights > 0 THEN greatest(scope - CASE b.hosp_lv WHEN '3' THEN 600 WHEN '2' THEN 400 ELSE 150 END, 0) * 0.7
                    WHEN b.med_type = '41' THEN 0 WHEN b.med_type = '14' THEN scope * 0.7 ELSE scope * 0.5 END) AS fund
  FROM summed s JOIN bill b ON b.sid = s.sid
)
SELECT *, CASE WHEN insutype = '310' AND med_type IN ('41', '14', '11') THEN charge - fund ELSE 0 END AS account,
       CASE WHEN insutype = '390' AND med_type = '41' THEN charge ELSE 0 END AS family
FROM funded;
