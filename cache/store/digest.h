/* digest.h - a short name for the content of a host's records: hosts with the same digest have the
 * same content.  It lets a program that keeps many hosts store each state of a host only once. */
#ifndef DBC_STORE_DIGEST_H
#define DBC_STORE_DIGEST_H

#include "model/database.h"

#define DBC_DIGEST_SIZE 33 /* 32 hexadecimal digits and a NUL */

/* Hashes the records' references and fields.  The order of the records, the layout of their source
 * and what the schema does not know do not count.  `out` gets the first 128 bits of a SHA-512,
 * which takes two thirds of the time of a SHA-256 on a processor that has no instructions for
 * SHA-256.  Returns 0, or -1 with DBC_ENOMEM. */
int dbc_digest(const struct dbc_db *db, char out[DBC_DIGEST_SIZE], struct dbc_error *err);
/* The same hash of any bytes. */
void dbc_digest_bytes(const void *data, size_t len, char out[DBC_DIGEST_SIZE]);

#endif
