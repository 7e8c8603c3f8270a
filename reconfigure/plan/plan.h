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
#include "base/log.h"
#include "base/strvec.h"
#include "model/topology.h"
#include "reconfigure/state/edits.h"

enum ifr_step_kind {
    IFR_STEP_NOTE,    /* a line for the log */
    IFR_STEP_COMMAND, /* run argv */
    IFR_STEP_FILES,   /* put every staged file in place; undone by putting the old ones back */
    IFR_STEP_COMMIT,  /* the new files stay: after this nothing is undone */
    IFR_STEP_SYSFS,   /* write `text` into `path` (bonding_masters) */
    IFR_STEP_FLOWS,   /* ask the ofports, then add the flows that keep management reachable */
    IFR_STEP_SAVE,    /* write the plan's records as the cache, unless it is that already */
    IFR_STEP_OVSDB,   /* one transaction of Open vSwitch's database */
    IFR_STEP_LINK,    /* set a device up or down, its MTU and options, by netlink */
    IFR_STEP_FORGET,  /* take an address, a route or a DHCP client off a device */
    IFR_STEP_KEEP,    /* add again what the touched devices lost as a side effect, by netlink */
    IFR_STEP_VERIFY,  /* observe again: what is not as wanted is a failure */
    IFR_N_STEP_KINDS
};

/* What happens when a step fails. */
enum ifr_on_failure {
    IFR_FATAL,     /* the run fails and goes back (apply.h) */
    IFR_WARN,      /* logged; the run goes on and may still succeed */
    IFR_FAIL_LATE, /* the run goes on to its end and then fails; nothing is undone */
    IFR_FAIL_KEEP  /* the run ends here and fails, but its files stay and nothing is undone (ifup of
                    * the ipdev at boot: a half-configured bridge beats none) */
};

struct ifr_step {
    enum ifr_step_kind kind;
    enum ifr_on_failure on_failure;
    struct dbc_strvec argv;     /* COMMAND */
    struct dbc_strvec env;      /* COMMAND: "NAME=VALUE" to add */
    struct dbc_strvec fallback; /* COMMAND: tried when argv fails; when it works the step counts as
                                 * IFR_FAIL_LATE, when not as on_failure */
    /* Used only where the kernel is not observed.  COMMAND: run when this or a later step fails, so
     * it must be harmless when the step did nothing; empty: nothing.  SYSFS: run when a later step
     * fails; empty: the opposite sign is written ("-bond0" for "+bond0"). */
    struct dbc_strvec undo;
    struct dbc_strvec ports; /* FLOWS: the interfaces whose ofport is asked */
    unsigned deadline_ms;    /* COMMAND; 0: the default */
    unsigned dhcp_timeout;   /* COMMAND: seconds; the DHCP client below it gets them through a
                              * private file that DHCLIENTARGS names; 0: nothing */
    bool optional;           /* COMMAND: not installed is no failure and not logged as one */
    bool quiet;              /* COMMAND: no "Running command:" line */
    char *text;   /* NOTE: the line; SYSFS: what to write; FLOWS: the MAC; COMMAND: the error text
                   * that a fatal failure reports instead of the command's own (may be NULL);
                   * LINK: "up", "down", or NULL for as it is; FORGET: "address A", "route R",
                   * "client NAME", "client6 NAME" */
    char *path;   /* SYSFS, SAVE: file below the prefix; FLOWS: the bridge; LINK, FORGET: the
                   * device */
    char *device; /* NOTE, COMMAND, SYSFS: the step runs only if this netdev exists then; NULL:
                   * always.  FLOWS: the VLAN's internal port that carries management; NULL: the
                   * bridge's own */
    char *absent; /* with device: the line to log when it does not exist; may be NULL */
    unsigned attempts;         /* SYSFS: how often to try, a second apart; 0 means 1 */
    struct ifr_edits edits;    /* OVSDB */
    unsigned mtu;              /* LINK: 0: as it is */
    struct dbc_strvec options; /* LINK: of a bridge or bond, names (state.h) and values by turns */
    int vlan_tag;              /* FLOWS: of `device`; -1: none */
    bool live;                 /* FLOWS: Open vSwitch is asked through its socket */
    bool parallel; /* COMMAND: may run at the same time as its neighbours of this kind */
    bool failed;   /* out of memory while a member was set; ifr_plan_check sees it */
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
    struct dbc_hash file_by_path; /* path -> the number of its change, from 1 */
    const struct dbc_db *records; /* for SAVE; borrowed, NULL without such a step */
    size_t flushed;          /* notes before this index have been logged (ifr_plan_flush_notes) */
    struct ifr_state wanted; /* what the plan leads to, as far as it can be observed */
    /* Device -> the uuids of all networks on it: the same for each of its VLANs. */
    struct dbc_hash networks;
    struct dbc_pifs claims; /* PIFs that may own DNS or the gateway; valid with claims_known */
    bool claims_known;
    struct dbc_strvec touched; /* devices that it may change: an undo restores them */
    struct dbc_hash is_touched;
    struct dbc_hash goes; /* bridges of the PIFs that it takes down, so far */
    char ovs_uuid[37];    /* OVSDB: the row of Open_vSwitch */
    bool restores; /* shown: a failure restores what was seen, and undoes no step for itself */
    bool failed;   /* out of memory while building: sticky */
    struct ifr_step scratch; /* handed out after a failed allocation */
};

/* Frees everything; the plan is empty again. */
void ifr_plan_release(struct ifr_plan *plan);
/* Returns 0, or -1 with DBC_ENOMEM when building failed anywhere. */
int ifr_plan_check(const struct ifr_plan *plan, struct dbc_error *err);

/* ---- Building --------------------------------------------------------------------------------
 *
 * Each function appends one step and copies its texts.  Failure is sticky (plan->failed).  A
 * returned step is never NULL: after a failed allocation it is a scratch step, so that its members
 * can always be set.  It is valid until the next step is added. */

/* A step of a kind that has no members: FILES, COMMIT, KEEP, VERIFY. */
struct ifr_step *ifr_plan_step(struct ifr_plan *plan, enum ifr_step_kind kind,
                               enum ifr_on_failure on_failure);
struct ifr_step *ifr_plan_note(struct ifr_plan *plan, const char *fmt, ...) DBC_PRINTF(2, 3);
/* The words of the command follow `path`; NULL ends them. */
struct ifr_step *ifr_plan_command(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                                  const char *path, ...) __attribute__((sentinel));
struct ifr_step *ifr_plan_sysfs(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                                const char *path, const char *text);
/* Flows that keep management reachable. */
struct ifr_flows_wanted {
    const char *bridge, *mac;
    const char *vlan_device; /* the VLAN's internal port, with its tag; NULL: the bridge's own */
    int tag;
    bool live;
};
/* `ports` are the interfaces whose OpenFlow ports the flows name. */
void ifr_plan_flows(struct ifr_plan *plan, const struct ifr_flows_wanted *flows,
                    const struct dbc_strvec *ports);
/* Appends the changes of the switch, bridges and ports as one transaction, and a note for each;
 * nothing when there are none.  `seen` is the state that they start from.  `reset`
 * (ifr_edits_reset; NULL: none) joins the transaction.  Returns 0, or -1: DBC_ENOMEM or DBC_ENOENT
 * (edits.h). */
int ifr_plan_ovsdb(struct ifr_plan *plan, const struct ifr_state *seen,
                   const struct ifr_changes *changes, const struct ifr_edits *reset,
                   struct dbc_error *err);
/* `state` is "up", "down" or NULL, which leaves it as it is, as does an MTU of 0.  Touches the
 * device. */
struct ifr_step *ifr_plan_link(struct ifr_plan *plan, enum ifr_on_failure on_failure,
                               const char *device, const char *state, unsigned mtu);
/* `what` is "address", "route", "client" or "client6"; `text` names it (struct ifr_step).  Touches
 * the device. */
void ifr_plan_forget(struct ifr_plan *plan, const char *device, const char *what, const char *text);
/* Adds the device to plan->touched, unless no device can have that name.  Appends no step. */
void ifr_plan_touch(struct ifr_plan *plan, const char *device);
/* Once a plan, and last: the cache says what the host has become.  `records` are borrowed until the
 * plan is released.  A failure is IFR_FAIL_LATE: what is configured stays. */
void ifr_plan_save(struct ifr_plan *plan, const char *path, const struct dbc_db *records);
/* Replaces the save by a note and appends to `text` what it would have written.  Does nothing
 * without a save.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_plan_defer_save(struct ifr_plan *plan, struct dbc_buf *text, struct dbc_error *err);
/* Plans a change of the file `path` (on the host, without the prefix), with a copy of the data.
 * Replaces an earlier change of the same path.  Appends no step. */
void ifr_plan_file(struct ifr_plan *plan, const char *path, const char *data, size_t len,
                   mode_t mode);
/* Logs the notes planned so far, so that the log shows what led to a failure of planning or to a
 * question to the host. */
void ifr_plan_flush_notes(struct ifr_plan *plan, const struct dbc_log *log);
/* Returns the planned change of a file, or NULL. */
const struct ifr_file_change *ifr_plan_find_file(const struct ifr_plan *plan, const char *path);
struct ifr_facts;
/* Returns whether the planned text differs from the file on the disk; false for a file that is not
 * planned. */
bool ifr_plan_file_differs(const struct ifr_plan *plan, const struct ifr_facts *facts,
                           const char *path);
/* Drops the changes of files that have their new bytes already. */
void ifr_plan_keep_differing_files(struct ifr_plan *plan, const struct ifr_facts *facts);
/* Returns whether the plan has a step that changes the host, or a file that differs.  A save does
 * not count. */
bool ifr_plan_changes(const struct ifr_plan *plan, const struct ifr_facts *facts);
/* Sets step->device and step->absent to copies; `absent_note` may be NULL. */
void ifr_step_only_if(struct ifr_step *step, const char *device, const char *absent_note);
/* Sets step->text to a copy. */
void ifr_step_text(struct ifr_step *step, const char *text);

/* ---- Showing ------------------------------------------------------------------------------ */

/* Appends the plan for people: each file with its difference to the one on the disk, then one
 * numbered line a step.  Returns 0, or -1 with DBC_ENOMEM. */
int ifr_plan_print(const struct ifr_plan *plan, const struct ifr_facts *facts, struct dbc_buf *out,
                   struct dbc_error *err);
/* The same as one JSON object, {"files": [...], "steps": [...]}, which interface-reconfigure(8)
 * documents. */
int ifr_plan_print_json(const struct ifr_plan *plan, const struct ifr_facts *facts,
                        struct dbc_buf *out, struct dbc_error *err);

#endif
