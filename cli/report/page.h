/* page.h - the parts of the page of `dbcache report`, one file each, and how text gets into it.
 *
 * Every name in a page comes from a file that a stranger may have written.  report_raw writes
 * markup, which is always a literal.  Text from outside goes through report_text, whose escaping
 * fits element content and attributes in double quotes.  Nothing from outside gets into styles,
 * scripts, ids or addresses. */
#ifndef CLI_REPORT_PAGE_H
#define CLI_REPORT_PAGE_H

#include "analysis/check.h"
#include "analysis/links.h"
#include "base/buf.h"

struct cli_host;       /* input/hosts.h */
struct ifr_comparison; /* reconfigure/compare.h */

#define REPORT_LIMIT_BYTES ((size_t)64 * 1024 * 1024) /* of a page; browsers get slow with more */
#define REPORT_OPEN_MESSAGES 8 /* of one rule that are visible; the others are folded away */
#define REPORT_MESSAGES 50     /* of one rule on one host that are printed; the rest is counted */
#define REPORT_FOLD 12         /* VLANs without an address on one interface that are drawn */
#define REPORT_DRAWN_ROWS 400  /* of a picture; a taller one would not be readable */
#define REPORT_SIDES_BYTES ((size_t)32 * 1024 * 1024) /* of the facts in which hosts may differ */
#define REPORT_SNAPSHOTS 20                           /* of the history, the newest ones */
#define REPORT_DIFFERENCES 200                        /* between two snapshots, or between hosts */
#define REPORT_PICTURES 16                            /* hosts that are drawn */

/* One host on the page. */
struct report_host {
    const struct cli_host *host;
    size_t place;                       /* from 0: part of ids */
    const struct ifr_comparison *drift; /* from the running host; NULL: not asked for */
    struct dbc_findings findings;       /* of dbc_check */
    const struct dbc_findings *between; /* of dbc_check_pool, marked as well; NULL: not known yet */
    struct dbc_links links;
    /* By node of the links: */
    unsigned char *worst;              /* 0 sound, 1 warning, 2 error */
    unsigned char *hot;                /* management goes through it */
    unsigned *rule_of;                 /* the number of its worst rule, from 1; 0: none */
    const struct dbc_finding **said;   /* the first finding of that rule; NULL: none */
    const struct dbc_finding **sorted; /* all findings, see report_sort */
};

/* ---- html.c ---- */

void report_raw(struct dbc_buf *page, const char *markup);
/* Writes any text, escaped: first control characters, then what has a meaning in HTML. */
void report_text(struct dbc_buf *page, const char *text);
/* Writes "<TAG>TEXT", tag without brackets; HTML closes td, li and similar elements by itself. */
void report_cell(struct dbc_buf *page, const char *tag, const char *text);
/* Writes from <table> to <thead><tr>, in a region that scrolls; the caption is a literal. */
void report_start_table(struct dbc_buf *page, const char *caption);
void report_end_table(struct dbc_buf *page);
void report_head(struct dbc_buf *page, const char *title);
void report_foot(struct dbc_buf *page);

/* ---- facts.c ---- */

/* Checks and links the host's records; `host` and `between` are borrowed until the close.  Returns
 * 0, or -1 with DBC_ENOMEM and nothing to close. */
int report_host_open(struct report_host *h, const struct cli_host *host, size_t place,
                     const struct dbc_findings *between, struct dbc_error *err);
void report_host_close(struct report_host *h);
/* Returns the number of the record's node in h->links. */
size_t report_node(const struct report_host *h, const struct dbc_record *rec);
/* Returns the i-th PIF, or NULL behind the last. */
const struct dbc_pif *report_pif(const struct report_host *h, size_t i);
/* Returns the PIF below a VLAN or tunnel, or NULL. */
const struct dbc_pif *report_below(const struct report_host *h, const struct dbc_pif *pif);
/* Returns the bond's PIF for a slave, or NULL. */
const struct dbc_pif *report_master(const struct report_host *h, const struct dbc_pif *pif);
/* Returns "NIC", "bond", "VLAN" or "tunnel". */
const char *report_kind(const struct report_host *h, const struct dbc_pif *pif);
/* Returns the PIF of a bond, VLAN or tunnel, which is in the picture; else the record itself. */
const struct dbc_record *report_stands_for(const struct report_host *h,
                                           const struct dbc_record *rec);
/* Returns whether the PIF is configured to have an address. */
bool report_has_address(const struct dbc_pif *pif);

/* ---- The parts.  Without memory the page is `failed`. ---- */

/* Writes "1 error, 2 warnings" in its colour. */
void report_health(struct dbc_buf *page, size_t errors, size_t warnings); /* host.c */
void report_summary(struct dbc_buf *page, const struct report_host *h);   /* host.c */
/* Returns an array of all findings by rule, errors first, which the caller frees; NULL with
 * DBC_ENOMEM. */
const struct dbc_finding **report_sort(const struct dbc_findings *findings, struct dbc_error *err);
void report_findings(struct dbc_buf *page, const struct report_host *h); /* findings.c */
void report_drift(struct dbc_buf *page, const struct report_host *h);    /* drift.c */
void report_tables(struct dbc_buf *page, const struct report_host *h);   /* tables.c */
/* Returns 0, or -1 when the page is `failed`. */
int report_picture(struct dbc_buf *page, const struct report_host *h); /* picture.c */
/* Writes the history of the cache at this path, or why it cannot be read; nothing without one. */
void report_history(struct dbc_buf *page, const char *cache); /* past.c */

/* ---- Several hosts ---- */

struct report_counts {
    size_t nics, bonds, vlans, tunnels;
};
/* A host's line in the table of hosts. */
struct report_line {
    char *name;
    char *management; /* markup */
    size_t errors, warnings, errors_between, warnings_between;
    struct report_counts counts;
};
/* Fills in the line, which the caller releases.  Returns 0, or -1 with DBC_ENOMEM and nothing to
 * release. */
int report_line(struct report_line *line, const struct report_host *h, struct dbc_error *err);
void report_line_release(struct report_line *line);
void report_overview(struct dbc_buf *page, const struct report_line *lines, size_t n);
/* Writes what dbc_check_pool has found on these hosts.  Returns 0, or -1 with DBC_ENOMEM. */
int report_between(struct dbc_buf *page, const struct report_line *lines,
                   const struct dbc_findings *findings, struct dbc_error *err);

/* Finds what differs between hosts that are added one after the other (compare.c).  NULL when out
 * of memory. */
struct report_sides;
struct report_sides *report_sides_new(void);
void report_sides_free(struct report_sides *sides);
/* Adds the next host, copying what it needs.  Returns 0, or -1 with DBC_ENOMEM. */
int report_sides_add(struct report_sides *sides, const struct dbc_db *db, struct dbc_error *err);
/* Writes in what the `n` hosts differ.  Returns 0, or -1 with DBC_ENOMEM. */
int report_compare(struct dbc_buf *page, const struct report_sides *sides,
                   const struct report_line *hosts, size_t n, struct dbc_error *err);

/* ---- Made by embed.cmake ---- */

extern const char report_css[], report_css_hash[], report_js[], report_js_hash[];

#endif
