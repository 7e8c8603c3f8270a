/* guardian.h - a program as the guardian of a change that waits for its confirmation
 * (reconfigure/confirm.h).  Whatever program finds that such a change has none starts itself again
 * as one, so each that takes the host's lock begins with this. */
#ifndef CLI_GUARDIAN_H
#define CLI_GUARDIAN_H

/* `interface-reconfigure guardian ID [--root-prefix=DIR]`: waits, and returns the exit status.
 * -1: argv says something else. */
int guardian_main(int argc, char **argv, char *const *env);

#endif
