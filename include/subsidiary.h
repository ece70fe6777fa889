/* subsidiary.h - programs that others of diffutils run */
#ifndef SUBSIDIARY_H
#define SUBSIDIARY_H

#include <stddef.h>
#include <sys/types.h>

/* Waits for a process. Returns its exit status, 2 if a signal ended it. */
int subsidiary_wait(pid_t child);

/* Dies with diffutils' message if this is the status of a process that could not become the program: 127, not found, or 126. */
void subsidiary_check(const char *program, int status);

/* Runs a command, with `input` as its standard input if that is not -1. Returns what it wrote, in the arena, with a NUL behind it, and
 * its exit status as subsidiary_wait(). Dies after a message if it cannot be run. */
char *subsidiary_output(char **words, int input, int *status);

#endif
