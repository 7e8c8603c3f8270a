/* since.c - keeps the states of an earlier export (since.h), sorted: for each the 16 bytes of a
 * hash of what identifies it, and its numbers. */
#include "since.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/grow.h"
#include "base/valid.h"
#include "tables.h"

struct entry {
    char name[16]; /* of dbc_digest_bytes' digits, two in a byte */
    int64_t records_at;
    uint32_t errors, warnings;
};

struct cli_since {
    struct entry *v;
    size_t n, cap;
};

/* ---- Names ----------------------------------------------------------------------------------- */

static void pack(const char digits[DBC_DIGEST_SIZE], char out[16])
{
    for (size_t i = 0; i < 16; i++) {
        int high = dbc_hex_digit(digits[2 * i]), low = dbc_hex_digit(digits[2 * i + 1]);
        out[i] = (char)(unsigned char)(high * 16 + low);
    }
}

/* Makes the hash; false when out of memory. */
static bool name_of(const char *host, const char *pool, const char *hash, const char *pool_hash,
                    char out[16])
{
    const char *texts[] = { host, pool, hash, pool_hash };
    struct dbc_buf room = DBC_BUF_INIT;
    char digits[DBC_DIGEST_SIZE];
    bool done = false;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        dbc_buf_add(&room, texts[i], strlen(texts[i]) + 1);
    }
    done = !room.failed;
    if (done) {
        dbc_digest_bytes(dbc_buf_str(&room), room.len, digits);
        pack(digits, out);
    }
    dbc_buf_release(&room);
    return done;
}

static int by_name(const void *a, const void *b)
{
    return memcmp(a, b, sizeof((struct entry *)0)->name);
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static bool is_hash(const char *text)
{
    return strlen(text) == DBC_DIGEST_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == DBC_DIGEST_SIZE - 1;
}

/* Parses a time exactly as cli_time_text writes it. */
static bool parse_time(const char *text, int64_t *ret)
{
    struct tm parts = { 0 };
    char again[CLI_TIME_SIZE];
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    time_t when = end == NULL ? 0 : timegm(&parts);

    cli_time_text(when, again);
    *ret = (int64_t)when;
    return end != NULL && strcmp(again, text) == 0;
}

static bool get_count(const json_t *row, const char *name, uint32_t *ret)
{
    const json_t *value = json_object_get(row, name);
    json_int_t number = json_integer_value(value);

    *ret = (uint32_t)number;
    return json_is_integer(value) && number >= 0 && number <= UINT32_MAX;
}

/* Reads a row; *known is set when it is of a state with records.  Returns what is wrong with the
 * row, or NULL. */
static const char *take_row(const json_t *row, struct entry *ret, bool *known)
{
    const char *table = json_string_value(json_object_get(row, "table"));
    const char *host = json_string_value(json_object_get(row, "host"));
    const char *pool = json_string_value(json_object_get(row, "pool"));
    const char *hash = json_string_value(json_object_get(row, "hash"));
    const char *pool_hash = json_string_value(json_object_get(row, "pool_hash"));
    const char *at = json_string_value(json_object_get(row, "records_at"));

    *known = false;
    if (table != NULL && strcmp(table, cli_table_name(CLI_TABLE_HOST)) != 0) {
        return NULL;
    }
    if (host == NULL || pool == NULL || hash == NULL || pool_hash == NULL) {
        return "host, pool, hash or pool_hash is missing";
    }
    if ((*hash != '\0' && !is_hash(hash)) || (*pool_hash != '\0' && !is_hash(pool_hash))) {
        return "hash or pool_hash is not a hash";
    }
    if (*hash == '\0') { /* a file that could not be read */
        return NULL;
    }
    if (at == NULL || !parse_time(at, &ret->records_at)) {
        return "records_at is not a time";
    }
    if (!get_count(row, "errors", &ret->errors) || !get_count(row, "warnings", &ret->warnings)) {
        return "errors or warnings is not a count";
    }
    *known = true;
    return name_of(host, pool, hash, pool_hash, ret->name) ? NULL : "";
}

static int take_line(struct cli_since *since, const char *path, unsigned line, const char *text,
                     struct dbc_error *err)
{
    json_error_t why;
    json_t *row = json_loads(text, JSON_REJECT_DUPLICATES, &why);
    struct entry entry = { .records_at = 0 };
    bool known = false,
         no_memory = row == NULL && json_error_code(&why) == json_error_out_of_memory;
    const char *wrong = row == NULL           ? why.text
                        : json_is_object(row) ? take_row(row, &entry, &known)
                                              : "not an object";
    bool room = wrong == NULL && (!known || DBC_GROW(since->v, since->n, since->cap));

    json_decref(row);
    if (wrong == NULL && room && known) {
        since->v[since->n++] = entry;
    }
    if (wrong == NULL) {
        return room ? 0 : dbc_fail_nomem(err);
    }
    if (*wrong == '\0' || no_memory) {
        return dbc_fail_nomem(err);
    }
    return dbc_fail_at(err, DBC_EINVAL, path, line, 0,
                       "expected a row of the table host, as an export writes it: %s; without this "
                       "file everything is exported",
                       wrong);
}

/* ---- The file -------------------------------------------------------------------------------- */

static int read_lines(struct cli_since *since, const char *path, FILE *file, struct dbc_error *err)
{
    char *text = malloc(CLI_SINCE_LINE + 2);
    unsigned line = 0;
    int rc = text == NULL ? dbc_fail_nomem(err) : 0;

    while (rc == 0 && fgets(text, (int)CLI_SINCE_LINE + 2, file) != NULL) {
        line++;
        if (strchr(text, '\n') == NULL) {
            rc = dbc_fail_at(err, DBC_EINVAL, path, line, 0,
                             "expected a line of at most %zu bytes with an end; without this file "
                             "everything is exported",
                             CLI_SINCE_LINE);
        } else {
            rc = take_line(since, path, line, text, err);
        }
    }
    if (rc == 0 && ferror(file)) {
        rc = dbc_fail_errno(err, errno, "%s: cannot read", path);
    }
    free(text);
    return rc;
}

static FILE *open_file(const char *path, struct dbc_error *err)
{
    int fd = dbc_file_open(path, false, err);
    FILE *file = fd >= 0 ? fdopen(fd, "r") : NULL;

    if (fd >= 0 && file == NULL) {
        dbc_fail_nomem(err);
        close(fd);
    }
    return file;
}

struct cli_since *cli_since_read(const char *path, struct dbc_error *err)
{
    struct cli_since *since = calloc(1, sizeof *since);
    FILE *file = NULL;
    int rc = 0;

    if (since == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    if (access(path, F_OK) != 0 && errno == ENOENT) {
        return since;
    }
    file = open_file(path, err);
    rc = file == NULL ? -1 : read_lines(since, path, file, err);
    if (file != NULL) {
        fclose(file);
    }
    if (rc != 0) {
        cli_since_free(since);
        return NULL;
    }
    if (since->n > 0) {
        qsort(since->v, since->n, sizeof *since->v, by_name);
    }
    return since;
}

bool cli_since_find(const struct cli_since *since, const struct cli_state *state,
                    struct cli_known *ret)
{
    struct entry wanted = { .records_at = 0 };
    const struct entry *found = NULL;

    if (since == NULL || since->n == 0 ||
        !name_of(state->host, state->pool, state->hash, state->pool_hash, wanted.name)) {
        return false;
    }
    found = bsearch(&wanted, since->v, since->n, sizeof wanted, by_name);
    if (found != NULL) {
        cli_time_text((time_t)found->records_at, ret->records_at);
        ret->errors = found->errors;
        ret->warnings = found->warnings;
    }
    return found != NULL;
}

void cli_since_free(struct cli_since *since)
{
    if (since != NULL) {
        free(since->v);
        free(since);
    }
}
