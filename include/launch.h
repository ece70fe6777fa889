/* launch.h - running commands and going on: find -exec, xargs
 *
 * A command that PATH finds to be this very binary, or that no directory of PATH has while it is the name of an applet, is run
 * as a function: in a process of its own that is forked without exec, or if it is a pure applet in this one.
 * Otherwise follows POSIX.1-2024 execvp.
 */
#ifndef LAUNCH_H
#define LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>
#include "applet.h"

/* A command that was looked for. */
struct program {
	const char *name;
	const char *path;            /* NULL: look again when it is run */
	const struct applet *applet; /* what it is in this binary, or NULL */
	bool to_pipe;                /* standard output is one whose reader may leave */
	char *text; /* what it wrote last in program_run(), whose memory is kept for the next time */
};

/* How to run it. The signals are those that this process catches and the command must not; 0 for none. */
struct spawn {
	char **env; /* NULL: environ */
	int input;  /* becomes its standard input; -1: it has that of this process */
	int dir;    /* an open directory to run it in; -1: this one */
	int signals[2];
};

/* Looks for the command `name` in PATH. */
void program_find(struct program *p, const char *name);

/* Starts a command with the words `argv`, after flushing standard output. Returns its process, or -1 with errno set if it could not be
 * executed, or with *forked false if there can be no more processes. */
pid_t program_start(const struct program *p, char **argv, const struct spawn *how, bool *forked);

/* Runs a command that is a pure applet in this process, which must be what `how` would make of it: see program_is_pure(). Returns
 * a status as of wait(2). */
int program_run(struct program *p, char **argv);

/* Whether program_run() may be used. */
bool program_is_pure(const struct program *p);

/* Waits for a process that was started; EINTR is handled. Returns a status as of wait(2). */
int program_wait(pid_t pid);

#endif
