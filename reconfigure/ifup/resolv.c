/* resolv.c - composes, saves and restores etc/resolv.conf (resolv.h). */
#include "reconfigure/ifup/resolv.h"

#include <ctype.h>
#include <string.h>

#define RESOLV_CONF "/etc/resolv.conf"
#define RESOLV_SAVE "/etc/resolv.conf.save"
#define MARK "# Written by ifup for "
#define MODE 0644

static bool starts_with_word(const char *line, const char *word)
{
    size_t len = strlen(word);

    return strncmp(line, word, len) == 0 && isspace((unsigned char)line[len]);
}

static bool is_replaced(const char *line, bool dns, bool domain)
{
    return strncmp(line, MARK, strlen(MARK)) == 0 ||
           (dns && starts_with_word(line, "nameserver")) ||
           (domain && (starts_with_word(line, "search") || starts_with_word(line, "domain")));
}

static void add_search(struct dbc_buf *out, const char *domain)
{
    dbc_buf_adds(out, "search ");
    for (const char *p = domain; *p != '\0'; p++) {
        dbc_buf_addc(out, *p == ',' ? ' ' : *p);
    }
    dbc_buf_addc(out, '\n');
}

void ifr_resolv_compose(const char *old, const char *dev, const struct dbc_strvec *dns,
                        const char *domain, struct dbc_buf *out)
{
    bool has_domain = domain[0] != '\0';

    dbc_buf_addf(out, "%s%s\n", MARK, dev);
    if (has_domain) {
        add_search(out, domain);
    }
    for (size_t i = 0; i < dns->n; i++) {
        dbc_buf_addf(out, "nameserver %s\n", dns->v[i]);
    }
    for (const char *line = old; *line != '\0';) {
        size_t len = strcspn(line, "\n");
        if (!is_replaced(line, dns->n > 0, has_domain)) {
            dbc_buf_add(out, line, len);
            dbc_buf_addc(out, '\n');
        }
        line += len + (line[len] == '\n');
    }
}

static int replace(const struct ifr_ifup_host *host, const char *path, const struct dbc_buf *text,
                   struct dbc_error *err)
{
    return text->failed
               ? dbc_fail_nomem(err)
               : ifr_facts_replace(host->facts, path, dbc_buf_str(text), text->len, MODE, err);
}

/* Appends the file; a missing one is empty. */
static int read_text(const struct ifr_ifup_host *host, const char *path, struct dbc_buf *out,
                     struct dbc_error *err)
{
    struct dbc_error why = DBC_ERROR_INIT;

    if (ifr_facts_read(host->facts, path, out, &why) == 0 || why.code == DBC_ENOENT) {
        return 0;
    }
    return dbc_fail(err, why.code, "%s", why.text);
}

static int set(const struct ifr_ifup_host *host, const char *dev, const struct dbc_strvec *dns,
               const char *domain, struct dbc_buf *old, struct dbc_buf *text, struct dbc_error *err)
{
    if (read_text(host, RESOLV_CONF, old, err) < 0) {
        return -1;
    }
    ifr_resolv_compose(dbc_buf_str(old), dev, dns, domain, text);
    if (!text->failed && strcmp(dbc_buf_str(text), dbc_buf_str(old)) == 0) {
        return 0;
    }
    if (!ifr_facts_file_exists(host->facts, RESOLV_SAVE) &&
        replace(host, RESOLV_SAVE, old, err) < 0) {
        return -1;
    }
    return replace(host, RESOLV_CONF, text, err);
}

void ifr_resolv_set(const struct ifr_ifup_host *host, const char *dev, const struct dbc_strvec *dns,
                    const char *domain)
{
    struct dbc_buf old = DBC_BUF_INIT;
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if ((dns->n > 0 || domain[0] != '\0') && set(host, dev, dns, domain, &old, &text, &err) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s not changed: %s", RESOLV_CONF, err.text);
    }
    dbc_buf_release(&text);
    dbc_buf_release(&old);
}

static bool is_ours(const char *text, const char *dev)
{
    const char *name = text + strlen(MARK);

    return strncmp(text, MARK, strlen(MARK)) == 0 && strncmp(name, dev, strlen(dev)) == 0 &&
           name[strlen(dev)] == '\n';
}

static int restore(const struct ifr_ifup_host *host, struct dbc_buf *saved, struct dbc_error *err)
{
    if (ifr_facts_read(host->facts, RESOLV_SAVE, saved, err) < 0 ||
        replace(host, RESOLV_CONF, saved, err) < 0) {
        return -1;
    }
    return ifr_facts_remove(host->facts, RESOLV_SAVE, err);
}

void ifr_resolv_restore(const struct ifr_ifup_host *host, const char *dev)
{
    struct dbc_buf text = DBC_BUF_INIT;
    struct dbc_buf saved = DBC_BUF_INIT;
    struct dbc_error err = DBC_ERROR_INIT;

    if (read_text(host, RESOLV_CONF, &text, NULL) == 0 && is_ours(dbc_buf_str(&text), dev) &&
        restore(host, &saved, &err) < 0) {
        dbc_logf(host->log, DBC_LOG_WARNING, "%s not restored: %s", RESOLV_CONF, err.text);
    }
    dbc_buf_release(&saved);
    dbc_buf_release(&text);
}
