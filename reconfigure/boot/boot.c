/* boot.c - marks, and running other programs, for the parts of the boot sequence (boot.h). */
#include "reconfigure/boot/boot.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

/* ---- Marks. --------------------------------------------------------------------------------- */

int ifr_mark_set(const struct ifr_facts *facts, const char *path, struct dbc_error *err)
{
    char full[PATH_MAX];
    int rc = ifr_facts_path(facts, path, full, err);
    if (rc == 0) {
        /* Some hosts empty var/ at boot.  If mkdir fails, so does the file, and says why. */
        char *slash = strrchr(full, '/');
        *slash = '\0';
        mkdir(full, 0755);
        *slash = '/';
        rc = dbc_file_replace(full, "", 0, 0644, err);
    }
    return rc;
}

/* ---- Programs. ------------------------------------------------------------------------------ */

/* Runs a program.  Returns -1 when it did not exit by itself. */
static int run(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms,
               struct ifr_result *result, struct dbc_error *err)
{
    const struct ifr_command cmd = { .argv = argv, .deadline_ms = deadline_ms, .capture = true };
    struct dbc_buf how = DBC_BUF_INIT;

    if (host->runner->run(host->runner, &cmd, result, err) < 0) {
        return -1;
    }
    if (result->ended == IFR_EXITED) {
        return 0;
    }
    ifr_describe(result, &how);
    dbc_fail(err, result->ended == IFR_NOT_FOUND ? DBC_EUNSUPPORTED : DBC_ECOMMAND, "%s: %s",
             argv[0], dbc_buf_str(&how));
    dbc_buf_release(&how);
    return -1;
}

static void log_output(const struct ifr_host *host, const char *program, struct dbc_buf *output)
{
    char *rest = NULL;
    for (char *line = output->data ? strtok_r(output->data, "\r\n", &rest) : NULL; line;
         line = strtok_r(NULL, "\r\n", &rest)) {
        dbc_logf(host->log, DBC_LOG_INFO, "%s: %s", ifr_program_name(program), line);
    }
}

int ifr_boot_run(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms,
                 struct dbc_error *err)
{
    struct ifr_result result = { 0 };
    struct dbc_buf line = DBC_BUF_INIT, how = DBC_BUF_INIT;
    int rc = -1;

    ifr_command_words(argv, &line);
    dbc_logf(host->log, DBC_LOG_INFO, "Running command: %s", dbc_buf_str(&line));
    rc = run(host, argv, deadline_ms, &result, err);
    log_output(host, argv[0], &result.out);
    if (rc == 0 && result.status != 0) {
        ifr_describe(&result, &how);
        rc = dbc_fail(err, DBC_ECOMMAND, "%s: %s", dbc_buf_str(&line), dbc_buf_str(&how));
    }
    dbc_buf_release(&result.out);
    dbc_buf_release(&line);
    dbc_buf_release(&how);
    return rc;
}

void ifr_boot_try(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_boot_run(host, argv, deadline_ms, &why) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s", why.text);
    }
}

int ifr_boot_ask(const struct ifr_host *host, const char *const *argv, unsigned deadline_ms,
                 int *status, struct dbc_buf *out, struct dbc_error *err)
{
    struct ifr_result result = { 0 };
    int rc = run(host, argv, deadline_ms, &result, err);
    if (rc == 0) {
        *status = result.status;
        dbc_buf_adds(out, dbc_buf_str(&result.out));
        rc = out->failed ? dbc_fail_nomem(err) : 0;
    }
    dbc_buf_release(&result.out);
    return rc;
}

int ifr_boot_wants_ovs(const struct ifr_host *host, const struct ifr_facts *facts, bool *ret,
                       struct dbc_error *err)
{
    int rc = ifr_facts_datapath(facts, ret, err);

    if (rc == 0 && !*ret) {
        dbc_logf(host->log, DBC_LOG_INFO,
                 "Open vSwitch is not used: /etc/xensource/network.conf says bridge");
    }
    return rc;
}
