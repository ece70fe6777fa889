/* textmodel.h - predicts the bits of English text, for the packing of the help texts
 *
 * A context-mixing model: six contexts (the last one to four bytes, the last six, the current word) each
 * remember how likely a 1 was; a small logistic mixer, chosen by which contexts are known, weighs them.
 * All arithmetic is on integers, so that the packer on one machine and the unpacker on another agree.
 */
#ifndef TEXTMODEL_H
#define TEXTMODEL_H

#include <stdint.h>

enum { MODEL_ORDERS = 6, MODEL_SLOTS = 1 << 18, MODEL_SETS = 1 << MODEL_ORDERS };

struct textmodel {
	uint32_t *slots;      /* MODEL_ORDERS tables: a probability in 22 bits (less a half), a count in 10 */
	int16_t squash[4096]; /* of x / 256 in [-8, 8): 4096 / (1 + e^-x) */
	int16_t stretch[4096]; /* its inverse */
	int32_t weights[MODEL_SETS][MODEL_ORDERS];
	uint32_t hash[MODEL_ORDERS];  /* of the context of each order, at the start of the byte */
	uint32_t *slot[MODEL_ORDERS]; /* in use for the current bit */
	int input[MODEL_ORDERS];
	uint64_t history; /* the last eight bytes */
	uint32_t word;    /* hash of the current word */
	unsigned partial; /* the bits of the current byte, behind a leading 1 */
	unsigned known;   /* which orders have seen their context: a bit each */
	int p;            /* predicted probability of a 1, out of 4096 */
};

/* Begins; `slots` are MODEL_ORDERS * MODEL_SLOTS zeros that stay the caller's. */
void textmodel_begin(struct textmodel *m, uint32_t *slots);

/* Tells the model the next bit; m->p is then the prediction for the one after it. */
void textmodel_update(struct textmodel *m, int bit);

#endif
