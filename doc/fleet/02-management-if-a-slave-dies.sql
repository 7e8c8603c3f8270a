/* The slaves of each bond that carries management, and how many would carry it if this one died:
   at 0 the host is lost. */
SELECT host, bond_device, slave, others
FROM (
    SELECT host, file, target, bond_device, others
    FROM (
        SELECT host, file, ref, bond_device, others
        FROM (
            SELECT host, file, ref, bond_device
            FROM (SELECT host, file, ref AS master, device AS bond_device
                  FROM pif WHERE management = 1) AS carrying
            JOIN (SELECT host, file, master, ref FROM bond) AS bonds
            USING (host, file, master)
        ) AS management
        JOIN (SELECT host, file, ref, count(*) - 1 AS others FROM members
              WHERE class = 'bond' AND field = 'slaves' GROUP BY host, file, ref) AS counts
        USING (host, file, ref)
    ) AS counted
    JOIN (SELECT host, file, ref, target FROM members
          WHERE class = 'bond' AND field = 'slaves') AS slaves
    USING (host, file, ref)
) AS listed
JOIN (SELECT host, file, ref AS target, device AS slave FROM pif) AS nics
USING (host, file, target)
ORDER BY others, host, bond_device, slave
