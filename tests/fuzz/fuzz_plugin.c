/* fuzz_plugin.c - any bytes as the request that XAPI passes to a plugin.
 *
 * Checked beside "no crash": the answer is one document that an XML parser takes, whatever the
 * function says in it; no control character gets into the log, and of a function that says nothing
 * of the session the log does not either. */
#include <libxml/parser.h>
#include <stdint.h>

#include "answer_mutator.h"
#include "base/error.h"
#include "policy.h"
#include "reconfigure/plugin/protocol.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct dbc_buf lines; /* of the log */
static bool was_quiet;       /* `quiet` was called */

static void log_line(void *ctx, enum dbc_level level, const char *text)
{
    (void)ctx;
    (void)level;
    must(is_clean(text), "a line of the log", text);
    dbc_buf_addf(&lines, "%s\n", text);
}

static int quiet(void *ctx, const char *session, struct ifr_reply *reply, struct dbc_error *err)
{
    (void)ctx;
    (void)session;
    (void)err;
    was_quiet = true;
    dbc_buf_adds(&reply->value, "done");
    return 0;
}

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
    static const struct ifr_plugin_function functions[] = { { "echo", echo },
                                                            { "complain", complain },
                                                            { "refuse", refuse },
                                                            { "quiet", quiet },
                                                            { NULL, NULL } };
    static const struct dbc_log log = { .line = log_line };
    struct dbc_buf answer = DBC_BUF_INIT;
    char *request = strndup((const char *)data, size);
    xmlDocPtr document = NULL;

    must(request != NULL, "out of memory", "");
    was_quiet = false;
    dbc_buf_clear(&lines);
    ifr_plugin_dispatch(functions, NULL, request, &log, &answer);
    must(!was_quiet || strcmp(lines.data, "Called by XAPI: quiet\nquiet: done\n") == 0,
         "more than is to be logged", dbc_buf_str(&lines));
    must(!answer.failed && answer.len > 0, "no answer", request);
    document = xmlReadMemory(answer.data, (int)answer.len, NULL, NULL,
                             XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    must(document != NULL, "an answer that is no XML", dbc_buf_str(&answer));
    xmlFreeDoc(document);
    dbc_buf_release(&answer);
    free(request);
    return 0;
}
