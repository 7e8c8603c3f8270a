/* Networks that no host has an interface on: defined once, and forgotten? */
SELECT uuid, bridge, count(*) AS hosts
FROM network
GROUP BY uuid, bridge
HAVING max("PIFs") = ''
ORDER BY bridge, uuid
