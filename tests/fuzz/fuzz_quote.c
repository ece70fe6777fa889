/* fuzz_quote.c - every quoting style over any bytes, in both kinds of locale */
#include "libbb.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *text;
static size_t text_size;

static int quote_main(void *options, char **argv)
{
	(void)options;
	(void)argv;
	for (int style = QUOTE_LITERAL; style <= QUOTE_CLOCALE; style++) {
		size_t len;

		quote_style((const char *)text, text_size, (enum quoting_style)style, " ", &len);
		if (len < text_size)
			abort();
	}
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct applet a = { .name = "q", .main = quote_main, .long_names = "help\0version" };
	char name[] = "q", *words[] = { name, NULL };

	if (size == 0)
		return 0;
	setenv("LC_ALL", data[0] & 1 ? "C" : "C.UTF-8", 1);
	text = data + 1;
	text_size = size - 1;
	run_applet(&a, words);
	return 0;
}
