-- Certificate numbers: region, date of birth, three digits of which the last tells the sex, and a right check digit.
WITH numbered AS (
  SELECT *, '990200' || strftime(brdy, '%Y%m%d') || lpad(CAST(n // 32500 % 100 AS VARCHAR), 2, '0') || (2 * (n % 5) + sex % 2) AS stem
  FROM people
)
SELECT psn_no, psn_name, stem || substr('10X98765432', 1 + list_dot_product(
         list_transform(string_split(stem, ''), lambda x: CAST(x AS DOUBLE)),
         [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]::DOUBLE[])::INTEGER % 11, 1) AS certno,
       CAST(sex AS VARCHAR) AS gend, brdy, insutype,
       CASE WHEN insutype = '390' AND draw('poor', n, 100) < 4 THEN '低保' END AS psn_idet_type, death_date,
       CAST(NULL AS VARCHAR) AS care_home, '990200' || (101 + n % 25) || (201 + n % 9) AS addr_code,
       CASE WHEN insutype = '310' THEN '云溪县第' || (1 + draw('work', n, 400)) || '单位' END AS emp_name,
       '120' || lpad(CAST(n * 7919 % 99999989 AS VARCHAR), 8, '0') AS tel
FROM numbered ORDER BY psn_no
