/* command.h - running another program in place of this process
 *
 * Follows POSIX.1-2024 execvp; the GNU coreutils manual on env, nice, nohup, timeout for the exit statuses.
 */
#ifndef COMMAND_H
#define COMMAND_H

/* Executes argv[0], looked for in the PATH of `variables` (NAME=VALUE strings; NULL: environ) as execvp(3) does, a file
 * that has no format of its own by the shell. What no directory has, box's own applet of that name does, if the
 * PATH is that of this process. Returns if
 * that fails, with errno set. */
void exec_command(char **argv, char **variables);

/* The same for an applet that ends with it: on failure says why, and ends with status 127 if there is no such command, else
 * 126. `fmt` has one %s, for the quoted name: "failed to run command %s". */
_Noreturn void run_command(char **argv, const char *fmt);

#endif
