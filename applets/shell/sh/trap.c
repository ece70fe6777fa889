/* trap.c - signals and traps
 *
 * A caught signal is only noted (signals.h); its action runs between commands.
 * POSIX.1-2024 XCU 2.12 and trap; the Bash manual, "Bourne Shell Builtins",
 * trap.
 */
#include "sh.h"
#include "signals.h"

static const char *const extra_names[] = { "ERR", "DEBUG", "RETURN" };

/* What a signal was when the shell began: ignored signals stay so, if it is not
 * interactive. */
static bool ignored_on_entry(struct shell *sh, int sig)
{
	if (!sh->signal_was[sig])
		sh->signal_was[sig] = signal_ignored(sig) ? 1 : 2;
	return sh->signal_was[sig] == 1;
}

/* The number of a condition by name; -1 if there is none. */
static int condition(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(name, extra_names[i]) == 0)
			return TRAP_ERR + i;
	return signal_number(name);
}

static const char *condition_name(const struct shell *sh, int which)
{
	const char *name;
	char *long_name;

	if (which >= TRAP_ERR)
		return extra_names[which - TRAP_ERR];
	name = signal_name(which);
	if (which == 0 || sh->opt[O_POSIX] || !name)
		return name;
	long_name = arena_printf("SIG%s", name);
	return long_name;
}

/* Signals that an interactive shell handles itself. */
static bool own_signal(const struct shell *sh, int sig)
{
	if (!sh->interactive)
		return false;
	return sig == SIGINT || sig == SIGTERM || sig == SIGQUIT ||
	       (sh->job_control && (sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU));
}

/* Sets a signal to what the shell itself wants when there is no trap. */
static void set_default(struct shell *sh, int sig)
{
	if (!own_signal(sh, sig)) {
		if (!ignored_on_entry(sh, sig) || sh->interactive)
			signal_default(sig);
	} else if (sig == SIGINT) {
		signal_catch(sig);
	} else {
		signal_ignore(sig);
	}
}

static void count_traps(struct shell *sh)
{
	sh->traps_any = sh->interactive;
	for (int i = 1; i < SIGNALS; i++)
		if (sh->traps[i] && *sh->traps[i])
			sh->traps_any = true;
}

void sh_traps_start(struct shell *sh)
{
	if (sh->interactive) {
		ignored_on_entry(sh, SIGINT);
		ignored_on_entry(sh, SIGTERM);
		ignored_on_entry(sh, SIGQUIT);
		set_default(sh, SIGINT);
		set_default(sh, SIGTERM);
		set_default(sh, SIGQUIT);
	}
	count_traps(sh);
}

void sh_signals_for_child(struct shell *sh)
{
	static const int own[] = { SIGINT, SIGTERM, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU };

	for (int i = 1; i < SIGNALS && sh->traps_any; i++)
		if (sh->traps[i] && *sh->traps[i])
			signal_default(i);
	if (!sh->interactive && !sh->job_control)
		return;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (own_signal(sh, own[i]) || (sh->job_control && own[i] >= SIGTSTP)) {
			if (sh->traps[own[i]] && !*sh->traps[own[i]])
				continue;
			if (sh->signal_was[own[i]] != 1)
				signal_default(own[i]);
			else
				signal_ignore(own[i]);
		}
}

void sh_traps_reset(struct shell *sh)
{
	sh_signals_for_child(sh);
	for (int i = 0; i < TRAPS; i++) {
		char *action = sh->traps[i];

		free(sh->parent_traps[i]);
		sh->parent_traps[i] = NULL;
		if (!action || (!*action && i > 0 && i < SIGNALS))
			continue;
		if ((i == TRAP_ERR && sh->opt[O_ERRTRACE]) || (i > TRAP_ERR && sh->opt[O_FUNCTRACE]))
			continue;
		sh->parent_traps[i] = action;
		sh->traps[i] = NULL;
	}
	sh->traps_any = false;
	sh->trap_pending = false;
	signal_waiting();
	for (int i = 1; i < SIGNALS; i++)
		signal_take(i);
}

bool sh_traps_waiting(struct shell *sh)
{
	if (sh->traps_any && signal_waiting())
		sh->trap_pending = true;
	return sh->trap_pending;
}

/* Runs an action; $? is what it was before, unless it exits. */
static void run_action(struct shell *sh, const char *action)
{
	int status = sh->status, outer = sh->trap_status;
	enum flow flow = sh->flow;
	int levels = sh->levels, count = sh->pipestatus_count;
	unsigned line = sh->line;
	char *copy = sh_xstrdup(action);
	int depth = sh->trap_depth;

	sh->trap_depth = sh->functions_deep;
	sh->flow = FLOW_NONE;
	sh->trap_running++;
	sh->trap_status = status;
	sh_run_text(sh, copy, NULL, line ? line : 1);
	free(copy);
	sh->trap_running--;
	sh->trap_status = outer;
	sh->trap_depth = depth;
	if (sh->flow == FLOW_NONE) {
		sh->status = status;
		sh->flow = flow;
		sh->levels = levels;
	}
	sh->pipestatus_count = count;
	sh->line = line;
}

void sh_traps_run(struct shell *sh)
{
	if (!sh->trap_pending && !sh_traps_waiting(sh))
		return;
	sh->trap_pending = false;
	for (int i = 1; i < SIGNALS; i++) {
		if (sh->traps[i] && *sh->traps[i]) {
			if (signal_take(i))
				run_action(sh, sh->traps[i]);
		} else if (i == SIGINT && sh->interactive && signal_take(i)) {
			sh->status = 130;
			sh_throw(sh, THROW_INTERRUPT);
		}
	}
}

void sh_trap_run(struct shell *sh, int which)
{
	bool *running = which == TRAP_DEBUG ? &sh->in_debug : &sh->in_err;
	bool before = *running;

	if (!sh->traps[which] || !*sh->traps[which])
		return;
	*running = true;
	run_action(sh, sh->traps[which]);
	*running = before;
}

void sh_trap_exit(struct shell *sh)
{
	char *action = sh->traps[0];
	struct catcher catcher;

	if (sh->exiting || !action || !*action)
		return;
	sh->exiting = true;
	sh->traps[0] = NULL;
	sh->flow = FLOW_NONE;
	sh->untested = 0;
	sh_catch_begin(sh, &catcher);
	if (setjmp(catcher.env) == 0) {
		int status = sh->status;

		sh->trap_running++;
		sh->trap_status = status;
		sh->trap_depth = sh->functions_deep;
		sh_run_text(sh, action, NULL, 1);
		sh->status = status;
		sh_catch_end(sh, &catcher);
	} else {
		sh_catch_unwind(sh, &catcher);
	}
	sh->exiting = false;
}

/* ---- the builtin ---- */

static void show_trap(struct shell *sh, int which)
{
	const char *action = sh->traps[which] ? sh->traps[which] : sh->parent_traps[which];
	struct sbuf b = { 0 };

	if (!action && !sh->opt[O_POSIX] && which > 0 && which < SIGNALS && !sh->interactive &&
	    ignored_on_entry(sh, which))
		action = "";
	if (!action)
		return;
	sh_sbuf_str(&b, "trap -- ");
	sh_quote_single(&b, action);
	sh_sbuf_fmt(&b, " %s\n", condition_name(sh, which));
	out_mem(b.p, b.len);
	free(b.p);
}

static void set_trap(struct shell *sh, int which, const char *action)
{
	if (which > 0 && which < SIGNALS && !sh->interactive && ignored_on_entry(sh, which))
		return;
	if (which == SIGKILL || which == SIGSTOP)
		return;
	free(sh->traps[which]);
	sh->traps[which] = action ? sh_xstrdup(action) : NULL;
	if (which == 0 || which >= SIGNALS)
		return;
	if (!action)
		set_default(sh, which);
	else if (!*action)
		signal_ignore(which);
	else
		signal_catch(which);
	count_traps(sh);
}

static void list_signals(void)
{
	for (int i = 1, shown = 0; i < SIGNALS; i++) {
		const char *name = signal_name(i);

		if (!name)
			continue;
		shown++;
		out_fmt("%2d) SIG%s%s", i, name, shown % 5 == 0 || i == SIGNALS - 1 ? "\n" : "\t");
	}
}

int builtin_trap(struct shell *sh, int argc, char **argv)
{
	struct letters l = LETTERS(argc, argv);
	bool print = false;
	const char *action;
	int letter, status = 0, i;

	/* an action may begin with a dash: only -p and -l are options */
	while (l.index < argc &&
	       (strcmp(argv[l.index], "-p") == 0 || strcmp(argv[l.index], "-l") == 0 ||
		strcmp(argv[l.index], "-P") == 0 || strcmp(argv[l.index], "-lp") == 0) &&
	       (letter = sh_next_letter(sh, &l, "lpP"))) {
		if (letter == 'l') {
			list_signals();
			return 0;
		}
		print = true;
	}
	i = l.index;
	if (i < argc && strcmp(argv[i], "--") == 0)
		i++;
	else if (i < argc && argv[i][0] == '-' && argv[i][1] && !print)
		return sh_usage_error(sh, "trap", "%s: invalid option", argv[i]);
	if (i >= argc) {
		for (int which = 0; which < TRAPS; which++)
			show_trap(sh, which);
		return 0;
	}
	if (print) {
		for (; i < argc; i++) {
			int which = condition(argv[i]);

			if (which < 0) {
				sh_warn(sh, "trap: %s: invalid signal specification", argv[i]);
				status = 1;
			} else {
				show_trap(sh, which);
			}
		}
		return status;
	}
	action = argv[i];
	if ((action[0] && action[strspn(action, "0123456789")] == 0) ||
	    (i + 1 == argc && condition(action) >= 0)) {
		action = NULL;
	} else {
		i++;
		if (strcmp(action, "-") == 0)
			action = NULL;
	}
	if (i >= argc)
		return sh_usage_error(sh, "trap", "usage: trap [-lp] [[arg] signal_spec ...]");
	for (int which = 0; which < TRAPS; which++) {
		free(sh->parent_traps[which]);
		sh->parent_traps[which] = NULL;
	}
	for (; i < argc; i++) {
		int which = condition(argv[i]);

		if (which < 0) {
			sh_warn(sh, "trap: %s: invalid signal specification", argv[i]);
			status = 1;
			continue;
		}
		set_trap(sh, which, action);
	}
	return status;
}
