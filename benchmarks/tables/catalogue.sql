SELECT med_list_codg, med_list_name, class AS med_chrgitm_type, CAST(pric * 1.1 AS DECIMAL(16,6)) AS lmt_pric, lmt_gend,
       day_max_cnt, pack_days, generic_code, CASE WHEN class = '09' THEN '1' ELSE '0' END AS rx_flag, '1' AS payable,
       DATE '2024-01-01' AS begndate, CAST(NULL AS DATE) AS enddate
FROM items ORDER BY med_list_codg
