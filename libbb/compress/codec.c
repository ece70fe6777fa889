/* codec.c - decoders and encoders by the name of their format */
#include <errno.h>
#include "internal.h"

struct decoder *decoder_new(enum format format, struct source *in)
{
	static struct decoder *(*const makers[])(struct source *) = {
		[FORMAT_GZIP] = gunzip_new,
		[FORMAT_ZIP] = unzip_first_new,
		[FORMAT_COMPRESS] = uncompress_new,
		[FORMAT_BZIP2] = bunzip2_new,
		[FORMAT_XZ] = unxz_new,
		[FORMAT_LZMA] = unlzma_new,
		[FORMAT_LZIP] = unlzma_new,
		[FORMAT_RAW] = unlzma_new,
		[FORMAT_ZSTD] = unzstd_new,
	};
	struct decoder *d;

	if ((size_t)format >= sizeof(makers) / sizeof(*makers) || !makers[format])
		return NULL;
	d = makers[format](in);
	d->format = format;
	d->in = in;
	return d;
}

size_t decoder_fail(struct decoder *d, unsigned error)
{
	d->error |= d->in->error ? DECODE_READ : error;
	return 0;
}

size_t decoder_next(struct decoder *d, const unsigned char **block)
{
	size_t n;

	if (d->ended || d->error)
		return 0;
	n = d->next(d, block);
	if (n == 0)
		d->ended = true;
	return n;
}

ssize_t decoder_read(struct decoder_reader *r, void *buf, size_t size)
{
	if (r->left == 0)
		r->left = decoder_next(r->d, &r->p);
	if (r->left == 0 && r->d->error) {
		errno = r->d->error & DECODE_READ ? r->d->in->error : EIO;
		return -1;
	}
	if (size > r->left)
		size = r->left;
	memcpy(buf, r->p, size);
	r->p += size;
	r->left -= size;
	return (ssize_t)size;
}

struct encoder *encoder_new(enum format format, const struct encoder_options *opt, struct writer *out)
{
	static struct encoder *(*const makers[])(const struct encoder_options *, struct writer *) = {
		[FORMAT_GZIP] = gzip_new, [FORMAT_BZIP2] = bzip2_new, [FORMAT_XZ] = xz_new,
		[FORMAT_LZMA] = xz_new,   [FORMAT_RAW] = xz_new,
	};
	struct encoder_options o = *opt;
	struct encoder *e;

	if ((size_t)format >= sizeof(makers) / sizeof(*makers) || !makers[format])
		return NULL;
	o.format = format;
	e = makers[format](&o, out);
	e->format = format;
	return e;
}

void encoder_write(struct encoder *e, const void *p, size_t n)
{
	const unsigned char *at = p;

	while (n > 0) {
		size_t part = n < e->room_size ? n : e->room_size;

		memcpy(e->room, at, part);
		e->filled(e, part);
		at += part;
		n -= part;
	}
}

void encoder_end(struct encoder *e)
{
	e->end(e);
}
