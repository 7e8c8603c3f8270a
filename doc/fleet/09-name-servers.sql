/* Which name servers are in use, the rare ones first: those were mistyped, or forgotten in a move. */
SELECT "DNS", count(DISTINCT host) AS hosts, min(host) AS one_of_them
FROM pif
WHERE "DNS" <> ''
GROUP BY "DNS"
ORDER BY hosts, "DNS"
