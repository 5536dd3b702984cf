SELECT fixmedins_code, fixmedins_name, fixmedins_type, hosp_lv, medins_natu, bed_cnt, admdvs, lnt, lat, cred_lv, payment_way
FROM places ORDER BY fixmedins_code
