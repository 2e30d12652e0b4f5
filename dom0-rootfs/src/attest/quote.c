/* SPDX-License-Identifier: ISC */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "quote.h"

/* TPM 2.0, part 2 */
#define MAGIC 0xff544347u	/* TPM_GENERATED_VALUE */
#define ATTEST_QUOTE 0x8018
#define ALG_SHA256 0x000b
#define ALG_NULL 0x0010
#define ALG_ECDSA 0x0018
#define ALG_ECC 0x0023
#define P256 0x0003
#define POINT 32

/* fixedTPM, fixedParent, sensitiveDataOrigin, restricted, sign: the key is
 * the TPM's own and signs no bytes that the TPM did not make. */
#define WANTED 0x00050032u
#define DECRYPT 0x00020000u

const unsigned int quote_pcrs[QUOTE_PCRS] = { 4, 12 };

static void
sha256(const void *data, size_t len, unsigned char to[PCR_SIZE])
{
	EVP_Digest(data, len, to, NULL, EVP_sha256(), NULL);
}

/* A coordinate may come without the zeros in front. */
static void
coordinate(struct wire *w, unsigned char to[POINT])
{
	struct blob b;

	wire_blob(w, &b);
	memset(to, 0, POINT);
	if (b.len > POINT)
		w->bad = true;
	else
		memcpy(to + POINT - b.len, b.data, b.len);
}

static EVP_PKEY *
key_of_point(unsigned char point[1 + 2 * POINT])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	char curve[] = "P-256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		    curve, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
		    point, 1 + 2 * POINT),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = NULL;

	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

/* TPMT_PUBLIC of a P-256 key that signs by ECDSA with SHA-256. */
static EVP_PKEY *
parse_public(const struct blob *public, struct err *e)
{
	struct wire w = { public->data, public->len, false };
	unsigned char point[1 + 2 * POINT] = { 4 };
	uint64_t type, name, attributes, got[5];
	struct blob policy;
	EVP_PKEY *key;

	type = wire_get(&w, 2);
	name = wire_get(&w, 2);
	attributes = wire_get(&w, 4);
	wire_blob(&w, &policy);
	for (int i = 0; i < 5; i++)
		got[i] = wire_get(&w, 2);
	coordinate(&w, point + 1);
	coordinate(&w, point + 1 + POINT);
	if (w.bad || w.left != 0) {
		err_set(e, "public: not a TPM's public key");
		return NULL;
	}
	if (type != ALG_ECC || name != ALG_SHA256 || got[0] != ALG_NULL ||
	    got[1] != ALG_ECDSA || got[2] != ALG_SHA256 || got[3] != P256 ||
	    got[4] != ALG_NULL) {
		err_set(e, "public: not a key for ECDSA on P-256, SHA-256");
		return NULL;
	}
	if ((attributes & WANTED) != WANTED || (attributes & DECRYPT) != 0) {
		err_set(e, "public: a key that would sign anything, not only "
		    "what its TPM made");
		return NULL;
	}
	key = key_of_point(point);
	if (key == NULL)
		err_set(e, "public: not a point of P-256");
	return key;
}

/* TPMT_SIGNATURE to the DER form that OpenSSL takes; 0: none. */
static size_t
parse_signature(const struct blob *signature, unsigned char der[80])
{
	struct wire w = { signature->data, signature->len, false };
	unsigned char r[POINT], s[POINT];
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *br, *bs;
	int len = 0;

	w.bad = wire_get(&w, 2) != ALG_ECDSA || wire_get(&w, 2) != ALG_SHA256;
	coordinate(&w, r);
	coordinate(&w, s);
	if (!w.bad && w.left == 0 && sig != NULL) {
		br = BN_bin2bn(r, POINT, NULL);
		bs = BN_bin2bn(s, POINT, NULL);
		if (ECDSA_SIG_set0(sig, br, bs) == 1)
			len = i2d_ECDSA_SIG(sig, &der);
		else {
			BN_free(br);
			BN_free(bs);
		}
	}
	ECDSA_SIG_free(sig);
	return len > 0 ? (size_t)len : 0;
}

static int
check_signature(const struct quote *q, struct err *e)
{
	unsigned char der[80];
	size_t len = parse_signature(&q->signature, der);
	EVP_MD_CTX *ctx;
	EVP_PKEY *key;
	int rc = -1;

	if (len == 0)
		return err_set(e, "signature: not one of ECDSA with SHA-256");
	key = parse_public(&q->public, e);
	if (key == NULL)
		return -1;
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL || EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL,
	    key) != 1)
		err_set(e, "signature: OpenSSL cannot verify it");
	else if (EVP_DigestVerify(ctx, der, len, q->attest.data,
	    q->attest.len) != 1)
		err_set(e, "signature: not of the key in this quote: it was "
		    "changed");
	else
		rc = 0;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return rc;
}

/* TPM 2.0, part 1, 26.2 and 26.5: a name is its algorithm and the hash; the
 * qualified one of a primary key is that of its hierarchy and the name. */
static bool
made_by(const struct quote *q, const struct blob *signer, struct fingerprint *f)
{
	unsigned char all[4 + 2 + PCR_SIZE] = { 0x40, 0, 0, 0x0b, 0,
	    ALG_SHA256 }, hash[PCR_SIZE];

	sha256(q->public.data, q->public.len, f->sha256);
	memcpy(all + 6, f->sha256, PCR_SIZE);
	sha256(all, sizeof(all), hash);
	return signer->len == 2 + PCR_SIZE && signer->data[0] == 0 &&
	    signer->data[1] == ALG_SHA256 &&
	    memcmp(signer->data + 2, hash, PCR_SIZE) == 0;
}

/* TPML_PCR_SELECTION of one bank with exactly our registers. */
static bool
selected(struct wire *w)
{
	uint32_t bits = 0, wanted = 0;
	bool one = wire_get(w, 4) == 1 && wire_get(w, 2) == ALG_SHA256;
	size_t n = (size_t)wire_get(w, 1);

	for (size_t i = 0; i < QUOTE_PCRS; i++)
		wanted |= 1u << quote_pcrs[i];
	for (size_t i = 0; i < n && !w->bad; i++)
		bits |= (uint32_t)wire_get(w, 1) << 8 * (i & 3);
	return one && n >= 2 && n <= 4 && bits == wanted;
}

static int
check_values(const struct quote *q, const struct blob *digest, struct err *e)
{
	unsigned char all[QUOTE_PCRS * PCR_SIZE], hash[PCR_SIZE];

	for (size_t i = 0; i < QUOTE_PCRS; i++)
		memcpy(all + i * PCR_SIZE, q->pcr[i].value, PCR_SIZE);
	sha256(all, sizeof(all), hash);
	if (digest->len != PCR_SIZE || memcmp(digest->data, hash, PCR_SIZE) != 0)
		return err_set(e, "pcrs: not the values that the TPM signed");
	return 0;
}

int
quote_check(const struct quote *q, const struct blob *nonce,
    struct quote_facts *f, struct err *e)
{
	struct wire w = { q->attest.data, q->attest.len, false };
	struct blob signer, extra, digest;
	bool whole, ours;

	if (check_signature(q, e) == -1)
		return -1;
	whole = wire_get(&w, 4) == MAGIC && wire_get(&w, 2) == ATTEST_QUOTE;
	wire_blob(&w, &signer);
	wire_blob(&w, &extra);
	wire_get(&w, 8);		/* its clock */
	f->resets = (uint32_t)wire_get(&w, 4);
	f->restarts = (uint32_t)wire_get(&w, 4);
	wire_get(&w, 1);
	f->firmware = wire_get(&w, 8);
	ours = selected(&w);
	wire_blob(&w, &digest);
	if (!whole || w.bad || w.left != 0)
		return err_set(e, "quote: a TPM signed it, but it is no quote");
	if (!made_by(q, &signer, &f->key))
		return err_set(e, "quote: its key is no primary one of the "
		    "TPM's endorsement hierarchy");
	if (extra.len != nonce->len ||
	    memcmp(extra.data, nonce->data, nonce->len) != 0)
		return err_set(e, "nonce: not the one that was asked with: an "
		    "old quote, or another's");
	if (!ours)
		return err_set(e, "quote: not of PCR 4 and 12, SHA-256");
	return check_values(q, &digest, e);
}
