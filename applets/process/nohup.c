/* nohup - run a command that survives the end of the session
 *
 * usage: nohup COMMAND [ARG]...
 *
 * The hangup signal is ignored. A terminal as standard input is replaced by what cannot be read; as standard output by nohup.out,
 * or $HOME/nohup.out, where output is appended; as standard error by standard output.
 *
 * Exit status: that of COMMAND; 125 if nohup fails (127 if POSIXLY_CORRECT is set), 126 if COMMAND cannot be run,
 * 127 if it is not found.
 *
 * install: /usr/bin
 * options: stop
 * status: 125
 * follows: POSIX.1-2024 nohup; GNU coreutils manual, "nohup invocation"
 */
#include "libbb.h"
#include "command.h"
#include "path.h"
#include "signals.h"
#include "nohup.gen.h"

static int trouble(void)
{
	return getenv("POSIXLY_CORRECT") ? 127 : 125;
}

/* Makes standard output go to nohup.out here or at home. Returns the quoted name, or dies. */
static const char *redirect_output(void)
{
	mode_t mask = umask(077);
	const char *name = "nohup.out", *home = getenv("HOME");
	int fd = open(name, O_CREAT | O_WRONLY | O_APPEND, 0600), code = errno;

	if (fd < 0 && home) {
		const char *other = path_join(home, name);

		fd = open(other, O_CREAT | O_WRONLY | O_APPEND, 0600);
		if (fd < 0) {
			int second = errno;

			warn_code(code, "failed to open %s", quote_file(name));
			warn_code(second, "failed to open %s", quote_file(other));
			leave(trouble());
		}
		name = other;
	} else if (fd < 0) {
		warn_code(code, "failed to open %s", quote_file(name));
		leave(trouble());
	}
	umask(mask);
	if (fd != STDOUT_FILENO) {
		dup2(fd, STDOUT_FILENO);
		close(fd);
	}
	return quote_file(name);
}

int nohup_main(struct nohup_options *opt, char **argv)
{
	bool input = isatty(STDIN_FILENO), output = isatty(STDOUT_FILENO), errors = isatty(STDERR_FILENO);
	bool output_closed = !output && fcntl(STDOUT_FILENO, F_GETFD) < 0;
	int saved_errors = STDERR_FILENO;

	(void)opt;
	if (!*argv)
		die_status_usage(trouble(), "missing operand");
	if (input) {
		int fd = open("/dev/null", O_WRONLY); /* so that reading fails, and does not find an end */

		if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
			die_status_errno(trouble(), "failed to render standard input unusable");
		close(fd);
		if (!output && !errors)
			warn("ignoring input");
	}
	if (output || (errors && output_closed))
		warn("%s %s", input ? "ignoring input and appending output to" : "appending output to",
		     redirect_output());
	if (errors) {
		saved_errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
		if (!output)
			warn(input ? "ignoring input and redirecting stderr to stdout"
				   : "redirecting stderr to stdout");
		if (dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
			die_status_errno(trouble(), "failed to redirect standard error");
	}
	signal_ignore(SIGHUP);
	exec_command(argv, NULL);
	output_closed = errno != ENOENT;
	if (saved_errors >= 0 && saved_errors != STDERR_FILENO) {
		int code = errno;

		dup2(saved_errors, STDERR_FILENO);
		errno = code;
	}
	warn_errno("failed to run command %s", quote_file(*argv));
	return output_closed ? 126 : 127;
}
