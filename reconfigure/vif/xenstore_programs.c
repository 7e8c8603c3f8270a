/* xenstore_programs.c - xenstore by its command line programs (xenstore.h). */
#include <stdlib.h>

#include "reconfigure/vif/xenstore.h"

#define DEADLINE 10000 /* ms for one program */

struct programs {
    struct ifr_xenstore base;
    struct ifr_runner *runner; /* borrowed */
};

static struct ifr_runner *runner_of(struct ifr_xenstore *self)
{
    return ((struct programs *)(void *)self)->runner;
}

/* Returns 0, or -1: DBC_ENOENT for an exit status other than 0, DBC_ECOMMAND for any other end. */
static int run(struct ifr_xenstore *self, const char *const *argv, struct dbc_buf *out,
               struct dbc_error *err)
{
    const struct ifr_command command = { .argv = argv,
                                         .deadline_ms = DEADLINE,
                                         .capture = out != NULL };
    struct ifr_result result = { 0 };
    struct dbc_buf how = DBC_BUF_INIT;
    int rc = runner_of(self)->run(runner_of(self), &command, &result, err);

    if (rc == 0 && !ifr_succeeded(&result)) {
        ifr_describe(&result, &how);
        rc = dbc_fail(err, result.ended == IFR_EXITED ? DBC_ENOENT : DBC_ECOMMAND, "%s %s: %s",
                      ifr_program_name(argv[0]), argv[1], dbc_buf_str(&how));
    } else if (rc == 0 && out != NULL) {
        dbc_buf_add(out, dbc_buf_str(&result.out), result.out.len);
    }
    dbc_buf_release(&how);
    dbc_buf_release(&result.out);
    return rc;
}

/* The program ends the value with a line feed. */
static int programs_read(struct ifr_xenstore *self, const char *path, struct dbc_buf *out,
                         struct dbc_error *err)
{
    const char *const argv[] = { "/usr/bin/xenstore-read", path, NULL };
    int rc = run(self, argv, out, err);

    if (rc == 0 && !out->failed && out->len > 0 && out->data[out->len - 1] == '\n') {
        out->data[--out->len] = '\0';
    }
    return rc;
}

static int programs_write(struct ifr_xenstore *self, const char *path, const char *value,
                          struct dbc_error *err)
{
    const char *const argv[] = { "/usr/bin/xenstore-write", path, value, NULL };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = run(self, argv, NULL, &why);

    return rc == 0 ? 0 : dbc_fail(err, DBC_EIO, "xenstore: cannot write %s: %s", path, why.text);
}

static int programs_remove(struct ifr_xenstore *self, const char *path, struct dbc_error *err)
{
    const char *const argv[] = { "/usr/bin/xenstore-rm", path, NULL };
    struct dbc_error why = DBC_ERROR_INIT;
    int rc = run(self, argv, NULL, &why);

    if (rc < 0 && why.code != DBC_ENOENT) {
        return dbc_fail(err, DBC_EIO, "xenstore: cannot remove %s: %s", path, why.text);
    }
    return 0;
}

static void programs_free(struct ifr_xenstore *self)
{
    free(self);
}

struct ifr_xenstore *ifr_xenstore_programs(struct ifr_runner *runner, struct dbc_error *err)
{
    struct programs *programs = calloc(1, sizeof *programs);

    if (programs == NULL) {
        dbc_fail_nomem(err);
        return NULL;
    }
    programs->base =
        (struct ifr_xenstore){ programs_read, programs_write, programs_remove, programs_free };
    programs->runner = runner;
    return &programs->base;
}
