/* opts.c - reading a command line by an applet's table of options
 *
 * Follows getopt_long(3) of the GNU C library in what is accepted and in its messages.
 */
#include <stdlib.h>
#include <string.h>
#include "applet.h"
#include "arena.h"
#include "out.h"
#include "quote.h"

struct parser {
	const struct applet *applet;
	char *options; /* the applet's options struct */
	char **argv;   /* the next argument to read */
	char **operands;
	size_t operands_count;
	unsigned at; /* options seen so far */
	const char *const *long_names;
};

/* A flag is its position alone, the others have the position behind what they hold. */
struct flag_field {
	unsigned at;
};
struct value_field {
	const char *value;
	unsigned at;
};

static void take(struct parser *p, size_t i, const char *value)
{
	const struct option_spec *spec = &p->applet->options[i];
	void *field = p->options + spec->offset;

	p->at++;
	if (spec->kind == OPTION_FLAG) {
		((struct flag_field *)field)->at = p->at;
	} else if (spec->kind == OPTION_LIST || spec->kind == OPTION_LIST_OPTIONAL) {
		struct option_list *list = field;
		size_t room = list->count * sizeof(*list->items);

		list->items = arena_grow(list->items, room, room + sizeof(*list->items));
		list->items[list->count++] = (struct option_item){ value, p->at };
	} else {
		struct value_field *one = field;

		if (spec->kind == OPTION_NUMBER && one->value)
			value = arena_printf("%s%s", one->value, value);
		one->value = value;
		one->at = p->at;
	}
}

static bool needs_value(int kind)
{
	return kind == OPTION_VALUE || kind == OPTION_LIST;
}

void print_version(void)
{
	out_fmt("%s (box) %s\n", applet_name(), BOX_VERSION);
}

bool print_asked(bool help, bool version)
{
	if (help)
		print_help(this_applet());
	if (version)
		print_version();
	return help || version;
}

static _Noreturn void show_version(void)
{
	print_version();
	leave(0);
}

static _Noreturn void show_help(const struct applet *a)
{
	print_help(a);
	leave(0);
}

/* Whether two entries of the table (the last two being --help and --version) mean the same. */
static bool same_option(const struct applet *a, size_t i, size_t j)
{
	return i < a->options_count && j < a->options_count && a->options[i].offset == a->options[j].offset &&
	       a->options[i].kind == a->options[j].kind;
}

static _Noreturn void die_ambiguous(const struct parser *p, const char *arg, size_t len)
{
	char *text = arena_printf("option '--%s' is ambiguous; possibilities:", arg);

	for (size_t i = 0; i < p->applet->options_count + 2u; i++)
		if (strncmp(p->long_names[i], arg, len) == 0 && *p->long_names[i])
			text = arena_printf("%s '--%s'", text, p->long_names[i]);
	die_usage("%s", text);
}

/* Finds the long option that `arg` (without its dashes, `len` bytes before any `=`) names or abbreviates. */
static size_t find_long(const struct parser *p, const char *arg, size_t len)
{
	size_t count = p->applet->options_count + 2u, found = count;

	for (size_t i = 0; i < count; i++) {
		const char *name = p->long_names[i];

		if (!*name || strncmp(name, arg, len) != 0)
			continue;
		if (name[len] == 0)
			return i;
		if (found == count)
			found = i;
		else if (!same_option(p->applet, found, i))
			found = count + 1;
	}
	if (found > count) {
		/* an exact name may still follow in the table, and is then what was meant */
		for (size_t i = 0; i < count; i++)
			if (strncmp(p->long_names[i], arg, len) == 0 && *p->long_names[i] &&
			    p->long_names[i][len] == 0)
				return i;
		die_ambiguous(p, arg, len);
	}
	if (found == count)
		die_usage("unrecognized option '--%s'", arg);
	return found;
}

static void take_long(struct parser *p, const char *arg)
{
	const struct applet *a = p->applet;
	size_t len = strcspn(arg, "=");
	size_t i = find_long(p, arg, len);
	const char *value = arg[len] ? arg + len + 1 : NULL;
	int kind = i < a->options_count ? a->options[i].kind : OPTION_FLAG;

	if (value && kind == OPTION_FLAG)
		die_usage("option '--%s' doesn't allow an argument", p->long_names[i]);
	if (i == a->options_count)
		show_help(a);
	if (i == a->options_count + 1u)
		show_version();
	if (!value && needs_value(kind)) {
		if (!*p->argv)
			die_usage("option '--%s' requires an argument", p->long_names[i]);
		value = *p->argv++;
	}
	take(p, i, value);
}

static size_t find_letter(const struct applet *a, char c)
{
	size_t number = a->options_count;

	for (size_t i = 0; i < a->options_count; i++) {
		if (a->options[i].kind == OPTION_NUMBER)
			number = i;
		else if (a->options[i].letter == c)
			return i;
	}
	return c >= '0' && c <= '9' ? number : a->options_count;
}

/* Reads the cluster of letters in `arg`, behind its dash. */
static void take_letters(struct parser *p, const char *arg)
{
	while (*arg) {
		char c = *arg++;
		size_t i = find_letter(p->applet, c);
		int kind;

		if (i == p->applet->options_count)
			die_usage("invalid option -- '%c'", c);
		kind = p->applet->options[i].kind;
		if (kind == OPTION_FLAG) {
			take(p, i, NULL);
		} else if (kind == OPTION_NUMBER) {
			take(p, i, arena_memdup(&c, 1));
		} else {
			if (!*arg && needs_value(kind)) {
				if (!*p->argv)
					die_usage("option requires an argument -- '%c'", c);
				arg = *p->argv++;
			} else if (!*arg) {
				arg = NULL;
			}
			take(p, i, arg);
			return;
		}
	}
}

static bool is_option(const struct applet *a, const char *arg)
{
	if (arg[0] != '-' || !arg[1])
		return false;
	return !(a->flags & APPLET_NUMBERS && (arg[1] == '.' || (arg[1] >= '0' && arg[1] <= '9')));
}

char **parse_options(const struct applet *a, void *options, char **argv)
{
	struct parser p = { .applet = a, .options = options, .argv = argv };
	bool stop = a->flags & (APPLET_STOP | APPLET_NUMBERS) || getenv("POSIXLY_CORRECT");
	const char **long_names = arena_array(const char *, a->options_count + 2u);
	const char *name = a->long_names;
	size_t n = 0;

	for (size_t i = 0; i < a->options_count + 2u; i++, name += strlen(name) + 1)
		long_names[i] = name;
	p.long_names = long_names;
	while (argv[n])
		n++;
	p.operands = arena_array(char *, n + 1);
	while (*p.argv) {
		char *arg = *p.argv;

		if (strcmp(arg, "--") == 0) {
			p.argv++;
			break;
		}
		if (!is_option(a, arg)) {
			if (stop)
				break;
			p.operands[p.operands_count++] = arg;
			p.argv++;
			continue;
		}
		p.argv++;
		if (arg[1] == '-')
			take_long(&p, arg + 2);
		else
			take_letters(&p, arg + 1);
	}
	while (*p.argv)
		p.operands[p.operands_count++] = *p.argv++;
	return p.operands;
}

static int choose_among(const char *const *names, const int *same, const char *word, bool whole,
			const char *option)
{
	size_t len = strlen(word) + whole;
	int found = -1;
	bool ambiguous = false;
	char *valid = arena_strdup("");

	for (int i = 0; names[i]; i++) {
		int value = same ? same[i] : i;

		if (strcmp(names[i], word) == 0)
			return value;
		if (strncmp(names[i], word, len) == 0) {
			ambiguous |= found >= 0 && found != value;
			found = value;
		}
	}
	if (found >= 0 && !ambiguous)
		return found;
	for (int i = 0; names[i]; i++)
		valid = arena_printf("%s%s%s", valid,
				     i > 0 && same && same[i] == same[i - 1] ? ", " : "\n  - ",
				     quote(names[i]));
	die_status_usage(1, "%s argument %s for %s\nValid arguments are:%s",
			 ambiguous ? "ambiguous" : "invalid", quote(word), quote(option), valid);
}

int choose(const char *const *names, const int *same, const char *word, const char *option)
{
	return choose_among(names, same, word, false, option);
}

int choose_exact(const char *const *names, const char *word, const char *option)
{
	return choose_among(names, NULL, word, true, option);
}
