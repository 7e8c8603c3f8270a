/* guardian.h - runs a program as the guardian of a change that waits for its confirmation
 * (reconfigure/confirm.h).  A program that finds such a change without a guardian starts itself as
 * one, so every program that takes the host's lock begins with this. */
#ifndef CLI_GUARDIAN_H
#define CLI_GUARDIAN_H

/* For `PROGRAM guardian ID [--root-prefix=DIR]`: waits, and returns the exit status.  Returns -1 at
 * once for any other argv. */
int guardian_main(int argc, char **argv, char *const *env);

#endif
