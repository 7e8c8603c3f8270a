/* plan.h - what is to happen, as data: an ordered list of steps and the files that change.
 *
 * A planner (action.c with the datapaths) appends steps and touches nothing; ifr_apply (apply.h)
 * walks them; ifr_plan_print shows them (--dry-run).  What a step needs to know only later (an
 * ofport, a device that an earlier command removes) is a condition or a kind of its own.
 *
 * The order of every plan is: collect, delete, change, add, finish.  What is in the way goes first,
 * since a NIC can be in one bond or bridge only; the new files are in place before the commands
 * that read them; the address comes last, when the datapath under it works.
 */
#ifndef IFR_PLAN_H
#define IFR_PLAN_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "model/database.h"

enum ifr_step_kind {
    IFR_STEP_NOTE,    /* a line for the log */
    IFR_STEP_COMMAND, /* run argv */
    IFR_STEP_FILES,   /* put every staged file in place; undone by putting the old ones back */
    IFR_STEP_COMMIT,  /* the new files stay: after this nothing is undone */
    IFR_STEP_SYSFS,   /* write `text` into `path` (bonding_masters) */
    IFR_STEP_FLOWS,   /* ask the ofports, then add the flows that keep management reachable */
    IFR_STEP_SAVE,    /* write the plan's records as the cache, unless it is that already */
    IFR_N_STEP_KINDS
};

/* When a command or sysfs step does not do its work. */
enum ifr_on_failure {
    IFR_FATAL,     /* the run fails: everything done so far is undone in reverse */
    IFR_WARN,      /* logged; the run goes on and may still succeed */
    IFR_FAIL_LATE, /* logged; the run goes on to its end and then exits 1, nothing is undone */
    IFR_FAIL_KEEP  /* the run ends here with exit 1 after committing the files, nothing undone
                    * (ifup of the ipdev at boot: a half-configured bridge beats none) */
};

struct ifr_step {
    enum ifr_step_kind kind;
    enum ifr_on_failure on_failure;
    struct dbc_strvec argv;     /* COMMAND */
    struct dbc_strvec env;      /* COMMAND: "NAME=VALUE" to add */
    struct dbc_strvec fallback; /* COMMAND: tried when argv fails; when it works the step counts as
                                 * IFR_FAIL_LATE, when not as on_failure */
    struct dbc_strvec undo;     /* COMMAND: run when this or a later step fails, so it must be
                                 * harmless when the step did nothing; empty: nothing.  SYSFS: run
                                 * when a later step fails; empty: the opposite sign is written
                                 * ("-bond0" for "+bond0") */
    struct dbc_strvec ports;    /* FLOWS: the interfaces whose ofport is asked */
    unsigned deadline_ms;       /* COMMAND; 0: the default */
    unsigned dhcp_timeout;      /* COMMAND: seconds; the DHCP client below it gets them through a
                                 * private file that DHCLIENTARGS names; 0: nothing */
    bool optional;              /* COMMAND: not installed is no failure and not logged as one */
    bool quiet;                 /* COMMAND: no "Running command:" line */
    char *text;   /* NOTE: the line; SYSFS: what to write; FLOWS: the MAC; COMMAND: the error text
                   * that a fatal failure reports instead of the command's own (may be NULL) */
    char *path;   /* SYSFS, SAVE: file below the prefix; FLOWS: the bridge */
    char *device; /* NOTE, COMMAND, SYSFS: only if this netdev exists then; NULL: always */
    char *absent; /* with device: the line to log when it does not exist; may be NULL */
    unsigned attempts; /* SYSFS: how often to try, a second apart; 0 means 1 */
    bool failed;       /* out of memory while a member was set; ifr_plan_check sees it */
};

struct ifr_file_change {
    char *path; /* host path, below the prefix */
    char *data;
    size_t len;
    mode_t mode; /* of a new file */
};

struct ifr_plan {
    struct ifr_step *steps;
    size_t n_steps, cap_steps;
    struct ifr_file_change *files; /* in the order in which they are applied */
    size_t n_files, cap_files;
    const struct dbc_db *records; /* for SAVE; borrowed, NULL without such a step */
    size_t flushed;          /* notes before this index have been logged (ifr_plan_flush_notes) */
    bool failed;             /* out of memory while building: sticky */
    struct ifr_step scratch; /* handed out after a failed allocation */
};

#define IFR_PLAN_INIT                                                                              \
    {                                                                                              \
        0                                                                                          \
    }

void ifr_plan_release(struct ifr_plan *plan);
/* 0, or -1 with DBC_ENOMEM when building failed anywhere. */
int ifr_plan_check(const struct ifr_plan *plan, struct dbc_error *err);

/* ---- Building.  Failure is sticky (plan->failed); a returned step is never NULL: after a failed
 * allocation it is a scratch step, so that setting members is always legal. ------------------- */

/* The returned pointers are valid until the next step is added. */
struct ifr_step *ifr_plan_note(struct ifr_plan *plan, const char *fmt, ...) DBC_PRINTF(2, 3);
struct ifr_step *ifr_plan_command(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                                  const char *path, ...) __attribute__((sentinel));
struct ifr_step *ifr_plan_command_v(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                                    const struct dbc_strvec *argv);
struct ifr_step *ifr_plan_sysfs(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                                const char *path, const char *text);
struct ifr_step *ifr_plan_flows(struct ifr_plan *plan, const char *bridge, const char *mac,
                                const struct dbc_strvec *ports);
void ifr_plan_apply_files(struct ifr_plan *plan);
void ifr_plan_commit(struct ifr_plan *plan);
/* Once a plan, and last: the cache says what the host has become.  `records` are borrowed until the
 * plan is released.  A failure is IFR_FAIL_LATE: what is configured stays. */
void ifr_plan_save(struct ifr_plan *plan, const char *path, const struct dbc_db *records);
/* Replaces an earlier change of the same path. The data is copied. */
void ifr_plan_file(struct ifr_plan *plan, const char *path, const char *data, size_t len,
                   mode_t mode);
void ifr_step_only_if(struct ifr_step *step, const char *device, const char *absent_note);
void ifr_step_text(struct ifr_step *step, const char *text); /* a copy becomes step->text */

/* ---- Showing ------------------------------------------------------------------------------ */

/* For people: one numbered line a step, each file with its difference to the old one (`old` reads
 * the present text; NULL when there is none). */
struct ifr_facts;
int ifr_plan_print(const struct ifr_plan *plan, const struct ifr_facts *facts, struct dbc_buf *out,
                   struct dbc_error *err);
/* The same as one JSON object: {"files": [...], "steps": [...]}; documented in
 * interface-reconfigure(8). */
int ifr_plan_print_json(const struct ifr_plan *plan, const struct ifr_facts *facts,
                        struct dbc_buf *out, struct dbc_error *err);

#endif
