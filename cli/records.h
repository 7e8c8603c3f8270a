/* records.h - finds records by the names that people have for them, and writes their values for
 * people: for the verbs show, set and import. */
#ifndef CLI_RECORDS_H
#define CLI_RECORDS_H

#include "base/buf.h"
#include "model/database.h"

struct cli_found {
    const struct dbc_record **v; /* in the order of class and source */
    size_t n, cap;
};

#define CLI_FOUND_INIT ((struct cli_found){ 0 })

/* Appends the records of a class, or of all (DBC_N_CLASSES), whose name, uuid or reference is
 * `name`, or all of them when it is NULL.  A record's name is what dbc_label gives, without the
 * class.  Returns 0, or -1 when out of memory. */
int cli_find(const struct dbc_db *db, enum dbc_class class_, const char *name,
             struct cli_found *ret);
void cli_found_release(struct cli_found *found);
/* Prints that there is no such record, and the first of the names that there are; returns
 * CLI_FAILED. */
int cli_not_found(const struct dbc_db *db, enum dbc_class class_, const char *name);

/* Appends a field's value as one line for people: references by their names, list items with ", "
 * between, a map's keys as KEY=VALUE.  It is not escaped. */
void cli_show_value(const struct dbc_db *db, const struct dbc_record *rec,
                    const struct dbc_field *field, struct dbc_buf *out);
/* Appends "4 PIFs, 1 Bond, 4 networks"; the pool is not counted. */
void cli_show_counts(const struct dbc_db *db, struct dbc_buf *out);
/* Appends "192.0.2.10/24 via 192.0.2.1", "DHCP" or "-". */
void cli_show_address(const struct dbc_pif *pif, struct dbc_buf *out);

#endif
