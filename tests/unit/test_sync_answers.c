/* test_sync_answers.c - reconfigure/sync/answers.c: an answer from its question to the row that
 * needs it no more. */
#include "unit/test.h"

#include "base/strvec.h"
#include "reconfigure/sync/answers.h"

struct kept {
    struct ifr_sync_answers s;
    struct ifr_sync_answer *a, *b, *vm; /* the VIFs "a" and "b", the VM "a" */
};

static struct ifr_sync_answer *held(struct kept *k, enum ifr_sync_kind kind, const char *uuid)
{
    bool none = true;
    struct ifr_sync_answer *answer = ifr_sync_hold(&k->s, kind, uuid, &none);

    assert_non_null(answer);
    assert_false(none);
    return answer;
}

static int setup(void **state)
{
    static struct kept k;

    memset(&k, 0xa5, sizeof k);
    ifr_sync_answers_init(&k.s);
    k.a = held(&k, IFR_SYNC_VIF, "a");
    k.b = held(&k, IFR_SYNC_VIF, "b");
    k.vm = held(&k, IFR_SYNC_VM, "a");
    *state = &k;
    return 0;
}

static int teardown(void **state)
{
    struct kept *k = *state;

    ifr_sync_give_back(&k->s, k->a);
    ifr_sync_give_back(&k->s, k->b);
    ifr_sync_give_back(&k->s, k->vm);
    for (int kind = 0; kind < IFR_SYNC_N_KINDS; kind++) {
        assert_null(k->s.by_uuid[kind]);
        assert_true(TAILQ_EMPTY(&k->s.unasked[kind]) && TAILQ_EMPTY(&k->s.asked[kind]));
    }
    ifr_sync_answers_release(&k->s);
    return 0;
}

/* The uuids of a list, in its order. */
static void assert_list(const struct ifr_sync_answer_list *list, const char *expected)
{
    const struct ifr_sync_answer *answer = NULL;
    struct dbc_buf all = DBC_BUF_INIT;

    TAILQ_FOREACH(answer, list, link)
    {
        dbc_buf_addf(&all, "%s%s", all.len > 0 ? " " : "", answer->uuid);
    }
    assert_string_equal(dbc_buf_str(&all), expected);
    dbc_buf_release(&all);
}

static void assert_vifs(const struct kept *k, const char *unasked, const char *asked)
{
    assert_list(&k->s.unasked[IFR_SYNC_VIF], unasked);
    assert_list(&k->s.asked[IFR_SYNC_VIF], asked);
}

static void learn(struct kept *k, const char *uuid, const char *id)
{
    assert_int_equal(ifr_sync_learn(&k->s, IFR_SYNC_VIF, uuid, id, NULL), 0);
}

TEST_WITH(rows_share_an_answer, struct kept, k)
{
    bool none = false;

    assert_ptr_equal(held(k, IFR_SYNC_VIF, "a"), k->a);
    assert_ptr_not_equal(k->a, k->vm);
    ifr_sync_give_back(&k->s, k->a);
    assert_vifs(k, "a b", "");
    assert_list(&k->s.unasked[IFR_SYNC_VM], "a");
    ifr_sync_give_back(&k->s, NULL);
    assert_null(ifr_sync_hold(&k->s, IFR_SYNC_VIF, "two\nlines", &none));
    assert_true(none);
}

TEST_WITH(what_xapi_says, struct kept, k)
{
    ifr_sync_asked(&k->s, k->a);
    assert_vifs(k, "b", "a");
    learn(k, "a", "first");
    learn(k, "a", "second");
    learn(k, "b", NULL);
    learn(k, "nobody's", "x");
    assert_vifs(k, "", "");
    assert_int_equal(k->a->state, IFR_SYNC_KNOWN);
    assert_string_equal(k->a->id, "first");
    assert_int_equal(k->b->state, IFR_SYNC_KNOWN);
    assert_null(k->b->id);
    assert_int_equal(k->vm->state, IFR_SYNC_UNASKED);
}

TEST_WITH(what_xapi_does_not_say, struct kept, k)
{
    ifr_sync_asked(&k->s, k->a);
    ifr_sync_asked(&k->s, k->vm);
    ifr_sync_none_known(&k->s, IFR_SYNC_VIF);
    assert_vifs(k, "b a", "");
    assert_int_equal(k->a->state, IFR_SYNC_UNASKED);
    ifr_sync_asked(&k->s, k->a);
    ifr_sync_all_known(&k->s, IFR_SYNC_VIF);
    assert_vifs(k, "b", "");
    assert_int_equal(k->a->state, IFR_SYNC_KNOWN);
    assert_list(&k->s.asked[IFR_SYNC_VM], "a");
}

TEST_WITH(all_is_asked_again, struct kept, k)
{
    static const struct ifr_sync_network network = { .ref = "r", .bridge = "xenbr0", .uuid = "u" };

    assert_int_equal(ifr_sync_networks_add(&k->s.networks, &network, 1, NULL), 0);
    assert_int_equal(ifr_sync_networks_add(&k->s.pools, &network, 1, NULL), 0);
    k->s.networks_known = true;
    ifr_sync_asked(&k->s, k->a);
    learn(k, "a", "old");
    ifr_sync_asked(&k->s, k->vm);
    ifr_sync_flush(&k->s);
    assert_false(k->s.networks_known);
    assert_null(k->a->id);
    assert_int_equal(k->a->state, IFR_SYNC_UNASKED);
    assert_int_equal(k->vm->state, IFR_SYNC_UNASKED);
    assert_list(&k->s.asked[IFR_SYNC_VM], "");
    learn(k, "a", "new");
    assert_string_equal(k->a->id, "new");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE(all_is_asked_again),
        FIXTURE(rows_share_an_answer),
        FIXTURE(what_xapi_says),
        FIXTURE(what_xapi_does_not_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
