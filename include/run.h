/* run.h - running applets as functions, and leaving them
 *
 * An applet is run by run_applet(), in a process of its own or many times inside one (the shell's). Whatever it
 * takes from the arena and every file it opened with libbb is given back when it returns or leaves.
 */
#ifndef RUN_H
#define RUN_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include "applet.h"

#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Runs `a` with `argv` (argv[0] its name, then the arguments, then NULL) and returns its exit status, after its
 * standard output was flushed. A failed write to standard output is reported and makes the status the
 * applet's trouble status. May be nested. */
int run_applet(const struct applet *a, char **argv);

/* The same with standard output caught in memory: *text is malloc'ed and the caller's to free, with a NUL after
 * its *len bytes; NULL when memory ran out. */
int run_applet_captured(const struct applet *a, char **argv, char **text, size_t *len);

/* The name the running applet was called by, for messages. */
const char *applet_name(void);

/* The table entry of the running applet. */
const struct applet *this_applet(void);

/* Ends the running applet with `status`. Its standard output is flushed. */
_Noreturn void leave(int status);

/* Writes `NAME: message` to standard error in one write, after flushing standard output, as error(3) does. */
void warn(const char *fmt, ...) PRINTF(1, 2);

/* The same, followed by `: ` and the message of errno. */
void warn_errno(const char *fmt, ...) PRINTF(1, 2);

/* As warn_errno() with the error number given. */
void warn_code(int code, const char *fmt, ...) PRINTF(2, 3);

/* warn(), then the applet ends with its trouble status (the `status:` of its declaration, else 1). */
_Noreturn void die(const char *fmt, ...) PRINTF(1, 2);
_Noreturn void die_errno(const char *fmt, ...) PRINTF(1, 2);

/* die() and die_errno() with another exit status. */
_Noreturn void die_status(int status, const char *fmt, ...) PRINTF(2, 3);
_Noreturn void die_status_errno(int status, const char *fmt, ...) PRINTF(2, 3);

/* die(), with the line `Try 'NAME --help' for more information.` after the message. A NULL message leaves
 * only that line. */
_Noreturn void die_usage(const char *fmt, ...) PRINTF(1, 2);

/* The same with another exit status. */
_Noreturn void die_status_usage(int status, const char *fmt, ...) PRINTF(2, 3);

/* Ends with GNU's messages for a command line with too few or too many operands:
 * `missing operand`, `missing operand after 'LAST'` (last not NULL), `extra operand 'WORD'`. */
_Noreturn void die_missing_operand(const char *last);
_Noreturn void die_extra_operand(const char *word);

/* Returns the index of `word` in `names` (NULL-terminated); an unambiguous beginning is enough. Otherwise ends, with
 * status 1, as GNU does: `invalid argument 'x' for '--output-error'`, the valid arguments, and the line that names --help.
 * Names at and after the index in `same` (NULL for none) that share a value are synonyms: same[i] is the value
 * of names[i], returned instead of the index. */
int choose(const char *const *names, const int *same, const char *word, const char *option);

/* The same for words that must be whole, as few GNU tools want it. */
int choose_exact(const char *const *names, const char *word, const char *option);

#endif
