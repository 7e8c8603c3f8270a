/* Which hosts have their management on a single NIC: no bond, so one cable decides. */
SELECT host, device, ip_configuration_mode, "IP"
FROM pif
WHERE management = 1 AND bond_master_of = '' AND "VLAN" = -1
ORDER BY host, device
