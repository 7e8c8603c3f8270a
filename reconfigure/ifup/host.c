/* host.c - runs commands and writes files of sysfs for the ifup helpers (host.h). */
#include "reconfigure/ifup/host.h"

#include <stdarg.h>
#include <string.h>

int ifr_host_run_v(const struct ifr_ifup_host *host, const struct dbc_strvec *argv,
                   const char *const *env, unsigned deadline_ms, struct dbc_error *err)
{
    const struct ifr_command cmd = { .argv = (const char *const *)argv->v,
                                     .deadline_ms = deadline_ms,
                                     .env = env };

    return argv->failed ? dbc_fail_nomem(err) : ifr_command_run(host->runner, &cmd, err);
}

static void collect(struct dbc_strvec *argv, const char *path, va_list args)
{
    for (const char *word = path; word != NULL; word = va_arg(args, const char *)) {
        dbc_strvec_push(argv, word);
    }
}

int ifr_host_run(const struct ifr_ifup_host *host, struct dbc_error *err, const char *path, ...)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    va_list args;
    int rc = -1;

    va_start(args, path);
    collect(&argv, path, args);
    va_end(args);
    rc = ifr_host_run_v(host, &argv, NULL, 0, err);
    dbc_strvec_release(&argv);
    return rc;
}

void ifr_host_try(const struct ifr_ifup_host *host, const char *path, ...)
{
    struct dbc_strvec argv = DBC_STRVEC_INIT;
    struct dbc_error err = DBC_ERROR_INIT;
    va_list args;

    va_start(args, path);
    collect(&argv, path, args);
    va_end(args);
    if (ifr_host_run_v(host, &argv, NULL, 0, &err) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s", err.text);
    }
    dbc_strvec_release(&argv);
}

void ifr_host_attribute(const struct ifr_ifup_host *host, const char *dev, const char *file,
                        const char *text)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf path = DBC_BUF_INIT;

    dbc_buf_addf(&path, "/sys/class/net/%s/%s", dev, file);
    if (path.failed || ifr_facts_write(host->facts, dbc_buf_str(&path), text, &err) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s", path.failed ? "out of memory" : err.text);
    }
    dbc_buf_release(&path);
}

const char *ifr_env_get(const char *const *env, const char *name)
{
    size_t len = strlen(name);

    for (size_t i = 0; env != NULL && env[i] != NULL; i++) {
        if (strncmp(env[i], name, len) == 0 && env[i][len] == '=') {
            return env[i] + len + 1;
        }
    }
    return "";
}
