/* state_make.h - makes objects of a state in one line each, for tests.  An argument that is NULL
 * stands for an attribute that the state does not mention. */
#ifndef TESTS_UNIT_STATE_MAKE_H
#define TESTS_UNIT_STATE_MAKE_H

#include "reconfigure/state/state.h"

/* The object, with one attribute set. */
static inline struct ifr_object *make_object(struct ifr_state *state, enum ifr_kind kind,
                                             const char *name, unsigned attribute,
                                             const char *value)
{
    struct ifr_object *object = ifr_state_add(state, kind, name);

    ifr_state_set(state, object, attribute, value);
    return object;
}

static inline struct ifr_object *make_bridge(struct ifr_state *state, const char *name,
                                             const char *parent, const char *tag)
{
    struct ifr_object *bridge = make_object(state, IFR_BRIDGE, name, IFR_BRIDGE_PARENT, parent);

    ifr_state_set(state, bridge, IFR_BRIDGE_TAG, tag);
    return bridge;
}

static inline struct ifr_object *make_port(struct ifr_state *state, const char *name,
                                           const char *bridge, const char *tag,
                                           const char *interfaces)
{
    struct ifr_object *port = make_object(state, IFR_PORT, name, IFR_PORT_BRIDGE, bridge);

    ifr_state_set(state, port, IFR_PORT_TAG, tag);
    ifr_state_set(state, port, IFR_PORT_INTERFACES, interfaces);
    return port;
}

#endif
