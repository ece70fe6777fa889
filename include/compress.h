/* compress.h - compressed streams: finding out which kind it is, reading it, writing it
 *
 * A decoder takes what it needs from a source and gives its output in blocks; an encoder takes bytes and writes to a
 * writer. Memory is the arena's: a mark before and a release after give it back.
 *
 * Follows RFC 1951 (deflate), RFC 1952 (gzip), RFC 8878 (zstd), and the format of compress(1) as publicly described.
 */
#ifndef COMPRESS_H
#define COMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>
#include "out.h"
#include "result.h"

/* Bytes that can be read, but mean nothing, behind those of a source. */
#define SOURCE_PAD 64

/* Where compressed bytes come from. What is not consumed yet is [p, end); it moves when more is read. */
struct source {
	const unsigned char *p, *end;
	unsigned char *buf;
	ssize_t (*read)(void *from, void *buf, size_t size); /* as read_some(); NULL: from fd */
	void *from;
	int fd;
	bool eof;
	int error;      /* errno of a failed read, which also ends the input; or 0 */
	uint64_t taken; /* bytes that were read */
	uint64_t limit; /* bytes that may be read; UINT64_MAX when set up */
};

/* Set `s` up to read a file, or through a function. A source that was set up before keeps its buffer; a new one is
 * zeroed first. */
void source_open(struct source *s, int fd);
void source_open_function(struct source *s, ssize_t (*read)(void *from, void *buf, size_t size), void *from);

/* Reads until `n` bytes are there, IO_BLOCK at most, or the input ends. Returns whether they are. */
bool source_need(struct source *s, size_t n);

/* How many bytes of the input were consumed. */
uint64_t source_position(const struct source *s);

enum format {
	FORMAT_UNKNOWN,
	FORMAT_GZIP,
	FORMAT_COMPRESS, /* .Z */
	FORMAT_PACK,     /* old .z; known, not read */
	FORMAT_LZH,      /* the same */
	FORMAT_ZIP,      /* its first member */
	FORMAT_BZIP2,
	FORMAT_XZ,
	FORMAT_LZMA, /* .lzma, known by what is plausible in its header */
	FORMAT_LZIP,
	FORMAT_ZSTD, /* and skippable frames */
	FORMAT_LZ4,
	FORMAT_RAW, /* filters of .xz without a container */
};

/* Finds out what a source holds by its first bytes, which are not consumed. */
enum format source_format(struct source *s);

/* Parts of the .xz format: its checks and filters, by their numbers there. */
enum xz_check { XZ_NONE = 0, XZ_CRC32 = 1, XZ_CRC64 = 4, XZ_SHA256 = 10 };
enum xz_filter {
	XZ_DELTA = 3,
	XZ_X86,
	XZ_POWERPC,
	XZ_IA64,
	XZ_ARM,
	XZ_ARMTHUMB,
	XZ_SPARC,
	XZ_ARM64,
	XZ_LZMA2 = 0x21,
	XZ_LZMA1 = 0x22, /* in raw streams only */
};

/* The filters that a block went through, the last of which is LZMA. */
struct xz_chain {
	unsigned count; /* 4 at most */
	struct xz_step {
		enum xz_filter kind;
		uint32_t
			value; /* the start of code, the distance of numbers, or the size of the dictionary */
		unsigned lc, lp, pb, nice, depth; /* LZMA */
		bool fast;
	} steps[4];
};

/* Reads a number of the .xz format, which ends before `end`, and moves *p behind it. Returns false if it is none. */
bool xz_number(const unsigned char **p, const unsigned char *end, uint64_t *value);

/* Sets the options of LZMA2 that belong to a level from 0 to 9. */
void xz_preset(struct xz_step *s, unsigned level, bool extreme);

/* What is wrong with a stream; several may be. */
enum decode_error {
	DECODE_TRUNCATED = 1,
	DECODE_BAD = 2,          /* the data make no sense */
	DECODE_CHECK = 4,        /* a check does not match */
	DECODE_LENGTH = 8,       /* nor does the length */
	DECODE_MAGIC = 16,       /* it does not begin as it should */
	DECODE_UNSUPPORTED = 32, /* `detail` tells, for gzip: the method */
	DECODE_FLAGS = 64,       /* gzip: flags that are not known, `detail` */
	DECODE_ENCRYPTED = 128,
	DECODE_MEMORY = 256, /* more memory than `memory_limit` is needed: `detail`, bytes */
	DECODE_READ = 512,   /* reading failed: errno is in the source */
	DECODE_HEADER =
		1024, /* gzip: the header's check, `detail` << 16, is not what it should be, `detail` & 65535 */
};

struct decoder {
	enum format format;
	struct source *in;
	unsigned error;               /* enum decode_error */
	uint64_t detail;              /* more about it */
	bool garbage;                 /* bytes that are no stream follow the end, and are not consumed */
	bool padding;                 /* gzip: zeroes follow the end, and then perhaps garbage */
	bool ended;                   /* the last block was given */
	bool single;                  /* set after decoder_new(): stop after the first stream or member */
	uint64_t memory_limit;        /* 0: none */
	bool unchecked;               /* xz: the checks do not matter */
	const struct xz_chain *chain; /* xz: of a raw stream */
	uint64_t members;             /* streams, members or frames that ended */
	uint64_t member_out;          /* length of the member that is read, or of the last */
	const char *name;             /* gzip: the name in the first member's header, or NULL */
	uint32_t time;                /* gzip: the time there, or 0 */
	unsigned header;              /* gzip: length of the first header */
	unsigned extra;               /* gzip: length of the extra field in a header, or 0 */
	uint32_t check;               /* gzip: CRC of the last member */
	size_t (*next)(struct decoder *d, const unsigned char **block);
};

/* A decoder of `format` for what comes next in `in`. NULL if the format cannot be read. */
struct decoder *decoder_new(enum format format, struct source *in);

/* Gives the next bytes of output, which stay valid until the next call: returns how many, 0 at the end or when
 * something is wrong (d->error). What came before the damage was given. */
size_t decoder_next(struct decoder *d, const unsigned char **block);

/* read(2) from a decoder. Returns 0 at the end, -1 on error, with errno set to EIO or that of the failed read. */
struct decoder_reader {
	struct decoder *d;
	const unsigned char *p;
	size_t left;
};
ssize_t decoder_read(struct decoder_reader *r, void *buf, size_t size);

/* Raw deflate data, as in zip. */
struct inflate;
struct inflate *inflate_new(void);

/* Begins a stream at the source's position. `error` gets enum decode_error. */
void inflate_begin(struct inflate *f, struct source *in, unsigned *error);

/* As decoder_next(). At the end the source is behind the last byte of the stream. */
size_t inflate_next(struct inflate *f, const unsigned char **block);

struct encoder {
	enum format format;
	struct writer *out;
	/* where input goes: at least one byte is free before each call of filled() */
	unsigned char *room;
	size_t room_size;
	uint64_t total_in, total_out;
	/* takes `n` bytes that were put into the room; the second ends the stream */
	void (*filled)(struct encoder *e, size_t n);
	void (*end)(struct encoder *e);
};

/* How an encoder works; what is 0 is the format's default. */
struct encoder_options {
	enum format format; /* set by encoder_new() */
	int level;
	bool rsyncable;               /* gzip */
	const char *name;             /* gzip: in the header; NULL for none */
	uint32_t time;                /* gzip */
	const struct xz_chain *chain; /* xz */
	enum xz_check check;          /* xz */
	uint64_t block_size;          /* xz: bytes in a block, 0: all */
};

/* An encoder that writes to `out`, and has begun. NULL if there is none for the format. */
struct encoder *encoder_new(enum format format, const struct encoder_options *opt, struct writer *out);

/* Give it bytes, and end the stream; the writer is not flushed. Errors of writing stay in the writer. */
void encoder_write(struct encoder *e, const void *p, size_t n);
void encoder_end(struct encoder *e);

/* A file that is packed or unpacked, and what comes of it: what gzip and its like share. Zero it to begin, but for
 * result.fd, which is -1 while output goes to standard output. */
struct pack_file {
	const char *name; /* of the input */
	struct stat st;   /* of the input */
	struct source in;
	struct result result;
	bool discard; /* write nothing: -t */
	bool sparse;  /* make holes of zeroes */
	uint64_t bytes_in, bytes_out;
};

/* Opens the input `name`, or standard input if that is NULL; a link is followed only if `follow`. Returns 0, or -1 with
 * errno set. Nothing waits for the writer of a fifo. */
int pack_open(struct pack_file *f, const char *name, bool follow);
void pack_close(struct pack_file *f);

/* Why the input should not be replaced; `force` is about the last two. */
enum pack_refusal {
	PACK_FINE,
	PACK_DIRECTORY,
	PACK_SPECIAL,
	PACK_SETUID,
	PACK_SETGID,
	PACK_STICKY,
	PACK_LINKED
};
enum pack_refusal pack_refusal(const struct pack_file *f, bool force);

/* Where the name ends in one of the suffixes (NULL-terminated), before which there is more of its last component; or NULL.
 * *which, if not NULL, gets the index. */
const char *pack_suffix(const char *name, const char *const *suffixes, size_t *which);

/* Creates the output; with `replace` in place of what has the name. Returns 0, or -1 with errno set. */
int pack_create(struct pack_file *f, const char *path, bool replace);

/* Writes output. Returns 0, or -1 with errno set. */
int pack_emit(struct pack_file *f, const void *p, size_t n);

/* Packs all of the input, or copies what is left of it as it is. */
enum pack_error { PACK_DONE, PACK_READ, PACK_WRITE }; /* errno tells why */
enum pack_error pack_encode(struct pack_file *f, enum format format, const struct encoder_options *opt);
enum pack_error pack_copy(struct pack_file *f);

/* Unpacks with a decoder until it ends, in error or not. */
enum pack_error pack_decode(struct pack_file *f, struct decoder *d);

/* Completes the output, gives it what `like` says, on the disk if `sync`; if `remove` removes the input then. Returns 0, or the
 * errno of what failed, and in *what which of them it was. */
enum pack_step { PACK_ATTRIBUTES, PACK_CLOSE, PACK_REMOVE };
int pack_finish(struct pack_file *f, const struct stat *like, bool sync, bool remove, enum pack_step *what);

/* The words of these variables (NULL-terminated), which options may be in, and behind them the arguments. */
char **pack_words(const char *const *variables, char **argv);

/* The names in an open directory, NULL-terminated, before any file is made there. NULL with errno set on error. */
char **pack_directory(const char *path, int fd);

#endif
