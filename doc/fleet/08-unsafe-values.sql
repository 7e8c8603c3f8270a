/* Settings with characters that a shell obeys: nobody needs them, and old scripts ran them. */
SELECT host, class, "key", value
FROM other_config
WHERE value LIKE '%;%' OR value LIKE '%|%' OR value LIKE '%&%' OR value LIKE '%$%'
   OR value LIKE '%`%' OR value LIKE '%>%' OR value LIKE '%<%'
ORDER BY host, class, "key", value
