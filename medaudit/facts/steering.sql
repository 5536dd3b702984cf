/*
made = "links"
[grain]
zh = "steering_pair 的每对医师与药店一行，另有向平常收缩后的倍数"
en = "one row per pair of steering_pair, with its ratio shrunk towards what is usual"
[columns]
fixmedins_code = { zh = "药店", en = "the pharmacy" }
ratio = { zh = "实际与应有人次之比（伽马–泊松收缩）", en = "sent over expected, shrunk (Gamma–Poisson)" }
excess = { zh = "超出应有的部分涉及基金和个人账户（元）", en = "fund money and personal accounts beyond the expected, yuan" }
eb05 = { zh = "该比值的下限：95% 的把握不低于此", en = "lower bound of it: 95 % sure that it is no less" }
*/
SELECT dr_codg, fixmedins_code, sent, seen, CAST(expected AS DOUBLE) AS expected, reference, label, CAST(NULL AS DOUBLE) AS ratio, CAST(NULL AS DOUBLE) AS eb05, CAST(NULL AS DOUBLE) AS excess FROM steering_pair WHERE FALSE
