/* NICs with one MAC on several hosts: one of them has been replaced, or a record is old. */
SELECT lower("MAC") AS mac, count(DISTINCT host) AS hosts, min(host) AS first_host,
       max(host) AS last_host
FROM pif
WHERE "VLAN" = -1 AND bond_master_of = '' AND "MAC" <> ''
GROUP BY lower("MAC")
HAVING count(DISTINCT host) > 1
ORDER BY mac
