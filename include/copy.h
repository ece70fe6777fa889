/* copy.h - moving file data from one descriptor to another */
#ifndef COPY_H
#define COPY_H

#include <stdint.h>

/* No limit for copy_stream(). */
#define COPY_ALL UINTMAX_MAX

enum copy_result {
	COPY_DONE,         /* the end of the input or the limit was reached */
	COPY_READ_FAILED,  /* errno tells why */
	COPY_WRITE_FAILED, /* the same */
};

/* Copies from `in` to `out`, from where each stands, until the input ends or `limit` bytes were copied. Takes the
 * fastest way that the kernel offers for the two: copy_file_range(2), sendfile(2), splice(2), or blocks of
 * COPY_BLOCK bytes. *copied, if `copied` is not NULL, gets the number of bytes written, also on failure.
 * `block` is scratch memory for the last way: *block may be NULL and then gets it from the arena when it is first
 * needed, so that many calls share it; NULL itself means memory for this call only.
 * A pipe may be given pages of the file and not copies of them, so that it shows later changes of the file. */
enum copy_result copy_stream(int in, int out, uintmax_t limit, char **block, uintmax_t *copied);

/* The last way alone, which never makes the output share blocks with the input, or has holes. */
enum copy_result copy_blocks(int in, int out, uintmax_t limit, char **block, uintmax_t *copied);

#define COPY_BLOCK 262144

#endif
