/* consumer.c - a first program with libdbcache, as a user might write it: reads a cache and prints
 * which device is on which bridge.  run.sh compiles it against the installed library. */
#include <dbcache.h>
#include <stdio.h>
#include <string.h>

static void print_pif(const struct dbc_db *db, const struct dbc_record *pif)
{
    const struct dbc_record *network = dbc_db_find_ref(db, dbc_record_get(pif, "network"));
    printf("%s %s on %s\n", dbc_class_name(dbc_record_class(pif)), dbc_record_get(pif, "device"),
           network ? dbc_record_get(network, "bridge") : "nothing");
}

int main(int argc, char **argv)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_db *db = argc == 2 ? dbc_db_read(argv[1], NULL, NULL, &err) : NULL;
    char text[2048];

    if (!db) {
        fprintf(stderr, "%s\n", dbc_error_string(&err, text, sizeof text));
        return 1;
    }
    for (size_t i = 0; i < dbc_db_count(db, DBC_PIF); i++) {
        print_pif(db, dbc_db_at(db, DBC_PIF, i));
    }
    printf("%zu pif, %zu network\n", dbc_db_count(db, DBC_PIF), dbc_db_count(db, DBC_NETWORK));
    dbc_db_free(db);
    return 0;
}
