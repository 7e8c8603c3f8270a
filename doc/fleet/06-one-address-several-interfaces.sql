/* Static addresses that are configured more than once. */
SELECT "IP", count(*) AS interfaces, min(host) AS first_host, max(host) AS last_host
FROM pif
WHERE "IP" <> '' AND ip_configuration_mode = 'Static'
GROUP BY "IP"
HAVING count(*) > 1
ORDER BY "IP"
