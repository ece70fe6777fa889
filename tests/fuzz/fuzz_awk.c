/* fuzz_awk.c - awk's lexer, parser and compiler; the program is not run */
#include "libbb.h"
#include "../../applets/edit/awk/tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *text;
static size_t text_size;

static int parse_main(void *options, char **argv)
{
	struct awk *a = arena_new(struct awk);
	struct source_option o = { .kind = 'e' };

	(void)options;
	(void)argv;
	a->utf8 = true;
	a->place = UINT32_MAX;
	a->at = -1;
	awk_make_specials(a);
	o.value = arena_memdup(text, text_size);
	awk_parse_program(a, &o, 1);
	awk_compile_program(a);
	awk_free_patterns(a);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct applet a = { .name = "awk", .main = parse_main, .long_names = "help\0version" };
	char name[] = "awk", *words[] = { name, NULL };

	if (memmem(data, size, "include", 7)) /* no reading of files */
		return 0;
	text = data;
	text_size = size;
	run_applet(&a, words);
	return 0;
}
