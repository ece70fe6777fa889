/* jobs.c - processes: forking, waiting, job control
 *
 * POSIX.1-2024 XCU 2.11 and the utilities bg, fg, jobs, kill, wait; the Bash
 * manual, "Job Control".
 */
#include "sh.h"
#include "signals.h"
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>

extern char **environ;

/* How many finished jobs are remembered for `wait` when nobody asks. */
enum { REMEMBERED = 512 };

int sh_status_of(int wait_status)
{
	if (WIFSIGNALED(wait_status))
		return 128 + WTERMSIG(wait_status);
	if (WIFSTOPPED(wait_status))
		return 128 + WSTOPSIG(wait_status);
	return WEXITSTATUS(wait_status);
}

/* Says what killed a command, if it is worth saying. */
static void tell_signal(struct shell *sh, int wait_status)
{
	int sig;
	char line[128];

	if (!WIFSIGNALED(wait_status) || sh->subshell)
		return;
	sig = WTERMSIG(wait_status);
	if (sig == SIGPIPE || (sig == SIGINT && !sh->interactive))
		return;
	if (sig == SIGINT)
		snprintf(line, sizeof(line), "\n");
	else
		snprintf(line, sizeof(line), "%s%s\n", strsignal(sig),
			 WCOREDUMP(wait_status) ? " (core dumped)" : "");
	out_flush();
	write_all(STDERR_FILENO, line, strlen(line));
}

/* ---- jobs ---- */

struct job *sh_job_new(struct shell *sh, const char *text, size_t len)
{
	struct job *j = sh_xmalloc(sizeof(*j));

	*j = (struct job){ .text = sh_xmemdup(text, len), .controlled = sh->job_control };
	return j;
}

static void job_unlink(struct shell *sh, struct job *j)
{
	for (struct job **p = &sh->jobs; *p; p = &(*p)->next)
		if (*p == j) {
			*p = j->next;
			return;
		}
}

void sh_job_free(struct shell *sh, struct job *j)
{
	job_unlink(sh, j);
	free(j->processes);
	free(j->modes);
	free(j->text);
	free(j);
}

void sh_job_add(struct shell *sh, struct job *j, pid_t pid)
{
	(void)sh;
	if ((j->count & (j->count - 1)) == 0)
		j->processes = sh_xrealloc(j->processes,
					   (j->count ? 2 * j->count : 1) * sizeof(*j->processes));
	j->processes[j->count++] = (struct process){ pid, 0, PROCESS_RUNNING };
}

/* Puts a job in the list, at its number: one more than the highest. */
static void job_list(struct shell *sh, struct job *j)
{
	struct job **p = &sh->jobs;
	int number = 0;
	unsigned used = 0;

	for (struct job *k = sh->jobs; k; k = k->next) {
		if (k == j)
			return;
		number = k->number > number ? k->number : number;
		used = k->used > used ? k->used : used;
	}
	while (*p)
		p = &(*p)->next;
	j->next = NULL;
	j->number = number + 1;
	j->used = used + 1;
	*p = j;
}

static enum process_state job_state(const struct job *j)
{
	enum process_state state = PROCESS_DONE;

	for (size_t i = 0; i < j->count; i++) {
		if (j->processes[i].state == PROCESS_RUNNING)
			return PROCESS_RUNNING;
		if (j->processes[i].state == PROCESS_STOPPED)
			state = PROCESS_STOPPED;
	}
	return state;
}

static int job_status(const struct shell *sh, const struct job *j)
{
	int status = 0;

	for (size_t i = 0; i < j->count; i++)
		if (!sh->opt[O_PIPEFAIL] || j->processes[i].status)
			status = sh_status_of(j->processes[i].status);
	return status;
}

static void note_status(struct process *p, int wait_status)
{
	if (WIFCONTINUED(wait_status)) {
		p->state = PROCESS_RUNNING;
		return;
	}
	p->status = wait_status;
	p->state = WIFSTOPPED(wait_status) ? PROCESS_STOPPED : PROCESS_DONE;
}

void sh_jobs_poll(struct shell *sh)
{
	size_t done = 0;

	for (struct job *j = sh->jobs, *next; j; j = next) {
		next = j->next;
		for (size_t i = 0; i < j->count; i++) {
			int status;
			pid_t pid;

			if (j->processes[i].state == PROCESS_DONE)
				continue;
			pid = waitpid(j->processes[i].pid, &status, WNOHANG | WUNTRACED | WCONTINUED);
			if (pid > 0) {
				note_status(&j->processes[i], status);
				j->told = false;
			} else if (pid < 0 && errno == ECHILD) {
				j->processes[i].state = PROCESS_DONE;
			}
		}
		if (job_state(j) != PROCESS_DONE)
			continue;
		done++;
		if (j->disowned)
			sh_job_free(sh, j);
	}
	/* the oldest are forgotten */
	for (struct job *j = sh->jobs, *next; j && done > REMEMBERED; j = next) {
		next = j->next;
		if (job_state(j) == PROCESS_DONE && !sh->interactive) {
			sh_job_free(sh, j);
			done--;
		}
	}
}

void sh_jobs_forget(struct shell *sh)
{
	while (sh->jobs)
		sh_job_free(sh, sh->jobs);
}

bool sh_jobs_stopped(struct shell *sh)
{
	for (struct job *j = sh->jobs; j; j = j->next)
		if (job_state(j) == PROCESS_STOPPED && !j->disowned)
			return true;
	return false;
}

/* The current job and the one before: the stopped ones used last, else the
 * running ones. */
static struct job *current_job(struct shell *sh, const struct job *but)
{
	struct job *best = NULL;

	for (struct job *j = sh->jobs; j; j = j->next) {
		bool stopped = job_state(j) == PROCESS_STOPPED,
		     best_stopped = best && job_state(best) == PROCESS_STOPPED;

		if ((but && j == but) || j->disowned || (job_state(j) == PROCESS_DONE && j->told))
			continue;
		if (!best || (stopped && !best_stopped) || (stopped == best_stopped && j->used > best->used))
			best = j;
	}
	return best;
}

static char job_mark(struct shell *sh, const struct job *j)
{
	struct job *current = current_job(sh, NULL);

	if (j == current)
		return '+';
	return j == current_job(sh, current) ? '-' : ' ';
}

struct job *sh_job_named(struct shell *sh, const char *spec, bool quiet)
{
	struct job *found = NULL, *current = current_job(sh, NULL);
	const char *s = spec;
	char *end;

	if (*s == '%')
		s++;
	if (!*s || strcmp(s, "%") == 0 || strcmp(s, "+") == 0) {
		found = current;
	} else if (strcmp(s, "-") == 0) {
		found = current_job(sh, current);
		found = found ? found : current;
	} else if (*s >= '0' && *s <= '9') {
		long n = strtol(s, &end, 10);

		for (struct job *j = sh->jobs; j; j = j->next)
			if (!*end && j->number == n && !j->disowned)
				found = j;
	} else {
		for (struct job *j = sh->jobs; j; j = j->next)
			if (!j->disowned && (*s == '?' ? strstr(j->text, s + 1) != NULL
						       : strncmp(j->text, s, strlen(s)) == 0)) {
				if (found) {
					if (!quiet)
						sh_warn(sh, "%s: ambiguous job spec", spec);
					return NULL;
				}
				found = j;
			}
	}
	return found;
}

static const char *state_text(struct shell *sh, const struct job *j)
{
	int status = j->count ? j->processes[j->count - 1].status : 0;

	switch (job_state(j)) {
	case PROCESS_RUNNING:
		return "Running";
	case PROCESS_STOPPED:
		for (size_t i = 0; i < j->count; i++)
			if (j->processes[i].state == PROCESS_STOPPED)
				status = j->processes[i].status;
		if (sh->opt[O_POSIX] && WIFSTOPPED(status))
			return sh_stack_printf(sh, "Stopped(SIG%s)", signal_name(WSTOPSIG(status)));
		return "Stopped";
	default:
		if (WIFSIGNALED(status))
			return sh_stack_printf(sh, "%s%s", strsignal(WTERMSIG(status)),
					       WCOREDUMP(status) ? " (core dumped)" : "");
		if (WEXITSTATUS(status))
			return sh->opt[O_POSIX] ? sh_stack_printf(sh, "Done(%d)", WEXITSTATUS(status))
						: sh_stack_printf(sh, "Exit %d", WEXITSTATUS(status));
		return "Done";
	}
}

/* Shows a job as `jobs` does. */
static void show_job(struct shell *sh, struct job *j, bool pids, struct sbuf *b)
{
	struct mark mark = stack_mark(sh);
	bool running = job_state(j) == PROCESS_RUNNING;

	sh_sbuf_fmt(b, "[%d]%c ", j->number, job_mark(sh, j));
	if (pids)
		sh_sbuf_fmt(b, "%5d ", (int)j->processes[0].pid);
	else
		sh_sbuf_char(b, ' ');
	sh_sbuf_fmt(b, "%-24s%s%s\n", state_text(sh, j), j->text, running ? " &" : "");
	sh_stack_release(sh, mark);
}

void sh_jobs_notify(struct shell *sh)
{
	sh_jobs_poll(sh);
	for (struct job *j = sh->jobs, *next; j; j = next) {
		struct sbuf b = { 0 };

		next = j->next;
		if (j->told || j->disowned || job_state(j) == PROCESS_RUNNING)
			continue;
		show_job(sh, j, false, &b);
		write_all(STDERR_FILENO, b.p, b.len);
		free(b.p);
		j->told = true;
		if (job_state(j) == PROCESS_DONE)
			sh_job_free(sh, j);
	}
}

/* ---- forking ---- */

/* Gives the terminal to a process group. */
static void give_terminal(struct shell *sh, pid_t group)
{
	sigset_t set, old;

	if (sh->terminal < 0)
		return;
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	sigprocmask(SIG_BLOCK, &set, &old);
	tcsetpgrp(sh->terminal, group);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

void sh_become_subshell(struct shell *sh, struct job *j, enum fork_how how)
{
	bool control = sh->job_control;

	sh->own_pid = getpid();
	if (control && j) {
		pid_t group = j->group ? j->group : sh->own_pid;

		setpgid(0, group);
		if (how == FORK_FOREGROUND)
			give_terminal(sh, group);
	}
	sh_traps_reset(sh);
	if (how == FORK_BACKGROUND && !control) {
		int null = open("/dev/null", O_RDONLY);

		signal_ignore(SIGINT);
		signal_ignore(SIGQUIT);
		if (null >= 0 && null != STDIN_FILENO) {
			dup2(null, STDIN_FILENO);
			close(null);
		}
	}
	sh->job_control = false;
	sh->opt[O_MONITOR] = false;
	sh->interactive = false;
	sh->subshell = true;
	sh->subshells++;
	sh->loops = 0;
	sh->exiting = false;
	sh->trap_running = 0;
	sh->background_forgotten = true;
	if (std_out.fd < 0) {
		std_out = (struct writer){ .fd = STDOUT_FILENO };
		sh->capturing = false;
	}
	sh->random = sh->random * 1103515245u + (uint32_t)sh->own_pid;
}

pid_t sh_fork_shell(struct shell *sh, struct job *j, enum fork_how how)
{
	pid_t pid;

	if (!sh->capturing)
		out_flush();
	sh_read_sync(sh);
	pid = fork();
	if (pid < 0) {
		sh_warn(sh, "fork: %s", strerror(errno));
		return -1;
	}
	if (pid == 0) {
		sh_become_subshell(sh, j, how);
		return 0;
	}
	if (j) {
		if (sh->job_control) {
			if (!j->group)
				j->group = pid;
			setpgid(pid, j->group);
			if (how == FORK_FOREGROUND)
				give_terminal(sh, j->group);
		}
		sh_job_add(sh, j, pid);
	}
	return pid;
}

bool sh_may_be_script(const char *path)
{
	char start[128];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read_some(fd, start, sizeof(start));

	if (fd >= 0)
		close(fd);
	for (ssize_t i = 0; i < n && start[i] != '\n'; i++)
		if (!start[i])
			return false;
	return n >= 0;
}

char **sh_script_words(struct shell *sh, const char *path, char **argv)
{
	size_t n = 0;
	char **words;

	while (argv[n])
		n++;
	words = sh_stack_alloc(sh, (n + 3) * sizeof(char *));
	words[0] = sh_stack_text(sh, "sh", 2);
	words[1] = sh_stack_text(sh, path, strlen(path));
	memcpy(words + 2, argv + 1, n * sizeof(char *));
	return words;
}

pid_t sh_start_program(struct shell *sh, const char *path, char **argv, char **env, struct job *j)
{
	sigset_t all, old;
	bool guard = sh->traps_any || sh->job_control;
	volatile int code = 0;
	pid_t pid;

	out_flush();
	sh_read_sync(sh);
	if (guard) {
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, &old);
	}
	pid = vfork();
	if (pid == 0) {
		if (sh->job_control && j) {
			pid_t group = j->group ? j->group : getpid();

			setpgid(0, group);
			if (sh->terminal >= 0)
				tcsetpgrp(sh->terminal, group);
		}
		if (guard) {
			sh_signals_for_child(sh);
			sigprocmask(SIG_SETMASK, &old, NULL);
		}
		execve(path, argv, env);
		code = errno;
		_exit(127);
	}
	if (pid < 0)
		code = errno;
	if (guard)
		sigprocmask(SIG_SETMASK, &old, NULL);
	if (pid > 0 && code)
		waitpid(pid, NULL, 0);
	if (code == ENOEXEC && sh_may_be_script(path))
		return sh_start_program(sh, "/proc/self/exe", sh_script_words(sh, path, argv), env, j);
	if (code) {
		if (sh->job_control && sh->terminal >= 0)
			give_terminal(sh, sh->shell_group);
		errno = code;
		return -1;
	}
	if (j) {
		if (sh->job_control) {
			if (!j->group)
				j->group = pid;
			setpgid(pid, j->group);
		}
		sh_job_add(sh, j, pid);
	}
	return pid;
}

/* ---- waiting ---- */

int sh_wait_pid(struct shell *sh, pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	if (WIFSIGNALED(status))
		tell_signal(sh, status);
	return sh_status_of(status);
}

/* Waits until a job in the foreground is done or stopped. */
static void wait_job(struct shell *sh, struct job *j)
{
	for (size_t i = 0; i < j->count; i++) {
		struct process *p = &j->processes[i];
		int status;

		while (p->state == PROCESS_RUNNING) {
			pid_t pid = waitpid(p->pid, &status, sh->job_control ? WUNTRACED : 0);

			if (pid > 0)
				note_status(p, status);
			else if (errno != EINTR)
				p->state = PROCESS_DONE;
		}
	}
}

/* Takes the terminal back after a job; remembers the modes it had if it only
 * stopped. */
static void take_terminal(struct shell *sh, struct job *j)
{
	if (!sh->job_control || sh->terminal < 0)
		return;
	give_terminal(sh, sh->shell_group);
	if (job_state(j) == PROCESS_STOPPED) {
		if (!j->modes)
			j->modes = sh_xmalloc(sizeof(*j->modes));
		tcgetattr(sh->terminal, j->modes);
	}
	if (sh->modes && (job_state(j) == PROCESS_STOPPED || WIFSIGNALED(j->processes[j->count - 1].status)))
		tcsetattr(sh->terminal, TCSADRAIN, sh->modes);
	else if (sh->modes)
		tcgetattr(sh->terminal, sh->modes);
}

/* Puts a job that stopped in the list and says so. Returns its status. */
static int job_stopped(struct shell *sh, struct job *j)
{
	struct sbuf b = { 0 };
	int status = 0;

	for (size_t i = 0; i < j->count; i++)
		if (j->processes[i].state == PROCESS_STOPPED)
			status = sh_status_of(j->processes[i].status);
	job_list(sh, j);
	j->used++;
	for (const struct job *k = sh->jobs; k; k = k->next)
		if (k != j && k->used >= j->used)
			j->used = k->used + 1;
	sh_sbuf_char(&b, '\n');
	show_job(sh, j, false, &b);
	write_all(STDERR_FILENO, b.p, b.len);
	free(b.p);
	j->told = true;
	j->foreground = false;
	return status;
}

int sh_job_wait_all(struct shell *sh, struct job *j, int *statuses, int from, unsigned count)
{
	wait_job(sh, j);
	take_terminal(sh, j);
	if (job_state(j) == PROCESS_STOPPED)
		return -job_stopped(sh, j);
	for (unsigned i = 0; i < count; i++)
		statuses[i] = (size_t)from + i < j->count
				      ? sh_status_of(j->processes[(size_t)from + i].status)
				      : 0;
	if (j->count)
		tell_signal(sh, j->processes[j->count - 1].status);
	return 0;
}

int sh_job_wait(struct shell *sh, struct job *j)
{
	int status;

	wait_job(sh, j);
	take_terminal(sh, j);
	if (job_state(j) == PROCESS_STOPPED)
		return job_stopped(sh, j);
	status = job_status(sh, j);
	if (j->count)
		tell_signal(sh, j->processes[j->count - 1].status);
	sh_job_free(sh, j);
	return status;
}

void sh_job_background(struct shell *sh, struct job *j)
{
	job_list(sh, j);
	sh->background_forgotten = false;
	if (sh->interactive) {
		char line[64];

		snprintf(line, sizeof(line), "[%d] %d\n", j->number, (int)j->processes[j->count - 1].pid);
		write_all(STDERR_FILENO, line, strlen(line));
	}
}

/* ---- job control ---- */

void sh_job_control_set(struct shell *sh, bool on)
{
	static const int stops[] = { SIGTSTP, SIGTTIN, SIGTTOU };

	if (on == sh->job_control)
		return;
	if (!on) {
		sh->job_control = false;
		for (int i = 0; i < 3 && sh->interactive; i++)
			signal_default(stops[i]);
		return;
	}
	if (sh->terminal < 0) {
		int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

		if (fd < 0 && isatty(STDERR_FILENO))
			fd = dup(STDERR_FILENO);
		sh->terminal = sh_move_fd(fd);
	}
	if (sh->terminal >= 0 && sh->interactive) {
		/* wait to be in the foreground */
		for (;;) {
			pid_t group = tcgetpgrp(sh->terminal);

			if (group < 0) {
				close(sh->terminal);
				sh->terminal = -1;
				break;
			}
			if (group == getpgrp())
				break;
			kill(0, SIGTTIN);
		}
	}
	if (sh->terminal < 0 && sh->interactive) {
		sh_warn(sh, "no job control in this shell");
		sh->opt[O_MONITOR] = false;
		return;
	}
	sh->shell_group = getpgrp();
	if (sh->interactive) {
		for (int i = 0; i < 3; i++)
			signal_ignore(stops[i]);
		if (setpgid(0, 0) == 0 || getpgrp() == getpid())
			sh->shell_group = getpid();
		give_terminal(sh, sh->shell_group);
		if (!sh->modes)
			sh->modes = sh_xmalloc(sizeof(*sh->modes));
		tcgetattr(sh->terminal, sh->modes);
	} else if (sh->terminal >= 0 && tcgetpgrp(sh->terminal) != sh->shell_group) {
		close(sh->terminal);
		sh->terminal = -1;
	}
	sh->job_control = true;
}

/* Lets a stopped job go on. */
static int continue_job(struct shell *sh, struct job *j, bool foreground)
{
	if (foreground) {
		give_terminal(sh, j->group);
		if (j->modes && sh->terminal >= 0)
			tcsetattr(sh->terminal, TCSADRAIN, j->modes);
	}
	for (size_t i = 0; i < j->count; i++)
		if (j->processes[i].state == PROCESS_STOPPED)
			j->processes[i].state = PROCESS_RUNNING;
	j->told = false;
	if (kill(-j->group, SIGCONT) < 0 && errno != ESRCH) {
		sh_warn_errno(sh, "fg");
		return 1;
	}
	if (!foreground)
		return 0;
	job_unlink(sh, j);
	return sh_job_wait(sh, j);
}

static struct job *job_for(struct shell *sh, const char *name, const char *spec)
{
	struct job *j = sh_job_named(sh, spec ? spec : "%%", false);

	if (!j || (job_state(j) == PROCESS_DONE && j->told))
		sh_warn(sh, "%s: %s: no such job", name, spec ? spec : "current");
	return j;
}

int builtin_fg(struct shell *sh, int argc, char **argv)
{
	struct job *j;
	int i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (!sh->job_control) {
		sh_warn(sh, "%s: no job control", argv[0]);
		return 1;
	}
	sh_jobs_poll(sh);
	j = job_for(sh, argv[0], argv[i]);
	if (!j)
		return 1;
	if (!j->group) {
		sh_warn(sh, "%s: job %d started without job control", argv[0], j->number);
		return 1;
	}
	out_fmt("%s\n", j->text);
	out_flush();
	return continue_job(sh, j, true);
}

int builtin_bg(struct shell *sh, int argc, char **argv)
{
	int status = 0, i = argc > 1 && strcmp(argv[1], "--") == 0 ? 2 : 1;

	if (!sh->job_control) {
		sh_warn(sh, "%s: no job control", argv[0]);
		return 1;
	}
	sh_jobs_poll(sh);
	do {
		struct job *j = job_for(sh, argv[0], argv[i]);

		if (!j) {
			status = 1;
			continue;
		}
		if (job_state(j) == PROCESS_RUNNING) {
			sh_warn(sh, "%s: job %d already in background", argv[0], j->number);
			continue;
		}
		out_fmt("[%d]%c %s &\n", j->number, job_mark(sh, j), j->text);
		status |= continue_job(sh, j, false);
		if (j->count)
			sh->background = j->processes[j->count - 1].pid;
	} while (argv[i] && argv[++i]);
	return status;
}

int builtin_jobs(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool pids = false, only_pids = false, new_ones = false, running = false, stopped = false;
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "lpnrsx"))) {
		if (letter == '?')
			return 2;
		pids |= letter == 'l';
		only_pids |= letter == 'p';
		new_ones |= letter == 'n';
		running |= letter == 'r';
		stopped |= letter == 's';
	}
	sh_jobs_poll(sh);
	for (int i = l.index; i < argc; i++)
		if (!sh_job_named(sh, argv[i], false)) {
			sh_warn(sh, "jobs: %s: no such job", argv[i]);
			status = 1;
		}
	for (struct job *j = sh->jobs, *next; j; j = next) {
		struct sbuf b = { 0 };
		bool wanted = l.index >= argc;

		next = j->next;
		for (int i = l.index; i < argc; i++)
			wanted |= sh_job_named(sh, argv[i], true) == j;
		if (!wanted || j->disowned || (new_ones && j->told) ||
		    (running && job_state(j) != PROCESS_RUNNING) ||
		    (stopped && job_state(j) != PROCESS_STOPPED))
			continue;
		if (only_pids)
			sh_sbuf_fmt(&b, "%d\n", (int)j->processes[0].pid);
		else
			show_job(sh, j, pids, &b);
		out_mem(b.p, b.len);
		free(b.p);
		j->told = true;
		if (job_state(j) == PROCESS_DONE && !only_pids && !sh->subshell)
			sh_job_free(sh, j);
	}
	return status;
}

int builtin_disown(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool all = false, no_hup = false, running = false;
	int letter, status = 0;

	while ((letter = sh_next_letter(sh, &l, "ahr"))) {
		if (letter == '?')
			return 2;
		all |= letter == 'a';
		no_hup |= letter == 'h';
		running |= letter == 'r';
	}
	if (all || running) {
		for (struct job *j = sh->jobs; j; j = j->next)
			if (!running || job_state(j) == PROCESS_RUNNING)
				*(no_hup ? &j->no_hup : &j->disowned) = true;
		return 0;
	}
	do {
		const char *spec = l.index < argc ? argv[l.index] : "%%";
		struct job *j = NULL;

		for (struct job *k = sh->jobs; k && *spec >= '0' && *spec <= '9'; k = k->next)
			for (size_t i = 0; i < k->count; i++)
				if (k->processes[i].pid == strtol(spec, NULL, 10))
					j = k;
		j = j ? j : sh_job_named(sh, spec, false);
		if (!j) {
			sh_warn(sh, "disown: %s: no such job", l.index < argc ? spec : "current");
			status = 1;
		} else {
			*(no_hup ? &j->no_hup : &j->disowned) = true;
		}
	} while (++l.index < argc);
	return status;
}

int builtin_suspend(struct shell *sh, int argc, char **argv)
{
	bool force = argc > 1 && strcmp(argv[1], "-f") == 0;

	if (!force && (sh->login || !sh->job_control)) {
		sh_warn(sh, "suspend: cannot suspend%s", sh->login ? " a login shell" : ": no job control");
		return 1;
	}
	signal_default(SIGTSTP);
	kill(0, SIGSTOP);
	if (sh->job_control) {
		signal_ignore(SIGTSTP);
		give_terminal(sh, sh->shell_group);
	}
	return 0;
}

/* ---- wait ---- */

/* Whether one of the jobs that are asked for (all if NULL) is done: that one.
 */
static struct job *finished(struct shell *sh, struct job **wanted, size_t count)
{
	for (struct job *j = sh->jobs; j; j = j->next) {
		bool want = !wanted;

		for (size_t i = 0; i < count; i++)
			want |= wanted[i] == j;
		if (want && !j->disowned && job_state(j) == PROCESS_DONE)
			return j;
	}
	return NULL;
}

static bool any_running(const struct shell *sh)
{
	for (const struct job *j = sh->jobs; j; j = j->next)
		if (!j->disowned && job_state(j) == PROCESS_RUNNING)
			return true;
	return false;
}

/* Waits until something happens to a child, or a trap's signal comes: returns
 * false then. Nothing is missed between the look and the wait, for signals are
 * blocked. */
struct waiting {
	sigset_t old;
};

static void waiting_begin(struct waiting *w)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &w->old);
	signal_catch(SIGCHLD);
}

static void waiting_end(struct shell *sh, struct waiting *w)
{
	if (!sh->traps[SIGCHLD]) {
		signal_default(SIGCHLD);
		signal_take(SIGCHLD);
	}
	sigprocmask(SIG_SETMASK, &w->old, NULL);
}

static bool wait_for_news(struct shell *sh, struct waiting *w)
{
	sigset_t pending;

	sigpending(&pending);
	sigsuspend(&w->old);
	for (int i = 1; i < SIGNALS; i++)
		if (i != SIGCHLD && sh->traps[i] && *sh->traps[i] && signal_take(i)) {
			/* put back, to be run after the wait */
			sh->trap_came = i;
			return false;
		}
	if (sh->interactive && signal_take(SIGINT)) {
		sh->trap_came = SIGINT;
		return false;
	}
	return true;
}

/* Waits for a job; its status, or that of the signal that a trap is for.
 * *interrupted tells. */
static int wait_for_job(struct shell *sh, struct job *j, bool *interrupted)
{
	struct waiting w;
	int status = 0;

	*interrupted = false;
	waiting_begin(&w);
	for (;;) {
		sh_jobs_poll(sh);
		if (job_state(j) != PROCESS_RUNNING)
			break;
		if (!wait_for_news(sh, &w)) {
			*interrupted = true;
			status = 128 + sh->trap_came;
			break;
		}
	}
	waiting_end(sh, &w);
	if (*interrupted)
		return status;
	return job_status(sh, j);
}

/* Runs the trap of the signal that ended a wait. */
static void run_interrupting_trap(struct shell *sh, int status)
{
	sh->status = status;
	if (sh->trap_came == SIGINT && sh->interactive && !sh->traps[SIGINT])
		sh_throw(sh, THROW_INTERRUPT);
	kill(getpid(), sh->trap_came);
	sh_traps_run(sh);
}

static void set_waited(struct shell *sh, const char *var, pid_t pid)
{
	if (var && pid > 0)
		sh_var_set_number(sh, sh_var_named(sh, var, strlen(var)), pid);
}

/* wait -n: for any one of the jobs. */
static int wait_any(struct shell *sh, struct job **wanted, size_t count, const char *var)
{
	struct waiting w;
	struct job *j;
	int status = 127;

	waiting_begin(&w);
	for (;;) {
		sh_jobs_poll(sh);
		j = finished(sh, wanted, count);
		if (j || !any_running(sh))
			break;
		if (!wait_for_news(sh, &w)) {
			status = 128 + sh->trap_came;
			waiting_end(sh, &w);
			run_interrupting_trap(sh, status);
			return status;
		}
	}
	waiting_end(sh, &w);
	if (j) {
		status = job_status(sh, j);
		set_waited(sh, var, j->processes[j->count - 1].pid);
		sh_job_free(sh, j);
	}
	return status;
}

static int wait_all_jobs(struct shell *sh)
{
	for (struct job *j = sh->jobs, *next; j; j = next) {
		bool interrupted;
		int status;

		next = j->next;
		if (j->disowned || job_state(j) == PROCESS_STOPPED)
			continue;
		status = wait_for_job(sh, j, &interrupted);
		if (interrupted) {
			run_interrupting_trap(sh, status);
			return status;
		}
		next = j->next;
		if (job_state(j) == PROCESS_DONE && !sh->interactive)
			sh_job_free(sh, j);
	}
	return 0;
}

/* The job of an operand of wait: a process or %job. */
static struct job *job_of_operand(struct shell *sh, const char *arg, size_t *which)
{
	char *end;
	long pid;

	*which = SIZE_MAX;
	if (*arg == '%') {
		struct job *j = sh_job_named(sh, arg, false);

		if (!j)
			sh_warn(sh, "wait: %s: no such job", arg);
		return j;
	}
	pid = strtol(arg, &end, 10);
	if (end == arg || *end || pid < 0) {
		sh_warn(sh, "wait: `%s': not a pid or valid job spec", arg);
		*which = SIZE_MAX - 1;
		return NULL;
	}
	for (struct job *j = sh->jobs; j; j = j->next)
		for (size_t i = 0; i < j->count; i++)
			if (j->processes[i].pid == pid) {
				*which = i;
				return j;
			}
	if (!sh->opt[O_POSIX])
		sh_warn(sh, "wait: pid %ld is not a child of this shell", pid);
	return NULL;
}

int builtin_wait(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	const char *var = NULL;
	bool any = false;
	int letter, status = 0;
	struct job **wanted;
	size_t count = 0;

	while ((letter = sh_next_letter(sh, &l, "fnp:"))) {
		if (letter == '?')
			return 2;
		any |= letter == 'n';
		if (letter == 'p')
			var = l.arg;
	}
	if (var)
		sh_var_unset(sh, sh_var_named(sh, var, strlen(var)));
	if (sh->subshell && sh->background_forgotten)
		sh_jobs_forget(sh);
	out_flush();
	if (l.index >= argc)
		return any ? wait_any(sh, NULL, 0, var) : wait_all_jobs(sh);
	wanted = sh_stack_alloc(sh, (size_t)argc * sizeof(*wanted));
	for (int i = l.index; i < argc; i++) {
		size_t which;
		struct job *j = job_of_operand(sh, argv[i], &which);
		bool interrupted;
		pid_t pid;

		if (!j) {
			status = which == SIZE_MAX - 1 ? (sh->opt[O_POSIX] ? 2 : 1) : 127;
			continue;
		}
		if (any) {
			wanted[count++] = j;
			continue;
		}
		status = wait_for_job(sh, j, &interrupted);
		if (interrupted) {
			run_interrupting_trap(sh, status);
			return status;
		}
		if (which < j->count && which + 1 < j->count)
			status = sh_status_of(j->processes[which].status);
		pid = j->processes[j->count - 1].pid;
		set_waited(sh, var, pid);
		if (job_state(j) == PROCESS_DONE)
			sh_job_free(sh, j);
	}
	return any && count ? wait_any(sh, wanted, count, var) : status;
}

/* ---- kill ---- */

static int list_signal_names(struct shell *sh, int argc, char **argv, int from)
{
	int status = 0;

	if (from >= argc) {
		for (int i = 1, shown = 0; i < SIGNALS; i++) {
			const char *name = signal_name(i);

			if (!name)
				continue;
			if (sh->opt[O_POSIX])
				out_fmt("%s%s", shown ? "\n" : "", name);
			else
				out_fmt("%2d) SIG%s%s", i, name,
					(shown + 1) % 5 == 0 || i == SIGNALS - 1 ? "\n" : "\t");
			shown++;
		}
		if (sh->opt[O_POSIX])
			out_char('\n');
		return 0;
	}
	for (; from < argc; from++) {
		char *end;
		long n = strtol(argv[from], &end, 10);

		if (*end == 0 && end > argv[from]) {
			const char *name = n >= 0 && n < 256 ? signal_name((int)(n > 128 ? n - 128 : n))
							     : NULL;

			if (name) {
				out_line(name);
				continue;
			}
		} else if (signal_number(argv[from]) >= 0) {
			out_fmt("%d\n", signal_number(argv[from]));
			continue;
		}
		sh_warn(sh, "kill: %s: invalid signal specification", argv[from]);
		status = 1;
	}
	return status;
}

/* Sends a signal to a process, a group or a job. */
static int kill_one(struct shell *sh, const char *arg, int sig)
{
	char *end;
	long pid;

	if (*arg == '%') {
		struct job *j = sh_job_named(sh, arg, false);

		if (!j) {
			sh_warn(sh, "kill: %s: no such job", arg);
			return 1;
		}
		if (j->group) {
			if (kill(-j->group, sig) < 0)
				goto failed;
			if (job_state(j) == PROCESS_STOPPED && (sig == SIGTERM || sig == SIGHUP))
				kill(-j->group, SIGCONT);
			return 0;
		}
		for (size_t i = 0; i < j->count; i++)
			if (j->processes[i].state != PROCESS_DONE && kill(j->processes[i].pid, sig) < 0)
				goto failed;
		return 0;
	}
	pid = strtol(arg, &end, 10);
	if (end == arg || *end) {
		sh_warn(sh, "kill: %s: arguments must be process or job IDs", arg);
		return 1;
	}
	if (kill((pid_t)pid, sig) == 0)
		return 0;
failed:
	sh_warn(sh, "kill: (%s) - %s", arg, strerror(errno));
	return 1;
}

int builtin_kill(struct shell *sh, int argc, char **argv)
{
	int sig = SIGTERM, i = 1, status = 0;

	if (i < argc && (strcmp(argv[i], "-l") == 0 || strcmp(argv[i], "-L") == 0))
		return list_signal_names(sh, argc, argv, i + 1);
	if (i < argc && (strcmp(argv[i], "-s") == 0 || strcmp(argv[i], "-n") == 0)) {
		if (i + 1 >= argc)
			return sh_usage_error(sh, "kill", "%s: option requires an argument", argv[i]);
		sig = signal_number(argv[i + 1]);
		if (sig < 0) {
			sh_warn(sh, "kill: %s: invalid signal specification", argv[i + 1]);
			return 1;
		}
		i += 2;
	} else if (i < argc && argv[i][0] == '-' && argv[i][1] && strcmp(argv[i], "--") != 0) {
		const char *name = argv[i] + 1;

		if (*name == 's' && name[1] && signal_number(name) < 0)
			name++;
		sig = signal_number(name);
		if (sig < 0) {
			sh_warn(sh, "kill: %s: invalid signal specification", name);
			return 1;
		}
		i++;
	}
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	if (i >= argc)
		return sh_usage_error(sh, "kill",
				      "usage: kill [-s sigspec | -n signum | -sigspec] pid | "
				      "jobspec ... or kill -l [sigspec]");
	out_flush();
	for (; i < argc; i++)
		status |= kill_one(sh, argv[i], sig);
	if (sh->traps_any)
		sh_traps_run(sh);
	return status;
}
