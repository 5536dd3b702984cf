/*
[grain]
zh = "每笔时钟可信的非住院结算一行：到秒的结算时间，非补传、非批量"
en = "one row per settlement that is no stay and whose clock can be believed: a time of day, not sent later, not in a batch"
[columns]
day = { zh = "就诊与结算日期", en = "date of the visit and of its settlement" }
clock = { zh = "结算时刻（零点起的秒数）", en = "time of the settlement, seconds from midnight" }
*/
WITH timed AS (
  -- A bill keyed in on another day, or paid out at the agency's own window, says nothing of when the card was used.
  SELECT setl_id, person_id, fixmedins_code, begndate AS day, substr(CAST(setl_time AS VARCHAR), 12, 8) AS told
  FROM visit
  WHERE NOT is_stay AND begndate = enddate AND CAST(setl_time AS DATE) = begndate
    AND substr(CAST(setl_time AS VARCHAR), 12, 8) <> '00:00:00' AND coalesce(setl_type, '2') NOT IN ('1', '3')
), batch AS (
  -- Four people in one second: settled together after an outage, or by a program.
  SELECT fixmedins_code, day, told FROM timed
  GROUP BY fixmedins_code, day, told HAVING count(DISTINCT person_id) >= 4
), usual AS (
  SELECT fixmedins_code, told, count(*) AS settlements FROM timed GROUP BY fixmedins_code, told
), stopped AS (
  -- One second of the day for more than a twentieth of all settlements: the place has no clock.
  SELECT fixmedins_code FROM usual
  GROUP BY fixmedins_code HAVING max(settlements) >= 5 AND max(settlements) * 20 > sum(settlements)
)
SELECT t.setl_id, t.person_id, t.fixmedins_code, t.day,
       CAST(substr(t.told, 1, 2) AS INTEGER) * 3600 + CAST(substr(t.told, 4, 2) AS INTEGER) * 60
         + CAST(substr(t.told, 7, 2) AS INTEGER) AS clock
FROM timed t
LEFT JOIN batch b ON b.fixmedins_code = t.fixmedins_code AND b.day = t.day AND b.told = t.told
LEFT JOIN stopped s ON s.fixmedins_code = t.fixmedins_code
WHERE b.told IS NULL AND s.fixmedins_code IS NULL
