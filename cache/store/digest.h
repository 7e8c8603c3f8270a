/* digest.h - one short name for everything that a host's records say: two hosts with the same one
 * say the same.  For whoever keeps many hosts and wants each state of one but once. */
#ifndef DBC_STORE_DIGEST_H
#define DBC_STORE_DIGEST_H

#include "model/database.h"

#define DBC_DIGEST_SIZE 33 /* 32 hexadecimal digits and a NUL */

/* The first 128 bits of a SHA-512 (which takes two thirds of the time of a SHA-256) of the records'
 * fields and references; not of their order in the source, of its layout, nor of what the schema
 * does not know.  0, or -1 with DBC_ENOMEM. */
int dbc_digest(const struct dbc_db *db, char out[DBC_DIGEST_SIZE], struct dbc_error *err);
/* The same of any bytes. */
void dbc_digest_bytes(const void *data, size_t len, char out[DBC_DIGEST_SIZE]);

#endif
