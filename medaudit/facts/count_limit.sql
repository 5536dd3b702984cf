/*
[grain]
zh = "限定频次表里每条限定次数一行；限定金额、疗程的不计"
en = "one row per limit of item_limit on how often; limits of amounts and courses are left out"
[columns]
allowed = { zh = "限定的次数", en = "how many are allowed" }
period = { zh = "day 每日、stay 每次住院、month 每月、year 每年，看不懂时为空", en = "day, stay, month or year; NULL where it is not understood" }
limit_source = { zh = "限定的依据", en = "source of the limit" }
*/
SELECT med_list_codg, value AS allowed, begndate, enddate, coalesce(source, 'item_limit') AS limit_source,
       CASE WHEN unit = 'day' THEN 'day' WHEN unit IN ('stay', '住院', '每次住院') THEN 'stay'
            WHEN unit IN ('month', '月', '每月') THEN 'month' WHEN unit IN ('year', '年', '每年') THEN 'year' END AS period
FROM item_limit
WHERE value > 0 AND coalesce(lower(kind), 'count') IN ('count', 'cnt', 'times', 'frequency', '次数', '频次', '数量')
