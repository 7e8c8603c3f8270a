/* wanted.c - asks XAPI (wanted.h): two single calls, then the records as every run fetches them. */
#include "reconfigure/plugin/wanted.h"

#include "reconfigure/host/facts.h"
#include "xapi/source.h"

/* Asks for all records of a class; a class that this release of XAPI lacks has none. */
static int ask_table(struct dbc_xapi *xapi, const char *method, struct dbc_xapi_tree *tree,
                     struct dbc_error *err)
{
    if (dbc_xapi_call(xapi, method, NULL, tree, err) == 0) {
        return tree->root != NULL && tree->root->kind == DBC_XAPI_STRUCT
                   ? 0
                   : dbc_fail(err, DBC_EPARSE, "%s: expected a map of records", method);
    }
    if (!dbc_xapi_failed_with(xapi, "MESSAGE_METHOD_UNKNOWN")) {
        return -1;
    }
    dbc_error_clear(err);
    dbc_xapi_tree_release(tree);
    return 0;
}

static const char *field(const struct dbc_xapi_value *record, const char *name)
{
    return dbc_xapi_text(dbc_xapi_member(record, name));
}

/* Takes the manager from the pool's record, unless an SDN_controller named one.  Fails with *reply
 * when there is not exactly one pool. */
static int read_pool(struct dbc_xapi *xapi, struct ifr_wanted *wanted, struct ifr_reply *reply,
                     struct dbc_error *err)
{
    struct dbc_xapi_tree tree = DBC_XAPI_TREE_INIT;
    const struct dbc_xapi_value *pool = NULL;
    int rc = ask_table(xapi, "pool.get_all_records", &tree, err);

    if (rc == 0) {
        pool = tree.root != NULL ? tree.root->first : NULL;
        if (pool == NULL || pool->next != NULL) {
            dbc_strvec_push(&reply->failure,
                            pool == NULL ? "NO_POOL_FOR_HOST" : "MORE_THAN_ONE_POOL_FOR_HOST");
            rc = -1;
        } else if (wanted->manager.kind == IFR_MANAGER_NONE) {
            rc = ifr_manager_from_pool(field(pool, "vswitch_controller"), &wanted->manager, err);
        }
    }
    dbc_xapi_tree_release(&tree);
    return rc;
}

static int read_sdn(struct dbc_xapi *xapi, const struct dbc_log *log, struct ifr_wanted *wanted,
                    struct dbc_error *err)
{
    struct dbc_xapi_tree tree = DBC_XAPI_TREE_INIT;
    const struct dbc_xapi_value *first = NULL;
    int rc = ask_table(xapi, "SDN_controller.get_all_records", &tree, err);

    first = rc == 0 && tree.root != NULL ? tree.root->first : NULL;
    if (first != NULL) {
        if (first->next != NULL) {
            dbc_logf(log, DBC_LOG_WARNING,
                     "XAPI has several SDN_controllers: the first one is used");
        }
        wanted->has_port = true;
        rc = ifr_manager_from_sdn(field(first, "protocol"), field(first, "address"),
                                  field(first, "port"), &wanted->manager, err);
    }
    dbc_xapi_tree_release(&tree);
    return rc;
}

static int read_manager(const struct dbc_xapi_request *request, const struct dbc_log *log,
                        struct ifr_wanted *wanted, struct ifr_reply *reply, struct dbc_error *err)
{
    struct dbc_xapi *xapi = dbc_xapi_open(request, log, err);
    int rc = -1;

    if (xapi != NULL && read_sdn(xapi, log, wanted, err) == 0) {
        rc = read_pool(xapi, wanted, reply, err);
    }
    dbc_xapi_close(xapi); /* does not log out: the session is the caller's */
    return rc;
}

static int read_uuid(const struct ifr_host *host, struct dbc_buf *uuid, struct dbc_error *err)
{
    struct ifr_facts *facts = ifr_facts_new(host->prefix, host->runner, host->log, err);
    int rc = facts != NULL ? ifr_facts_inventory(facts, "INSTALLATION_UUID", uuid, err) : -1;

    ifr_facts_free(facts);
    return rc;
}

int ifr_wanted_read(const struct ifr_host *host, const struct ifr_xapi *xapi,
                    struct ifr_wanted *wanted, struct ifr_reply *reply, struct dbc_error *err)
{
    struct dbc_buf uuid = DBC_BUF_INIT;
    struct dbc_xapi_request request = { .sockets = xapi->sockets,
                                        .session = xapi->session,
                                        .timeout_ms = xapi->timeout_ms };
    const struct dbc_pif *none = NULL;
    int rc = read_uuid(host, &uuid, err);

    if (rc == 0) {
        request.host_uuid = uuid.data;
        rc = read_manager(&request, host->log, wanted, reply, err);
    }
    if (rc == 0) {
        rc = dbc_xapi_fetch(&request, host->log, &wanted->db, &none, err);
    }
    dbc_buf_release(&uuid);
    return rc;
}

void ifr_wanted_release(struct ifr_wanted *wanted)
{
    dbc_db_free(wanted->db);
    *wanted = (struct ifr_wanted){ 0 };
}
