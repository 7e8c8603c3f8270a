/* host.c - runs commands and writes files of sysfs for the ifup helpers (host.h). */
#include "reconfigure/ifup/host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

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

int ifr_host_sysfs(const struct ifr_ifup_host *host, const char *path, const char *text,
                   struct dbc_error *err)
{
    struct dbc_buf full = DBC_BUF_INIT;
    int fd = -1;
    int rc = -1;

    if (ifr_facts_path(host->facts, path, &full, err) < 0) {
        goto out;
    }
    fd = open(dbc_buf_str(&full), O_WRONLY | O_CLOEXEC);
    /* In one write, since the kernel acts on each. */
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
        dbc_fail_errno(err, errno, "%s: cannot write \"%s\"", path, text);
        goto out;
    }
    rc = 0;
out:
    if (fd >= 0) {
        close(fd);
    }
    dbc_buf_release(&full);
    return rc;
}

void ifr_host_attribute(const struct ifr_ifup_host *host, const char *dev, const char *file,
                        const char *text)
{
    struct dbc_error err = DBC_ERROR_INIT;
    struct dbc_buf path = DBC_BUF_INIT;

    dbc_buf_addf(&path, "/sys/class/net/%s/%s", dev, file);
    if (path.failed || ifr_host_sysfs(host, dbc_buf_str(&path), text, &err) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s", path.failed ? "out of memory" : err.text);
    }
    dbc_buf_release(&path);
}
