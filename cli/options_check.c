/* options_check.c - checks whether the options of interface-reconfigure(8) go together (options.h).
 */
#include <string.h>

#include "options.h"

static int check_which(const struct ifr_request *r, struct dbc_buf *usage)
{
    bool by_ref = r->session || r->pif;
    if (by_ref && r->pif_uuid) {
        return options_complain(usage, "--session/--pif and --pif-uuid are mutually exclusive.",
                                "");
    }
    if (r->bridge && (by_ref || r->pif_uuid)) {
        return options_complain(
            usage, "--force is mutually exclusive with --session/--pif and --pif-uuid.", "");
    }
    if (r->verb == IFR_REWRITE && (by_ref || r->pif_uuid)) {
        return options_complain(usage, "rewrite action does not take --pif or --pif-uuid", "");
    }
    if (!r->session != !r->pif) {
        return options_complain(usage, "--session and --pif belong together", "");
    }
    if (r->verb != IFR_REWRITE && !r->bridge && !by_ref && !r->pif_uuid) {
        return options_complain(usage,
                                "No PIF given: use --session with --pif, --pif-uuid, or --force",
                                "");
    }
    return 0;
}

static int check_xapi(const struct ifr_request *r, struct dbc_buf *usage)
{
    if (r->bridge && (r->xapi_socket || r->timeout_ms || r->fallback_cache)) {
        return options_complain(usage,
                                "--xapi-socket, --timeout and --fallback-cache do not go with "
                                "--force, which does not ask XAPI",
                                "");
    }
    return 0;
}

static int check_values(const struct ifr_request *r, struct dbc_buf *usage)
{
    bool any = r->device || r->mac || r->mode || r->ip || r->netmask || r->gateway;
    if (!r->bridge || r->verb != IFR_REWRITE) {
        return any ? options_complain(
                         usage,
                         "--device, --mac, --mode, --ip, --netmask and --gateway go with "
                         "--force BRIDGE rewrite only",
                         "")
                   : 0;
    }
    if (!r->device || !r->mac || !r->mode) {
        return options_complain(usage, "--force BRIDGE rewrite needs --device, --mac and --mode",
                                "");
    }
    if (strcmp(r->mode, "static") != 0 && strcmp(r->mode, "dhcp") != 0) {
        return options_complain(usage, "--mode must be either static or dhcp", "");
    }
    if (strcmp(r->mode, "static") == 0 && (!r->ip || !r->netmask)) {
        return options_complain(usage, "--mode=static needs --ip and --netmask", "");
    }
    return 0;
}

/* Checks the options that only up and down may have. */
static int check_change(const struct options *o, struct dbc_buf *usage)
{
    const struct ifr_request *r = &o->request;
    bool change = o->verb == OPTIONS_RECONFIGURE && r->verb != IFR_REWRITE;

    if (r->n_probes > 0 && r->confirm_s == 0) {
        return options_complain(usage, "--probe goes with --confirm only", "");
    }
    if (r->confirm_s > 0 && (!change || r->dry_run != IFR_DO)) {
        return options_complain(usage, "--confirm goes with up and down, and not with --dry-run",
                                "");
    }
    if (r->take_over && !r->bridge) {
        return options_complain(usage, "--take-over goes with --force only", "");
    }
    return 0;
}

static int check_several(const struct options *o, struct dbc_buf *usage)
{
    const struct ifr_request *r = &o->request;

    if (o->all && (r->bridge || r->pif || r->pif_uuid || r->session)) {
        return options_complain(usage, "--all does not go with a PIF or a bridge", "");
    }
    if (o->all && (r->verb != IFR_UP || r->dry_run != IFR_DO)) {
        return options_complain(usage, "--all goes with up only, and not with --dry-run", "");
    }
    if (o->n_names > 1 && (r->verb == IFR_REWRITE || r->dry_run != IFR_DO)) {
        return options_complain(usage,
                                "several interfaces go with up and down, and not with --dry-run",
                                "");
    }
    return 0;
}

/* Checks confirm, revert and pending, which name no interface. */
static int check_pending(const struct options *o, struct dbc_buf *usage)
{
    const struct ifr_request *r = &o->request;

    if (r->bridge || r->pif || r->pif_uuid || r->session || o->all || r->confirm_s > 0 ||
        r->n_probes > 0 || r->dry_run != IFR_DO) {
        return options_complain(usage,
                                "confirm, revert and pending take no interface and no --dry-run",
                                "");
    }
    return o->json && o->verb != OPTIONS_PENDING
               ? options_complain(usage, "--json goes with --dry-run and pending only", "")
               : 0;
}

int options_check(struct options *o, struct dbc_buf *usage)
{
    struct ifr_request *r = &o->request;

    if (o->verb != OPTIONS_RECONFIGURE) {
        return check_pending(o, usage);
    }
    if (o->json && r->dry_run == IFR_DO) {
        return options_complain(usage, "--json goes with --dry-run only", "");
    }
    if (o->json) {
        r->dry_run = IFR_DRY_RUN_JSON;
    }
    if (check_several(o, usage) < 0 || (!o->all && check_which(r, usage) < 0) ||
        check_xapi(r, usage) < 0 || check_values(r, usage) < 0) {
        return -1;
    }
    return check_change(o, usage);
}
