/* fuzz_plugin.c - any bytes as the request that XAPI passes to a plugin.
 *
 * Checked beside "no crash": the answer is one document that an XML parser takes, whatever the
 * function says in it, and the session is never logged. */
#include <libxml/parser.h>
#include <stdint.h>

#include "answer_mutator.h"
#include "base/error.h"
#include "policy.h"
#include "reconfigure/plugin/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Says what it is told, which a function of ours may do with a text from XAPI. */
static int echo(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    (void)ctx;
    (void)err;
    dbc_buf_adds(&reply->value, session);
    return 0;
}

static int complain(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    (void)ctx;
    (void)reply;
    return dbc_fail(err, DBC_EINVAL, "refused: %s", session);
}

static int refuse(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    (void)ctx;
    (void)err;
    dbc_strvec_pushl(&reply->failure, "CODE", session, NULL);
    return -1;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned seed)
{
    return mutate_xml(0, data, size, max, seed, change_answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct ifr_plugin_function functions[] = {
        { "echo", echo }, { "complain", complain }, { "refuse", refuse }, { NULL, NULL }
    };
    struct dbc_buf answer = DBC_BUF_INIT;
    char *request = strndup((const char *)data, size);
    xmlDocPtr document = NULL;

    must(request != NULL, "out of memory", "");
    ifr_plugin_dispatch(functions, NULL, request, NULL, &answer);
    must(!answer.failed && answer.len > 0, "no answer", request);
    document = xmlReadMemory(answer.data, (int)answer.len, NULL, NULL,
                             XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    must(document != NULL, "an answer that is no XML", dbc_buf_str(&answer));
    xmlFreeDoc(document);
    dbc_buf_release(&answer);
    free(request);
    return 0;
}
