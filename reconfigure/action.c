/* action.c - up, down and rewrite as short sequences (action.h).  Above the datapaths and ipdev.c,
 * below reconfigure.c, which applies what is planned here. */
#include "reconfigure/action.h"

#include <stdlib.h>
#include <string.h>

#include "reconfigure/datapath/ifcfg.h"
#include "reconfigure/datapath/ipdev.h"
#include "reconfigure/datapath/live.h"
#include "reconfigure/datapath/netdev.h"

/* Limits for one string of an argv with its NUL (the kernel's MAX_ARG_STRLEN), and for all of them;
 * the kernel's limit for all depends on the stack's, but is 2 MiB nearly everywhere. */
#define ARG_MAX_BYTES (128u * 1024)
#define ARGV_MAX_BYTES (1024u * 1024)

static int check_argv(const struct dbc_strvec *argv, struct dbc_error *err)
{
    size_t total = 0;

    for (size_t i = 0; i < argv->n; i++) {
        size_t size = strlen(argv->v[i]) + 1;
        total += size + sizeof(char *);
        if (size > ARG_MAX_BYTES || total > ARGV_MAX_BYTES) {
            return dbc_fail(err, DBC_ELIMIT,
                            "an argument of %s needs more than the kernel's limit (%u bytes, %u "
                            "for all); nothing was changed",
                            argv->v[0], ARG_MAX_BYTES, ARGV_MAX_BYTES);
        }
    }
    return 0;
}

/* Refuses now, before anything has changed, what the kernel would refuse half-way. */
static int check_plan(const struct ifr_plan *plan, struct dbc_error *err)
{
    if (ifr_plan_check(plan, err) < 0) {
        return -1;
    }
    for (size_t i = 0; i < plan->n_steps; i++) {
        if (check_argv(&plan->steps[i].argv, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static bool is_fresh(const struct ifr_planner *p, const struct ifr_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (ifr_ipdev_is_fresh(p, dbc_pif_bridge(p->db, items[i].pif))) {
            return true;
        }
    }
    return false;
}

static enum ifr_on_failure lost_verify(const struct ifr_planner *p, const struct ifr_item *items,
                                       size_t n)
{
    return p->several ? IFR_FAIL_LATE : is_fresh(p, items, n) ? IFR_FAIL_KEEP : IFR_FATAL;
}

static int finish_plan(struct ifr_planner *p, const struct ifr_item *items, size_t n,
                       struct dbc_error *err)
{
    if (p->seen != NULL && p->verify) {
        ifr_plan_step(p->plan, IFR_STEP_VERIFY, lost_verify(p, items, n));
    }
    if (n > 0) {
        ifr_plan_step(p->plan, IFR_STEP_COMMIT, IFR_FATAL);
    }
    return check_plan(p->plan, err);
}

static int begin_work(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    work->base = dbc_datapath_pif(p->db, work->pif, err);
    if (work->base == NULL || ifr_nics(p, work->base, &work->nics, err) < 0) {
        return -1;
    }
    ifr_mac(p, work->base, &work->nics, work->mac);
    return 0;
}

static int plan_files(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    const char *ipdev = dbc_pif_bridge(p->db, work->pif);
    struct dbc_buf ifcfg = DBC_BUF_INIT;
    int ret = -1;

    p->management = work->management;
    ifr_plan_note(p->plan, "action_up: %s", ipdev);
    ifr_plan_note(p->plan, "Writing network configuration for %s", ipdev);
    if (ifr_ipdev_files(p, work->pif, &ifcfg, err) == 0 && begin_work(p, work, err) == 0 &&
        p->datapath->prepare(p, work, err) == 0) {
        ret = ifr_ifcfg_file(p, ipdev, &ifcfg, err);
    }
    dbc_buf_release(&ifcfg);
    return ret < 0 ? ret : ifr_ipdev_want(p, ipdev, err);
}

/* After a change: devices get back what they lost as a side effect, and update-issue writes the
 * new addresses onto the console. */
static void plan_end(struct ifr_planner *p)
{
    struct ifr_step *step = NULL;

    if (p->seen != NULL && !ifr_plan_changes(p->plan, p->facts)) {
        return;
    }
    if (ifr_seen(p, IFR_LINK) != NULL) {
        ifr_plan_step(p->plan, IFR_STEP_KEEP, IFR_WARN);
    }
    step = ifr_plan_command(p->plan, IFR_WARN, "/sbin/update-issue", NULL);
    step->optional = true;
    step->deadline_ms = IFR_DEADLINE_UPDATE_ISSUE;
}

static int make_way(struct ifr_planner *p, struct ifr_work *work, struct dbc_error *err)
{
    if (p->force && p->seen == NULL) {
        return 0;
    }
    ifr_ipdev_make_way(p, dbc_pif_bridge(p->db, work->pif));
    return p->datapath->bring_down_existing(p, work, err);
}

static int plan_up(struct ifr_planner *p, struct ifr_work *works, size_t n, struct dbc_error *err)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = plan_files(p, &works[i], err);
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = make_way(p, &works[i], err);
    }
    if (rc < 0) {
        return -1;
    }
    ifr_plan_step(p->plan, IFR_STEP_FILES, IFR_FATAL);
    rc = p->datapath->configure(p, works, n, err);
    for (size_t i = 0; rc == 0 && i < n; i++) {
        ifr_ipdev_up(p, dbc_pif_bridge(p->db, works[i].pif));
        ifr_ipdev_take_over(p, &works[i]);
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = p->datapath->post(p, &works[i], err);
    }
    if (rc < 0) {
        return -1;
    }
    plan_end(p);
    return 0;
}

int ifr_plan_up(struct ifr_planner *p, const struct ifr_item *items, size_t n,
                struct dbc_error *err)
{
    struct ifr_work *works = calloc(n, sizeof *works);
    int ret = works != NULL ? 0 : dbc_fail_nomem(err);

    for (size_t i = 0; ret == 0 && i < n; i++) {
        works[i].pif = items[i].pif;
        works[i].management = items[i].management;
        ret = p->datapath->check(p, items[i].pif, err);
    }
    if (ret == 0) {
        ret = plan_up(p, works, n, err);
    }
    for (size_t i = 0; works != NULL && i < n; i++) {
        ifr_work_release(&works[i]);
    }
    free(works);
    return ret < 0 ? ret : finish_plan(p, items, n, err);
}

int ifr_plan_down(struct ifr_planner *p, const struct ifr_item *items, size_t n,
                  struct dbc_error *err)
{
    struct dbc_pifs pifs = DBC_PIFS_INIT;
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < n; i++) {
        rc = p->datapath->check(p, items[i].pif, err);
        rc = rc < 0 ? rc : dbc_pifs_push(&pifs, items[i].pif, err);
    }
    for (size_t i = 0; rc == 0 && i < n; i++) {
        const char *ipdev = dbc_pif_bridge(p->db, items[i].pif);
        ifr_plan_note(p->plan, "action_down: %s", ipdev);
        ifr_ipdev_down(p, ipdev);
    }
    rc = rc < 0 ? rc : p->datapath->bring_down(p, &pifs, err);
    dbc_pifs_release(&pifs);
    return rc < 0 ? rc : finish_plan(p, NULL, 0, err);
}

int ifr_plan_rewrite(struct ifr_planner *p, struct dbc_error *err)
{
    if (p->datapath->rewrite != NULL && p->datapath->rewrite(p, err) < 0) {
        return -1;
    }
    return check_plan(p->plan, err);
}
