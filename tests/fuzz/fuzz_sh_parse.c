/* fuzz_sh_parse.c - the shell's parser and expansions of words, without running commands (set -n) */
#include "libbb.h"
#include "../../applets/shell/sh/sh.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *text;
static size_t text_size;

static int parse_main(void *options, char **argv)
{
	struct shell sh = { .noexec = true, .args = argv };
	struct source src = { .fd = -1, .line = 1 };
	char *copy = arena_memdup(text, text_size);

	(void)options;
	src.text = copy;
	src.len = strlen(copy);
	run_source(&sh, &src);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct applet a = { .name = "sh", .main = parse_main, .long_names = "help\0version" };
	char name[] = "sh", *words[] = { name, NULL };

	text = data;
	text_size = size;
	run_applet(&a, words);
	return 0;
}
