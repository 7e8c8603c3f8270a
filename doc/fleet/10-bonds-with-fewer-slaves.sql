/* Bonds of one network that have fewer slaves on some hosts than on others. */
SELECT uuid, min(slaves) AS fewest, max(slaves) AS most, count(*) AS hosts
FROM (
    SELECT host, file, network, slaves
    FROM (
        SELECT host, file, master, slaves
        FROM (SELECT host, file, ref, master FROM bond) AS bonds
        JOIN (SELECT host, file, ref, count(*) AS slaves FROM members
              WHERE class = 'bond' AND field = 'slaves' GROUP BY host, file, ref) AS counts
        USING (host, file, ref)
    ) AS counted
    JOIN (SELECT host, file, ref AS master, network FROM pif) AS masters
    USING (host, file, master)
) AS placed
JOIN (SELECT host, file, ref AS network, uuid FROM network) AS networks
USING (host, file, network)
GROUP BY uuid
HAVING min(slaves) < max(slaves)
ORDER BY uuid
