/* test_run.c - running applets as functions: arena, output, files, leaving; and the option parser's rules and messages */
#include <check.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
#include "libbb.h"
#include "run_suites.h"

struct trial_options {
	unsigned all;
	const char *lines;
	unsigned lines_at;
	const char *color;
	unsigned color_at;
	struct option_list expression;
	const char *NUM;
	unsigned NUM_at;
	unsigned alphabet;
};

static const struct option_spec trial_specs[] = {
	{ OPTION_FLAG, 'a', offsetof(struct trial_options, all) },
	{ OPTION_VALUE, 'n', offsetof(struct trial_options, lines) },
	{ OPTION_OPTIONAL, 'c', offsetof(struct trial_options, color) },
	{ OPTION_LIST, 'e', offsetof(struct trial_options, expression) },
	{ OPTION_NUMBER, '0', offsetof(struct trial_options, NUM) },
	{ OPTION_FLAG, 0, offsetof(struct trial_options, alphabet) },
	{ OPTION_OPTIONAL, 0, offsetof(struct trial_options, color) },
};
static const char trial_names[] = "all\0lines\0color\0expression\0\0alphabet\0colour\0help\0version";

/* Prints what the parser made of the command line. */
static int show_main(void *options, char **argv)
{
	const struct trial_options *o = options;

	if (o->all)
		out_fmt("all@%u ", o->all);
	if (o->alphabet)
		out_fmt("alphabet@%u ", o->alphabet);
	if (o->lines_at)
		out_fmt("lines=%s@%u ", o->lines, o->lines_at);
	if (o->color_at)
		out_fmt("color=%s@%u ", o->color ? o->color : "(none)", o->color_at);
	for (size_t i = 0; i < o->expression.count; i++)
		out_fmt("e=%s@%u ", o->expression.items[i].value, o->expression.items[i].at);
	if (o->NUM)
		out_fmt("NUM=%s@%u ", o->NUM, o->NUM_at);
	for (; *argv; argv++)
		out_fmt("[%s]", *argv);
	return 0;
}

static struct applet trial = {
	.name = "trial",
	.main = show_main,
	.options = trial_specs,
	.long_names = trial_names,
	.options_size = sizeof(struct trial_options),
	.options_count = sizeof(trial_specs) / sizeof(trial_specs[0]),
	.trouble = 7,
};

/* What the last run wrote to standard error. */
static char said[4096];

/* Runs `a` with the words of `line`; returns its standard output, malloc'ed. */
static char *run_line(const struct applet *a, const char *line, int *status)
{
	char *words[32] = { strdup(a->name) }, *copy = strdup(line), *text, name[] = "/tmp/box-unit-XXXXXX";
	int n = 1, saved = dup(2), file = mkstemp(name);
	ssize_t got;
	size_t len;

	ck_assert_int_ge(file, 0);
	for (char *w = strtok(copy, " "); w; w = strtok(NULL, " "))
		words[n++] = w;
	dup2(file, 2);
	*status = run_applet_captured(a, words, &text, &len);
	dup2(saved, 2);
	close(saved);
	got = pread(file, said, sizeof(said) - 1, 0);
	said[got > 0 ? got : 0] = 0;
	close(file);
	unlink(name);
	free(words[0]);
	free(copy);
	return text;
}

static void expect(const char *line, const char *out, int want_status, const char *err)
{
	int status;
	char *text = run_line(&trial, line, &status);

	ck_assert_str_eq(text, out);
	ck_assert_str_eq(said, err);
	ck_assert_int_eq(status, want_status);
	free(text);
}

#define TRY "Try 'trial --help' for more information.\n"

START_TEST(accepts)
{
	unsetenv("POSIXLY_CORRECT");
	trial.flags = 0;
	expect("", "", 0, "");
	expect("x -a y", "all@1 [x][y]", 0, "");
	expect("-- -a", "[-a]", 0, "");
	expect("- -a", "all@1 [-]", 0, "");
	expect("-n5 -n 6", "lines=6@2 ", 0, "");
	expect("-an5", "all@1 lines=5@2 ", 0, "");
	expect("--lines=5 --lines 6", "lines=6@2 ", 0, "");
	expect("--lines=", "lines=@1 ", 0, "");
	expect("--li 3", "lines=3@1 ", 0, "");
	expect("-c x", "color=(none)@1 [x]", 0, "");
	expect("-cx", "color=x@1 ", 0, "");
	expect("--color x", "color=(none)@1 [x]", 0, "");
	expect("--col=x", "color=x@1 ", 0, "");
	expect("--colour=y", "color=y@1 ", 0, "");
	expect("-e 1 -a -e 2 --expr=3", "all@2 e=1@1 e=2@3 e=3@4 ", 0, "");
	expect("-12 -3", "NUM=123@3 ", 0, "");
	expect("-a1a", "all@3 NUM=1@2 ", 0, "");
	expect("--all", "all@1 ", 0, "");
	expect("-n --all", "lines=--all@1 ", 0, "");
}
END_TEST

START_TEST(refuses)
{
	trial.flags = 0;
	expect("--foo", "", 7, "trial: unrecognized option '--foo'\n" TRY);
	expect("--foo=bar", "", 7, "trial: unrecognized option '--foo=bar'\n" TRY);
	expect("-ax", "", 7, "trial: invalid option -- 'x'\n" TRY);
	expect("-n", "", 7, "trial: option requires an argument -- 'n'\n" TRY);
	expect("--lines", "", 7, "trial: option '--lines' requires an argument\n" TRY);
	expect("--all=x", "", 7, "trial: option '--all' doesn't allow an argument\n" TRY);
	expect("--al", "", 7, "trial: option '--al' is ambiguous; possibilities: '--all' '--alphabet'\n" TRY);
	expect("--al=x", "", 7,
	       "trial: option '--al=x' is ambiguous; possibilities: '--all' '--alphabet'\n" TRY);
}
END_TEST

START_TEST(where_options_end)
{
	trial.flags = APPLET_STOP;
	expect("-a x -a", "all@1 [x][-a]", 0, "");
	trial.flags = APPLET_NUMBERS;
	expect("-a -5 -a", "all@1 [-5][-a]", 0, "");
	expect("-.5", "[-.5]", 0, "");
	trial.flags = 0;
	setenv("POSIXLY_CORRECT", "1", 1);
	expect("x -a", "[x][-a]", 0, "");
	unsetenv("POSIXLY_CORRECT");
}
END_TEST

static int inner_main(void *options, char **argv)
{
	(void)options;
	(void)argv;
	out_str("inner");
	open_file("/dev/null", O_RDONLY, 0);
	arena_alloc(1 << 20);
	die_status(9, "%s", "leaving");
}

static const struct applet inner = {
	.name = "inner", .main = inner_main, .long_names = "help\0version", .trouble = 1
};

static int lowest_free_fd(void)
{
	int fd = dup(0);

	close(fd);
	return fd;
}

static int outer_main(void *options, char **argv)
{
	char name[] = "inner", *words[] = { name, NULL }, *text;
	int before = lowest_free_fd();
	size_t len;
	char *kept = arena_strdup("kept");

	(void)options;
	(void)argv;
	out_str("before ");
	for (int i = 0; i < 100; i++) {
		ck_assert_int_eq(run_applet_captured(&inner, words, &text, &len), 9);
		ck_assert_str_eq(text, "inner");
		ck_assert_uint_eq(len, 5);
		free(text);
	}
	ck_assert_int_eq(lowest_free_fd(), before);
	ck_assert_str_eq(kept, "kept");
	ck_assert_str_eq(applet_name(), "outer");
	out_str("after");
	return 3;
}

START_TEST(nests)
{
	static const struct applet outer = {
		.name = "outer", .main = outer_main, .long_names = "help\0version", .trouble = 1
	};
	int status;
	char *text = run_line(&outer, "", &status);

	ck_assert_str_eq(text, "before after");
	ck_assert_int_eq(status, 3);
	ck_assert_str_eq(said + strlen(said) - 15, "inner: leaving\n");
	free(text);
}
END_TEST

/* Writes to standard output, whatever that is, and fails to notice that it cannot. */
static int careless_main(void *options, char **argv)
{
	(void)options;
	(void)argv;
	for (int i = 0; i < 100000; i++)
		out_line("text");
	return 0;
}

START_TEST(full_disk)
{
	static const struct applet careless = {
		.name = "careless", .main = careless_main, .long_names = "help\0version", .trouble = 2
	};
	char name[] = "careless", *words[] = { name, NULL };
	int saved = dup(1), saved_err = dup(2), full = open("/dev/full", O_WRONLY),
	    null = open("/dev/null", O_WRONLY);
	int status;

	ck_assert_int_ge(full, 0);
	dup2(full, 1);
	dup2(null, 2);
	status = run_applet(&careless, words);
	dup2(saved, 1);
	dup2(saved_err, 2);
	close(saved);
	close(saved_err);
	close(full);
	close(null);
	ck_assert_int_eq(status, 2);
}
END_TEST

static int arena_main(void *options, char **argv)
{
	struct arena_mark mark;
	char *p = NULL, *q;
	size_t size = 0, capacity = 0, wrong = 0;
	int *numbers = NULL;

	(void)options;
	(void)argv;
	for (size_t want = 1; want < 3000000; want = want * 3 / 2 + 1) {
		p = arena_grow(p, size, want);
		ck_assert_uint_eq((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < size; i++)
			wrong += p[i] != (char)i;
		for (size_t i = size; i < want; i++) {
			wrong += p[i] != 0;
			p[i] = (char)i;
		}
		size = want;
	}
	mark = arena_mark();
	q = arena_alloc(100);
	memset(q, 'x', 100);
	arena_alloc(1000000);
	arena_release(mark);
	q = arena_alloc(100);
	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(q[i], 0);
	for (int i = 0; i < 100000; i++) {
		numbers = arena_reserve(numbers, (size_t)i, &capacity, sizeof(*numbers));
		numbers[i] = i;
	}
	for (int i = 0; i < 100000; i++)
		wrong += numbers[i] != i;
	ck_assert_uint_eq(wrong, 0);
	arena_alloc_array((size_t)-1, 16);
	return 0;
}

START_TEST(arena)
{
	static const struct applet a = {
		.name = "a", .main = arena_main, .long_names = "help\0version", .trouble = 5
	};
	int status;
	char *text = run_line(&a, "", &status);

	ck_assert_str_eq(said, "a: memory exhausted\n");
	ck_assert_int_eq(status, 5);
	free(text);
}
END_TEST

static int reader_main(void *options, char **argv)
{
	struct reader r = { 0 };
	char *line;
	size_t len;
	int fd = open_file(argv[0], O_RDONLY, 0);

	(void)options;
	reader_open(&r, fd);
	while ((line = reader_line(&r, &len, '\n')))
		out_fmt("%zu%s ", len, line[len - 1] == '\n' ? "" : "!");
	ck_assert_int_eq(r.error, 0);
	ck_assert_int_eq(reader_byte(&r), -1);
	return 0;
}

START_TEST(reads_lines)
{
	static const struct applet a = {
		.name = "r", .main = reader_main, .long_names = "help\0version", .trouble = 1
	};
	char name[] = "/tmp/box-unit-XXXXXX";
	int fd = mkstemp(name), status;
	FILE *f = fdopen(fd, "w");
	char *text;

	ck_assert_ptr_nonnull(f);
	fputs("one\n\n", f);
	for (int i = 0; i < 300000; i++)
		fputc('x', f);
	fputs("\nlast", f);
	fclose(f);
	text = run_line(&a, name, &status);
	ck_assert_str_eq(text, "4 1 300001 4! ");
	free(text);
	unlink(name);
}
END_TEST

Suite *run_suite(void)
{
	Suite *s = suite_create("run");
	TCase *t = tcase_create("run");

	tcase_add_test(t, accepts);
	tcase_add_test(t, refuses);
	tcase_add_test(t, where_options_end);
	tcase_add_test(t, nests);
	tcase_add_test(t, full_disk);
	tcase_add_test(t, arena);
	tcase_add_test(t, reads_lines);
	suite_add_tcase(s, t);
	return s;
}
