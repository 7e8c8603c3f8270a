/* vlog.c - a daemon's log (vlog.h), in the lines that Open vSwitch's daemons write. */
#include "vlog.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "program.h"

#define OFF (DBC_LOG_ERROR + 1)

void vlog_init(struct vlog *log, const char *name)
{
    *log = (struct vlog){ .name = name };
    log->level[VLOG_CONSOLE] = DBC_LOG_WARNING;
    log->level[VLOG_SYSLOG] = log->level[VLOG_FILE] = DBC_LOG_INFO;
}

/* ---- Options --------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    int level;
} levels[] = {
    { "off", OFF },           { "emer", OFF },
    { "err", DBC_LOG_ERROR }, { "warn", DBC_LOG_WARNING },
    { "info", DBC_LOG_INFO }, { "dbg", DBC_LOG_INFO },
};

static const char *const destinations[] = { "console", "syslog", "file" };

/* Returns the bit of the destination with this name, all bits for "any", or 0. */
static unsigned find_destination(const char *word, size_t len)
{
    for (unsigned i = 0; i < VLOG_N_DESTINATIONS; i++) {
        if (strlen(destinations[i]) == len && strncasecmp(destinations[i], word, len) == 0) {
            return 1U << i;
        }
    }
    return len == 3 && strncasecmp(word, "any", len) == 0 ? (1U << VLOG_N_DESTINATIONS) - 1 : 0;
}

static int find_level(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (strlen(levels[i].name) == len && strncasecmp(levels[i].name, word, len) == 0) {
            return levels[i].level;
        }
    }
    return -1;
}

/* Takes words in any order, as ovs-appctl(8) does.  A word that is neither a destination nor a
 * level is a module's name, and ignored, since there is only one module here. */
bool vlog_parse(struct vlog *log, const char *text)
{
    unsigned where = 0;
    int level = text[0] == '\0' ? DBC_LOG_INFO : -1;

    for (const char *at = text; *at != '\0'; at += *at != '\0') {
        size_t len = strcspn(at, ":");
        unsigned found = find_destination(at, len);
        int meant = find_level(at, len);
        where |= found;
        level = meant >= 0 ? meant : level;
        at += len;
    }
    for (unsigned i = 0; level >= 0 && i < VLOG_N_DESTINATIONS; i++) {
        if (where == 0 || (where & 1U << i) != 0) {
            log->level[i] = level;
        }
    }
    return level >= 0;
}

/* ---- Lines ----------------------------------------------------------------------------------- */

int vlog_open(struct vlog *log)
{
    FILE *file = NULL;

    if (log->path == NULL) {
        return 0;
    }
    file = fopen(log->path, "ae");
    if (file == NULL) {
        return -1;
    }
    setvbuf(file, NULL, _IOLBF, 0);
    vlog_close(log);
    log->file = file;
    return 0;
}

void vlog_close(struct vlog *log)
{
    if (log->file != NULL) {
        fclose(log->file);
        log->file = NULL;
    }
}

static void to_file(struct vlog *log, enum dbc_level level, const char *text)
{
    static const char *const names[] = { "INFO", "WARN", "ERR" };
    struct timespec now = { 0 };
    struct tm tm = { 0 };
    char when[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%S", &tm);
    fprintf(log->file, "%s.%03ldZ|%05u|%s|%s|%s\n", when, now.tv_nsec / 1000000, log->n, log->name,
            names[level], text);
}

void vlog_line(void *ctx, enum dbc_level level, const char *text)
{
    struct vlog *log = ctx;

    log->n++;
    if (log->file != NULL && (int)level >= log->level[VLOG_FILE]) {
        to_file(log, level, text);
    }
    if ((int)level >= log->level[VLOG_SYSLOG]) {
        program_to_syslog(NULL, level, text);
    }
    if ((int)level >= log->level[VLOG_CONSOLE]) {
        program_to_stderr(NULL, level, text);
    }
}
