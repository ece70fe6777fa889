/* unpack.c - the help texts, packed by scripts/pack.c (which describes the format) */
#include <string.h>
#include "applet.h"
#include "arena.h"
#include "buf.h"
#include "out.h"
#include "textmodel.h"

enum { END_OF_TEXT = 2, NAME_MARK = 1 };

struct decoder {
	const unsigned char *at, *end;
	uint32_t low, high, code;
	struct textmodel *model;
};

static uint32_t next_byte(struct decoder *d)
{
	return d->at < d->end ? *d->at++ : 0;
}

static int decode_byte(struct decoder *d)
{
	int c = 0;

	for (int i = 0; i < 8; i++) {
		uint32_t mid = d->low + (d->high - d->low) / 4096 * (uint32_t)d->model->p;
		int bit = d->code <= mid;

		if (bit)
			d->high = mid;
		else
			d->low = mid + 1;
		textmodel_update(d->model, bit);
		while ((d->low ^ d->high) < 1u << 24) {
			d->low <<= 8;
			d->high = d->high << 8 | 255;
			d->code = d->code << 8 | next_byte(d);
		}
		c = c << 1 | bit;
	}
	return c;
}

/* Returns text number `index` in the arena. */
static const char *help_text(unsigned index)
{
	const unsigned char *block = packed_help;
	struct decoder d = { .high = 0xffffffffu, .model = arena_new(struct textmodel) };
	struct buf text = { 0 };
	int c;

	while (index >= (unsigned)(block[2] | block[3] << 8)) {
		index -= (unsigned)(block[2] | block[3] << 8);
		block += 4 + (block[0] | block[1] << 8);
	}
	d.at = block + 4;
	d.end = d.at + (block[0] | block[1] << 8);
	for (int i = 0; i < 4; i++)
		d.code = d.code << 8 | next_byte(&d);
	textmodel_begin(d.model, arena_array(uint32_t, MODEL_ORDERS * MODEL_SLOTS));
	for (;;) {
		c = decode_byte(&d);
		if (c != END_OF_TEXT)
			buf_char(&text, (char)c);
		else if (index-- == 0)
			return text.data;
		else
			buf_cut(&text, 0);
	}
}

void print_help(const struct applet *a)
{
	for (const char *s = help_text(a->help); *s; s++) {
		if (*s == NAME_MARK)
			out_str(applet_name());
		else
			out_char(*s);
	}
	if (!(a->flags & APPLET_NO_HELP))
		out_str("\n      --help                 display this help and exit\n"
			"      --version              output version information and exit\n");
}
