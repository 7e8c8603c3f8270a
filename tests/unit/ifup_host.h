/* ifup_host.h - an invented host for the tests of reconfigure/ifup/: a root tree, a runner that
 * remembers, a log that remembers. */
#ifndef TESTS_UNIT_IFUP_HOST_H
#define TESTS_UNIT_IFUP_HOST_H

#include "reconfigure/ifup/device.h"
#include "reconfigure/ifup/host.h"
#include "unit/recorder.h"
#include "unit/scratch.h"

struct ifup_host {
    struct scratch scratch;
    struct captured captured;
    struct ifr_ifup_host host;
    const char *failing; /* commands with this text in them exit with 1 */
    bool (*seen)(struct ifup_host *, const char *line); /* called with each command, or NULL */
};

static inline void ifup_script(void *ctx, const char *const *argv, struct ifr_result *result)
{
    struct ifup_host *h = ctx;
    struct dbc_buf words = DBC_BUF_INIT;
    const char *line = NULL;

    for (size_t i = 0; argv[i] != NULL; i++) {
        dbc_buf_addf(&words, "%s%s", i > 0 ? " " : "", argv[i]);
    }
    line = dbc_buf_str(&words);
    if (h->failing != NULL && strstr(line, h->failing) != NULL) {
        result->status = 1;
    }
    if (h->seen != NULL && !h->seen(h, line)) {
        result->status = 1;
    }
    dbc_buf_release(&words);
}

/* The word of `line` that follows `text`, cut at 127 bytes; "" when it is not there. */
static inline void ifup_word_after(const char *line, const char *text, char out[128])
{
    const char *at = strstr(line, text);

    at = at != NULL ? at + strlen(text) : "";
    snprintf(out, 128, "%.*s", (int)strcspn(at, " "), at);
}

static inline int ifup_host_make(void **state)
{
    struct ifup_host *h = calloc(1, sizeof *h);

    scratch_make(&h->scratch);
    captured_init(&h->captured);
    h->host.prefix = h->scratch.root;
    h->host.log = &h->captured.log;
    h->host.runner = recorder_new(ifup_script, h, NULL);
    h->host.facts = ifr_facts_new(h->scratch.root, h->host.runner, h->host.log, NULL);
    h->host.lease_program = "/libexec/ifup-dhcp";
    scratch_mkdir(&h->scratch, "/var/run");
    scratch_mkdir(&h->scratch, IFR_SCRIPTS);
    *state = h;
    return 0;
}

static inline int ifup_host_remove(void **state)
{
    struct ifup_host *h = *state;

    ifr_facts_free((struct ifr_facts *)(uintptr_t)h->host.facts);
    ifr_runner_free(h->host.runner);
    captured_release(&h->captured);
    scratch_remove(&h->scratch);
    free(h);
    return 0;
}

static inline void ifup_ifcfg(struct ifup_host *h, const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof path, IFR_SCRIPTS "/ifcfg-%s", name);
    scratch_write(&h->scratch, path, text, 0644);
}

static inline void ifup_netdev(struct ifup_host *h, const char *name)
{
    char path[128];

    snprintf(path, sizeof path, "/sys/class/net/%s", name);
    scratch_mkdir(&h->scratch, path);
}

/* What was run, one command a line, without the folder of the program; valid until the next call.
 */
static inline const char *ifup_ran(struct ifup_host *h)
{
    static char text[65536];
    const struct dbc_strvec *lines = recorder_lines(h->host.runner);
    size_t used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < lines->n; i++) {
        const char *line = strncmp(lines->v[i], "/sbin/", 6) == 0 ? lines->v[i] + 6 : lines->v[i];
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", line);
    }
    for (char *p = text; *p != '\0'; p++) {
        *p = *p == '\t' ? ' ' : *p;
    }
    return text;
}

static inline bool ifup_logged(struct ifup_host *h, const char *text)
{
    return strstr(joined(&h->captured.lines), text) != NULL;
}

#define IFUP_TEST(name) cmocka_unit_test_setup_teardown(name, ifup_host_make, ifup_host_remove)

#endif
