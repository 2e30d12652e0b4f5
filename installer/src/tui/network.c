/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "file.h"
#include "install.h"
#include "network.h"
#include "remote.h"
#include "run.h"

#define FILE_NAME "/run/domus/typed.conf"
#define SECONDS 40
#define NOT_UP "?"

int
network_prepare(struct wizard *w, struct network_try *t, struct err *e)
{
	struct conf c = { 0 };
	int rc;

	if (network_is_ours(w) && wizard_plan_net(w, e) == -1)
		return -1;
	*t = (struct network_try){ .ours = w->o->machine == NULL &&
	    w->plan.nnets > 0 && !remote_runs() &&
	    (w->network.len > 0 || !remote_has_address()) };
	if (!t->ours)
		return 0;
	rc = net_conf(&w->plan, &c, e);
	for (size_t i = 0; rc == 0 && i < c.n; i++)
		buf_printf(&t->text, "%s %s\n", c.lines[i].key,
		    c.lines[i].value);
	conf_free(&c);
	t->needed = strcmp(buf_str(&t->text), buf_str(&w->network)) != 0;
	return rc == 0 ? buf_ok(&t->text, e) : -1;
}

int
network_have(const struct wizard *w, const struct network_try *t,
    struct ui *ui, struct err *e)
{
	const char *argv[] = { "domus-net", "--up-conf", FILE_NAME, NULL };
	struct run r = { .seconds = SECONDS, .line = ui_log_line, .arg = ui };

	if (w->o->machine != NULL || (t->ours && !t->needed))
		return 0;
	if (!t->ours)
		return remote_network(ui, SECONDS, e);
	if (file_write(FILE_NAME, t->text.data, t->text.len, 0644, e) == -1)
		return -1;
	return run_with(argv, &r, e);
}

void
network_done(struct wizard *w, struct network_try *t, bool up)
{
	if (t->ours) {
		buf_reset(&w->network);
		buf_str_add(&w->network, up ? buf_str(&t->text) : NOT_UP);
	}
	buf_free(&t->text);
}
