/* failmode.c - reads vswitch-controller-fail-mode from the records (failmode.h). */
#include "reconfigure/datapath/failmode.h"

#include <string.h>

const char *ifr_fail_mode(const struct dbc_db *db, const struct dbc_network *network)
{
    static const char key[] = "vswitch-controller-fail-mode";
    static const char *const known[] = { "secure", "standalone" };
    const struct dbc_pool *pool = dbc_db_pool(db);
    const char *said[2] = { network ? dbc_map_get(&network->other_config, key) : NULL,
                            pool ? dbc_map_get(&pool->other_config, key) : NULL };

    for (size_t i = 0; i < 2; i++) {
        for (size_t k = 0; k < 2 && said[i] != NULL; k++) {
            if (strcmp(said[i], known[k]) == 0) {
                return known[k];
            }
        }
    }
    return "standalone";
}
