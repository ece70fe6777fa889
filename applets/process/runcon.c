/* runcon - run a program in another security context, or print the context
 *
 * usage: runcon CONTEXT COMMAND [ARG]...
 * usage: runcon [-c] [-u USER] [-r ROLE] [-t TYPE] [-l RANGE] COMMAND [ARG]...
 *
 *   -c, --compute         begin with the context that the kernel would give COMMAND
 *   -t, --type=TYPE...    the type of the context
 *   -u, --user=USER...    its user
 *   -r, --role=ROLE...    its role
 *   -l, --range=RANGE...  its range
 *
 * Without any of these and COMMAND prints the context.
 *
 * Exit status: that of COMMAND; 1 if runcon fails, 126 if COMMAND cannot be run, 127 if it is not found.
 *
 * install: /usr/bin
 * options: stop
 * follows: GNU coreutils manual, "runcon invocation"; SELinux keeps contexts in /proc/PID/attr
 */
#include <sys/xattr.h>
#include "libbb.h"
#include "command.h"
#include "runcon.gen.h"

enum part { USER, ROLE, TYPE, RANGE, PARTS };

/* Returns the contents of a file without the newline or NUL at the end, or NULL with errno set. */
static char *read_text(const char *path)
{
	int fd = open_file(path, O_RDONLY, 0);
	size_t len;
	char *text = fd < 0 ? NULL : read_file(fd, &len);

	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static char *own_context(void)
{
	char *context = read_text("/proc/self/attr/current");

	if (!context)
		die_errno("failed to get current context");
	return context;
}

/* Whether this kernel has SELinux: its file system is mounted. */
static bool has_selinux(void)
{
	return access("/sys/fs/selinux/create", F_OK) == 0;
}

/* The context that the kernel gives a process of ours that runs the command. */
static char *computed_context(const char *context, const char *command)
{
	char *file = arena_alloc(4096), *answer = arena_alloc(4096);
	const char *class = read_text("/sys/fs/selinux/class/process/index"), *query;
	int fd = open_file("/sys/fs/selinux/create", O_RDWR, 0);

	if (getxattr(command, "security.selinux", file, 4095) < 0)
		die_errno("failed to get security context of %s", quote_file(command));
	query = arena_printf("%s %s %s", context, file, class ? class : "2");
	if (fd < 0 || write_all(fd, query, strlen(query)) < 0 || read_some(fd, answer, 4095) < 0)
		die_errno("failed to compute a new context");
	return answer;
}

static const char *with_parts(const char *old, const char *const parts[PARTS])
{
	char *rest = arena_strdup(old);
	const char *part[PARTS] = { NULL };

	for (int i = 0; i < PARTS && rest; i++)
		part[i] = i == RANGE ? rest : strsep(&rest, ":");
	if (!part[TYPE]) {
		errno = EINVAL;
		die_errno("failed to create security context: %s", quote(old));
	}
	for (int i = 0; i < PARTS; i++)
		if (parts[i])
			part[i] = parts[i];
	return arena_printf("%s:%s:%s%s%s", part[USER], part[ROLE], part[TYPE], part[RANGE] ? ":" : "",
			    part[RANGE] ? part[RANGE] : "");
}

/* The argument of an option, NULL if there is none; dies if there are several. */
static const char *only(const struct option_list *list, const char *name)
{
	if (list->count > 1)
		die("multiple %s", name);
	return list->count ? list->items[0].value : NULL;
}

/* Has the kernel run the next program in the context. */
static void ask_for(const char *context)
{
	int fd = open_file("/proc/self/attr/exec", O_WRONLY, 0);

	if (fd < 0 || write_all(fd, context, strlen(context) + 1) < 0)
		die_errno("unable to set security context %s", quote(context));
	close_file(fd);
}

int runcon_main(struct runcon_options *opt, char **argv)
{
	const char *parts[PARTS] = { only(&opt->user, "users"), only(&opt->role, "roles"),
				     only(&opt->type, "types"), only(&opt->range, "levelranges") };
	bool partial = opt->compute || parts[USER] || parts[ROLE] || parts[TYPE] || parts[RANGE];
	const char *context;

	if (!*argv) {
		out_line(own_context());
		return 0;
	}
	context = partial ? NULL : *argv++;
	if (!*argv)
		die_usage("no command specified");
	if (!has_selinux())
		die("runcon may be used only on a SELinux kernel");
	if (partial) {
		context = own_context();
		if (opt->compute)
			context = computed_context(context, *argv);
		context = with_parts(context, parts);
	}
	ask_for(context);
	run_command(argv, "%s");
}
