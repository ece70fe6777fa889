/* launch.c - running commands and going on */
#include <sys/wait.h>
#include "libbb.h"
#include "command.h"
#include "signals.h"
#include "launch.h"

static bool is_this_binary(const char *path)
{
	struct stat self, st;

	return stat(path, &st) == 0 && stat("/proc/self/exe", &self) == 0 && st.st_ino == self.st_ino &&
	       st.st_dev == self.st_dev;
}

static bool can_be_run(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

void program_find(struct program *p, const char *name)
{
	const char *dir = getenv("PATH"), *base = strrchr(name, '/');
	struct stat st;

	*p = (struct program){ .name = name };
	if (base) {
		p->path = name;
	} else {
		if (!dir)
			dir = "/bin:/usr/bin";
		for (bool more = *name; more && !p->path; dir++) {
			size_t len = strcspn(dir, ":");
			const char *path = arena_printf("%.*s%s%s", (int)len, dir, len ? "/" : "", name);

			if (can_be_run(path))
				p->path = path;
			dir += len;
			more = *dir;
		}
	}
	if (p->path ? is_this_binary(p->path) : *name)
		p->applet = find_applet(base ? base + 1 : name);
	p->to_pipe = fstat(STDOUT_FILENO, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

/* What a new process does before it is the command's. */
static bool prepare(const struct spawn *how)
{
	if (how->input >= 0 && dup2(how->input, STDIN_FILENO) < 0)
		return false;
	return how->dir < 0 || fchdir(how->dir) == 0;
}

/* The words in memory of their own, for an applet may write to them. */
static char **copied_words(char **argv)
{
	size_t n = 0;
	char **copy;

	while (argv[n])
		n++;
	copy = arena_array(char *, n + 1);
	for (size_t i = 0; i < n; i++)
		copy[i] = arena_strdup(argv[i]);
	return copy;
}

/* Becomes an applet, in a process that was forked for it. */
static _Noreturn void become_applet(const struct program *p, char **argv, const struct spawn *how)
{
	if (!prepare(how))
		_exit(126);
	for (size_t i = 0; i < 2; i++)
		if (how->signals[i])
			signal_default(how->signals[i]);
	if (how->env)
		environ = how->env;
	_exit(run_applet(p->applet, copied_words(argv)));
}

pid_t program_start(const struct program *p, char **argv, const struct spawn *how, bool *forked)
{
	volatile int code = 0;
	sigset_t all, old;
	pid_t pid;

	out_flush();
	*forked = true;
	if (p->applet) {
		pid = fork();
		if (pid == 0)
			become_applet(p, argv, how);
		*forked = pid >= 0;
		return pid;
	}
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &old);
	pid = vfork();
	if (pid == 0) {
		for (size_t i = 0; i < 2; i++)
			if (how->signals[i])
				signal_default(how->signals[i]);
		sigprocmask(SIG_SETMASK, &old, NULL);
		if (prepare(how)) {
			if (p->path && p->path != p->name)
				execve(p->path, argv, how->env ? how->env : environ);
			if (!p->path || p->path == p->name || errno == ENOENT || errno == ENOEXEC)
				exec_command(argv, how->env);
		}
		code = errno;
		_exit(127);
	}
	if (pid < 0)
		code = errno;
	sigprocmask(SIG_SETMASK, &old, NULL);
	*forked = pid >= 0;
	if (code && pid > 0)
		program_wait(pid);
	if (code) {
		errno = code;
		return -1;
	}
	return pid;
}

bool program_is_pure(const struct program *p)
{
	return p->applet && p->applet->flags & APPLET_PURE;
}

/* Writes what an applet had to say to standard output. Returns 0 or an errno; for a pipe that nobody reads the signal that a process
 * would have died of is in *killed_by. */
static int write_out(struct program *p, size_t len, int *killed_by)
{
	static const struct timespec at_once;
	sigset_t pipe, old;
	int code;

	if (p->to_pipe) {
		sigemptyset(&pipe);
		sigaddset(&pipe, SIGPIPE);
		sigprocmask(SIG_BLOCK, &pipe, &old);
	}
	code = write_all(STDOUT_FILENO, p->text, len) < 0 ? errno : 0;
	if (p->to_pipe) {
		if (code == EPIPE && sigtimedwait(&pipe, NULL, &at_once) == SIGPIPE)
			*killed_by = SIGPIPE;
		sigprocmask(SIG_SETMASK, &old, NULL);
	}
	return code;
}

int program_run(struct program *p, char **argv)
{
	struct arena_mark mark = arena_mark();
	char *last = p->text;
	int status, killed_by = 0, code = 0;
	size_t len;

	out_flush();
	status = run_applet_captured(p->applet, copied_words(argv), &p->text, &len);
	free(last);
	if (p->text && len)
		code = write_out(p, len, &killed_by);
	if (code && !killed_by) {
		const char *message = arena_printf("%s: write error: %s\n", p->applet->name, strerror(code));

		write_all(STDERR_FILENO, message, strlen(message));
		status = p->applet->trouble;
	}
	arena_release(mark);
	return killed_by ? killed_by : status << 8;
}

int program_wait(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}
