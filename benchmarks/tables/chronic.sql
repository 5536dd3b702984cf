SELECT psn_no, ['M03900', 'M01600', 'M04600'][1 + n % 3] AS opsp_dise_code, ['高血压', '糖尿病', '冠心病'][1 + n % 3] AS opsp_dise_name,
       DATE '2023-01-01' + CAST(draw('listed', n, 600) AS INTEGER) AS begndate, DATE '2027-12-31' AS enddate,
       (SELECT any_value(fixmedins_code) FROM places WHERE place_no = CASE WHEN n % 5 < 2 THEN n % 3 ELSE 3 + n % 25 END) AS fixmedins_code,
       CAST(6000 AS DECIMAL(16,2)) AS year_lmt_amt
FROM people WHERE care < 6 ORDER BY psn_no
