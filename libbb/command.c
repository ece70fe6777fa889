/* command.c - running another program in place of this process */
#include "libbb.h"
#include "command.h"

/* Executes the file `path`, by the shell if it has no format of its own. Returns if that fails, with
 * errno set. */
static void execute(const char *path, char **argv, char **variables)
{
	execve(path, argv, variables);
	if (errno == ENOEXEC) {
		size_t n = 0;
		char **words;

		while (argv[n])
			n++;
		words = arena_array(char *, n + 2);
		words[0] = arena_strdup("/bin/sh");
		words[1] = arena_strdup(path);
		memcpy(words + 2, argv + 1, (n - 1) * sizeof(*words));
		execve(words[0], words, variables);
	}
}

/* The PATH of an environment. */
static const char *search_path(char **variables)
{
	for (; *variables; variables++)
		if (strncmp(*variables, "PATH=", 5) == 0)
			return *variables + 5;
	return "/bin:/usr/bin";
}

void exec_command(char **argv, char **variables)
{
	const char *dir, *own;
	bool denied = false;

	if (!variables)
		variables = environ;
	if (strchr(*argv, '/')) {
		execute(*argv, argv, variables);
		return;
	}
	errno = ENOENT;
	dir = search_path(variables);
	for (bool more = **argv; more;) {
		size_t len = strcspn(dir, ":");

		execute(arena_printf("%.*s%s%s", (int)len, dir, len ? "/" : "", *argv), argv, variables);
		denied |= errno == EACCES;
		if (errno != EACCES && errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG)
			return;
		more = dir[len];
		dir += len + 1;
	}
	own = getenv("PATH");
	if (!denied && strcmp(search_path(variables), own ? own : search_path(environ)) == 0 &&
	    find_applet(*argv))
		execve("/proc/self/exe", argv, variables);
	if (denied)
		errno = EACCES;
}

void run_command(char **argv, const char *fmt)
{
	int code;

	out_flush();
	exec_command(argv, NULL);
	code = errno;
	warn_errno(fmt, quote(*argv));
	leave(code == ENOENT ? 127 : 126);
}
