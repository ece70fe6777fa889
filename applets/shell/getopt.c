/* getopt - read the options of a shell script
 *
 * usage: getopt OPTSTRING PARAMETER...
 * usage: getopt [OPTION]... [--] OPTSTRING PARAMETER...
 * usage: getopt [OPTION]... -o OPTSTRING [OPTION]... [--] PARAMETER...
 *
 *   -a, --alternative           long options may begin with one -
 *   -l, --longoptions=LIST...   long options, separated by commas or blanks
 *   -n, --name=NAME             the name that is told in messages
 *   -o, --options=OPTSTRING     short options
 *   -q, --quiet                 no messages
 *   -Q, --quiet-output          no output
 *   -s, --shell=SHELL           quote for sh, bash, csh or tcsh
 *   -T, --test                  only end with status 4, which tells this getopt from old ones
 *   -u, --unquoted              do not quote
 *   -V                          print the version
 *   -h                          print this
 *
 * A : after an option is for an argument, :: for one that may be left out. OPTSTRING begins with + if options end at
 * the first other parameter, with - if these keep their places. The output is the parameters, the options
 * first and -- behind them, for `eval set -- OUTPUT'. In the first form nothing is quoted.
 *
 * Exit status: 1 if the PARAMETERs are wrong, 2 if the options of getopt are.
 *
 * install: /usr/bin
 * options: manual stop
 * status: 2
 * follows: getopt(1) of util-linux; getopt_long(3)
 */
#include <ctype.h>
#include "libbb.h"
#include "getopt.gen.h"

enum argument { NONE, REQUIRED, OPTIONAL };

struct long_option {
	const char *name;
	enum argument argument;
};

struct script {
	const char *name, *letters;
	struct long_option *longs;
	size_t longs_count;
	bool alternative, quiet, silent, unquoted, csh;
	bool stop, in_place; /* the + or - of the letters */
	char **next;         /* parameter */
	const char **rest;   /* those that are no options */
	size_t rest_count;
	int status;
};

/* --- output ------------------------------------------------------------------------------------------------------ */

/* Writes a parameter, quoted for the shell. */
static void put_quoted(const struct script *s, const char *text)
{
	if (s->silent)
		return;
	out_char(' ');
	if (s->unquoted) {
		out_str(text);
		return;
	}
	out_char('\'');
	for (; *text; text++)
		if (*text == '\'')
			out_str("'\\''");
		else if (s->csh && *text == '\\')
			out_str("\\\\");
		else if (s->csh && *text == '!')
			out_str("'\\!'");
		else if (s->csh && *text == '\n')
			out_str("\\n");
		else if (s->csh && isspace((unsigned char)*text))
			out_fmt("'\\%c'", *text);
		else
			out_char(*text);
	out_char('\'');
}

static void put_plain(const struct script *s, const char *prefix, const char *text, size_t len)
{
	if (!s->silent)
		out_fmt(" %s%.*s", prefix, (int)len, text);
}

static void complain(struct script *s, const char *message)
{
	const char *line = arena_printf("%s: %s\n", s->name, message);

	s->status = 1;
	if (s->quiet)
		return;
	out_flush();
	write_all(STDERR_FILENO, line, strlen(line));
}

/* --- reading ----------------------------------------------------------------------------------------------------- */

/* How many colons follow, two at most. */
static enum argument argument_of(const char *colons)
{
	return colons[0] != ':' ? NONE : colons[1] != ':' ? REQUIRED : OPTIONAL;
}

/* Returns the letter among the options, or NULL. */
static const char *find_letter(const struct script *s, char c)
{
	return c == ':' || c == ';' ? NULL : strchr(s->letters, c);
}

/* A cluster of letters. */
static void read_letters(struct script *s, const char *p)
{
	while (*p) {
		const char *option = find_letter(s, *p);
		enum argument argument = option ? argument_of(option + 1) : NONE;

		if (!option) {
			complain(s, arena_printf("invalid option -- '%c'", *p++));
			continue;
		}
		if (argument == REQUIRED && !p[1] && !*s->next) {
			complain(s, arena_printf("option requires an argument -- '%c'", *p));
			return;
		}
		put_plain(s, "-", p++, 1);
		if (argument == NONE)
			continue;
		put_quoted(s, *p || argument == OPTIONAL ? p : *s->next++);
		return;
	}
}

/* Finds a long option by its name or a beginning of that. Returns NULL if there is none, or several, *several then tells. */
static const struct long_option *find_long(const struct script *s, const char *name, size_t len,
					   bool *several)
{
	const struct long_option *found = NULL;

	*several = false;
	for (size_t i = 0; i < s->longs_count; i++) {
		const struct long_option *l = &s->longs[i];

		if (strncmp(l->name, name, len) != 0)
			continue;
		if (!l->name[len]) {
			*several = false;
			return l;
		}
		*several |= found != NULL;
		found = l;
	}
	return *several ? NULL : found;
}

static void complain_of_several(struct script *s, const char *word, const char *name, size_t len)
{
	struct buf text = { 0 };

	buf_fmt(&text, "option '%s' is ambiguous; possibilities:", word);
	for (size_t i = 0; i < s->longs_count; i++)
		if (strncmp(s->longs[i].name, name, len) == 0)
			buf_fmt(&text, " '%.*s%s'", word[1] == '-' ? 2 : 1, word, s->longs[i].name);
	complain(s, text.data);
}

/* A long option, in a word that begins with `dashes` of them. Returns false if it is none and may be letters. */
static bool read_long(struct script *s, const char *word, int dashes)
{
	const char *name = word + dashes;
	size_t len = strcspn(name, "=");
	const char *value = name[len] ? name + len + 1 : NULL;
	const char *shown = arena_printf("%.*s", dashes, word);
	const struct long_option *option;
	bool several;

	option = find_long(s, name, len, &several);
	if (!option && !several && dashes == 1 && find_letter(s, *name))
		return false;
	if (several)
		complain_of_several(s, word, name, len);
	else if (!option)
		complain(s, arena_printf("unrecognized option '%s'", word));
	else if (value && option->argument == NONE)
		complain(s, arena_printf("option '%s%s' doesn't allow an argument", shown, option->name));
	else if (option->argument == REQUIRED && !value && !*s->next)
		complain(s, arena_printf("option '%s%s' requires an argument", shown, option->name));
	else {
		put_plain(s, "--", option->name, strlen(option->name));
		if (option->argument == REQUIRED && !value)
			value = *s->next++;
		if (option->argument != NONE)
			put_quoted(s, value ? value : "");
	}
	return true;
}

/* Reads all parameters and writes them, the options first. */
static void read_parameters(struct script *s)
{
	while (*s->next) {
		const char *word = *s->next;

		if (word[0] != '-' || !word[1]) {
			if (s->stop)
				break;
			s->next++;
			if (s->in_place)
				put_quoted(s, word);
			else
				s->rest[s->rest_count++] = word;
			continue;
		}
		s->next++;
		if (strcmp(word, "--") == 0)
			break;
		if (word[1] == '-')
			read_long(s, word, 2);
		else if (!s->alternative || !s->longs_count || (!word[2] && find_letter(s, word[1])) ||
			 !read_long(s, word, 1))
			read_letters(s, word + 1);
	}
	while (*s->next)
		s->rest[s->rest_count++] = *s->next++;
	if (!s->silent)
		out_str(" --");
	for (size_t i = 0; i < s->rest_count; i++)
		put_quoted(s, s->rest[i]);
	if (!s->silent)
		out_char('\n');
}

/* --- getopt's own options ---------------------------------------------------------------------------------------- */

static void add_longs(struct script *s, const char *list)
{
	char *copy = arena_strdup(list), *word;
	size_t room = s->longs_count;

	while ((word = strsep(&copy, ", \t\n"))) {
		size_t len = strlen(word);
		struct long_option option = { word, NONE };

		if (!len)
			continue;
		for (; len > 0 && word[len - 1] == ':' && option.argument < OPTIONAL; len--)
			option.argument++;
		word[len] = '\0';
		if (!len)
			die_usage("empty long option after -l or --long argument");
		room = s->longs_count;
		s->longs = arena_grow(s->longs, room * sizeof(option), (room + 1) * sizeof(option));
		s->longs[s->longs_count++] = option;
	}
}

/* Takes OPTSTRING; in the first form of the command line the + and - in front of it mean nothing. */
static void set_letters(struct script *s, const char *letters, bool old_form)
{
	s->stop = (*letters == '+' && !old_form) || getenv("POSIXLY_CORRECT");
	s->in_place = *letters == '-' && !s->stop && !old_form;
	letters += *letters == '+' || *letters == '-';
	if (*letters == ':') {
		s->quiet = true;
		letters++;
	}
	s->letters = letters;
}

/* Reads the options in the newer forms. Returns the operands. */
static char **read_options(struct script *s, struct getopt_options *opt, char **argv)
{
	argv = parse_options(this_applet(), opt, argv);
	if (print_asked(opt->h, opt->V))
		leave(0);
	if (opt->test)
		leave(4);
	for (size_t i = 0; i < opt->longoptions.count; i++)
		add_longs(s, opt->longoptions.items[i].value);
	if (opt->shell) {
		s->csh = strcmp(opt->shell, "csh") == 0 || strcmp(opt->shell, "tcsh") == 0;
		if (!s->csh && strcmp(opt->shell, "sh") != 0 && strcmp(opt->shell, "bash") != 0)
			die_usage("unknown shell after -s or --shell argument");
	}
	s->alternative = opt->alternative;
	s->quiet = opt->quiet;
	s->silent = opt->quiet_output;
	s->unquoted = opt->unquoted;
	if (opt->name)
		s->name = opt->name;
	return argv;
}

int getopt_main(struct getopt_options *opt, char **argv)
{
	struct script s = { .name = applet_name() };
	const char *letters;
	size_t count = 0;
	bool old_form;

	if (!*argv)
		die_usage("missing optstring argument");
	s.unquoted = old_form = getenv("GETOPT_COMPATIBLE") || **argv != '-';
	if (!old_form)
		argv = read_options(&s, opt, argv);
	letters = opt->options ? opt->options : *argv++;
	if (!letters)
		die_usage("missing optstring argument");
	set_letters(&s, letters, old_form);
	while (argv[count])
		count++;
	s.rest = arena_array(const char *, count + 1);
	s.next = argv;
	read_parameters(&s);
	return s.status;
}
