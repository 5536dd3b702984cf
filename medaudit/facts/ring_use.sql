/*
made = "links"
[grain]
zh = "关联群组三人以上同时出现的每次、每名到场成员一行（一天几次结算各一行）"
en = "one row per time three or more of a ring were seen together and member there (one for each settlement)"
[columns]
ring_id = { zh = "群组编号", en = "the ring's id" }
session = { zh = "第几次，从 1 起", en = "which time, from 1" }
day = { zh = "日期；住院为入院日期", en = "the day; of a stay that of admission" }
clock = { zh = "结算时刻（零点起的秒数），没有时钟为空", en = "seconds from midnight, NULL without a clock" }
after = { zh = "比该次第一张卡晚几秒", en = "seconds after the first card of that time" }
setl_id = { zh = "结算", en = "the settlement" }
charge = { zh = "费用（元）", en = "charge, yuan" }
fund_money = { zh = "基金和个人账户支付（元）", en = "paid by the fund and personal accounts, yuan" }
stay_id = { zh = "住院，不是住院为空", en = "the stay, NULL for what is none" }
*/
SELECT r.ring_id, CAST(NULL AS INTEGER) AS session, r.fixmedins_code, v.person_id, r.first_day AS day, CAST(NULL AS INTEGER) AS clock,
       CAST(NULL AS INTEGER) AS after, v.stay_id, v.setl_id, v.fixmedins_name, v.charge, v.fund_money
FROM ring r CROSS JOIN visit v CROSS JOIN timed_visit t WHERE FALSE
