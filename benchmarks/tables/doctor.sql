SELECT dr_codg, dr_name, fixmedins_code, dept, dr_status, status_date FROM doctors ORDER BY dr_codg
