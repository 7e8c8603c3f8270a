/* VLANs whose network wants a larger MTU than the network below them has: packets are lost there. */
SELECT host, device, tag, upper_mtu, lower_mtu
FROM (
    SELECT host, file, lower_pif, tag, upper_mtu
    FROM (
        SELECT host, file, lower_pif, tag, network
        FROM (SELECT host, file, "untagged_PIF" AS ref, "tagged_PIF" AS lower_pif
              FROM vlan) AS vlans
        JOIN (SELECT host, file, ref, network, "VLAN" AS tag FROM pif) AS tagged
        USING (host, file, ref)
    ) AS above
    JOIN (SELECT host, file, ref AS network, "MTU" AS upper_mtu FROM network) AS uppers
    USING (host, file, network)
) AS wanted
JOIN (
    SELECT host, file, lower_pif, device, lower_mtu
    FROM (SELECT host, file, ref AS lower_pif, device, network FROM pif) AS nics
    JOIN (SELECT host, file, ref AS network, "MTU" AS lower_mtu FROM network) AS lowers
    USING (host, file, network)
) AS carrying
USING (host, file, lower_pif)
WHERE upper_mtu > lower_mtu
ORDER BY host, device, tag
