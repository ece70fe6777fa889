/* fuzz_regex.c - compiling any pattern in any syntax, and matching it against any text */
#include "libbb.h"
#include "regex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *input;
static size_t input_size;

static int regex_main(void *options, char **argv)
{
	enum regex_syntax syntax = input[0] % 6;
	unsigned flags = (unsigned)(input[1] | input[2] << 8) & 0xfff;
	size_t pattern_size = input[3] % (input_size - 3), text_size = input_size - 4 - pattern_size;
	const char *pattern = (const char *)input + 4, *text = pattern + pattern_size, *error = NULL;
	struct regex *re = regex_compile(pattern, pattern_size, syntax, flags, &error);
	struct regex_span m[8];
	size_t end;

	(void)options;
	(void)argv;
	if (!re)
		return error ? 0 : 1;
	for (size_t from = 0; from <= text_size && regex_search(re, text, text_size, from, 0, m, 8);) {
		/* \K may put the beginning behind the end of the search's start, but never out of the text */
		if (m[0].start < 0 || m[0].end < m[0].start || (size_t)m[0].end > text_size)
			abort();
		from = (size_t)m[0].end > from ? (size_t)m[0].end : from + 1;
	}
	regex_search_lines(re, text, text_size, 0, '\n', &end);
	regex_match_all(re, text, text_size);
	regex_free(re);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct applet a = { .name = "re", .main = regex_main, .long_names = "help\0version" };
	char name[] = "re", *words[] = { name, NULL };

	if (size < 5)
		return 0;
	input = data;
	input_size = size;
	run_applet(&a, words);
	return 0;
}
