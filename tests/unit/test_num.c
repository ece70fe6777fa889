/* test_num.c - num.h by examples, and against the installed numfmt and ls */
#include <check.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "num.h"

Suite *num_suite(void);

START_TEST(unsigned_numbers)
{
	static const struct {
		const char *text, *suffixes;
		enum num_error error;
		uintmax_t n;
	} cases[] = {
		{ "0", NULL, NUM_OK, 0 },
		{ "12", NULL, NUM_OK, 12 },
		{ " \t+12", NULL, NUM_OK, 12 },
		{ "007", NULL, NUM_OK, 7 },
		{ "18446744073709551615", NULL, NUM_OK, UINTMAX_MAX },
		{ "18446744073709551616", NULL, NUM_OVERFLOW, UINTMAX_MAX },
		{ "99999999999999999999999", NULL, NUM_OVERFLOW, UINTMAX_MAX },
		{ "99999999999999999999x", NULL, NUM_SUFFIX, 77 },
		{ "", NULL, NUM_INVALID, 77 },
		{ " ", NULL, NUM_INVALID, 77 },
		{ "x", NULL, NUM_INVALID, 77 },
		{ "-1", NULL, NUM_INVALID, 77 },
		{ "-", NULL, NUM_INVALID, 77 },
		{ "+", NULL, NUM_INVALID, 77 },
		{ "1 ", NULL, NUM_SUFFIX, 77 },
		{ "0x10", NULL, NUM_SUFFIX, 77 },
		{ "K", NULL, NUM_INVALID, 77 },
		{ "1K", NULL, NUM_SUFFIX, 77 },
		{ "1K", "bkK", NUM_OK, 1024 },
		{ "1KB", "bkK", NUM_SUFFIX, 77 },
		{ "K", SIZE_SUFFIXES, NUM_OK, 1024 },
		{ " K", SIZE_SUFFIXES, NUM_INVALID, 77 },
		{ "+K", SIZE_SUFFIXES, NUM_INVALID, 77 },
		{ "0", SIZE_SUFFIXES, NUM_OK, 0 },
		{ "10", SIZE_SUFFIXES, NUM_OK, 10 },
		{ "3b", SIZE_SUFFIXES, NUM_OK, 1536 },
		{ "3kB", SIZE_SUFFIXES, NUM_OK, 3000 },
		{ "3KB", SIZE_SUFFIXES, NUM_OK, 3000 },
		{ "3KD", SIZE_SUFFIXES, NUM_OK, 3000 },
		{ "3kiB", SIZE_SUFFIXES, NUM_OK, 3072 },
		{ "3m", SIZE_SUFFIXES, NUM_OK, 3 << 20 },
		{ "1GiB", SIZE_SUFFIXES, NUM_OK, 1 << 30 },
		{ "2TB", SIZE_SUFFIXES, NUM_OK, 2000000000000 },
		{ "15E", SIZE_SUFFIXES, NUM_OK, (uintmax_t)15 << 60 },
		{ "16E", SIZE_SUFFIXES, NUM_OVERFLOW, UINTMAX_MAX },
		{ "1Z", SIZE_SUFFIXES, NUM_OVERFLOW, UINTMAX_MAX },
		{ "1QB", SIZE_SUFFIXES, NUM_OVERFLOW, UINTMAX_MAX },
		{ "0Q", SIZE_SUFFIXES, NUM_OK, 0 },
		{ "1g", SIZE_SUFFIXES, NUM_SUFFIX, 77 },
		{ "1w", SIZE_SUFFIXES, NUM_SUFFIX, 77 },
		{ "1B", SIZE_SUFFIXES, NUM_SUFFIX, 77 },
		{ "1Ki", SIZE_SUFFIXES, NUM_SUFFIX, 77 },
		{ "1KK", SIZE_SUFFIXES, NUM_SUFFIX, 77 },
		{ "1KiBx", SIZE_SUFFIXES, NUM_SUFFIX, 77 },
		{ "1bB", SIZE_SUFFIXES, NUM_SUFFIX, 77 },
		{ "3w", "bcwB", NUM_OK, 6 },
		{ "3c", "bcwB", NUM_OK, 3 },
		{ "3B", "bcwB", NUM_OK, 3072 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uintmax_t n = 77;
		enum num_error error = parse_uint(cases[i].text, cases[i].suffixes, &n);

		if (error != cases[i].error || n != cases[i].n)
			ck_abort_msg("'%s': %d, %ju", cases[i].text, (int)error, n);
	}
}
END_TEST

START_TEST(signed_numbers)
{
	intmax_t n = 77;
	const char *end;

	ck_assert_int_eq(parse_int("-5", NULL, &n), NUM_OK);
	ck_assert_int_eq(n, -5);
	ck_assert_int_eq(parse_int("-5K", SIZE_SUFFIXES, &n), NUM_OK);
	ck_assert_int_eq(n, -5120);
	ck_assert_int_eq(parse_int("9223372036854775807", NULL, &n), NUM_OK);
	ck_assert_int_eq(n, INTMAX_MAX);
	ck_assert_int_eq(parse_int("-9223372036854775808", NULL, &n), NUM_OK);
	ck_assert_int_eq(n, INTMAX_MIN);
	ck_assert_int_eq(parse_int("9223372036854775808", NULL, &n), NUM_OVERFLOW);
	ck_assert_int_eq(n, INTMAX_MAX);
	ck_assert_int_eq(parse_int("-9223372036854775809", NULL, &n), NUM_OVERFLOW);
	ck_assert_int_eq(n, INTMAX_MIN);
	ck_assert_int_eq(parse_int("-99999999999999999999", NULL, &n), NUM_OVERFLOW);
	ck_assert_int_eq(n, INTMAX_MIN);
	ck_assert_int_eq(parse_int("8E", SIZE_SUFFIXES, &n), NUM_OVERFLOW);
	ck_assert_int_eq(n, INTMAX_MAX);
	ck_assert_int_eq(parse_int("-8E", SIZE_SUFFIXES, &n), NUM_OK);
	ck_assert_int_eq(n, INTMAX_MIN);
	ck_assert_int_eq(parse_int("--5", NULL, &n), NUM_INVALID);
	ck_assert_int_eq(parse_int("-+5", NULL, &n), NUM_INVALID);
	ck_assert_int_eq(parse_int_base("-0x1fz", &end, 0, NULL, &n), NUM_OK);
	ck_assert_int_eq(n, -31);
	ck_assert_str_eq(end, "z");
	ck_assert_int_eq(parse_int_base("0x", &end, 0, NULL, &n), NUM_OK);
	ck_assert_int_eq(n, 0);
	ck_assert_str_eq(end, "x");
	ck_assert_int_eq(parse_int_base("089", &end, 0, NULL, &n), NUM_OK);
	ck_assert_str_eq(end, "89");
	ck_assert_int_eq(parse_int_base("zZ", NULL, 36, NULL, &n), NUM_OK);
	ck_assert_int_eq(n, 35 * 36 + 35);
	ck_assert_int_eq(parse_int_base("x", &end, 10, NULL, &n), NUM_INVALID);
	ck_assert_str_eq(end, "x");
	ck_assert_int_eq(parse_range("5", 1, 9, &n), NUM_OK);
	ck_assert_int_eq(n, 5);
	ck_assert_int_eq(parse_range("0", 1, 9, &n), NUM_OVERFLOW);
	ck_assert_int_eq(n, 1);
	ck_assert_int_eq(parse_range("99999999999999999999", 1, 9, &n), NUM_OVERFLOW);
	ck_assert_int_eq(n, 9);
	ck_assert_int_eq(parse_range("9x", 1, 9, &n), NUM_SUFFIX);
}
END_TEST

START_TEST(to_strings)
{
	char buf[NUM_SIZE];

	ck_assert_str_eq(num_to_str(0, buf), "0");
	ck_assert_str_eq(num_to_str(UINTMAX_MAX, buf), "18446744073709551615");
	ck_assert_str_eq(num_to_str_signed(INTMAX_MIN, buf), "-9223372036854775808");
	ck_assert_str_eq(num_to_str_signed(-1, buf), "-1");
	ck_assert_str_eq(num_to_str_signed(10, buf), "10");
}
END_TEST

static uint64_t seed = 88172645463325252;

static uint64_t any(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Returns sizes of every magnitude, and those near where the number of digits or the unit changes. */
static uintmax_t size_number(int i)
{
	static const unsigned edges[] = { 1, 9, 10, 99, 999, 1000, 1023, 1024 };
	uintmax_t n;

	if (i % 3)
		return any() >> any() % 64 >> 1;
	n = edges[any() % 8];
	for (unsigned power = any() % 6; power; power--)
		n = n * (i % 2 ? 1000 : 1024) & INTMAX_MAX;
	if (i % 4 == 0)
		n -= n / 200;
	return (n + any() % 3 - 1) & INTMAX_MAX;
}

/* ls shows the sizes of files with holes, which a tmpfs allows to be huge. */
START_TEST(sizes_as_ls)
{
	enum { COUNT = 400 };
	static const char *const specs[] = {
		"human-readable", "si", "K", "kB",  "KiB", "M",    "MB",  "MiB",
		"1000",           "1",  "7", "'1k", "'G",  "0x10", "EiB", "123456789"
	};
	char dir[] = "/dev/shm/test_num.XXXXXX", path[100], command[300];
	static uintmax_t sizes[COUNT];

	if (!mkdtemp(dir))
		return;
	for (int i = 0; i < COUNT; i++) {
		int fd;

		sizes[i] = size_number(i);
		snprintf(path, sizeof path, "%s/%d", dir, i);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (ftruncate(fd, (off_t)sizes[i]) < 0) {
			sizes[i] = 1;
			ck_assert_int_eq(ftruncate(fd, 1), 0);
		}
		close(fd);
	}
	for (size_t k = 0; k < sizeof specs / sizeof *specs; k++) {
		struct size_format f;
		FILE *in;
		int id, got = 0;
		char text[64], buf[HUMAN_SIZE];

		ck_assert_int_eq(block_size_parse(specs[k], &f), NUM_OK);
		snprintf(command, sizeof command,
			 "LC_ALL=C ls -lU --block-size=\"%s\" %s | awk '/^-/ { print $5, $NF }'", specs[k],
			 dir);
		in = popen(command, "r");
		while (fscanf(in, "%63s %d", text, &id) == 2) {
			char *ours = human_size(sizes[id], 1, &f, buf);

			if (strcmp(ours, text) != 0)
				ck_abort_msg("%ju in %s: %s instead of %s", sizes[id], specs[k], ours, text);
			got++;
		}
		pclose(in);
		ck_assert_int_eq(got, COUNT);
	}
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

/* numfmt rounds in all ways; its numbers under ten have a decimal too. */
START_TEST(sizes_as_numfmt)
{
	static const struct {
		const char *options;
		struct size_format f;
	} kinds[] = {
		{ "--to=iec --round=up", { 1, SIZE_AUTO | SIZE_SUFFIX } },
		{ "--to=iec --round=down", { 1, SIZE_AUTO | SIZE_SUFFIX | SIZE_FLOOR } },
	};
	char name[] = "/tmp/test_num.XXXXXX", command[200];
	int fd = mkstemp(name);

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		uintmax_t sizes[500];
		FILE *f = fopen(name, "w");
		char text[64], buf[HUMAN_SIZE];

		for (int i = 0; i < 500; i++) {
			/* numfmt counts in long double. */
			sizes[i] = size_number(i) >> 1;
			fprintf(f, "%ju\n", sizes[i]);
		}
		fclose(f);
		snprintf(command, sizeof command, "LC_ALL=C numfmt %s <%s", kinds[k].options, name);
		f = popen(command, "r");
		for (int i = 0; i < 500; i++) {
			char *ours = human_size(sizes[i], 1, &kinds[k].f, buf);

			ck_assert_int_eq(fscanf(f, "%63s", text), 1);
			if (strcmp(ours, text) != 0)
				ck_abort_msg("%ju with %s: %s instead of %s", sizes[i], kinds[k].options,
					     ours, text);
		}
		pclose(f);
	}
	close(fd);
	unlink(name);
}
END_TEST

START_TEST(sizes_by_hand)
{
	char buf[HUMAN_SIZE];
	struct size_format k = { 1024, 0 }, one = { 1, 0 }, nearest = { 1000, SIZE_NEAREST },
			   auto_nearest = { 1, SIZE_AUTO | SIZE_SUFFIX | SIZE_NEAREST };

	ck_assert_str_eq(human_size(1, 512, &k, buf), "1");
	ck_assert_str_eq(human_size(3, 512, &k, buf), "2");
	ck_assert_str_eq(human_size(UINTMAX_MAX, 1024, &k, buf), "18446744073709551615");
	ck_assert_str_eq(human_size(UINTMAX_MAX, 4096, &k, buf), "18446744073709551615");
	ck_assert_str_eq(human_size(UINTMAX_MAX / 8, 4096, &k, buf), "9223372036854775804");
	ck_assert_str_eq(human_size(UINTMAX_MAX, 1, &one, buf), "18446744073709551615");
	ck_assert_str_eq(human_size(UINTMAX_MAX, 1, &size_human, buf), "16E");
	ck_assert_str_eq(human_size(UINTMAX_MAX, 4096, &size_human, buf), "64Z");
	ck_assert_str_eq(human_size(UINTMAX_MAX, 1, &size_si, buf), "19E");
	ck_assert_str_eq(human_size(UINTMAX_MAX, 1000, &size_si, buf), "19Z");
	ck_assert_str_eq(human_size(0, 1, &size_human, buf), "0");
	ck_assert_str_eq(human_size(2500, 1, &nearest, buf), "2");
	ck_assert_str_eq(human_size(3500, 1, &nearest, buf), "4");
	ck_assert_str_eq(human_size(2501, 1, &nearest, buf), "3");
	ck_assert_str_eq(human_size(1536, 1, &auto_nearest, buf), "1.5K");
	ck_assert_str_eq(human_size(1023 * 1024 + 512, 1, &auto_nearest, buf), "1.0M");
}
END_TEST

START_TEST(block_sizes)
{
	static const struct {
		const char *text;
		enum num_error error;
		uintmax_t unit;
		unsigned flags;
	} cases[] = {
		{ "1", NUM_OK, 1, 0 },
		{ "K", NUM_OK, 1024, SIZE_SUFFIX },
		{ "KB", NUM_OK, 1000, SIZE_SUFFIX | SIZE_B | SIZE_1000 },
		{ "giB", NUM_OK, 1 << 30, SIZE_SUFFIX | SIZE_B },
		{ "2K", NUM_OK, 2048, 0 },
		{ "'2KB", NUM_OK, 2000, SIZE_GROUP },
		{ "010", NUM_OK, 8, 0 },
		{ "hu", NUM_OK, 1, SIZE_AUTO | SIZE_SUFFIX },
		{ "'s", NUM_OK, 1, SIZE_AUTO | SIZE_SUFFIX | SIZE_1000 | SIZE_GROUP },
		{ "0", NUM_INVALID, 77, 0 },
		{ "0x", NUM_INVALID, 77, 0 },
		{ "", NUM_INVALID, 77, 0 },
		{ "'", NUM_INVALID, 77, 0 },
		{ "-1", NUM_INVALID, 77, 0 },
		{ "B", NUM_INVALID, 77, 0 },
		{ " K", NUM_INVALID, 77, 0 },
		{ "human-x", NUM_INVALID, 77, 0 },
		{ "1x", NUM_SUFFIX, 77, 0 },
		{ "Ki", NUM_SUFFIX, 77, 0 },
		{ "1e", NUM_SUFFIX, 77, 0 },
		{ "1b", NUM_SUFFIX, 77, 0 },
		{ "16E", NUM_OVERFLOW, 77, 0 },
		{ "1Z", NUM_OVERFLOW, 77, 0 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct size_format f = { 77, 0 };
		enum num_error error = block_size_parse(cases[i].text, &f);

		if (error != cases[i].error || f.unit != cases[i].unit || f.flags != cases[i].flags)
			ck_abort_msg("'%s': %d, %ju, %u", cases[i].text, (int)error, f.unit, f.flags);
	}
}
END_TEST

static bool environment(const char *own, const char *block_size, const char *blocksize, struct size_format *f)
{
	const char *const names[] = { "LS_BLOCK_SIZE", "BLOCK_SIZE", "BLOCKSIZE" };
	const char *const values[] = { own, block_size, blocksize };

	for (int i = 0; i < 3; i++)
		if (values[i])
			setenv(names[i], values[i], 1);
		else
			unsetenv(names[i]);
	return block_size_default("LS_BLOCK_SIZE", f);
}

START_TEST(block_sizes_of_environment)
{
	struct size_format f;

	unsetenv("POSIXLY_CORRECT");
	ck_assert(!environment(NULL, NULL, NULL, &f));
	ck_assert_uint_eq(f.unit, 1024);
	ck_assert(environment("bogus", "1M", NULL, &f));
	ck_assert_uint_eq(f.unit, 1024);
	ck_assert(environment(NULL, "1M", "7", &f));
	ck_assert_uint_eq(f.unit, 1 << 20);
	ck_assert(!environment(NULL, NULL, "7", &f));
	ck_assert_uint_eq(f.unit, 7);
	ck_assert(environment(NULL, "1x", NULL, &f));
	ck_assert_uint_eq(f.unit, 1);
	ck_assert(environment(NULL, "1Z", NULL, &f));
	ck_assert_uint_eq(f.unit, UINTMAX_MAX);
	setenv("POSIXLY_CORRECT", "", 1);
	ck_assert(!environment(NULL, NULL, NULL, &f));
	ck_assert_uint_eq(f.unit, 512);
	ck_assert_uint_eq(f.flags, 0);
}
END_TEST

Suite *num_suite(void)
{
	Suite *s = suite_create("num");
	TCase *t = tcase_create("num");

	tcase_set_timeout(t, 60);
	tcase_add_test(t, unsigned_numbers);
	tcase_add_test(t, signed_numbers);
	tcase_add_test(t, to_strings);
	tcase_add_test(t, sizes_as_ls);
	tcase_add_test(t, sizes_as_numfmt);
	tcase_add_test(t, sizes_by_hand);
	tcase_add_test(t, block_sizes);
	tcase_add_test(t, block_sizes_of_environment);
	suite_add_tcase(s, t);
	return s;
}
