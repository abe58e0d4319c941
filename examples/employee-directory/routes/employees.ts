import type { FastifyInstance } from 'fastify';
import type { Details, Employee } from '../employees/employee.ts';
import { NOTHING_ENTERED, readDetails } from '../employees/employee.ts';
import { deletePage, employeePage } from '../pages/employee.ts';
import { addPage, editPage } from '../pages/form.ts';
import { listPage } from '../pages/list.ts';
import { Refusal } from '../refusal.ts';
import type { Parts } from '../server.ts';
import { employeeNamed, field, idIn, versionIn } from './input.ts';

const LONGEST_SEARCH = 100;

export function employeeRoutes(app: FastifyInstance, parts: Parts): void {
  const { employees, listing, newId } = parts;

  app.get('/', async (request, reply) => {
    const search = field(request.query, 'q').slice(0, LONGEST_SEARCH).trim();
    const after = field(request.query, 'after') || undefined;
    return reply.page(listPage(await listing.search(search, after), search, after === undefined));
  });

  app.get('/employees/new', async (_, reply) => reply.page(addPage(newId(), { details: NOTHING_ENTERED })));

  app.post('/employees', async (request, reply) => {
    const id = idIn(field(request.body, 'id'));
    const read = readDetails(request.body);
    if ('problems' in read)
      return reply.code(422).page(addPage(id, { details: read.entered, problems: read.problems }));
    // One that is there already comes of the same form: it was sent twice.
    await employees.add({ id, ...read.details, version: 1 });
    return reply.redirect(`/employees/${id}`, 303);
  });

  app.get('/employees/:id', async (request, reply) =>
    reply.page(employeePage(await employeeNamed(employees, request.params))),
  );

  app.get('/employees/:id/edit', async (request, reply) => {
    const { id, version, ...details } = await employeeNamed(employees, request.params);
    return reply.page(editPage(id, version, { details }));
  });

  app.post('/employees/:id/edit', async (request, reply) => {
    const employee = await employeeNamed(employees, request.params);
    const seen = versionIn(request.body);
    const read = readDetails(request.body);
    if ('problems' in read) {
      const state = { details: read.entered, problems: read.problems };
      return reply.code(422).page(editPage(employee.id, seen, state));
    }
    if (await saved(parts, employee, seen, read.details))
      return reply.redirect(`/employees/${employee.id}`, 303);
    const theirs = await employeeNamed(employees, request.params);
    return reply
      .code(409)
      .page(editPage(theirs.id, theirs.version, { details: read.details, saved: theirs }));
  });

  deletionRoutes(app, parts);
}

/** Saves what was changed of the version that was seen, and no other. */
async function saved(
  { employees }: Parts,
  employee: Employee,
  seen: number,
  details: Details,
): Promise<boolean> {
  if (employee.version !== seen) return false;
  return employees.change(employee, { ...employee, ...details, version: seen + 1 });
}

function deletionRoutes(app: FastifyInstance, { employees, photos }: Parts): void {
  app.get('/employees/:id/delete', async (request, reply) =>
    reply.page(deletePage(await employeeNamed(employees, request.params))),
  );

  app.post('/employees/:id/delete', async (request, reply) => {
    const employee = await employeeNamed(employees, request.params);
    const isSeen = employee.version === versionIn(request.body);
    if (!isSeen || !(await employees.remove(employee)))
      throw new Refusal(
        409,
        `${employee.name} has been changed meanwhile`,
        'Nothing was deleted. Look at the entry again, then decide.',
      );
    if (employee.photo !== undefined) await photos.remove(employee.photo);
    return reply.redirect('/', 303);
  });
}
