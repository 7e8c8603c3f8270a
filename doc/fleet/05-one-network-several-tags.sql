/* Networks whose VLAN tag is not the same on all hosts: VMs that move lose their neighbours. */
SELECT uuid, min(tag) AS lowest, max(tag) AS highest, count(*) AS hosts
FROM (SELECT host, file, network AS ref, "VLAN" AS tag FROM pif) AS tagged
JOIN (SELECT host, file, ref, uuid FROM network) AS networks
USING (host, file, ref)
GROUP BY uuid
HAVING min(tag) <> max(tag)
ORDER BY uuid
