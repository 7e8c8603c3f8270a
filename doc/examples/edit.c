/* edit.c - what a program does with libdbcache and without the tool: reads a cache (or a state.db,
 * a networkd.db, an archive with one), changes one field of one record, says what differs, refuses
 * what check finds wrong with it, and writes the result.
 *
 *     cc -o edit edit.c $(pkg-config --cflags --libs dbcache)
 *     ./edit FILE REFERENCE FIELD VALUE NEW_FILE
 *
 * It is C and C++. */
#include <dbcache.h>
#include <stdio.h>

static void print_error(const struct dbc_error *err)
{
    char text[DBC_ERROR_FILE_SIZE + DBC_ERROR_TEXT_SIZE];

    fprintf(stderr, "edit: %s\n", dbc_error_string(err, text, sizeof text));
}

static void print_warning(void *ctx, const struct dbc_error *warning)
{
    (void)ctx;
    print_error(warning);
}

static void print_loss(void *ctx, const struct dbc_loss *loss)
{
    (void)ctx;
    fprintf(stderr, "edit: not carried over: %s %s %s (%s)\n", loss->what, loss->field, loss->value,
            loss->why);
}

/* Counts errors; warnings are told only. */
static int hear_report(void *ctx, const struct dbc_report *report)
{
    fprintf(stderr, "edit: %s [%s]\n", report->message, report->rule);
    *(int *)ctx += report->severity == DBC_SEVERITY_ERROR;
    return 0;
}

static int print_difference(void *ctx, const struct dbc_difference *d)
{
    (void)ctx;
    printf("%s: %s -> %s\n", d->field, d->old_value ? d->old_value : "(none)",
           d->new_value ? d->new_value : "(none)");
    return 0;
}

/* The first host of whatever the file is; the caller's. */
static struct dbc_db *read_first_host(const char *path, struct dbc_error *err)
{
    struct dbc_source *source = dbc_source_read(path, NULL, print_warning, NULL, err);
    struct dbc_db *db = NULL;

    if (source) {
        db = dbc_source_db(source, 0, NULL, print_warning, print_loss, NULL, err);
    }
    dbc_source_free(source);
    return db;
}

/* 0, or -1 with *err, or 1 where check says no. */
static int change(struct dbc_db *db, const char *ref, const char *field, const char *value,
                  struct dbc_error *err)
{
    struct dbc_baseline *before = dbc_baseline_new(db, err);
    int errors = 0, rc = before ? 0 : -1;

    if (rc == 0) {
        rc = dbc_db_set(db, dbc_db_find_ref(db, ref), field, value, err);
    }
    if (rc == 0) {
        rc = dbc_db_check(db, before, hear_report, &errors, err);
    }
    dbc_baseline_free(before);
    return rc == 0 && errors > 0 ? 1 : rc;
}

int main(int argc, char **argv)
{
    struct dbc_error err;
    struct dbc_db *db = NULL, *old_db = NULL;
    int rc = -1;

    if (argc != 6) {
        fprintf(stderr, "usage: edit FILE REFERENCE FIELD VALUE NEW_FILE\n");
        return 2;
    }
    dbc_error_clear(&err);
    db = read_first_host(argv[1], &err);
    old_db = db ? read_first_host(argv[1], &err) : NULL;
    if (old_db) {
        rc = change(db, argv[2], argv[3], argv[4], &err);
    }
    if (rc == 0) {
        rc = dbc_db_compare(old_db, db, 0, print_difference, NULL, &err);
    }
    if (rc == 0) {
        rc = dbc_db_write(db, argv[5], &err);
    }
    if (rc < 0) {
        print_error(&err);
    }
    dbc_db_free(old_db);
    dbc_db_free(db);
    return rc == 0 ? 0 : 1;
}
